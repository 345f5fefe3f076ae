"""Many tables at once, as files side by side or in a ZIP: one preview over all, each with its name, which says who sent
it. What is clear is imported; the rest is looked at one by one, or mended and sent again."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chalice.app import Response

from chalicelib.associations.gateways.bundles import SentFile
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.kernel.errors import SheetUnreadable
from chalicelib.web.desk.visitor import Visitor


class Import(Protocol):
    """Imports a file's content, or on a dry run says what would be."""

    def __call__(self, table: bytes, *, dry_run: bool) -> Imported: ...


@dataclass(frozen=True, slots=True)
class Checked:
    """A file, and what it came to."""

    name: str
    content: str
    """In Base64, for the form that imports it."""
    imported: Imported | None
    """None: it can't be read."""
    why: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether all of it can be imported as it is."""
        return self.imported is not None and not self.imported.rejected and not self.imported.questions


def import_many(visitor: Visitor, of: str, files: Sequence[SentFile], do: Import, *, dry_run: bool) -> Response:
    """The preview over all of them; or else imports those that are clear, one after the other."""
    checked = [_checked(visitor, one, do, dry_run=dry_run) for one in files]
    return visitor.page("secretariat/campaign/import_many.html", status=200, of=of, files=checked, done=not dry_run)


def _checked(visitor: Visitor, sent: SentFile, do: Import, *, dry_run: bool) -> Checked:
    copy = b64encode(sent.content).decode()
    try:
        return Checked(sent.name, copy, do(sent.content, dry_run=dry_run))
    except SheetUnreadable as unreadable:
        return Checked(sent.name, copy, None, visitor.seen.language.why(unreadable.subject, unreadable))
