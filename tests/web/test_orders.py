"""Links and kits for all units at once, through the Lambda entry point: nothing doubled, nothing of anybody else's."""

import io
import zipfile
from typing import Any

import pytest

from app import app
from chalicelib.access.domain.roles import Rank
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.usecases.recount import request_recount
from chalicelib.jobs import jobs
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import LinkRevoked
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write, commit
from chalicelib.links.domain.link import Edition
from chalicelib.links.gateways import qr
from chalicelib.links.store import links
from chalicelib.links.store.revocations import is_revoked
from chalicelib.links.usecases import issue_missing_links, pack_kits
from chalicelib.links.usecases.issue_links import issue_links, replace_link, revoke_link
from chalicelib.web.rim.replies import LinkReply
from chalicelib.web.secretariat.api.orders import JobReply, KitsReply, LinksOrderReply
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.shapes import check_shape
from tests.web.test_api import Reply, call, check_problem
from tests.web.visiting import Session

WANTED = {"channel": "官方网站", "edition": "public", "otherwise": 2}


@pytest.fixture(scope="module")
def key() -> str:
    """A key of the secretariat."""
    return stage.secretariat_key()


@pytest.fixture
def campaign() -> str:
    """A campaign with `u1`, which named no number, `u2`, which wants three, and `u3`, which wants none."""
    name = stage.make_campaign()
    for code, wanted in (("u2", 3), ("u3", 0)):
        units.item_of(Unit(campaign=name, code=code, name=f"{code}/青禾会", province="44", links_wanted=wanted)).save()
    return name


def order(key: str, campaign: str, resource: str, body: Any = None) -> Reply:
    """The answer to an order."""
    return call("POST", resource, body, key, query={"campaign": [campaign]})


def counted(campaign: str) -> list[int]:
    """How many usable links the units have."""
    found = campaigns.read(campaign)
    issued = [links.of_unit(campaign, unit) for unit in ("u1", "u2", "u3")]
    return [sum(not is_revoked(found, link.code, 0) for link in some) for some in issued]


def test_all_units_get_what_they_lack(key: str, campaign: str) -> None:
    """Up to the wanted number; links that are there count, revoked ones don't; ordering again issues nothing."""
    kept, gone = issue_links(campaign, "u2", "海报", Edition.PUBLIC, ["", ""], now_ms(), "test")
    revoke_link(gone.code, now_ms(), "test")

    ordered = order(key, campaign, "/api/v1/links/wanted", WANTED)
    take_up(issue_missing_links.WANTED, f"links#{ordered.body['id']}", now_ms())
    done = call("GET", "/api/v1/links/wanted/{order}", key=key, parameters={"order": ordered.body["id"]})
    again = order(key, campaign, "/api/v1/links/wanted", WANTED)
    take_up(issue_missing_links.WANTED, f"links#{again.body['id']}", now_ms())

    check_shape(LinksOrderReply, done.body)
    assert (ordered.status, ordered.body["status"]) == (202, "queued")
    assert ordered.headers["location"].endswith(ordered.body["id"])
    assert done.body | {"id": ""} == {"id": "", "status": "done", "done": 3, "of": 3, "issued": 4}
    assert counted(campaign) == [2, 3, 0]
    assert kept.code in {link.code for link in links.of_unit(campaign, "u2")}
    assert sum(entry["action"] == "link.order" for entry in audit.newest(campaign, 50)) == 2


def test_an_order_that_is_under_way_is_not_ordered_twice(key: str, campaign: str) -> None:
    """A second click finds the first one's order."""
    first = order(key, campaign, "/api/v1/links/wanted", WANTED)
    second = order(key, campaign, "/api/v1/links/wanted", WANTED)

    assert first.body == second.body
    assert order(key, campaign, "/api/v1/kits").body == order(key, campaign, "/api/v1/kits").body


