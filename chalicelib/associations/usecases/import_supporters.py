"""Importing supporting units from a table (annex 2): all of it, or nothing where anything in it is wrong."""

from collections.abc import Sequence

from chalicelib.associations.domain.spreadsheet import Answers, Row
from chalicelib.associations.domain.supporter import Supporter
from chalicelib.associations.domain.supporter_import import SupporterChange, decide_supporters
from chalicelib.associations.domain.supporter_rows import SupporterRow, read_supporters
from chalicelib.associations.domain.table import Decision
from chalicelib.associations.store import supporters, units
from chalicelib.associations.store.supporters import MOST_TOGETHER, Step, write_together
from chalicelib.associations.usecases.import_table import Imported, import_table
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit

_NO_ANSWERS = Answers()


def import_supporters(
    campaign: Campaign,
    rows: Sequence[Row],
    now_ms: int,
    who: str,
    lang: str,
    answers: Answers = _NO_ANSWERS,
    *,
    dry_run: bool,
) -> Imported:
    """Creates the supporters that are new and changes those that are known; nothing is ever removed.

    Ended halfway, the next import of the same table does the rest. Raises `AlreadySealed`, and `TooLate` where others
    keep changing the same supporters.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_supporters", campaign=campaign.id)

    def decide(some: Sequence[SupporterRow]) -> Decision[SupporterChange]:
        return decide_supporters(campaign.id, some, supporters.of_campaign(campaign.id), units.of_campaign(campaign.id))

    def write(some: Sequence[SupporterChange]) -> None:
        write_together([_step(change, now_ms, who) for change in some if change.before != change.after])

    return import_table(read_supporters(rows, answers), decide, write, MOST_TOGETHER, lang, dry_run=dry_run)


def _step(change: SupporterChange, now_ms: int, who: str) -> Step:
    before, after = change.before, change.after
    action = "supporter.create" if before is None else "supporter.change"
    seen = {"before": _view(before)} if before else {}
    entry = audit.entry(after.campaign, now_ms, who, action, after.name, **seen, after=_view(after))
    return before, after, entry


def _view(supporter: Supporter) -> dict[str, object]:
    """A supporter as the audit shows it."""
    return supporter.model_dump(mode="json", exclude={"campaign"}, exclude_none=True)
