"""The API through the Lambda entry point: each bad input has its problem document, and leaves nothing behind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from app import app
from chalicelib.access.store import keys
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_key
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import new_code
from chalicelib.links.usecases.issue_links import revoke_link
from chalicelib.web.netizen.answering import ResponseReply, TicketReply
from chalicelib.web.netizen.definition_reply import Definition
from chalicelib.web.rim.replies import Links, Problem
from chalicelib.web.secretariat.api.campaigns import CampaignReply
from chalicelib.web.secretariat.api.overview import OverviewReply
from chalicelib.web.secretariat.api.units import UnitReply
from chalicelib.web.unit.counts import CountsReply
from infra.drills.events import api_event, lambda_context
from infra.drills.players import random_answers
from tests import stage
from tests.web.naming import in_campaign
from tests.web.shapes import check_shape


@dataclass(frozen=True)
class Reply:
    """An answer of the API."""

    status: int
    headers: Mapping[str, str]
    body: Any


def call(method: str, resource: str, body: Any = None, key: str | None = None, **event: Any) -> Reply:
    """A request as API Gateway sends it; the JSON that comes back."""
    resource, event = in_campaign(method, resource, event)
    headers = dict(event.pop("headers", {})) | ({"x-api-key": key} if key else {})
    answer = app(api_event(method, resource, body=body, headers=headers, **event), lambda_context())
    named = {name.lower(): value for name, value in answer["headers"].items()}
    is_json = answer["body"] and "json" in named.get("content-type", "")
    return Reply(answer["statusCode"], named, json.loads(answer["body"]) if is_json else answer["body"])


def check_problem(reply: Reply, status: int, slug: str) -> None:
    """A problem document of this kind (RFC 9457)."""
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    check_shape(Problem, reply.body)
    assert reply.body["type"].rpartition("/")[2] == slug
    assert reply.body["status"] == status


def post_ticket(code: str) -> dict[str, Any]:
    """A ticket for a link."""
    reply = call("POST", "/api/v1/tickets", {"link": code})
    assert reply.status == 201
    check_shape(TicketReply, reply.body)
    ticket: dict[str, Any] = reply.body
    return ticket


def valid_response(code: str) -> dict[str, Any]:
    """The body of a good response."""
    ticket = post_ticket(code)
    definition = call("GET", "/api/v1/questionnaires/{edition}", parameters={"edition": ticket["edition"]}).body
    return {"ticket": ticket["ticket"], "answers": random_answers(definition, ticket["topics"], Random(3))}


@pytest.fixture(scope="module")
def unit_key() -> str:
    """The key of a unit with a link and two responses."""
    campaign = stage.make_campaign(plan=8)
    return rotate_key(campaign, "u1", now_ms(), "test")


@pytest.fixture(scope="module")
def secretariat_key() -> str:
    """A key of the secretariat."""
    key = new_key()
    keys.give_secretariat(key)
    return key


def test_a_response_from_ticket_to_receipt() -> None:
    """201 the first time; 200, the same receipt and instant the next."""
    code = stage.make_link()
    body = valid_response(code)

    first, again = (call("POST", "/api/v1/responses", body) for _ in range(2))

    check_shape(ResponseReply, first.body)
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body
    assert len(stage.stored(code)) == 1


def test_arrival_is_the_gateways_word() -> None:
    """A cold start can't make an on-time netizen late: `requestTimeEpoch` decides."""
    body = valid_response(stage.make_link())
    arrived = now_ms() - 1500

    reply = call("POST", "/api/v1/responses", body, arrived_ms=arrived)

    assert reply.status == 201
    assert reply.body["accepted_at"].endswith("+08:00")
    assert f".{arrived % 1000:03d}+" in reply.body["accepted_at"]


