"""All tables, for whoever makes or lists them. A function imports those that it uses."""

from chalicelib.store.audit import AuditItem
from chalicelib.store.base import Table
from chalicelib.store.campaigns import CampaignItem
from chalicelib.store.contacts import ContactItem
from chalicelib.store.gifts import GiftsItem
from chalicelib.store.jobs import JobItem
from chalicelib.store.keys import KeyItem
from chalicelib.store.ledger import LedgerItem
from chalicelib.store.links import LinkItem
from chalicelib.store.materials import MaterialItem
from chalicelib.store.outbox import OutgoingItem
from chalicelib.store.responses import ResponseItem
from chalicelib.store.set_aside import SetAsideItem
from chalicelib.store.sign_ins import SignInItem
from chalicelib.store.supporters import SupporterItem
from chalicelib.store.tallies import TallyRow
from chalicelib.store.units import UnitItem

TABLES: tuple[type[Table], ...] = (
    AuditItem,
    CampaignItem,
    ContactItem,
    GiftsItem,
    JobItem,
    KeyItem,
    LedgerItem,
    LinkItem,
    MaterialItem,
    OutgoingItem,
    ResponseItem,
    SetAsideItem,
    SupporterItem,
    SignInItem,
    TallyRow,
    UnitItem,
)


def create_missing_tables() -> None:
    """Creates the tables that aren't there. For the one-machine run and the tests; on AWS the template does it."""
    for table in TABLES:
        if not table.exists():
            table.create_table(wait=True)
