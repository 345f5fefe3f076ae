"""`make warm-up` against the one-machine run."""

import pytest

from infra.drills.running import RunningSystem
from infra.drills.warm_up import main


def test_it_says_how_the_first_and_the_last_were_answered(
    running_system: RunningSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that all were."""
    assert main({"URL": running_system.base_url, "AT_ONCE": "3", "SECONDS": "1"}) == 0

    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("answers in 1 s, 0 of them no good")
    assert [line.split()[1] for line in said[1:]] == ["first", "last"]


def test_silence_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody listens there."""
    assert main({"URL": "http://127.0.0.1:9", "AT_ONCE": "1", "SECONDS": "1"}) == 1
    assert not capsys.readouterr().out.startswith("0 answers")


@pytest.mark.parametrize(
    ("environment", "said"),
    [({}, "URL= is not"), ({"URL": "http://127.0.0.1:9", "AT_ONCE": "many"}, "AT_ONCE=many is not")],
)
def test_a_wrong_option_is_named(environment: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence."""
    assert main(environment) == 1
    assert said in capsys.readouterr().out