@pytest.mark.parametrize("code", ["", "ABC", "0OIL0OIL", "ABCD2346", "x" * 500, "字母"])
def test_a_mistyped_or_invented_link_is_refused(code: str) -> None:
    """Without a look-up where the check character is wrong."""
    check_problem(call("POST", "/api/v1/tickets", {"link": code}), 404, "link-unknown")


def test_a_well_formed_code_that_nobody_has_is_refused() -> None:
    """The check character alone opens nothing."""
    check_problem(call("POST", "/api/v1/tickets", {"link": new_code()}), 404, "link-unknown")


def test_a_revoked_link_is_gone() -> None:
    """For tickets and for responses under tickets that are out."""
    code = stage.make_link()
    body = valid_response(code)
    revoke_link(code, now_ms(), "test")

    check_problem(call("POST", "/api/v1/tickets", {"link": code}), 410, "link-revoked")
    check_problem(call("POST", "/api/v1/responses", body), 410, "link-revoked")
    assert stage.stored(code) == []


@pytest.mark.parametrize(
    ("opens_in_ms", "closes_in_ms", "status", "slug"),
    [(60_000, 120_000, 403, "collection-not-open"), (-120_000, -1, 410, "collection-closed")],
)
def test_outside_the_window_there_are_no_tickets(opens_in_ms: int, closes_in_ms: int, status: int, slug: str) -> None:
    """Before opening 403, after closing 410."""
    code = stage.make_link(stage.make_campaign(opens_in_ms=opens_in_ms, closes_in_ms=closes_in_ms))

    check_problem(call("POST", "/api/v1/tickets", {"link": code}), status, slug)


@pytest.mark.parametrize("raw", ["", "{", "[]", "null", '"x"', "{}", '{"ticket": 7}', '{"ticket": NaN}', "[" * 20_000])
def test_what_is_not_the_json_asked_for_is_malformed(raw: str) -> None:
    """Both routes say so in the same way."""
    check_problem(call("POST", "/api/v1/responses", raw or " "), 400, "malformed-request")
    check_problem(call("POST", "/api/v1/tickets", raw or " "), 400, "malformed-request")


@pytest.mark.parametrize("name", ["ticket", "answers", "q1"])
def test_a_name_that_occurs_twice_is_malformed(name: str) -> None:
    """Of two members with one name nobody can tell which is meant; nothing is stored."""
    code = stage.make_link()
    good = json.dumps(valid_response(code))

    check_problem(
        call("POST", "/api/v1/responses", good.replace(f'"{name}":', f'"{name}": "x", "{name}":', 1)),
        400,
        "malformed-request",
    )
    assert stage.stored(code) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030"])
def test_json_comes_in_utf_8(encoding: str) -> None:
    """Other encodings are refused rather than guessed, and so are halves of surrogate pairs."""
    code = stage.make_link()
    good = json.dumps(valid_response(code) | {"more": "字"}, ensure_ascii=False)

    for raw in (good.encode(encoding), good.replace("字", "\ud800").encode(errors="surrogatepass")):
        check_problem(
            call("POST", "/api/v1/responses", raw, headers={"content-type": "application/json"}),
            400,
            "malformed-request",
        )
    assert stage.stored(code) == []


@pytest.mark.parametrize("ticket", ["", "x", "k1.x.y", "k1..", "ticket" * 400, "k1.字.母"])
def test_a_forged_ticket_is_refused(ticket: str) -> None:
    """Before its answers are looked at."""
    check_problem(call("POST", "/api/v1/responses", {"ticket": ticket, "answers": 5}), 401, "ticket-invalid")


def test_a_large_body_is_refused_before_it_is_read() -> None:
    """Over 64 KiB, whatever it holds."""
    body = valid_response(stage.make_link())

    check_problem(call("POST", "/api/v1/responses", body | {"more": "x" * 65_536}), 413, "too-large")
    check_problem(call("POST", "/api/v1/responses", "{" * 100_000), 413, "too-large")


