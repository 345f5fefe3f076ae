"""A page has one address; one with a slash at its end leads there."""

from urllib.parse import urljoin

import pytest

from app import app
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.raw import ask

CODE = "RKPH9N8Z"


@pytest.mark.parametrize(
    ("method", "route", "path", "query", "expected"),
    [
        ("GET", "/s/{code}", f"/stage/s/{CODE}/", {}, f"/stage/s/{CODE}"),
        ("GET", "/S/{code}", f"/S/{CODE}/", {"lang": ["en"], "embed": ["1"]}, f"/S/{CODE}?lang=en&embed=1"),
        (
            "GET",
            "/s/{code}/form",
            f"/s/{CODE}/form/",
            {"lang": ["a&b", "民"]},
            f"/s/{CODE}/form?lang=a%26b&lang=%E6%B0%91",
        ),
        ("POST", "/s/{code}/form", f"/s/{CODE}/form/", {}, f"/s/{CODE}/form"),
        ("GET", "/privacy", "/stage/privacy/", {}, "/stage/privacy"),
        ("GET", "/s/{code}", "/s/%E5%AD%97%22/", {}, "/s/%E5%AD%97%22"),
        ("GET", "/desk", "/stage/desk/", {"lang": ["en"]}, "/stage/desk?lang=en"),
        ("POST", "/secretariat", "/secretariat/", {}, "/secretariat"),
        ("GET", "/secretariat/units/{unit}", "/secretariat/units/u1/", {}, "/secretariat/units/u1"),
        ("GET", "/enter/{token}", "/enter/abc/", {}, "/enter/abc"),
        ("GET", "/unsubscribe/{token}", "/unsubscribe/abc/", {}, "/unsubscribe/abc"),
    ],
)
def test_a_slash_too_many(method: str, route: str, path: str, query: dict[str, list[str]], expected: str) -> None:
    """Relative links would lead astray from there; the query stays, and behind a prefix it leads behind the prefix."""
    form = {"content-type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    event = api_event(method, route, parameters={"code": CODE, "token": "abc", "unit": "u1"}, query=query, headers=form)
    event["requestContext"]["path"] = path

    reply = app(event, lambda_context())

    assert reply["statusCode"] == 308
    assert urljoin(path, reply["headers"]["Location"]) == expected


def test_without_one_the_page_is_shown() -> None:
    """Also the home, whose address is nothing but a slash."""
    code = stage.make_link()

    for route in ("/", "/privacy", "/s/{code}", "/s/{code}/form"):
        assert app(api_event("GET", route, parameters={"code": code}), lambda_context())["statusCode"] == 200


@pytest.mark.parametrize("target", ["/", "/privacy", f"/s/{CODE}", "/api/v1/health", "/desk", "/api/v1/counts"])
def test_head_is_get_without_the_body(target: str) -> None:
    """Status and headers are the same, also of what isn't there or is for others."""
    code = stage.make_link()
    looked, asked = (ask(method, target.replace(CODE, code), {}) for method in ("GET", "HEAD"))

    assert (asked.status, asked.headers, asked.body) == (looked.status, looked.headers, b"")


def test_head_is_no_way_to_do_what_is_only_posted() -> None:
    """Nor is anything else that has no route."""
    assert ask("HEAD", "/api/v1/tickets", {}).status == 405
