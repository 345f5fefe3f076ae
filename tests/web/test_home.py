"""The campaign's home and the privacy page."""

from datetime import datetime

import pytest

from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import to_ms
from chalicelib.web.netizen.home import show_home, show_privacy
from chalicelib.web.rim.language import languages
from tests import stage
from tests.plain import asked


def test_home_shows_the_campaign() -> None:
    """Title, dates, state, editions and the national figures against the plan."""
    stage.make_campaign(opens_in_ms=-1, plan=5000)

    page = show_home(asked(now_ms()))

    assert page.status_code == 200
    assert stage.TITLE in page.body
    assert "正在收集" in page.body
    assert "计划 5,000 份" in page.body
    assert "max-age=60" in page.headers["Cache-Control"]


@pytest.mark.parametrize("lang", list(languages()))
def test_privacy_is_said_in_every_language(lang: str) -> None:
    """Every paragraph of the privacy text stands on its page."""
    page = show_privacy(asked(now_ms(), {"lang": lang}))

    for title, _ in languages()[lang].words("privacy_sections"):
        assert title in page.body


def test_midnight_is_the_24_00_of_its_day() -> None:
    """A campaign that closes at 24:00 of day ten says so, not 00:00 of the day after."""
    midnight = to_ms(datetime.fromisoformat("2021-08-13T00:00:00+08:00"))

    assert languages()["zh-Hans"].end(midnight) == "2021年8月12日 24:00"
    assert languages()["en"].end(midnight) == "2021-08-12, 24:00"
    assert languages()["zh-Hans"].end(midnight - 60_000) == "2021年8月12日 23:59"
    assert Campaign(id="c", title="t", opens_at=0, closes_at=midnight).state_at(midnight) == "closed"
