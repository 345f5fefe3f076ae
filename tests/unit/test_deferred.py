"""What a function imports before its first answer: only what it answers with."""

import os
import subprocess
import sys

import pytest

from infra.aws.functions import ALL, FOLD, RESPONDENTS, Function
from infra.local import ROOT

NEVER = {
    "app.answering.record_response": {"jinja2", "openpyxl", "pydyf", "segno", "smtplib", "fontTools", "boto3"},
    "app.link_pages.show_link": {"openpyxl", "pydyf", "segno", "smtplib", "fontTools", "boto3"},
    "app.folding.fold_counts": {"jinja2", "openpyxl", "pydyf", "segno", "smtplib", "fontTools", "boto3"},
    "app.app": {"jinja2", "openpyxl", "pydyf", "segno", "smtplib", "fontTools", "boto3", "botocore", "pynamodb"},
}


def modules_after(code: str, **environment: str) -> set[str]:
    """The modules that a fresh process has imported after `code`."""
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(told.stdout.split())


@pytest.mark.parametrize("used", NEVER)
def test_a_function_imports_nothing_of_the_others(used: str) -> None:
    """Neither sheets, codes and mail, nor the pages where it serves none."""
    assert not modules_after(f"import app; {used}") & NEVER[used]


@pytest.mark.parametrize("function", ALL, ids=lambda function: function.name)
def test_a_function_is_ready_before_its_first_request(function: Function) -> None:
    """On AWS it runs what it answers with at its start, and has its client; the respondents' and the fold's no more."""
    modules = modules_after("import app", LOAD_AT_START=function.at_start)

    assert {"botocore.client", *function.at_start.split(",")} <= modules
    if function in {RESPONDENTS, FOLD}:
        assert not modules & NEVER["app.link_pages.show_link"]


def test_respondents_wait_for_no_model_of_a_payload() -> None:
    """What is described stands on their views as typed dictionaries; pydantic looks at them for `/openapi.json` alone.

    Models of them would cost every start some milliseconds.
    """
    built = (
        "from pydantic import BaseModel;"
        "models = [m for one in BaseModel.__subclasses__() for m in (one, *one.__subclasses__())];"
        "models = [m for m in models if m.__module__.startswith('chalicelib.web')]; assert not models, models"
    )

    assert "chalicelib.web.netizen.answering" in modules_after(
        f"import app; app.answering.record_response, app.link_pages.show_link, app.service.health; {built}"
    )


def test_all_can_be_loaded_before_threads_start() -> None:
    """Then no module waits any more, and no two threads can run one at once."""
    waiting = "[m for m in sys.modules if type(sys.modules[m]).__name__ == '_LazyModule']"

    loaded = modules_after(
        "import sys, app; from chalicelib.kernel.lazy_imports import load_all; load_all();"
        f"assert not {waiting}, {waiting}"
    )

    assert {"jinja2", "chalicelib.web.secretariat.desk.import_desk"} <= loaded


def test_a_route_of_the_desk_runs_little_beside_itself() -> None:
    """The seal's is a small one: beside the rim, what its siblings need stays waiting."""
    ran = (
        "[m for m, one in sys.modules.items() if m.startswith('chalicelib.')"
        " and type(one).__name__ != '_LazyModule' and not hasattr(one, '__path__')]"
    )

    modules_after(f"import sys, app; app.seals.get_seal; ran = {ran}; assert len(ran) < 40, sorted(ran)")
