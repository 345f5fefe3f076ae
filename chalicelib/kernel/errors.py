"""What can be refused, in the domain's words. None of these knows HTTP; `web.rim.problems` maps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar


class MinshengError(Exception):
    """Any refusal, as data: `reason` is a key of `texts/<subject>`, and `figures` go into its words."""

    subject: ClassVar[str] = "problems"

    def __init__(self, reason: str, **figures: object) -> None:
        super().__init__(f"{reason} {figures}" if figures else reason)
        self.reason, self.figures = reason, figures


@dataclass(frozen=True, init=False)
class FieldError:
    """One wrong field: a JSON pointer (RFC 6901) into the request, and what was expected there."""

    pointer: str
    reason: str
    """A key of the texts that the refusal names as its `subject`."""
    figures: Mapping[str, object]

    def __init__(self, pointer: str, reason: str, **figures: object) -> None:
        for name, value in (("pointer", pointer), ("reason", reason), ("figures", figures)):
            object.__setattr__(self, name, value)  # it is frozen


class FieldErrors(MinshengError):
    """One or more fields are wrong; all of them are named."""

    subject = "fields"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{e.pointer}: {e.reason}" for e in errors))
        self.errors = tuple(errors)


class MalformedRequest(MinshengError):
    """The body is not the JSON that was asked for."""


class SheetUnreadable(MalformedRequest):
    """A file is no table that can be read."""

    subject = "imports"


class TooLarge(MinshengError):
    """The body exceeds what the route takes."""


class UnsupportedMedia(MinshengError):
    """The body isn't of the kind that the route takes."""


class CrossSite(MinshengError):
    """Another site's page has had a browser send it."""


class TicketInvalid(MinshengError):
    """The ticket is forged, damaged, or another campaign's."""


class CollectionNotOpen(MinshengError):
    """It arrived before `opens_at`."""


class CollectionClosed(MinshengError):
    """It arrived at or after `closes_at`."""


class LinkUnknown(MinshengError):
    """No link has this code, or its check character is wrong."""


class ReceiptUnknown(MinshengError):
    """No response that was acknowledged has this receipt, or none that a receipt leads to."""


class LinkRevoked(MinshengError):
    """The link was revoked."""


class ResponseWithdrawn(MinshengError):
    """The ticket's response was withdrawn, by its receipt."""


class AnswersInvalid(FieldErrors):
    """Answers don't fit their questionnaire."""

    subject = "answers"


class AnswerConflict(MinshengError):
    """The ticket's response is stored already, with other answers."""


class TooLate(MinshengError):
    """The write could not be finished within its deadline; nothing was acknowledged. Trying again is safe."""


class QuestionnaireUnknown(MinshengError):
    """No such edition, or it never had this version."""


class KeyInvalid(MinshengError):
    """The key is missing, unknown or was rotated."""


class NotYours(MinshengError):
    """The key is good, but not for this."""


class TooManyRequests(MinshengError):
    """Out of all proportion; it may be tried again in `wait_s` seconds."""

    def __init__(self, reason: str, wait_s: float) -> None:
        super().__init__(reason)
        self.retry_after_s = max(1, ceil(wait_s))


class NotFound(MinshengError):
    """No such thing under this name."""


class RequestInvalid(FieldErrors):
    """Fields of a request don't fit."""


class AnnexInvalid(RequestInvalid):
    """What a unit typed into an annex doesn't fit."""

    subject = "imports"


class QuestionnaireInvalid(RequestInvalid):
    """A questionnaire's parts don't fit together; pointers begin at the file that holds it."""


class AlreadySealed(MinshengError):
    """The campaign is sealed: nothing of it can change any more."""


class PreconditionFailed(MinshengError):
    """What is to be changed is no longer as the caller saw it."""


class Overtaken(MinshengError):
    """Somebody else did the same at this moment, and was quicker."""


class RepeatReused(MinshengError):
    """An `Idempotency-Key` stood for another request before."""


class RepeatUnfinished(MinshengError):
    """The same request was sent before, and isn't answered, or nobody knows whether it was done."""


class CampaignAmbiguous(MinshengError):
    """Several campaigns could be meant by what is to change, and none is named."""


class LastAdministrator(MinshengError):
    """The secretariat would be left without an administrator."""


class NotSealed(MinshengError):
    """The campaign isn't sealed yet."""
