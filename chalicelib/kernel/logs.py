"""Logs as lines of JSON, one a record, with the request's id.

Of an exception only its type and the way to it are written, never its text: that may quote what it failed at, an answer
for one. What is logged in words is ours to choose; answers, keys and addresses are never among it.
"""

import json
import logging
import traceback
from datetime import UTC, datetime

from chalicelib.kernel.settings import settings


class JsonLines(logging.Formatter):
    """One record as one line: `{"at", "level", "logger", "message", "request", "error", "stack"}`."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "aws_request_id", None)  # set by Lambda's own handler
        if request:
            entry["request"] = request
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            entry["error"] = f"{kind.__module__}.{kind.__qualname__}"
            entry["stack"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return json.dumps(entry, ensure_ascii=False)


def configure() -> None:
    """Switches our loggers on, in the format of the settings; the process that runs us brings the handlers."""
    logging.getLogger("chalicelib").setLevel(logging.INFO)
    if settings().log_format == "json":
        root = logging.getLogger()
        if not root.handlers:
            root.addHandler(logging.StreamHandler())
        for handler in root.handlers:
            handler.setFormatter(JsonLines())
