"""The materials table: posters, slogans, marks and mascots of a campaign.

Their files are with `kernel.gateways.files`.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name, write_if
from chalicelib.materials.material import Kind, Material


class MaterialItem(Table):
    """A material as one document."""

    class Meta(TableMeta):
        table_name = table_name("materials")

    campaign = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    revision = NumberAttribute()
    document = UnicodeAttribute()


def read(campaign: str, material: str) -> Material:
    """A material, read consistently. Raises `NotFound`."""
    try:
        item = MaterialItem.get(campaign, material, consistent_read=True)
    except MaterialItem.DoesNotExist:
        raise NotFound(f"there is no material {material!r}") from None
    return Material.model_validate_json(item.document)


def of_campaign(campaign: str) -> list[Material]:
    """The materials of a campaign by kind and name, read consistently."""
    items = MaterialItem.query(campaign, consistent_read=True)
    found = [Material.model_validate_json(item.document) for item in items]
    return sorted(found, key=lambda one: (tuple(Kind).index(one.kind), one.name, one.id))


def create(material: Material) -> None:
    """Stores a new material. Raises `ConditionFailed` where its id is taken."""
    _write(material, MaterialItem.id.does_not_exist())


def replace(before: Material, after: Material) -> Material:
    """Stores `after` in the place of `before`. Raises `ConditionFailed` where that isn't what is stored any more."""
    after = after.model_copy(update={"revision": before.revision + 1})
    _write(after, MaterialItem.revision == before.revision)
    return after


def _write(material: Material, condition: object) -> None:
    item = MaterialItem(material.campaign, material.id, revision=material.revision, document=material.model_dump_json())
    write_if(MaterialItem, "put_item", item.get_save_kwargs_from_instance(condition=condition))  # type: ignore[arg-type]
