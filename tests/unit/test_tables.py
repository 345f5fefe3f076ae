"""The tables share one client, which each gets at its first use."""

import pytest

from chalicelib.kernel.store.dynamodb import Table, client, quick_client
from chalicelib.tables import TABLES
from infra.aws.functions import FOLD, RESPONDENTS, Function
from tests.unit.test_deferred import modules_after


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_a_table_is_reached_by_the_shared_client(table: type[Table]) -> None:
    """PynamoDB would make one for each."""
    assert client(table) is quick_client()


@pytest.mark.parametrize("function", [RESPONDENTS, FOLD], ids=lambda function: function.name)
def test_a_function_imports_the_tables_that_it_uses(function: Function) -> None:
    """Not all of them: those that only desk and tick know are left alone."""
    others = {
        *("chalicelib.access.store.sign_ins", "chalicelib.associations.store.contacts", "chalicelib.gifts.gifts"),
        *("chalicelib.associations.store.supporters", "chalicelib.jobs.jobs", "chalicelib.mail.store.outbox"),
        "chalicelib.materials.materials",
    }

    modules = modules_after("import app", LOAD_AT_START=function.at_start)

    assert others <= {table.__module__ for table in TABLES}
    assert not modules & (others | {"chalicelib.tables"})
