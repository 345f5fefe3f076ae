"""Each function may do what its work asks for, and nothing else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from chalicelib.tables import TABLES
from infra.aws import grants, tables
from infra.local import ROOT
from tests.deployment.reading import Template
from tests.deployment.recorder import Call

PLAYED = (
    "deployment/played.py",
    "web/test_audit.py",
    "web/test_find.py",
    "web/test_link_door.py",
    "web/test_mail_desk.py",
    "web/test_materials.py",
    "web/test_members.py",
    "web/test_open_sessions.py",
    "web/test_orders.py",
    "web/test_questionnaires.py",
    "web/test_repeats.py",
    "web/test_secretariat_desk.py",
    "web/test_sessions.py::test_signing_out_ends_the_session",
    "web/test_sessions.py::test_that_a_session_is_used_is_written_every_five_minutes_at_most",
    "web/test_supporters.py",
    "web/test_years.py",
    "integration/test_found_associations.py",
    "integration/test_mails.py",
    "integration/test_recount.py",
    "integration/test_reminders.py::test_who_was_sent_one_back_reads_why",
    "integration/test_take_over.py",
    "integration/test_sweeping.py",
)
"""Between them they ask for all that the product can do."""
SLOW = "tests/web/test_materials.py::test_wherever_there_is_room_the_code_decodes"
ROLES = {"respondents": "RespondentsRole", "desk": "DeskRole", "fold": "FoldRole", "tick": "TickRole"}
PLAIN = {"Files": "files", "TicketKeys": "ticket-keys"} | {tables.logical(name): name for name in tables.names()}
OF_THE_PLATFORM = {
    "logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:GetRecords", "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream", "dynamodb:ListStreams", "sqs:SendMessage", "ses:SendEmail", "ses:SendRawEmail",
}  # fmt: skip
"""What Lambda itself asks for by a function's role, and what only AWS's own mail door takes."""
_PATIENCE_S = 800
pytestmark = pytest.mark.timeout(900)
UNPLAYED = {
    ("s3:ListBucket", "files"),  # so that the desk learns that a file isn't there
    ("secretsmanager:GetSecretValue", "SmtpSecretArn"),  # the tests' mail host asks for no account
    ("s3:PutObjectRetention", "files"),  # where a stage is protected
    ("dynamodb:DeleteItem", "tallies"),  # a settled row goes when its shard is days gone, see tests/integration
}
WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> set[Call]:
    """What the functions called while a campaign was played and desks were tried, in a process of its own."""
    written = tmp_path_factory.mktemp("calls") / "calls.json"
    modules = [str(ROOT / "tests" / name) for name in PLAYED]
    pytest_ = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.deployment.recorder",
        f"--deselect={SLOW}",
    ]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = outside | {"RECORD_TO": str(written), "DYNAMODB_ENDPOINT": os.environ.get("TESTS_GIVEN_ENGINE", "")}
    subprocess.run(
        [*pytest_, *modules], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=_PATIENCE_S
    )
    return {tuple(call) for call in json.loads(written.read_text())}


def allowed(translated: Template, function: str) -> set[tuple[str, str]]:
    """The actions that a function's role allows, each with what on."""
    return {
        (action, what)
        for statement in translated.statements(ROLES[function])
        for action in statement["Action"]
        for what in _named(statement["Resource"])
    }


def _named(resources: Any) -> Iterable[str]:
    for resource in resources if isinstance(resources, list) else [resources]:
        if resource == "*":
            yield resource
            continue
        logical = resource.get("Ref") or str(resource.get("Fn::GetAtt", [""])[0]) or resource["Fn::Sub"]
        plain = logical.removeprefix("${").partition(".")[0]
        yield PLAIN.get(plain, plain)


@pytest.mark.parametrize("function", ROLES)
def test_all_that_is_asked_for_is_allowed(calls: set[Call], translated: Template, function: str) -> None:
    """Else it would fail on AWS alone."""
    used = {(action, what) for who, action, what, _ in calls if who == function}

    assert used
    assert used - allowed(translated, function) == set()


@pytest.mark.parametrize("function", ROLES)
def test_nothing_else_is_allowed(calls: set[Call], translated: Template, function: str) -> None:
    """But on tables that came later and aren't named yet, see `infra/aws/grants.py`."""
    used = {(action, what) for who, action, what, _ in calls if who == function}
    unnamed = set(tables.names()) - set(grants.DESK if function == "desk" else grants.TICK)

    surplus = allowed(translated, function) - used
    surplus = {(action, what) for action, what in surplus if action not in OF_THE_PLATFORM and what not in unnamed}

    assert surplus - UNPLAYED == set()


def test_every_put_to_responses_carries_a_condition(calls: set[Call]) -> None:
    """IAM can't ask for one, so this does."""
    puts = {call for call in calls if call[2] == "responses" and call[1].removeprefix("dynamodb:") in WRITES}

    assert {(who, action, conditional) for who, action, _, conditional in puts} == {
        ("respondents", "dynamodb:PutItem", True)
    }


def test_nobody_deletes_or_batch_writes_responses(translated: Template) -> None:
    """Nor changes them, nor by a statement that isn't about one table."""
    for function in ROLES:
        on_responses = {action for action, what in allowed(translated, function) if what == "responses"}
        assert on_responses <= {"dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Scan"} | OF_THE_PLATFORM
        assert ("dynamodb:PutItem" in on_responses) == (function == "respondents")


def test_no_statement_holds_a_wildcard_but_for_the_bucket_s_objects(translated: Template) -> None:
    """Every action is spelled out, every resource is one of the stack's."""
    for role in ROLES.values():
        for statement in translated.statements(role):
            assert not [action for action in statement["Action"] if "*" in action]
            if statement["Action"] == ["dynamodb:ListStreams"]:
                continue  # no single stream can be named
            assert "*" not in re.sub(r"\$\{Files\.Arn\}/[^\"]*", "", json.dumps(statement["Resource"])), statement


def test_the_fold_touches_tallies_and_what_is_set_aside_alone(translated: Template) -> None:
    """It never comes near responses but by their stream."""
    actions = {(action, what) for action, what in allowed(translated, "fold") if action not in OF_THE_PLATFORM}

    assert actions == {("dynamodb:UpdateItem", "tallies"), ("dynamodb:PutItem", "set-aside")}


def test_what_grants_name_are_tables(translated: Template) -> None:
    """A table that is gone is not granted; each role is one function's."""
    named = {*grants.RESPONDENTS, *grants.FOLD, *grants.DESK, *grants.TICK}

    assert named <= {tables.name_of(model) for model in TABLES}
    assert set(translated.of_type("AWS::IAM::Role")) == {*ROLES.values(), "ApiLogsRole"}