@pytest.mark.parametrize(
    ("spoil", "pointers"),
    [
        ({"answers": None}, ["/answers"]),
        ({"answers": []}, ["/answers"]),
        ({"topics": "privacy"}, ["/topics"]),
        ({"topics": ["nonsense"]}, ["/topics/0"]),
    ],
)
def test_wrong_answers_are_named(spoil: dict[str, Any], pointers: list[str]) -> None:
    """422 with the pointers of all wrong fields, and nothing stored."""
    code = stage.make_link()

    reply = call("POST", "/api/v1/responses", valid_response(code) | spoil)

    check_problem(reply, 422, "answers-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == pointers
    assert stage.stored(code) == []


def test_every_wrong_field_is_named_in_the_callers_language() -> None:
    """Unknown question, unknown option, exclusive option with others, wrong type: one error each."""
    code = stage.make_link()
    body = valid_response(code)
    body["answers"] |= {"q1": "zz", "q2": 7, "nope": 1}

    chinese = call("POST", "/api/v1/responses", body)
    english = call("POST", "/api/v1/responses", body, headers={"accept-language": "en-GB"})

    check_problem(english, 422, "answers-invalid")
    assert [e["pointer"] for e in english.body["errors"]] == ["/answers/q1", "/answers/q2", "/answers/nope"]
    assert all(e["detail"].isascii() for e in english.body["errors"])
    assert not any(e["detail"].isascii() for e in chinese.body["errors"])


def test_a_definition_is_cacheable_and_speaks_languages() -> None:
    """`ETag` and 304; ids never change with the language."""
    resource, parameters = "/api/v1/questionnaires/{edition}", {"edition": "public"}
    chinese = call("GET", resource, parameters=parameters)
    english = call("GET", resource, parameters=parameters, query={"lang": ["en"]})
    again = call("GET", resource, parameters=parameters, headers={"if-none-match": chinese.headers["etag"]})

    check_shape(Definition, chinese.body)
    assert chinese.headers["etag"] != english.headers["etag"]
    assert again.status == 304
    assert [s["id"] for s in chinese.body["sections"]] == [s["id"] for s in english.body["sections"]]
    check_problem(call("GET", resource, parameters={"edition": "nobody"}), 404, "questionnaire-unknown")
    check_problem(call("GET", resource, parameters=parameters, query={"version": ["1"]}), 404, "questionnaire-unknown")


UNIT_ROUTES = ["/api/v1/counts", "/api/v1/counts/series", "/api/v1/links"]
SECRETARIAT_ROUTES = ["/api/v1/overview", "/api/v1/units", "/api/v1/audit"]


@pytest.mark.parametrize("resource", [*UNIT_ROUTES, *SECRETARIAT_ROUTES])
@pytest.mark.parametrize("key", [None, "nonsense", "x" * 300, "钥匙"])
def test_without_a_good_key_nothing_is_shown(resource: str, key: str | None) -> None:
    """Missing, unknown, too long, not even letters: 401."""
    check_problem(call("GET", resource, key=key), 401, "key-invalid")


def test_a_key_opens_only_its_own_doors(unit_key: str, secretariat_key: str) -> None:
    """A unit's key isn't the secretariat's, nor the other way round."""
    for resource in SECRETARIAT_ROUTES:
        check_problem(call("GET", resource, key=unit_key), 403, "not-yours")
    for resource in UNIT_ROUTES:
        check_problem(call("GET", resource, key=secretariat_key), 403, "not-yours")


def test_another_units_links_stay_shut(unit_key: str) -> None:
    """Neither shown nor named."""
    parameters = {"code": stage.make_link()}

    check_problem(call("GET", "/api/v1/links/{code}/qr.svg", parameters=parameters, key=unit_key), 403, "not-yours")
    check_problem(call("GET", "/api/v1/links/{code}/qr.png", parameters=parameters, key=unit_key), 403, "not-yours")
    renamed = call("PATCH", "/api/v1/links/{code}", {"label": "mine"}, unit_key, parameters=parameters)
    check_problem(renamed, 403, "not-yours")


def test_a_rotated_key_stops_at_once() -> None:
    """The next request with the old one is refused, with the new one it isn't."""
    campaign = stage.make_campaign()
    old = rotate_key(campaign, "u1", now_ms(), "test")
    assert call("GET", "/api/v1/counts", key=old).status == 200

    new = rotate_key(campaign, "u1", now_ms(), "test")

    check_problem(call("GET", "/api/v1/counts", key=old), 401, "key-invalid")
    assert call("GET", "/api/v1/counts", key=new).status == 200
    assert new not in units.read(campaign, "u1").model_dump_json()


def test_counts_are_as_promised(unit_key: str) -> None:
    """The shape, the ETag over all but `as_of`, and 304."""
    first = call("GET", "/api/v1/counts", key=unit_key)
    again = call("GET", "/api/v1/counts", key=unit_key, headers={"if-none-match": first.headers["etag"]})

    check_shape(CountsReply, first.body)
    assert first.body["unit"] | {"name": ""} == {
        "code": "u1", "name": "", "plan": 8, "collected": 0, "valid": 0, "today": 0, "progress": 0.0,
    }  # fmt: skip
    assert first.body["state"] == "open"
    assert again.status == 304
    assert again.headers["etag"] == first.headers["etag"]


def test_a_series_has_a_point_for_every_hour_so_far(unit_key: str) -> None:
    """Without gaps, in Shanghai's time."""
    hours = call("GET", "/api/v1/counts/series", key=unit_key, query={"by": ["hour"]})
    wrong = call("GET", "/api/v1/counts/series", key=unit_key, query={"by": ["week"]})

    assert len(hours.body["points"]) == 2
    assert all(point["from"].endswith(":00:00+08:00") for point in hours.body["points"])
    check_problem(wrong, 422, "request-invalid")


def campaign_of(key: str, name: str, method: str = "GET", body: Any = None) -> Reply:
    """The campaign as the secretariat sees it."""
    return call(method, "/api/v1/campaigns/{campaign}", body, key, parameters={"campaign": name})


def test_put_takes_what_get_gave(secretariat_key: str) -> None:
    """And nothing changes by it, not even the audit log."""
    name = stage.make_campaign()
    given = campaign_of(secretariat_key, name)

    taken = campaign_of(secretariat_key, name, "PUT", given.body)

    check_shape(CampaignReply, given.body)
    assert (taken.status, taken.body) == (200, given.body)
    assert audit.newest(name, 10) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"closes_at": "2021-08-13T00:00:00+08:00"}, "/closes_at"),
        ({"opens_at": "2099-08-13T00:00:00+08:00"}, "/opens_at"),
        ({"closes_at": "tomorrow"}, "/closes_at"),
        ({"closes_at": "2099-08-13T00:00:00"}, "/closes_at"),
        ({"closes_at": 1_628_784_000}, "/closes_at"),
        ({"recipients": ["nobody"]}, "/recipients/0"),
        ({"schedule": ["25:00"]}, "/schedule/0"),
        ({"title": ""}, "/title"),
    ],
)
def test_a_bad_campaign_is_refused_and_nothing_changes(
    secretariat_key: str, change: dict[str, Any], pointer: str
) -> None:
    """The wrong field is named; what can't be moved any more says so."""
    name = stage.make_campaign()
    before = campaigns.read(name)

    reply = campaign_of(secretariat_key, name, "PUT", change)

    check_problem(reply, 422, "request-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]
    assert campaigns.read(name) == before


@pytest.mark.parametrize("name", ["..", "a#b", "x" * 65, "%2e%2e", "调查"])
def test_a_campaign_has_a_plain_name(secretariat_key: str, name: str) -> None:
    """It stands in keys, paths and addresses."""
    window = {"opens_at": "2099-01-01T09:00:00+08:00", "closes_at": "2099-01-11T00:00:00+08:00"}

    reply = campaign_of(secretariat_key, name, "PUT", {"title": "t", **window})

    check_problem(reply, 422, "request-invalid")
    assert reply.body["errors"][0]["pointer"] == "/id"


def test_a_change_of_the_window_is_audited(secretariat_key: str) -> None:
    """Who, when, before and after."""
    name = stage.make_campaign()

    reply = campaign_of(secretariat_key, name, "PUT", {"closes_at": "2099-01-01T00:00:00+08:00"})

    entry = audit.newest(name, 1)[0]
    assert reply.body["closes_at"] == "2099-01-01T00:00:00.000+08:00"
    assert (entry["who"], entry["action"]) == ("secretariat", "campaign.change")
    assert entry["before"]["closes_at"] < entry["after"]["closes_at"]


def test_the_secretariat_registers_units_and_issues_links(secretariat_key: str) -> None:
    """The key is shown once; the unit gets in with it, and finds its links."""
    name = stage.make_campaign()
    query = {"campaign": [name]}
    unit = {"code": "44-09", "name": "岭南青禾网络文明促进会", "province": "广东", "plan": 9000}
    made = call("POST", "/api/v1/units", unit, secretariat_key, query=query)
    wanted = {"channel": "海报", "edition": "public", "count": 3, "labels": ["一号大厅"]}
    resource = "/api/v1/units/{unit}/links"
    issued = call("POST", resource, wanted, secretariat_key, query=query, parameters={"unit": "44-09"})
    again = call("POST", "/api/v1/units", unit, secretariat_key, query=query)
    found = call("GET", "/api/v1/links", key=made.body["key"])

    check_shape(UnitReply, made.body)
    check_shape(Links, issued.body)
    assert (made.status, issued.status) == (201, 201)
    assert made.body["province"] == "44"
    assert sorted(link["label"] for link in issued.body["links"]) == ["", "", "一号大厅"]
    assert {link["code"] for link in found.body["links"]} == {link["code"] for link in issued.body["links"]}
    check_problem(again, 422, "request-invalid")


def test_a_link_can_be_named_and_revoked(secretariat_key: str) -> None:
    """Revoking twice is revoking once."""
    parameters = {"code": stage.make_link()}
    named = call("PATCH", "/api/v1/links/{code}", {"label": "二号楼"}, secretariat_key, parameters=parameters)
    too_long = call("PATCH", "/api/v1/links/{code}", {"label": "x" * 41}, secretariat_key, parameters=parameters)
    revoked = [call("DELETE", "/api/v1/links/{code}", key=secretariat_key, parameters=parameters) for _ in range(2)]

    assert named.body["label"] == "二号楼"
    check_problem(too_long, 422, "request-invalid")
    assert [reply.status for reply in revoked] == [204, 204]


def test_an_unsealed_campaign_has_no_seal(secretariat_key: str) -> None:
    """409 until it has."""
    parameters = {"campaign": stage.make_campaign()}

    reply = call("GET", "/api/v1/campaigns/{campaign}/seal", key=secretariat_key, parameters=parameters)

    check_problem(reply, 409, "not-sealed")


def test_the_overview_holds_its_shape(secretariat_key: str) -> None:
    """Every unit with plan and progress, the nation, divisions and editions."""
    name = stage.make_campaign(plan=10)

    reply = call("GET", "/api/v1/overview", key=secretariat_key, query={"campaign": [name]})

    check_shape(OverviewReply, reply.body)
    assert [unit["code"] for unit in reply.body["units"]] == ["u1"]


def test_health_needs_no_key() -> None:
    """Status and version."""
    assert call("GET", "/api/v1/health").body["status"] == "ok"


def test_the_description_is_openapi() -> None:
    """OpenAPI 3.1, and valid."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    document = call("GET", "/openapi.json").body
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
