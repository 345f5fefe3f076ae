"""A version of a questionnaire that the secretariat brought: a draft, until it is published; never changed after."""

import json
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict

from chalicelib.instrument.domain.questionnaire import Common, Questionnaire, Topic
from chalicelib.instrument.domain.regions import Regions


class Version(BaseModel):
    """One edition in one version. Instants in ms since the epoch."""

    model_config = ConfigDict(frozen=True)

    edition: str
    version: str
    content: str
    """`{"common": …, "topics": […]}`, as the data files hold them."""
    uploaded_at: int
    uploaded_by: str
    published_at: int | None = None

    @property
    def digest(self) -> str:
        """By what two drafts of the same version are told apart."""
        return sha256(self.content.encode()).hexdigest()[:16]


def parse(content: Any, regions: Regions) -> Questionnaire:
    """The questionnaire that a content says. Raises pydantic's `ValidationError` where something in it has no shape of
    ours, and `QuestionnaireInvalid` where its parts don't fit together."""
    whole = _Whole.model_validate_json(content) if isinstance(content, str) else _Whole.model_validate(content)
    return Questionnaire(whole.common, whole.topics, regions)


def as_text(content: Any) -> str:
    """A content in the one form in which it is stored."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


class _Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    common: Common
    topics: tuple[Topic, ...] = ()
