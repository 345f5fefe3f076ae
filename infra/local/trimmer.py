"""Trims the embedded engine's stored stream records behind the pump, as AWS does after 24 hours.

    python -m infra.local.trimmer DATA_DIR DATABASE TABLE

The engine looks through the records it keeps at every write, so they must stay few. Waiting for SQLite's lock
can take seconds: hence a process of its own, that gives up after 100 ms and tries again the next second.
"""

import logging
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from infra.local.checkpoint import processed

KEPT = 500
"""The newest records stay whatever the pump says: after a full trim the engine's numbering starts again."""
_BUSY_S = 0.1
_AT_ONCE = 2000
"""Rows per statement, so that none holds the database for long."""
_TRIM = """
    delete from _stream_records where id in (
        select id from _stream_records
        where table_name = :table and cast(sequence_number as integer) <= :processed
          and cast(sequence_number as integer) <= -:kept +
              (select max(cast(sequence_number as integer)) from _stream_records where table_name = :table)
        limit :at_once)
"""
_LOG = logging.getLogger(__name__)


def trim(database: Path, table: str, position: int) -> int:
    """Deletes the table's stream records up to `position`, but never the newest `KEPT`; returns how many.

    Raises `sqlite3.OperationalError` where the database is busy or missing; what was deleted stays deleted.
    """
    trimmed = 0
    with closing(
        sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=_BUSY_S, isolation_level=None)
    ) as db:
        parameters = {"table": table, "processed": position, "kept": KEPT, "at_once": _AT_ONCE}
        while deleted := db.execute(_TRIM, parameters).rowcount:
            trimmed += deleted
    return trimmed


def main() -> None:
    """Trims once a second, for ever."""
    logging.basicConfig(format="trimmer: %(levelname)s %(message)s")
    data_dir, database, table = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    while True:
        try:
            trim(database, table, min(processed(data_dir).values(), default=0))
        except sqlite3.OperationalError as error:
            _LOG.info("not this time: %s", error)
        time.sleep(1)


if __name__ == "__main__":
    main()
