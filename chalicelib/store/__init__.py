"""The tables, one file each, and the few operations that the use cases need of them."""

from pynamodb.models import Model

from chalicelib.store.audit import AuditItem
from chalicelib.store.base import SharedConnection, TableMeta, connection, quick_client
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

TABLES: tuple[type[Model], ...] = (
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


def open_client() -> None:
    """Makes the client now and not at the first request; opens no socket, so it may come before a fork."""
    quick_client()


def _share_one_connection() -> None:
    """PynamoDB would make a botocore client for every table, at a quarter of a second each."""
    shared = SharedConnection(TableMeta.region, TableMeta.host)
    for table in TABLES:
        own = connection(table)
        shared.add_meta_table(own.get_meta_table())
        own.connection = shared


_share_one_connection()
