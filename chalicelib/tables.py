"""All tables, for programs that create or list them. A function imports those that it uses."""

from chalicelib.access.store.keys import KeyItem
from chalicelib.access.store.open_sessions import SessionItem
from chalicelib.access.store.repeats import RepeatItem
from chalicelib.access.store.sign_ins import SignInItem
from chalicelib.associations.store.associations import AssociationItem
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.associations.store.hand_ins import HandInItem
from chalicelib.associations.store.headings import HeadingItem
from chalicelib.associations.store.supporters import SupporterItem
from chalicelib.associations.store.units import UnitItem
from chalicelib.campaigns.campaigns import CampaignItem
from chalicelib.collection.ledger import LedgerItem
from chalicelib.collection.responses import ResponseItem
from chalicelib.counting.store.set_aside import SetAsideItem
from chalicelib.counting.store.tallies import TallyRow
from chalicelib.gifts.gifts import GiftsItem
from chalicelib.instrument.store.versions import VersionItem
from chalicelib.jobs.jobs import JobItem
from chalicelib.kernel.store.audit import AuditItem
from chalicelib.kernel.store.dynamodb import Table
from chalicelib.links.store.links import LinkItem
from chalicelib.links.store.revocations import RevocationsItem
from chalicelib.mail.store.outbox import OutgoingItem
from chalicelib.materials.materials import MaterialItem

TABLES: tuple[type[Table], ...] = (
    AssociationItem,
    AuditItem,
    CampaignItem,
    ContactItem,
    GiftsItem,
    HandInItem,
    HeadingItem,
    JobItem,
    KeyItem,
    LedgerItem,
    LinkItem,
    MaterialItem,
    OutgoingItem,
    RepeatItem,
    ResponseItem,
    RevocationsItem,
    SessionItem,
    SetAsideItem,
    SupporterItem,
    SignInItem,
    TallyRow,
    UnitItem,
    VersionItem,
)


def create_missing_tables() -> None:
    """Creates the tables that aren't there. For the one-machine run and the tests; on AWS the template does it."""
    for table in TABLES:
        if not table.exists():
            table.create_table(wait=True)
