"""The materials table: posters, slogans, marks and mascots of a campaign.

Their files are with `kernel.gateways.files`.
"""

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.kernel.store.documents import Documents, DocumentTable
from chalicelib.kernel.store.dynamodb import TableMeta, table_name
from chalicelib.kernel.store.writes import Write, commit, put
from chalicelib.materials.material import Material, MaterialKind


class MaterialItem(DocumentTable):
    """A material as one document."""

    class Meta(TableMeta):
        table_name = table_name("materials")

    campaign = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    revision = NumberAttribute()


_documents = Documents(MaterialItem, TypeAdapter(Material), "material")


def read(campaign: str, material: str) -> Material:
    """A material, read consistently. Raises `NotFound`."""
    return _documents.read(campaign, material)


def of_campaign(campaign: str) -> list[Material]:
    """The materials of a campaign by kind and name, read consistently."""
    found = _documents.of_campaign(campaign)
    return sorted(found, key=lambda one: (tuple(MaterialKind).index(one.kind), one.name, one.id))


def create(material: Material, *beside: Write) -> bool:
    """Stores a material unless its id is taken, together with other writes; says whether it did."""
    return _documents.create(_item(material), *beside)


def replace(before: Material, after: Material, *beside: Write) -> Material:
    """Stores `after` in the place of `before`, together with other writes; returns it with its revision.

    Raises `ConditionFailed` where that isn't what is stored any more.
    """
    after = after.model_copy(update={"revision": before.revision + 1})
    commit(put(_item(after), MaterialItem.revision == before.revision), *beside)
    return after


def _item(material: Material) -> MaterialItem:
    return _documents.item(material, material.campaign, material.id, revision=material.revision)
