"""Light: the first question comes in three requests and 30 KB, compressed, and from us alone."""

import urllib.request

import pytest
from playwright.sync_api import Browser

from bench.page_weight import weigh
from chalicelib.instrument import questionnaires
from tests import stage
from tests.browser.respondent import Site


@pytest.mark.parametrize("edition", questionnaires.EDITIONS)
def test_the_first_question_is_light(site: Site, chromium: Browser, edition: str) -> None:
    """Headers included, with an empty cache; nothing is asked of another host."""
    weight = weigh(chromium, site.address(stage.make_link(edition=edition)))

    assert len(weight.requests) <= 3, weight.requests
    assert weight.transferred <= 30_000
    assert all(url.startswith(site.base_url) for url in weight.requests)


def test_what_may_be_compressed_is(site: Site) -> None:
    """Pages and statics come gzipped to clients that accept it, plain to others."""
    address = site.address(stage.make_link())

    for accepts, encoding in (("gzip", "gzip"), ("identity", None)):
        request = urllib.request.Request(address, headers={"Accept-Encoding": accepts})
        with urllib.request.urlopen(request, timeout=10) as reply:
            assert reply.headers["Content-Encoding"] == encoding
