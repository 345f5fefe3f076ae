"""Results: prepared after the seal, published once by the secretariat, then read by anybody."""

import csv
import gzip
import io
import json
import random
from collections import Counter
from hashlib import sha256

import pytest

from app import app
from chalicelib.access.domain.roles import Rank
from chalicelib.associations.gateways.sheets import read_sheet
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase, Seal
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.questionnaires import EDITIONS, load
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.results.domain.index import definition
from chalicelib.results.domain.protection import protection
from chalicelib.results.usecases import prepare_tables, published
from chalicelib.results.usecases.prepare_tables import TABLE_JOBS
from chalicelib.sealing.unseal import unseal
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.integration.test_tables import FIXED, row
from tests.web.test_sessions import Reply, call
from tests.web.visiting import Session

Rows = list[dict[str, str]]
TABLE = "/api/v1/results/{year}/{edition}/{item}"


@pytest.fixture
def rows() -> Rows:
    """What was answered."""
    chance = random.Random(5)
    return [row(n, chance) for n in range(400)]


@pytest.fixture
def sealed(engine: str, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign that was sealed with these rows, whose tables are made; nothing is remembered of what is published."""
    monkeypatch.setattr(published, "_LASTS_S", 0)
    return seal(rows)


def seal(rows: Rows) -> Campaign:
    """Seals a new campaign with these rows, and makes its tables."""
    stage.prepare()
    name = stage.make_campaign()
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*FIXED, *answer_sheet(load("public", "2026.1")).columns()], restval="")
    writer.writeheader()
    writer.writerows(rows)
    files.put(f"{name}/final/responses.csv.gz", gzip.compress(out.getvalue().encode("utf-8-sig")))
    asked = [{"edition": "public", "version": "2026.1"}]
    manifest = json.dumps({"collected": 400, "valid": 360, "questionnaires": asked}).encode()
    files.put(f"{name}/final/manifest.json", manifest)
    made = Seal(
        sealed_at=now_ms(), manifest=f"{name}/final/manifest.json", manifest_sha256=sha256(manifest).hexdigest()
    )
    campaigns.change(name, lambda one: one.model_copy(update={"phase": Phase.SEALED, "seal": made}))
    campaign = campaigns.read(name)
    prepare_tables.order(campaign, now_ms())
    take_up(TABLE_JOBS, TABLE_JOBS.id_of(f"{name}.1"), now_ms())
    return campaign


def table(campaign: Campaign, item: str, **query: str) -> Reply:
    """What anybody is told."""
    where = {"year": str(shanghai(campaign.opens_at).year), "edition": "public", "item": item}
    return call("GET", TABLE, parameters=where, query={name: [value] for name, value in query.items()})


def years() -> list[str]:
    """The campaigns of which results are published."""
    return [one["campaign"] for one in json.loads(call("GET", "/api/v1/results").body)["years"]]


def test_results_are_published_once_by_an_act_said_twice(sealed: Campaign) -> None:
    """Before, nobody sees any; a reader sees what would be hidden; after it, the seal can't be taken back."""
    reader, administrator = Session(stage.member_key(Rank.READER)), Session(stage.member_key(Rank.ADMINISTRATOR))
    assert sealed.id not in years()

    looked = reader.get("/secretariat/{campaign}/publish", campaign=sealed.id)
    refused = reader.post("/secretariat/{campaign}/publish", {"confirmed": "1"}, campaign=sealed.id)
    asked = administrator.post("/secretariat/{campaign}/publish", {}, campaign=sealed.id)

    assert "因人数过少隐藏" in looked.body
    assert "<button" not in looked.body.split('id="hidden"')[1]
    assert (refused.status, asked.status) == (403, 200)
    assert "公布结果？" in asked.body
    assert sealed.id not in years()

    administrator.post("/secretariat/{campaign}/publish", {"confirmed": "1"}, campaign=sealed.id)

    assert sealed.id in years()
    first = published.of_campaign(sealed.id)
    published.publish(campaigns.read(sealed.id), now_ms() + 1000, "test")
    assert published.of_campaign(sealed.id) == first
    assert [one["action"] for one in audit.newest(sealed.id, 100)].count("results.publish") == 1
    assert "结果已公布" in administrator.get("/secretariat/{campaign}/unseal", campaign=sealed.id).body
    with pytest.raises(AlreadySealed):
        unseal(sealed.id, now_ms() + 3_600_000, now_ms(), "test", "reason")


def test_a_run_that_was_killed_leaves_nothing(sealed: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables go, for their keys are gone; those of the next run are whole."""
    place, put = settings().files_dir / "tables" / sealed.id, files.put
    before = set(place.iterdir())
    assert sealed.seal is not None
    again = sealed.seal.model_copy(update={"number": 2})
    campaigns.change(sealed.id, lambda one: one.model_copy(update={"seal": again, "superseded": (sealed.seal,)}))
    prepare_tables.order(campaigns.read(sealed.id), now_ms())
    with monkeypatch.context() as killed:
        killed.setattr(files, "put", lambda name, raw: interrupt() if "directory" in name else put(name, raw))
        with pytest.raises(KeyboardInterrupt):
            take_up(TABLE_JOBS, TABLE_JOBS.id_of(f"{sealed.id}.2"), now_ms())
    (left,) = set(place.iterdir()) - before

    take_up(TABLE_JOBS, TABLE_JOBS.id_of(f"{sealed.id}.2"), now_ms() + LEASE_MS)

    (made,) = set(place.iterdir()) - before
    assert made != left
    assert {path.name for path in made.iterdir()} == set(EDITIONS)


def interrupt() -> None:
    """As a kill does."""
    raise KeyboardInterrupt


def test_a_table_is_that_of_an_independent_count(sealed: Campaign, rows: Rows) -> None:
    """Within the noise, for the areas asked; small ones are called few; nothing of a response, and no silent cut."""
    published.publish(sealed, now_ms(), "test")
    valid = [one for one in rows if one["valid"] == "true"]
    truth = Counter(option for one in valid if one["q18"].startswith("44") for option in one["q4"].split(";"))

    reply = table(sealed, "q4", area="00,44,4403,71")

    found = json.loads(reply.body)
    guangdong = {one["option"]: one for one in found["cells"] if one["area"] == "44"}
    assert guangdong.keys() == truth.keys()
    for option, n in truth.items():
        assert abs(guangdong[option]["n"] - n) <= protection().noise.most
    assert found["options"].keys() >= truth.keys()
    assert {one["area"] for one in found["cells"]} == {"00", "44", "4403"}
    assert {one["status"] for one in json.loads(table(sealed, "q12.laws", area="11").body)["cells"]} == {"few"}
    assert not [secret for secret in ("R-", "GD01", "ABCD") if secret in reply.body]
    assert len(reply.body.encode()) < 40_000
    assert table(sealed, "q4", area=",".join(["44"] * 41)).status == 422
    assert table(sealed, "receipt").status == 404
    assert call("GET", TABLE, parameters={"year": "1999", "edition": "public", "item": "q4"}).status == 404
    items = json.loads(call("GET", "/api/v1/results/items").body)
    assert {one["item"] for one in items["items"]} >= {"q4", "q12.laws"}


def test_the_index_comes_with_its_definition(sealed: Campaign) -> None:
    """By area, with its parts and the hash of the frozen file; the page has all provinces, without ranks."""
    published.publish(sealed, now_ms(), "test")
    where = {"year": str(shanghai(sealed.opens_at).year)}

    found = json.loads(call("GET", "/api/v1/results/{year}/index", parameters=where, query={"area": ["44,00,11"]}).body)
    of_one = json.loads(call("GET", "/api/v1/results/{year}/index", parameters=where, query={"area": ["1101"]}).body)
    body = call("GET", "/results/index").body

    assert (found["version"], found["sha256"]) == (1, definition(1).sha256)
    assert [cell["area"] for cell in found["cells"]] == ["44", "00"]
    guangdong = found["cells"][0]
    assert guangdong["value"] == pytest.approx(sum(guangdong["areas"].values()) / 3, abs=0.1)
    assert found["labels"].keys() == guangdong["areas"].keys()
    assert (of_one["version"], of_one["cells"]) == (1, [])
    assert str(guangdong["value"]) in body.split("广东省")[1].split("</tr>")[0]
    assert "样本不足" in body.split("北京市")[1].split("</tr>")[0]


@pytest.mark.parametrize("name", ["table.csv", "table.xlsx"])
def test_a_table_is_had_as_a_file(sealed: Campaign, name: str) -> None:
    """In words, of the same figures; what isn't shown says so and has none."""
    published.publish(sealed, now_ms(), "test")
    where = {"year": str(shanghai(sealed.opens_at).year), "edition": "public", "item": "q13", "name": name}
    event = api_event("GET", f"{TABLE}/{{name}}", parameters=where, query={"area": ["44,11"], "by": ["sex"]})

    rows = [[cell.text for cell in row.cells] for row in read_sheet(stage.content(app(event, lambda_context())))]

    shown = json.loads(table(sealed, "q13", area="44", by="sex").body)["cells"]
    men = next(one for one in shown if (one["group"], one["option"]) == ("sex:a", "a"))
    assert ["广东省", "男", "男", str(men["base"]), str(men["n"])] in [row[1:6] for row in rows]
    assert {row[3][:4] for row in rows if row[1] == "北京市"} == {"样本不足"}
    assert call("GET", f"{TABLE}/{{name}}", parameters={**where, "name": "table.pdf"}).status == 404


def test_the_page_shows_table_bars_and_notes(sealed: Campaign) -> None:
    """By its address alone, in words; groups each with a table; what isn't shown is said."""
    assert "还没有公布的结果" in call("GET", "/results").body or years()
    published.publish(sealed, now_ms(), "test")

    body = call("GET", "/results", query={"item": ["q12.laws"], "area": ["44"], "by": ["sex"]}).body

    assert "广东省" in body
    assert body.count("<caption>") >= 1
    assert "样本不足" in call("GET", "/results", query={"item": ["q12.laws"], "area": ["11"]}).body
    assert "<progress" in body
    assert '<th scope="col" class="n">全国加权</th>' in body
    assert body.index('<th scope="row">9<') < body.index('<th scope="row">10<')
    assert body.count("全国：指数") == body.count("广东省：指数") == 1
    assert "不是随机样本" in body
    assert "指数" in body
    assert 'class="results-form"' in call("GET", "/results", query={"lang": ["en"]}).body
