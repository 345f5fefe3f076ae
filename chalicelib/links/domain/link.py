"""A link: one unit's own way in, through one channel, to one edition."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.kernel.codes import has_check, is_plain, normalised, random_code, with_check
from chalicelib.kernel.errors import LinkUnknown

CODE_LENGTH = 8
"""Seven random characters and their check character: 2 × 10^10 codes."""

LABEL_LENGTH = 40
CHANNELS = (
    "官方网站",
    "官方公众号",
    "微博",
    "App",
    "小程序",
    "微信群",
    "短信",
    "海报",
    "服务大厅",
    "学校",
    "社区",
    "网吧",
    "企业",
    "媒体",
    "现场活动",
)
"""Where links are usually used; others may be named in free text."""


class Edition(StrEnum):
    """The questionnaire's two editions."""

    PUBLIC = "public"
    PRACTITIONER = "practitioner"


class Link(BaseModel):
    """A short link of a unit. URLs are never stored: they are made of the code and the base URL."""

    model_config = ConfigDict(frozen=True)

    code: str
    campaign: str
    unit: str
    channel: str
    edition: Edition
    label: str = Field(default="", max_length=LABEL_LENGTH)
    """The collecting point: a hall, a school, a supporter."""
    supporter: str | None = None
    """Whose point it is, by the name of one of the unit's supporters in the form that is compared."""
    follows: tuple[str, ...] = ()
    """The codes of earlier campaigns' links in whose place it stands, the last one last: they lead on to it."""
    created_at: int = 0
    """ms since the epoch. Whether a link was revoked is stored in its campaign, see `Campaign.revoked`."""


def new_code() -> str:
    """A fresh code; random, so codes don't show how many there are, nor whose they are; none that spreadsheets bend."""
    while not is_plain(code := with_check(random_code(CODE_LENGTH - 1))):
        pass
    return code


def read_code(typed: str) -> str:
    """The code in what somebody typed or scanned, in either case, with or without hyphens.

    Raises `LinkUnknown` without any look-up where the check character doesn't fit.
    """
    code = normalised(typed)
    if len(code) != CODE_LENGTH or not has_check(code):
        raise LinkUnknown("no_link_code", typed=typed[:40])
    return code
