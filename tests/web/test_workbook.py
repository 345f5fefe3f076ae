"""Figures as a workbook, by key: a unit its own, the secretariat everything."""

import base64
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.mail.gateways.workbook import XLSX
from tests import stage
from tests.web.test_sessions import Reply, call


@pytest.fixture
def campaign() -> str:
    """The current campaign, with two units."""
    campaign = stage.make_campaign(opens_in_ms=-1)
    stage.make_link(campaign)
    units.item_of(units.read(campaign, "u1").model_copy(update={"code": "u2", "name": "晨星协会"})).save()
    return campaign


def ask(key: str, **query: str) -> Reply:
    """Asks for the workbook."""
    asked = {name: [value] for name, value in query.items()} or None
    return call("GET", "/api/v1/workbook.xlsx", headers={"x-api-key": key, "accept": XLSX}, query=asked)


def opened(reply: Reply) -> Any:
    """The workbook in an answer."""
    assert reply.headers["content-type"] == XLSX
    return load_workbook(io.BytesIO(base64.b64decode(reply.body)))


def names(book: Any) -> list[str]:
    """Whose figures it holds."""
    return [row[1] for row in book["单位"].iter_rows(min_row=4, values_only=True)]


def test_a_unit_gets_its_own(campaign: str) -> None:
    """And nobody else's, whatever campaign it names."""
    key = rotate_key(campaign, "u1", now_ms(), "test")

    book = opened(ask(key))

    assert names(book) == [stage.UNIT_NAME]
    assert book.sheetnames == ["单位", "链接", "小时"]
    assert ask(key, campaign="another").status == 403


def test_the_secretariat_gets_everything(campaign: str) -> None:
    """Of the campaign that it names, or of the current one; without a key there is nothing."""
    key = stage.secretariat_key()

    assert names(opened(ask(key))) == names(opened(ask(key, campaign=campaign))) == [stage.UNIT_NAME, "晨星协会"]
    assert ask(key, campaign="another").status == 404
    assert ask("").status == 401
