"""The tables share one client, which each gets at its first use."""

import pytest

from chalicelib.store.base import Table, client, quick_client
from chalicelib.store.tables import TABLES
from infra.aws.functions import FOLD, RESPONDENTS, Function
from tests.unit.test_deferred import modules_after


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_a_table_is_reached_by_the_shared_client(table: type[Table]) -> None:
    """PynamoDB would make one for each."""
    assert client(table) is quick_client()


@pytest.mark.parametrize("function", [RESPONDENTS, FOLD], ids=lambda function: function.name)
def test_a_function_imports_the_tables_that_it_uses(function: Function) -> None:
    """Not all of them: those that only desk and tick know are left alone."""
    others = {"contacts", "gifts", "jobs", "materials", "outbox", "sign_ins", "supporters", "tables"}

    modules = modules_after("import app", LOAD_AT_START=function.at_start)

    assert not modules & {f"chalicelib.store.{name}" for name in others}
