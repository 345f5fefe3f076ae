"""The tables, one file each, and the few operations that the use cases need of them."""

from pynamodb.models import Model

from chalicelib.store.audit import AuditItem
from chalicelib.store.campaigns import CampaignItem
from chalicelib.store.jobs import JobItem
from chalicelib.store.keys import KeyItem
from chalicelib.store.ledger import LedgerItem
from chalicelib.store.links import LinkItem
from chalicelib.store.responses import ResponseItem
from chalicelib.store.set_aside import SetAsideItem
from chalicelib.store.tallies import TallyRow
from chalicelib.store.units import UnitItem

TABLES: tuple[type[Model], ...] = (
    AuditItem,
    CampaignItem,
    JobItem,
    KeyItem,
    LedgerItem,
    LinkItem,
    ResponseItem,
    SetAsideItem,
    TallyRow,
    UnitItem,
)


def create_missing_tables() -> None:
    """Creates the tables that aren't there. For the one-machine run and the tests; on AWS the template does it."""
    for table in TABLES:
        if not table.exists():
            table.create_table(wait=True)
