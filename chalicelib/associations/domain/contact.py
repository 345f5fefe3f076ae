"""Whom to reach at a unit: a person, a mail address, a telephone. Kept apart from answers and from the unit."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PERSON_LENGTH = 40
PHONE_LENGTH = 40
EMAIL_LENGTH = 254
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", "[A-Za-z0-9_-]+"
EMAIL = rf"^{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+$"
"""What every mail server takes (RFC 5322's dot-atom, ASCII); a domain in Chinese is written in its `xn--` form."""
CARRIED = EMAIL.removesuffix("+$") + "*$"
"""Likewise, hosts without a dot included, which earlier releases took: what mail can be sent to."""
PHONE = r"^[+(（]?\d[\d ()（）/.,;、转extEXT-]*$"
"""Digits with what people write between them, extensions (`转 12`) and second numbers included."""


class Contact(BaseModel):
    """A unit's contact; whatever isn't known is None."""

    model_config = ConfigDict(frozen=True)

    name: str | None = Field(default=None, min_length=1, max_length=PERSON_LENGTH)
    email: str | None = Field(default=None, max_length=EMAIL_LENGTH)
    """Fits `EMAIL`, unless an earlier release has stored it."""
    phone: str | None = Field(default=None, pattern=PHONE, max_length=PHONE_LENGTH)
    wants_digest: bool = False
    """Whether the unit wants its own scheduled mails."""

    def veiled(self) -> dict[str, Any]:
        """The contact as the audit log shows it: enough to see what changed, too little to write or to call."""
        seen = {"name": self.name and f"{self.name[0]}*", "phone": self.phone and f"*{self.phone[-3:]}"}
        seen["email"] = self.email and f"{self.email[0]}*@{self.email.rpartition('@')[2]}"
        return {name: words for name, words in seen.items() if words} | {"wants_digest": self.wants_digest}


def phones(written: str | None) -> list[str]:
    """The numbers in what people write of how to call them: `13800138000/020-87654321` are two."""
    return [one.strip() for one in re.split(r"[/,;、，；]| {2,}", written or "") if one.strip()]
