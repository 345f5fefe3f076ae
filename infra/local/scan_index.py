"""An index for the embedded engine's segmented scans.

Without one the engine looks through a whole table for each page of a segment: at a million items that is a third of a
second a page, and a recount reads hundreds of pages. AWS keeps items in the order of their hashes and needs nothing.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from infra.local.failure import StartFailed

_BUSY_S = 10.0
_INDEX = 'create index if not exists "{table}#segments" on "{table}" (substr(hash_prefix, 1, 3))'
"""By the expression that the engine (dynoxide 1.2) takes an item's segment from."""


def index_segments(database: Path, table: str) -> None:
    """Gives a table that index, unless it has it; a million stored items take some seconds.

    Raises `StartFailed` where the engine keeps its tables in another way, or is busy for too long.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=_BUSY_S)) as db:
            db.execute(_INDEX.format(table=table.replace('"', '""')))
            db.commit()
    except sqlite3.OperationalError as error:
        raise StartFailed(f"The engine's table {table} can't be given its index: {error}.") from None
