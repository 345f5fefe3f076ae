"""The questionnaires table: versions that the secretariat brought, by edition."""

from pydantic import TypeAdapter
from pynamodb.attributes import UnicodeAttribute

from chalicelib.instrument.domain.version import Version
from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, delete, put


class VersionItem(DocumentTable):
    """A version as one document."""

    class Meta(TableMeta):
        table_name = table_name("questionnaires")

    edition = UnicodeAttribute(hash_key=True)
    version = UnicodeAttribute(range_key=True)


_documents = Documents(VersionItem, TypeAdapter(Version), "questionnaire")


def find(edition: str, version: str, *, consistent: bool = True) -> Version | None:
    """A version; None where there is none of ours in the table. Half a read unit for 4 KB where not `consistent`."""
    return _documents.find(edition, version, consistent=consistent)


def read(edition: str, version: str) -> Version:
    """A version, read consistently. Raises `NotFound`."""
    return _documents.read(edition, version)


def of_edition(edition: str) -> list[Version]:
    """All versions of an edition, drafts included, read consistently."""
    return _documents.of_campaign(edition)


def replacing(before: Version | None, after: Version) -> Write:
    """Stores a version in the place of what was read; None: of nothing."""
    return put(_documents.item(after, after.edition, after.version), _documents.unchanged(before))


def removing(before: Version) -> Write:
    """Removes a version that still is as it was read."""
    return delete(_documents.item(before, before.edition, before.version), _documents.unchanged(before))
