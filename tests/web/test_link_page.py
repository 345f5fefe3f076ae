"""`/s/{code}` in every state, as caches and chats see it."""

import re

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.web.netizen.link_page import show_link
from chalicelib.web.netizen.plain_form import show_form
from tests import stage
from tests.chance import link_codes
from tests.plain import asked
from tests.stage import DAY_MS, HOUR_MS


def test_an_open_link_shows_the_questionnaire_to_any_cache() -> None:
    """Everybody gets the same page, without a ticket, for a minute at most."""
    code = stage.make_link()

    page = show_link(asked(now_ms()), code)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "public, max-age=60, s-maxage=60"
    assert page.headers["Vary"] == "Accept-Language, Accept-Encoding"
    assert stage.UNIT_NAME in page.body
    assert 'name="q1"' in page.body
    assert "ticket" not in page.body.lower()


@pytest.mark.parametrize(("left_ms", "expected"), [(59_500, "max-age=59"), (2_000, "max-age=2"), (1_999, "no-store")])
def test_a_cached_page_ends_with_the_campaign(left_ms: int, expected: str) -> None:
    """`max-age` never reaches over the close; right before it nothing is cached."""
    campaign = stage.make_campaign()
    code = stage.make_link(campaign)
    closes_at = campaigns.read(campaign).closes_at

    page = show_link(asked(closes_at - left_ms), code)

    assert expected in page.headers["Cache-Control"]


def test_before_opening_it_says_when() -> None:
    """The opening time stands there in Beijing time, and the page is cached until then at most."""
    campaign = stage.make_campaign(opens_in_ms=HOUR_MS)
    code = stage.make_link(campaign)
    opens_at = campaigns.read(campaign).opens_at

    page = show_link(asked(opens_at - 30_000, {"lang": "en"}), code)

    assert page.status_code == 200
    assert "hasn't opened yet" in page.body.replace("&#39;", "'")
    assert re.search(r"\d{4}-\d{2}-\d{2}, \d{2}:\d{2}", page.body)
    assert page.headers["Cache-Control"] == "public, max-age=30, s-maxage=30"


def test_after_closing_it_thanks_and_counts() -> None:
    """Thanks, and the nation's count; a close at midnight is that day's 24:00."""
    code = stage.make_link(stage.make_campaign(opens_in_ms=-2 * DAY_MS, closes_in_ms=-HOUR_MS))

    page = show_link(asked(now_ms()), code)

    assert page.status_code == 200
    assert "谢谢" in page.body
    assert "全国共收到 0 份" in page.body


def test_a_revoked_link_is_gone() -> None:
    """410, and no cache keeps it."""
    code = stage.make_link()
    stage.revoke(code)

    page = show_link(asked(now_ms()), code)

    assert (page.status_code, page.headers["Cache-Control"]) == (410, "no-store")


@pytest.mark.parametrize("code", ["AAAA", "<script>alert(1)</script>", "ＡＡＡＡ", "%00", *link_codes(1, "nobody's")])
def test_an_unknown_code_is_not_found(code: str) -> None:
    """404 for invented and mistyped codes alike; what was typed isn't echoed."""
    page = show_link(asked(now_ms()), code)
    form = show_form(asked(now_ms()), code)

    assert (page.status_code, form.status_code) == (404, 404)
    assert "alert(1)" not in page.body + form.body


@pytest.mark.parametrize(
    ("query", "accept", "tag"),
    [
        ({}, "", "zh-Hans"),
        ({}, "en-GB,en;q=0.9,zh-CN;q=0.8", "en"),
        ({}, "fr;q=0.9, zh-TW;q=0.5, en;q=0.1", "zh-Hans"),
        ({}, "fr, de;q=x, *;q=0", "zh-Hans"),
        ({}, "zh-CN ; q=0.2, en; q=0.9", "en"),
        ({}, "zh;Q=0.1,EN-us;Q=0.2", "en"),
        ({}, "en;q=nan, en;q=-1, en;;", "zh-Hans"),
        ({"lang": "en"}, "zh-CN", "en"),
        ({"lang": "xx"}, "en", "en"),
    ],
)
def test_the_browser_s_language_unless_the_address_names_one(query: dict[str, str], accept: str, tag: str) -> None:
    """`?lang=` decides, then `Accept-Language` by weight, then Chinese."""
    page = show_link(asked(now_ms(), query, headers={"accept-language": accept}), stage.make_link())

    assert f'<html lang="{tag}">' in page.body
    assert page.headers["Content-Language"] == tag


def test_the_language_asked_for_stays() -> None:
    """Links of a page that was asked for in English lead to English pages."""
    page = show_link(asked(now_ms(), {"lang": "en"}), stage.make_link())

    assert "form?lang=en" in page.body
    assert "privacy?lang=en" in page.body


def test_chats_get_a_preview() -> None:
    """Title, description and the link's own address, whatever the path it was opened by."""
    code = stage.make_link()

    page = show_link(asked(now_ms()), code)

    assert f'<meta property="og:title" content="{stage.TITLE}">' in page.body
    assert f'<meta property="og:url" content="http://127.0.0.1:8000/s/{code}">' in page.body
    assert '<meta property="og:description"' in page.body


def test_nothing_inline_and_nobody_else() -> None:
    """The policy allows our own files only, and the page carries no inline script, style or handler."""
    page = show_link(asked(now_ms()), stage.make_link())

    policy = str(page.headers["Content-Security-Policy"])
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert not re.search(r"<script(?![^>]*(src=|application/json))|<style|\sstyle=|\son[a-z]+=", page.body)
    assert not re.search(r'(src|href)="(https?:)?//', page.body)


@pytest.mark.parametrize(("query", "ancestors"), [({}, "'self'"), ({"embed": "1"}, "*")])
def test_only_the_embedded_page_may_be_framed(query: dict[str, str], ancestors: str) -> None:
    """Other sites frame `?embed=1`; nobody lays their own over the plain page."""
    page = show_link(asked(now_ms(), query), stage.make_link())

    assert str(page.headers["Content-Security-Policy"]).endswith(f"frame-ancestors {ancestors}")


def test_an_older_version_is_shown_where_a_draft_asks_for_it() -> None:
    """A known version is shown, an unknown one falls back to the newest."""
    code = stage.make_link()

    known = show_link(asked(now_ms(), {"version": "2026.1"}), code)
    unknown = show_link(asked(now_ms(), {"version": "1"}), code)

    assert 'data-version="2026.1"' in known.body
    assert unknown.status_code == 200
