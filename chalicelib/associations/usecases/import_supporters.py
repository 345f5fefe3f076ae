"""Importing supporting units from a table (annex 2): all of it, or nothing where anything in it is wrong."""

from collections.abc import Sequence

from chalicelib.associations.domain.spreadsheet import Row
from chalicelib.associations.domain.supporter import Supporter
from chalicelib.associations.domain.supporter_import import SupporterChange, SupporterDecision, decide_supporters
from chalicelib.associations.domain.supporter_rows import SupporterRow, read_supporters
from chalicelib.associations.store import supporters, units
from chalicelib.associations.store.supporters import MOST_TOGETHER, Step, write_together
from chalicelib.associations.usecases.import_table import Imported, reported, write_in_groups
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit


def import_supporters(
    campaign: Campaign, rows: Sequence[Row], now_ms: int, who: str, lang: str, *, dry_run: bool
) -> Imported:
    """Creates the supporters that are new and changes those that are known; nothing is ever removed.

    Ended halfway, the next import of the same table does the rest. Raises `AlreadySealed`, and `TooLate` where others
    keep changing the same supporters.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_supporters", campaign=campaign.id)
    sheet = read_supporters(rows)
    decision = _decide(campaign.id, sheet.rows)
    imported = reported(sheet, decision.rejections, [change.before is None for change in decision.changes], lang)
    if not dry_run and not imported.rejected:
        _write(campaign.id, decision.changes, now_ms, who)
    return imported


def _decide(campaign: str, rows: Sequence[SupporterRow]) -> SupporterDecision:
    return decide_supporters(campaign, rows, supporters.of_campaign(campaign), units.of_campaign(campaign))


def _write(campaign: str, changes: Sequence[SupporterChange], now_ms: int, who: str) -> None:
    def write(some: Sequence[SupporterChange]) -> None:
        write_together([_step(change, now_ms, who) for change in some if change.before != change.after])

    def again(pending: Sequence[SupporterChange]) -> list[SupporterChange] | None:
        anew = _decide(campaign, [change.row for change in pending])
        return None if anew.rejections else anew.changes

    write_in_groups(changes, MOST_TOGETHER, write, again)


def _step(change: SupporterChange, now_ms: int, who: str) -> Step:
    before, after = change.before, change.after
    action = "supporter.create" if before is None else "supporter.change"
    seen = {"before": _view(before)} if before else {}
    entry = audit.entry(after.campaign, now_ms, who, action, after.name, **seen, after=_view(after))
    return before, after, entry


def _view(supporter: Supporter) -> dict[str, object]:
    """A supporter as the audit shows it."""
    return supporter.model_dump(mode="json", exclude={"campaign"}, exclude_none=True)
