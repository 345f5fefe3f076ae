"""The deployment guide, in both languages, names what there is: parameters, alarms, commands; nothing else."""

import re
from pathlib import Path

import pytest

from infra.aws.alarms import resources as alarms
from infra.aws.parameters import PARAMETERS

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "docs" / "deployment.zh.md", ROOT / "docs" / "deployment.md"]
ASKED = {"region", "architecture"}


@pytest.fixture(params=GUIDES, ids=lambda path: path.name)
def guide(request: pytest.FixtureRequest) -> str:
    """One of them."""
    return str(request.param.read_text("utf-8"))


def commands(guide: str) -> list[str]:
    """Every `make …` that it says to type, in order."""
    told = re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", guide, re.DOTALL)
    return [name for block, inline in told for name in re.findall(r"\bmake ([a-z-]+)", block or inline)]


def test_every_alarm_is_explained(guide: str) -> None:
    """By its name, with what it means and what to do."""
    explained = {name for line in guide.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line)}

    named = {name.removesuffix("Alarm") for name, made in alarms().items() if made["Type"].endswith("::Alarm")}
    assert named <= explained


def test_parameters_that_it_names_are_the_templates(guide: str) -> None:
    """A renamed one would send the reader astray."""
    assigned = set(re.findall(r"`([A-Z]\w+) = ", guide))
    listed = guide[guide.index("| `region`") : guide.index("minsheng-packages-")]
    rows = [line.split("|")[1] for line in listed.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)} | assigned

    assert {"Protect", "DomainName", "SmtpSecretArn", "AlarmMail", "StageRate", "Waf"} <= named
    assert named - ASKED <= PARAMETERS.keys()


def test_commands_that_it_names_are_there(guide: str) -> None:
    """Every `make …` has a line in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(commands(guide))

    assert {"deploy", "destroy", "smoke", "warm-up", "rehearse", "costs", "verify"} <= named
    assert named <= targets


def test_both_languages_say_the_same() -> None:
    """The same sections, commands and rows."""
    chinese, english = (path.read_text("utf-8") for path in GUIDES)

    assert commands(chinese) == commands(english)
    for what in (r"^#+ ", r"^\| ", r"^\d\. ", r"^- "):
        assert len(re.findall(what, chinese, re.MULTILINE)) == len(re.findall(what, english, re.MULTILINE)), what


def test_make_help_lists_every_command() -> None:
    """What can be made by name says what it does."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())

    assert phony == set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
