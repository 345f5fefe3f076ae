"""An association is found by every code that it ever had: posters, letters and files of earlier years still name it."""

from collections import Counter
from collections.abc import Mapping

from chalicelib.associations.store import associations, units
from chalicelib.kernel.errors import NotFound


def code_in(campaign: str, code: str) -> str:
    """The code, in this campaign, of the unit with this code, which it may have had in another campaign.

    Raises `NotFound`, also where the code was several associations'. Only a code that isn't the campaign's own costs a
    look at all associations.
    """
    if units.find(campaign, code) is not None:
        return code
    try:
        return other_codes(campaign)[code]
    except KeyError:
        raise NotFound("no_unit", name=code) from None


def other_codes(campaign: str) -> Mapping[str, str]:
    """The code in this campaign by each code that the same association has in another, where that is nobody else's."""
    here = [one.taking_part for one in associations.all_associations() if campaign in one.taking_part]
    own = {codes[campaign] for codes in here}
    pairs = {(other, codes[campaign]) for codes in here for other in codes.values() if other not in own}
    several = Counter(other for other, _ in pairs)
    return {other: code for other, code in pairs if several[other] == 1}
