"""The description of the API (OpenAPI 3.1), generated from the models that validate."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib import __version__
from chalicelib.web.openapi import replies
from chalicelib.web.openapi.operations import OPERATIONS, Operation

_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REF.format(model="Problem")}


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    models = {m for op in OPERATIONS for m in (op.reply, op.request) if isinstance(m, type)} | {replies.Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, shared = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    paths: dict[str, Any] = {}
    for op in OPERATIONS:
        paths.setdefault(op.path, {})[op.method] = _operation(op)
    return {
        "openapi": "3.1.0",
        "info": {"title": "民声 Minsheng", "version": __version__},
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": shared["$defs"],
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
        },
    }


def _operation(op: Operation) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(op.reply)}} if isinstance(op.reply, type) else {op.reply: {}}
    replies_by_status: dict[str, Any] = {
        str(op.status): {"description": "done"} | ({"content": content} if op.reply else {})
    }
    for status in op.ok_too:
        replies_by_status[str(status)] = {"description": "as before"} | ({} if status == 304 else {"content": content})
    parameters = [*_path_parameters(op.path), *(_parameter(name, "query") for name in op.query)]
    if 304 in op.ok_too:
        parameters.append(_parameter("If-None-Match", "header"))
    for status in sorted({*op.refusals, *_refusals_of_all(op, parameters)}):
        replies_by_status[str(status)] = {
            "description": "refused",
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
    described: dict[str, Any] = {
        "operationId": f"{op.method}_{op.path.strip('/').replace('/', '_')}",
        "summary": op.summary,
        "parameters": parameters,
        "responses": replies_by_status,
    }
    if op.request is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(op.request)}}}
    if op.takes:
        described["requestBody"] = {"required": True, "content": {kind: {} for kind in op.takes}}
    if op.who != "anybody":
        described["security"] = [{"key": []}]
    return described


def _refusals_of_all(op: Operation, parameters: list[dict[str, Any]]) -> set[int]:
    """What needn't be said of each: an address may be too long, and where a table is looked at, it may be out of reach,
    and whoever asks too often waits."""
    looks = op.who != "anybody" or op.method != "get"
    return ({414} if parameters else set()) | ({429, 503} if looks else set())


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [_parameter(part[1:-1], "path") for part in path.split("/") if part.startswith("{")]


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
