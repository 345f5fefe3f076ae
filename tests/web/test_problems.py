"""Refusals in the caller's language: the same for programs, in words that people read."""

import json

import pytest
from botocore.exceptions import ClientError
from chalice.app import Response

from chalicelib.access.store import keys
from chalicelib.kernel.codes import new_key
from chalicelib.kernel.errors import TooLate
from chalicelib.web.rim.problems import answered
from tests import stage
from tests.web.test_api import Reply, call

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}


def wrong_unit(key: str, headers: dict[str, str], query: dict[str, list[str]] | None = None) -> Reply:
    """The refusal of a unit with nearly everything wrong that a field can have wrong."""
    sent = {"code": "-", "name": "", "plan": "many", "city": 1, "links_wanted": -1, "last_year": 10**12, "contact": 1}
    return call("POST", "/api/v1/units", sent, key, headers=headers, query=query)


@pytest.fixture
def key() -> str:
    """The secretariat's."""
    made = new_key()
    keys.give_secretariat(made)
    return made


def test_who_asks_for_no_language_is_answered_in_english() -> None:
    """As are those who ask for one that we don't speak: programs that were written for these texts go on."""
    plain, french = (call("GET", "/api/v1/counts", headers=headers) for headers in ({}, {"accept-language": "fr"}))

    assert plain.body["title"] == "The key is not valid"
    assert plain.body["detail"] == "the key is missing, unknown, or was replaced by a new one"
    assert french.body == plain.body


@pytest.mark.parametrize(("headers", "query"), [(CHINESE, None), ({}, {"lang": ["zh-Hans"]})])
def test_a_chinese_caller_reads_chinese(headers: dict[str, str], query: dict[str, list[str]] | None) -> None:
    """Title and detail alone follow the language."""
    english, chinese = call("GET", "/api/v1/counts"), call("GET", "/api/v1/counts", headers=headers, query=query)

    assert (chinese.body["title"], chinese.body["detail"]) == ("密钥无效", "没有密钥，或者密钥不对、已经更换")
    assert chinese.status == english.status
    assert [chinese.body[name] for name in ("type", "status")] == [english.body[name] for name in ("type", "status")]


def test_every_wrong_field_is_told_in_the_callers_language(key: str) -> None:
    """Nothing of pydantic's English is left; the pointers are the same."""
    stage.make_campaign()
    english, chinese = wrong_unit(key, {"accept-language": "en"}), wrong_unit(key, CHINESE)

    assert [one["pointer"] for one in chinese.body["errors"]] == [one["pointer"] for one in english.body["errors"]]
    assert len(english.body["errors"]) == 8
    assert all(one["detail"].isascii() for one in english.body["errors"])
    assert not any(one["detail"].isascii() for one in chinese.body["errors"])


def test_an_instant_in_a_refusal_is_named_in_both_languages(key: str) -> None:
    """Whoever sets up a campaign that would close too early is told the earliest instant."""
    campaign = {"title": "t", "opens_at": "2020-01-01T00:00:00Z", "closes_at": "2020-01-02T00:00:00Z"}

    english, chinese = (
        call("PUT", "/api/v1/campaigns/{campaign}", campaign, key, parameters={"campaign": "x"}, headers=headers)
        for headers in ({}, CHINESE)
    )

    assert [one["pointer"] for one in english.body["errors"]] == ["/closes_at"]
    assert english.body["errors"][0]["detail"].endswith("+08:00 or later: 10 s from now")
    assert chinese.body["errors"][0]["detail"].startswith("最早可以是 2")


def test_a_ticket_is_refused_in_the_respondents_language() -> None:
    """Whatever is refused before the answers are looked at."""
    reply = call("POST", "/api/v1/responses", {"ticket": "x", "answers": {}}, headers=CHINESE)

    assert reply.body["detail"] == "这张凭证不是我们签发的"


@pytest.mark.parametrize(
    "failure",
    [TooLate("slow"), ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "PutItem")],
)
def test_what_was_not_acknowledged_may_be_tried_again(failure: Exception) -> None:
    """503 `busy`, and when: nothing was stored, or nobody knows."""

    @answered
    def view() -> Response:
        raise failure

    reply = view()

    said = json.loads(reply.body)
    assert (reply.status_code, said["type"].rpartition("/")[2]) == (503, "busy")
    assert int(str(reply.headers["Retry-After"])) > 0
