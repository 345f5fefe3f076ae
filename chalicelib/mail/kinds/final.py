"""The final figures: once, when the campaign is sealed, to those who get digests; with the sealed files' checksum."""

from functools import partial

from chalicelib.mail.kind import MailKind
from chalicelib.mail.kinds.digest import who_wants_digests, write_digest

KIND = MailKind(
    "final", who_wants_digests, partial(write_digest, final=True), lambda campaign: f"{campaign.id}.final", kept=True
)
