"""`/receipt`, as people without JavaScript see it; and the program with which anybody recounts."""

import gzip
import html
import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from chalicelib.kernel.codes import new_receipt
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.web.public.service import static
from chalicelib.web.rim.assets import asset_name
from chalicelib.web.rim.language import languages
from tests import stage
from tests.merkle import root_by_definition
from tests.web.test_receipts import answered, asked, seal
from tests.web.test_sessions import Reply, call


@pytest.fixture
def campaign(engine: str) -> str:
    """One that collects."""
    stage.prepare()
    return stage.make_campaign()


def looked_up(typed: str, lang: str = "zh-Hans") -> Reply:
    """What the page says."""
    return call("POST", "/receipt", form={"receipt": typed}, query={"lang": [lang]})


def outcome(reply: Reply) -> str:
    """Which of its answers it gives."""
    found = re.search(r'id="outcome" data-state="(\w+)"', reply.body)
    return found[1] if found else ""


@pytest.mark.parametrize("lang", languages())
def test_it_asks_and_tells_how_to_recount(lang: str) -> None:
    """Before anything is typed, and where nothing is."""
    for reply in (call("GET", "/receipt", query={"lang": [lang]}), looked_up(" ", lang)):
        assert (reply.status, outcome(reply)) == (200, "")
        assert '<form class="card narrow" id="form" method="post"' in reply.body
        assert html.escape(languages()[lang].words("proof_recount")[0], quote=False) in html.unescape(reply.body)


@pytest.mark.parametrize("lang", languages())
def test_it_says_in_words_what_became_of_a_receipt(campaign: str, lang: str) -> None:
    """Received, counted or unknown, however it is typed; no cache keeps it, no address holds it."""
    say, valid, invalid = languages()[lang], answered(campaign), answered(campaign, took_ms=0)
    received = looked_up(valid.lower().replace("-", " "), lang)
    assert (received.status, outcome(received)) == (200, "received")
    assert say("proof_received_title") in received.body
    assert f'value="{valid}"' in received.body

    seal(campaign)

    for receipt in (valid, invalid):
        told, counted = asked(receipt)[1], looked_up(receipt.replace("-", ""), lang)
        assert (counted.status, outcome(counted)) == (200, "counted")
        assert stage.UNIT_NAME in counted.body
        assert say("proof_valid" if told["valid"] else "proof_invalid") in html.unescape(counted.body)
        assert told["valid"] == (receipt == valid)
        assert f'data-path="{" ".join(told["proof"])}"' in counted.body
        assert told["root"] in counted.body
        assert counted.headers["cache-control"] == "no-store"
        assert f"receipt?lang={lang}" in counted.body
        assert not re.search(rf'(?:href|src|action)="[^"]*{receipt[:9]}', counted.body)
    unknown = looked_up(new_receipt(), lang)
    assert (unknown.status, outcome(unknown)) == (404, "unknown")
    assert say("proof_unknown_title") in html.unescape(unknown.body)


def test_what_is_typed_is_only_shown(engine: str) -> None:
    """Nothing of it is taken for markup; what is no form of ours is refused on a page."""
    typed = '"><script>alert(1)</script>'

    reply = looked_up(typed)

    assert outcome(reply) == "unknown"
    assert "<script>alert" not in reply.body
    refused = call(
        "POST", "/receipt", headers={"content-type": "application/x-www-form-urlencoded"}, body="receipt=%ff"
    )
    assert refused.status == 400
    assert "<h1>" in refused.body


def test_the_receipt_screens_lead_there(campaign: str) -> None:
    """With and without JavaScript, and the home page."""
    code, english = stage.make_link(campaign), {"lang": ["en"]}

    assert 'href="../receipt?lang=en"' in call("GET", "/s/{code}", query=english, parameters={"code": code}).body
    assert 'href="receipt?lang=en"' in call("GET", "/", query=english).body


def recounted(folder: Path, *given: str) -> dict[str, str]:
    """What the program prints, as it is downloaded; it runs alone."""
    program = folder / "recount.py"
    program.write_text(static(asset_name("recount.txt")).body, "utf-8")
    command = [sys.executable, "-I", "-S", str(program), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return dict(line.split("\t") for line in done.stdout.splitlines())


def test_anybody_recounts_with_the_program_of_the_page(campaign: str, tmp_path: Path) -> None:
    """Units, root, and the own line with its verdict, as the manifest and the API tell."""
    valid, invalid = answered(campaign), answered(campaign, "practitioner", took_ms=0)
    seal(campaign)
    roll = str(settings().files_dir / campaign / "final" / "roll.gz")
    manifest = json.loads(files.read(f"{campaign}/final/manifest.json"))

    found = recounted(tmp_path, roll, "--receipt", valid.lower().replace("-", " "))

    assert found["u1"] == found["lines"] == str(manifest["collected"]) == "2"
    assert found["root"] == manifest["roll"]["root"]
    assert found["receipt"] == "unit u1, edition public, valid true"
    assert recounted(tmp_path, roll, "--receipt", invalid)["receipt"] == "unit u1, edition practitioner, valid false"
    assert recounted(tmp_path, roll, "--receipt", new_receipt())["receipt"] == "not in this roll"


def test_the_program_finds_the_root_of_any_roll(tmp_path: Path) -> None:
    """Of none, one, and odd numbers of lines."""
    chance = Random(7)
    for size in (0, 1, 2, 3, 65):
        lines = sorted(b"GD%02d %s" % (chance.randrange(3), chance.randbytes(32).hex().encode()) for _ in range(size))
        (tmp_path / "roll.gz").write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))

        assert recounted(tmp_path, "roll.gz")["root"] == root_by_definition(lines).hex()
