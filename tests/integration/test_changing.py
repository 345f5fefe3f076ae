"""Changing a campaign: of changes made at once none is lost, and each is decided on what is stored."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.campaigns.set_campaign import set_campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed, NotFound
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from tests import stage

Change = Callable[[Campaign], Campaign]


@pytest.fixture(autouse=True, scope="module")
def _prepared(engine: str) -> None:
    stage.prepare()


def revoking(code: str) -> Change:
    """What revoking a link does."""
    return lambda campaign: campaign.model_copy(update={"revoked": campaign.revoked | {code}})


def naming(title: str) -> Change:
    """A change of the title."""
    return lambda campaign: campaign.model_copy(update={"title": title})


def close(campaign: Campaign) -> Campaign:
    """What the closing begins with."""
    return campaign.model_copy(update={"phase": Phase.CLOSING})


def postpone(campaign: Campaign) -> Campaign:
    """The close, an hour later."""
    return campaign.with_window(campaign.opens_at, campaign.closes_at + stage.HOUR_MS, now_ms())


def overtaken(name: str, changes: Sequence[Change]) -> Change:
    """The first of `changes`; the others are made between its reading and its writing, each overtaken by the next."""
    first, others = changes[0], list(changes[1:])

    def changed(before: Campaign) -> Campaign:
        if others:
            quicker = overtaken(name, others.copy())
            others.clear()
            campaigns.change(name, quicker)
        return first(before)

    return changed


@settings(max_examples=20, derandomize=True)
@given(st.permutations([revoking("A"), revoking("B"), revoking("C"), close, postpone, naming("改名")]))
def test_of_changes_made_at_once_none_is_lost(changes: list[Change]) -> None:
    """Revocations, the phase, the window and the title all hold, in whichever order; each is a revision."""
    name = stage.make_campaign()
    first = campaigns.read(name)

    _, after = campaigns.change(name, overtaken(name, changes))

    assert after == campaigns.read(name)
    assert (after.revoked, after.phase, after.title) == (frozenset("ABC"), Phase.CLOSING, "改名")
    assert after.closes_at == first.closes_at + stage.HOUR_MS
    assert after.revision == first.revision + len(changes)


def test_before_is_what_was_replaced() -> None:
    """Not what was read before somebody was quicker: the audit log must not blame one for another's change."""
    name = stage.make_campaign()

    before, after = campaigns.change(name, overtaken(name, [naming("新名"), revoking("A")]))

    assert (before.title, before.revoked) == (stage.TITLE, frozenset("A"))
    assert after == before.model_copy(update={"title": "新名", "revision": before.revision + 1})


def test_who_is_overtaken_by_the_same_change_changes_nothing() -> None:
    """Of two who do the same at once, one has done it, and the other learns that."""
    name = stage.make_campaign()

    before, after = campaigns.change(name, overtaken(name, [revoking("A"), revoking("A")]))

    assert before == after == campaigns.read(name)
    assert after.revision == 2


def test_a_change_that_the_closing_overtakes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was allowed when it was asked for; what counts is what is stored when it is made."""
    name, read = stage.make_campaign(), campaigns.read

    def read_and_be_overtaken(campaign: str) -> Campaign:
        found = read(campaign)
        monkeypatch.undo()
        campaigns.change(name, close)
        return found

    monkeypatch.setattr(campaigns, "read", read_and_be_overtaken)
    with pytest.raises(AlreadySealed):
        set_campaign(name, now_ms(), "test", title="太晚")

    assert (campaigns.read(name).title, campaigns.read(name).phase) == (stage.TITLE, Phase.CLOSING)
    assert audit.newest(name, 9) == []


def test_an_id_is_taken_once() -> None:
    """A second campaign under it leaves the first as it is."""
    name = stage.make_campaign()
    first = campaigns.read(name)

    assert not campaigns.create(first.model_copy(update={"title": "第二个"}))
    assert campaigns.read(name) == first


def test_of_two_who_set_up_a_campaign_at_once_the_second_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the first is lost but what the second gave as well, and the audit log names both."""
    name, create, now = f"stage-twice-{now_ms()}", campaigns.create, now_ms()
    opens, closes = now - 2 * stage.HOUR_MS, now + stage.DAY_MS

    def create_second(campaign: Campaign, *beside: Write) -> bool:
        monkeypatch.undo()
        given = ("a@minsheng.example",)
        set_campaign(name, now, "first", title="第一", recipients=given, opens_at=opens, closes_at=closes)
        return create(campaign, *beside)

    monkeypatch.setattr(campaigns, "create", create_second)
    after = set_campaign(name, now, "second", title="第二", opens_at=opens, closes_at=closes)

    assert (after.title, after.recipients) == ("第二", ("a@minsheng.example",))
    acts = [(entry["who"], entry["action"]) for entry in audit.newest(name, 9)]
    assert sorted(acts) == [("first", "campaign.create"), ("second", "campaign.change")]


def test_what_a_worker_changed_it_knows_at_once() -> None:
    """Its own cache doesn't show it the campaign of before."""
    name = stage.make_campaign()
    campaigns.cached(name)

    _, after = campaigns.change(name, revoking("A"))

    assert campaigns.cached(name) == after


def test_there_is_nothing_to_change_of_no_campaign() -> None:
    """And a change makes none."""
    with pytest.raises(NotFound):
        campaigns.change("stage-none", naming("无"))
    with pytest.raises(NotFound):
        campaigns.read("stage-none")
