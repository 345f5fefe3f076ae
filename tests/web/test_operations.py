"""What stands on the API's views is what is served: on the same route, for the same people."""

import subprocess
import sys
from inspect import signature
from typing import Any

import pytest
from chalice.app import RouteEntry

import app as entries
from chalicelib.access.domain.roles import Act
from chalicelib.web.openapi.document import document, operations
from chalicelib.web.rim.operation import ANYBODY, UNIT, Operation, Who, unit_or
from infra.local import ROOT
from tests.web.route_rules import ANYBODY as RULED_ANYBODY
from tests.web.route_rules import EITHER, RULES, Rule
from tests.web.route_rules import UNIT as RULED_UNIT

OPERATIONS = list(operations())
SERVED = [entry for methods in entries.app.routes.values() for entry in methods.values()]
OF_API = [entry for entry in SERVED if entry.uri_pattern.startswith("/api/")]


def named(operation: Operation[Any]) -> str:
    """`PUT /api/v1/gifts`"""
    return f"{operation.method} {operation.path}"


def behind(entry: RouteEntry) -> Any:
    """What a route of `app.py` calls: its one line is `module.view(request(), …)`, so its first two names are these."""
    module, view = entry.view_function.__code__.co_names[:2]
    return getattr(getattr(entries, module), view)


def ruled(rule: Rule) -> Who:
    """The rule in an operation's words."""
    if isinstance(rule.opens, Act):
        return Who(act=rule.opens)
    return {RULED_ANYBODY: ANYBODY, RULED_UNIT: UNIT, EITHER: unit_or(rule.member)}[rule.opens]


@pytest.mark.parametrize("entry", OF_API, ids=lambda entry: f"{entry.method} {entry.uri_pattern}")
def test_a_route_of_app_py_leads_to_its_operation(entry: RouteEntry) -> None:
    """Path and method are written there for Chalice, and on the view: they are the same."""
    found = behind(entry)

    assert isinstance(found, Operation)
    assert (found.method, found.path) == (entry.method, entry.uri_pattern)


def test_every_operation_is_served_and_described() -> None:
    """None is left out of `app.py` or of `/openapi.json`, and none stands there twice."""
    described = [(method.upper(), path) for path, methods in document()["paths"].items() for method in methods]
    stated = [(operation.method, operation.path) for operation in OPERATIONS]

    assert sorted(stated) == sorted((entry.method, entry.uri_pattern) for entry in OF_API)
    assert sorted(described) == sorted(stated)


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_an_operation_is_for_those_whom_the_second_book_names(operation: Operation[Any]) -> None:
    """`route_rules.py` is written by hand beside the code."""
    [rule] = RULES[operation.method, operation.path]

    assert operation.who == ruled(rule)


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_an_operation_says_what_it_is(operation: Operation[Any]) -> None:
    """In one line, which ends like a sentence; and its view takes what stands in its path."""
    line, _, _ = (operation.view.__doc__ or "").partition("\n")
    in_path = sum(part.startswith("{") for part in operation.path.split("/"))

    assert line.endswith(".")
    assert len(signature(operation.view).parameters) == 1 + isinstance(operation.takes, type) + in_path


def test_the_description_is_made_where_nothing_has_run_yet() -> None:
    """On AWS the views' modules still wait when it is asked for."""
    code = "import app; print(len(app.description.document()['paths']))"

    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)

    assert int(told.stdout) == len(document()["paths"])
