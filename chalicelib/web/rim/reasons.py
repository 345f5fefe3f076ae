"""Why a response doesn't count: the closed list, as the API tells it."""

from typing import Literal

Reason = Literal["too_fast", "straight_lining", "hurried", "copy", "incoherent", "drawn", "conduct", "withdrawn"]
"""See `quality.domain.rules.REASONS`; `withdrawn` is no judgement but its netizen's act."""
Reasons = dict[Reason, int]
"""How many responses each speaks against; one may have several."""
