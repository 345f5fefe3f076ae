"""The description of the API (OpenAPI 3.1), made from what stands on its views."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_args, get_origin

from chalice.app import Request, Response
from pydantic import BaseModel, TypeAdapter

from chalicelib import __version__
from chalicelib.kernel.errors import PreconditionFailed
from chalicelib.web import netizen, public, unit
from chalicelib.web.rim import caller
from chalicelib.web.rim.operation import ANYBODY, Operation
from chalicelib.web.rim.problems import KINDS, answered
from chalicelib.web.rim.replies import Problem
from chalicelib.web.secretariat import api

_REF = "#/components/schemas/{model}"


@answered
def openapi(request: Request) -> Response:  # noqa: ARG001 - anybody is told the same
    """`GET /openapi.json`"""
    return caller.reply(document())


def operations() -> Iterator[Operation[Any]]:
    """All that the API offers: whatever stands on a view in these folders."""
    for folder in (netizen, unit, api, public):
        for file in iter_modules(folder.__path__):
            views = vars(import_module(f"{folder.__name__}.{file.name}")).values()
            yield from (view for view in views if isinstance(view, Operation))


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    named = (_one(shape) for op in operations() for shape in (op.gives, op.takes))
    shapes = {shape for shape in named if isinstance(shape, type)} | {Problem}
    ordered = sorted(shapes, key=lambda shape: shape.__name__)
    _, shared = TypeAdapter.json_schemas(
        ((shape, "validation", TypeAdapter(shape)) for shape in ordered), ref_template=_REF
    )
    paths: dict[str, Any] = {}
    for op in operations():
        paths.setdefault(op.path, {})[op.method.lower()] = _described(op)
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


def _described(op: Operation[Any]) -> dict[str, Any]:
    parameters = [*_path_parameters(op.path), *(_parameter(name, "query") for name in op.query)]
    if 304 in op.ok_too:
        parameters.append(_parameter("If-None-Match", "header"))
    if PreconditionFailed in op.refuses:
        parameters.append(_parameter("If-Match", "header"))
    if op.repeats_once:
        parameters.append(_parameter("Idempotency-Key", "header"))
    described: dict[str, Any] = {
        "operationId": f"{op.method.lower()}_{op.path.strip('/').replace('/', '_')}",
        "summary": op.summary,
        "parameters": parameters,
        "responses": _good(op) | _refused(op, bool(parameters)),
    }
    if op.takes:
        kinds = op.takes if isinstance(op.takes, tuple) else (op.takes,)
        described["requestBody"] = {"required": True, "content": dict(map(_content, kinds))}
    if op.who != ANYBODY:
        described["security"] = [{"key": []}]
    return described


def _good(op: Operation[Any]) -> dict[str, Any]:
    content = {"content": dict([_content(op.gives)])} if op.gives else {}
    before = {status: {"description": "as before"} | ({} if status == 304 else content) for status in op.ok_too}
    return {str(status): said for status, said in ({op.status: {"description": "done"} | content} | before).items()}


def _refused(op: Operation[Any], is_asked: bool) -> dict[str, Any]:
    """What it refuses itself, and what needn't be said of each: whose key it takes, how it reads a body, that an
    address may be too long, that a table that is looked at may be out of reach, and that whoever asks too often waits.
    """
    statuses = {KINDS[refusal].status for refusal in op.refuses}
    statuses |= {401, 403} if op.who != ANYBODY else {403} if op.takes else set()
    statuses |= {429, 503} if op.who != ANYBODY or op.method != "GET" else set()
    statuses |= {400, 413, 415} if op.takes else set()
    statuses |= {422} if isinstance(op.takes, type) and issubclass(op.takes, BaseModel) else set()
    statuses |= {404} if "campaign" in op.query else set()
    statuses |= {409} if op.changes else set()
    statuses |= {409, 422} if op.repeats_once else set()
    statuses |= {414} if is_asked else set()
    content = {"application/problem+json": {"schema": {"$ref": _REF.format(model=Problem.__name__)}}}
    return {str(status): {"description": "refused", "content": content} for status in sorted(statuses)}


def _content(shape: type | str) -> tuple[str, dict[str, Any]]:
    if isinstance(shape, str):
        return shape, {}
    schema: dict[str, Any] = {"$ref": _REF.format(model=_one(shape).__name__)}
    return "application/json", {"schema": {"type": "array", "items": schema} if get_origin(shape) is list else schema}


def _one(shape: Any) -> Any:
    """What a list is of."""
    return get_args(shape)[0] if get_origin(shape) is list else shape


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [_parameter(part[1:-1], "path") for part in path.split("/") if part.startswith("{")]


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
