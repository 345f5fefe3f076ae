"""Bringing a version of a questionnaire: checked as a whole, kept as a draft, replaced or removed until published."""

from typing import Any

from pydantic import ValidationError

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.instrument.domain.version import Version, as_text, parse
from chalicelib.instrument.store import versions
from chalicelib.kernel.errors import FieldError, QuestionnaireInvalid, RequestInvalid, TooLarge
from chalicelib.kernel.shapes import misfits
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import commit, until_not_overtaken

MOST_BYTES = 200_000
"""What a version takes up as JSON; DynamoDB takes 400,000, and a netizen's phone has to load it."""


def check_content(content: Any) -> Questionnaire:
    """The questionnaire that a content says. Raises `QuestionnaireInvalid`; its pointers lead into the content."""
    try:
        return parse(content, questionnaires.regions())
    except ValidationError as invalid:
        raise QuestionnaireInvalid(misfits(invalid)) from None


def bring_version(campaign: str, content: Any, at_ms: int, who: str) -> Version:
    """Keeps a content as a draft, in the place of an earlier draft of that version; the audit log of `campaign` tells.

    Raises `QuestionnaireInvalid`, also where that version is published already, and `TooLarge`.
    """
    q = check_content(content)
    if q.edition not in questionnaires.EDITIONS:
        raise QuestionnaireInvalid(
            [FieldError("/common/edition", "edition", editions=", ".join(questionnaires.EDITIONS))]
        )
    text = as_text(content)
    if len(text.encode()) > MOST_BYTES:
        raise TooLarge("questionnaire_bytes", most=MOST_BYTES)

    def attempt() -> Version:
        before = versions.find(q.edition, q.version)
        published = before is not None and before.published_at is not None
        if published or q.version in questionnaires.versions(q.edition):
            raise QuestionnaireInvalid([FieldError("/common/version", "version_published", version=q.version)])
        after = Version(edition=q.edition, version=q.version, content=text, uploaded_at=at_ms, uploaded_by=who)
        told = audit.entry(campaign, at_ms, who, "questionnaire.draft", f"{q.edition} {q.version}", after=after.digest)
        commit(versions.replacing(before, after), told)
        return after

    return until_not_overtaken(attempt)


def read_version(edition: str, version: str) -> Version:
    """A version, be it a draft, or one that comes with the product. Raises `NotFound` and `QuestionnaireUnknown`."""
    if version not in questionnaires.versions(edition):
        return versions.read(edition, version)
    content = as_text(questionnaires.content(edition, version))
    return Version(edition=edition, version=version, content=content, uploaded_at=0, uploaded_by="", published_at=0)


def version_as_seen(edition: str, version: str, digest: str) -> Version:
    """A version that the secretariat brought, if it still is what was seen. Raises `NotFound` and `RequestInvalid`."""
    found = versions.read(edition, version)
    if found.digest != digest:
        raise RequestInvalid([FieldError("/version", "questionnaire_changed")])
    return found


def remove_draft(campaign: str, edition: str, version: str, digest: str, at_ms: int, who: str) -> None:
    """Removes a draft as it was seen. Raises `NotFound`, and `RequestInvalid` where it is another or published."""

    def attempt() -> None:
        draft = version_as_seen(edition, version, digest)
        if draft.published_at is not None:
            raise RequestInvalid([FieldError("/version", "version_published", version=version)])
        told = audit.entry(campaign, at_ms, who, "questionnaire.remove", f"{edition} {version}", before=digest)
        commit(versions.removing(draft), told)

    until_not_overtaken(attempt)
