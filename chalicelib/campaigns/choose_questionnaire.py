"""Which version of an edition a campaign asks: chosen before it opens, and published by being chosen."""

from collections.abc import Iterable

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.instrument import questionnaires
from chalicelib.instrument.store import versions
from chalicelib.instrument.usecases.bring_version import version_as_seen
from chalicelib.kernel.errors import AlreadySealed, FieldError, RequestInvalid
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write


def choose_questionnaire(campaign_id: str, edition: str, version: str, digest: str, now_ms: int, who: str) -> Campaign:
    """Has a campaign ask a version; one that is a draft is published with that, and never changes again.

    `digest` is that of the draft as it was seen; empty for a version that comes with the product. Raises `NotFound`
    where there is none, `AlreadySealed`, and `RequestInvalid` where it is another by now or the campaign opens.
    """
    own = version in questionnaires.versions(edition)
    stored = None if own else version_as_seen(edition, version, digest)

    def changed(before: Campaign) -> Campaign:
        if before.phase is not Phase.COLLECTING:
            raise AlreadySealed("sealed", campaign=before.id, phase=before.phase)
        if not before.opening_can_move(now_ms):
            raise RequestInvalid([FieldError("/version", "questionnaire_fixed", at=before.opens_at)])
        asked = tuple(sorted({**dict(before.questionnaires), edition: version}.items()))
        return before.model_copy(update={"questionnaires": asked})

    def told(before: Campaign, _after: Campaign) -> Iterable[Write]:
        seen = {"before": before.version_of(edition), "after": version}
        yield audit.entry(campaign_id, now_ms, who, "questionnaire.choose", edition, **seen)
        if stored is not None and stored.published_at is None:
            yield versions.replacing(stored, stored.model_copy(update={"published_at": now_ms}))

    return campaigns.change(campaign_id, changed, told)[1]
