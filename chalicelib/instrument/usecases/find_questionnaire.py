"""Finding a questionnaire: among those that come with the product, else among those that the secretariat published."""

from functools import lru_cache

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.kernel.errors import QuestionnaireUnknown


def load(edition: str, version: str | None = None) -> Questionnaire:
    """The questionnaire of an edition in the version that a campaign asks, see `Campaign.version_of`; the same object
    each time. Raises `QuestionnaireUnknown`.

    A version that the product doesn't hold costs half a read unit for 4 KB, once in a process.
    """
    own = questionnaires.versions(edition)
    version = version or own[0]
    return questionnaires.load(edition, version) if version in own else _published(edition, version)


@lru_cache(maxsize=32)
def _published(edition: str, version: str) -> Questionnaire:
    """A failure isn't remembered: a version may be published at any moment."""
    from chalicelib.instrument.domain.version import parse  # noqa: PLC0415 - most campaigns ask one of the product's
    from chalicelib.instrument.store import versions  # noqa: PLC0415 - likewise

    stored = versions.find(edition, version, consistent=False)
    if stored is None or stored.published_at is None:
        raise QuestionnaireUnknown("no_version", version=version, edition=edition)
    return parse(stored.content, questionnaires.regions())
