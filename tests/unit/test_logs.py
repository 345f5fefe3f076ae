"""Logs as lines of JSON: with the request's id, and without what an exception says."""

import json
import logging
import sys

from chalicelib.kernel.logs import JsonLines


def record(message: str, *arguments: object, failed: BaseException | None = None) -> logging.LogRecord:
    """A record as a logger makes it."""
    told = None if failed is None else (type(failed), failed, failed.__traceback__)
    return logging.LogRecord("chalicelib.x", logging.ERROR, __file__, 1, message, arguments, told)


def test_a_record_is_one_line_of_json_with_its_request() -> None:
    """Whatever its words hold."""
    told = record("%s:\n刷新", "two lines")
    told.aws_request_id = "7a8b"

    line = JsonLines().format(told)

    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == ("ERROR", "chalicelib.x", "two lines:\n刷新")
    assert entry["request"] == "7a8b"
    assert entry["at"].endswith("+00:00")


def test_of_an_exception_its_type_and_way_are_told_but_not_its_words() -> None:
    """They may quote an answer."""
    try:
        int("an answer that nobody may read")
    except ValueError as failure:
        line = JsonLines().format(record("unexpected", failed=failure))

    entry = json.loads(line)
    assert entry["error"] == "builtins.ValueError"
    assert f"{sys._getframe().f_code.co_name}" in entry["stack"][0]
    assert "an answer" not in line
