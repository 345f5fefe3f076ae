"""The tables, as `chalicelib.tables.TABLES` declares them."""

from collections.abc import Iterable, Mapping
from typing import Any

from pynamodb.models import Model

from chalicelib.kernel.settings import settings
from chalicelib.tables import TABLES
from infra.aws.cfn import Json, either, kept, resource, sub


def names() -> list[str]:
    """Every table's name within a deployment: `responses`, `set-aside`, …"""
    return [name_of(model) for model in TABLES]


def name_of(model: type[Model]) -> str:
    """A table's name within a deployment."""
    return str(model.Meta.table_name).removeprefix(settings().table_prefix)


def logical(name: str) -> str:
    """The name of a table's resource: `SetAsideTable` for `set-aside`."""
    return "".join(part.capitalize() for part in name.split("-")) + "Table"


def resources() -> Json:
    """A resource for each table."""
    return {logical(name_of(model)): _table(model) for model in TABLES}


def _table(model: type[Model]) -> Json:
    schema = model._get_schema()
    view = getattr(model.Meta, "stream_view_type", None)
    expires = model._ttl_attribute()  # type: ignore[no-untyped-call] # PynamoDB types it not
    properties: Json = {
        "TableName": sub("${AWS::StackName}-" + name_of(model)),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": list(schema["attribute_definitions"]),
        "KeySchema": _hash_first(schema["key_schema"]),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": either("Protected", True, False),
        "SSESpecification": {"SSEEnabled": False},  # encrypted by a key of DynamoDB's own, which costs nothing
    }
    if indexes := schema["global_secondary_indexes"]:
        properties["GlobalSecondaryIndexes"] = [_index(one) for one in indexes]
    if view:
        properties["StreamSpecification"] = {"StreamViewType": view}
    if expires:
        properties["TimeToLiveSpecification"] = {"AttributeName": expires.attr_name, "Enabled": True}
    return kept(resource("AWS::DynamoDB::Table", properties))


def _index(index: Mapping[str, Any]) -> Json:
    return {
        "IndexName": index["index_name"],
        "KeySchema": _hash_first(index["key_schema"]),
        "Projection": index["projection"],
    }


def _hash_first(keys: Iterable[Any]) -> list[Any]:
    return sorted(keys, key=lambda key: str(key["KeyType"]))