def test_an_order_that_was_cut_off_is_completed(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next try counts what is there, and doubles nothing."""
    ordered = issue_missing_links.order_links(campaigns.read(campaign), "海报", Edition.PUBLIC, 2, now_ms(), "test")

    def write_and_die(*together: Write) -> None:
        commit(*together)
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.links.usecases.issue_links.commit", write_and_die)
        with pytest.raises(ConnectionResetError):
            take_up(issue_missing_links.WANTED, f"links#{ordered}", now_ms())
    assert counted(campaign) == [2, 0, 0]
    take_up(issue_missing_links.WANTED, f"links#{ordered}", now_ms())

    assert counted(campaign) == [2, 3, 0]
    job = jobs.find(f"links#{ordered}")
    assert job is not None
    assert job.done


@pytest.mark.parametrize(
    ("field", "value"),
    [("channel", ""), ("channel", "海" * 41), ("edition", "private"), ("otherwise", -1), ("otherwise", 201)],
)
def test_a_wrong_order_is_refused_at_its_field(key: str, campaign: str, field: str, value: object) -> None:
    """And nothing is ordered."""
    reply = order(key, campaign, "/api/v1/links/wanted", WANTED | {field: value})

    check_problem(reply, 422, "request-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == [f"/{field}"]
    assert jobs.find(f"links#{campaign}.1") is None


def test_a_lost_link_is_replaced_in_one_act(key: str, campaign: str) -> None:
    """The same channel, edition and label under a new code; the old one stops, and can't be replaced twice."""
    (old,) = issue_links(campaign, "u2", "海报", Edition.PRACTITIONER, ["服务大厅"], now_ms(), "test")
    resource, parameters = "/api/v1/links/{code}/replacement", {"code": old.code}

    made = call("POST", resource, key=key, parameters=parameters)
    again = call("POST", resource, key=key, parameters=parameters)

    check_shape(LinkReply, made.body)
    assert made.status == 201
    assert {name: made.body[name] for name in ("unit", "channel", "edition", "label", "revoked")} == {
        "unit": "u2",
        "channel": "海报",
        "edition": "practitioner",
        "label": "服务大厅",
        "revoked": False,
    }
    assert is_revoked(campaigns.read(campaign), old.code, 0)
    check_problem(again, 410, "link-revoked")
    assert counted(campaign) == [0, 1, 0]
    entry = audit.newest(campaign, 1)[0]
    assert (entry["action"], entry["subject"], entry["after"]) == (
        "link.replace",
        old.code,
        {"code": made.body["code"]},
    )


def test_of_two_who_replace_a_link_one_does(campaign: str) -> None:
    """A double click makes one new link."""
    (old,) = issue_links(campaign, "u2", "海报", Edition.PUBLIC, [""], now_ms(), "test")
    replace_link(old.code, now_ms(), "test")

    with pytest.raises(LinkRevoked):
        replace_link(old.code, now_ms(), "test")
    assert counted(campaign) == [0, 1, 0]


def test_of_two_who_replace_a_link_at_the_same_instant_one_does(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where both have seen it working: the unit never has two new links."""
    (old,) = issue_links(campaign, "u2", "海报", Edition.PUBLIC, [""], now_ms(), "test")
    read = campaigns.read

    def read_and_be_overtaken(name: str) -> Campaign:
        found = read(name)
        monkeypatch.undo()
        replace_link(old.code, now_ms(), "test")
        return found

    monkeypatch.setattr(campaigns, "read", read_and_be_overtaken)
    with pytest.raises(LinkRevoked):
        replace_link(old.code, now_ms(), "test")
    assert counted(campaign) == [0, 1, 0]


def test_the_kits_of_all_units_come_as_one_archive(key: str, campaign: str) -> None:
    """A folder for each unit that has links, the list of all, by an address that is signed and runs out."""
    codes = {
        unit: issue_links(campaign, unit, "海报", Edition.PUBLIC, [""], now_ms(), "test")[0].code
        for unit in ("u1", "u2")
    }
    ordered = order(key, campaign, "/api/v1/kits")
    take_up(pack_kits.KITS, f"kits#{ordered.body['id']}", now_ms())
    done = call("GET", "/api/v1/kits/{order}", key=key, parameters={"order": ordered.body["id"]})

    check_shape(KitsReply, done.body)
    assert (done.body["status"], done.body["done"], done.body["of"]) == ("done", 3, 3)
    (file,) = done.body["files"]
    archive = zipfile.ZipFile(io.BytesIO(download(file["url"])))
    assert archive.testzip() is None
    names = archive.namelist()
    assert {f"u1 {stage.UNIT_NAME}/{codes['u1']}/sheet.pdf", f"u2 u2 青禾会/{codes['u2']}/qr.svg"} <= set(names)
    assert {name.partition("/")[0] for name in names} == {"links.csv", f"u1 {stage.UNIT_NAME}", "u2 u2 青禾会"}
    assert "使用说明" in archive.read("u2 u2 青禾会/hints.html").decode()
    assert qr.link_url(codes["u1"]) in archive.read("links.csv").decode()
    with pytest.raises(AssertionError, match="403"):
        download(file["url"].replace("signature=", "signature=0"))


def download(url: str) -> bytes:
    """A file behind a signed address."""
    path, _, query = url.partition("/files/")[2].partition("?")
    export, _, name = path.partition("/")
    asked = {part.partition("=")[0]: [part.partition("=")[2]] for part in query.split("&")}
    event = api_event("GET", "/files/{export}/{name}", parameters={"export": export, "name": name}, query=asked)
    answer = app(event, lambda_context())
    assert answer["statusCode"] == 200, answer["statusCode"]
    return stage.content(answer)


def cancel(key: str, kind: str, name: str) -> Reply:
    """The answer to cancelling an order."""
    return call("POST", "/api/v1/jobs/{kind}/{order}/cancel", key=key, parameters={"kind": kind, "order": name})


def test_an_order_is_cancelled_until_it_has_ended(key: str, campaign: str) -> None:
    """The next tick does nothing of it; what is done stays done, and what must run to its end can't be cancelled."""
    first = order(key, campaign, "/api/v1/links/wanted", WANTED).body["id"]

    cancelled = cancel(key, "links", first)
    take_up(issue_missing_links.WANTED, f"links#{first}", now_ms())
    second = order(key, campaign, "/api/v1/links/wanted", WANTED).body["id"]
    none = counted(campaign)
    take_up(issue_missing_links.WANTED, f"links#{second}", now_ms())
    too_late = cancel(key, "links", second)

    check_shape(JobReply, cancelled.body)
    assert (cancelled.status, cancelled.body) == (200, {"kind": "links", "id": first, "status": "cancelled"})
    assert (none, counted(campaign)) == ([0, 0, 0], [2, 3, 0])
    assert (too_late.status, too_late.body["status"]) == (200, "done")
    for kind, name in (("close", campaign), ("nothing", first), ("links", "nobody's")):
        check_problem(cancel(key, kind, name), 404, "not-found")


@pytest.mark.parametrize(
    ("page", "act", "kind"),
    [("/secretariat/links", "wanted", "links"), ("/secretariat/links", "kits", "kits"),
     ("/secretariat/exports", "order", "export"), ("/secretariat/counting", "", "recount")],
)  # fmt: skip
def test_the_page_stops_an_order(key: str, campaign: str, page: str, act: str, kind: str) -> None:
    """Asked once more; then the page says so, and has nothing more to stop. A reader is offered nothing to press."""
    session, reader = Session(key), Session(stage.member_key(Rank.READER))
    if act:
        session.post(page, {"act": act, "channel": "学校", "edition": "public", "otherwise": "1"})
    else:
        request_recount(campaign, now_ms(), "test")
    offered = session.get(page).body
    name = audit.newest(campaign, 1)[0]["subject"] if kind in {"export", "recount"} else f"{campaign}.1"

    asked = session.post(page, {"act": "cancel", "kind": kind, "order": name})
    before = jobs.find(f"{kind}#{name}")
    done = session.post(page, {"act": "cancel", "kind": kind, "order": name, "confirmed": "1"})

    field = f'name="order" value="{name}"'
    assert field in offered
    assert field not in reader.get(page).body
    assert (asked.status, field in asked.body, before and before.outcome) == (200, True, None)
    assert (done.status, done.headers["location"].rpartition("/")[2]) == (303, page.rpartition("/")[2])
    after = session.get(page).body
    assert "已取消" in after
    assert field not in after


def test_the_page_orders_links_and_kits(key: str, campaign: str) -> None:
    """With progress, a wrong number shown at its field, and the archive to download in the end."""
    session, resource = Session(key), "/secretariat/links"

    wrong = session.post(resource, {"act": "wanted", "channel": "", "edition": "public", "otherwise": "x"})
    right = session.post(resource, {"act": "wanted", "channel": "学校", "edition": "public", "otherwise": "1"})
    waiting = session.get(resource).body
    take_up(issue_missing_links.WANTED, f"links#{campaign}.1", now_ms())
    session.post(resource, {"act": "kits"})
    take_up(pack_kits.KITS, f"kits#{campaign}.1", now_ms())
    ready = session.get(resource).body

    assert (wrong.status, right.status) == (422, 303)
    assert 'id="otherwise-wrong"' in wrong.body
    assert 'data-swap-every="2"' in waiting
    assert 'data-swap-every="2"' not in ready
    assert f'href="../../files/{campaign}.1/kits.zip?expires=' in ready
    assert counted(campaign) == [1, 3, 0]
