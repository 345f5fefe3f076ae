"""A sealed export in DuckDB: which can count millions of rows on one machine, in memory that is bounded."""

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.results.domain.dataset_sql import text_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1500MB",
    "perfect_ht_threshold": 22,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Above its memory DuckDB goes to disk; groups that are few millions by number are counted in an array; what it lacks
it would fetch from the internet, if it were let."""


@contextmanager
def working_database(place: Path) -> Iterator["DuckDBPyConnection"]:
    """An empty database; `place` is a folder for what it needs, which is empty or lies beside the export."""
    import duckdb  # noqa: PLC0415 - 69 MB, for two jobs in a year; not in what runs in Lambda

    file = place / "working.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file), config=CONFIG | {"temp_directory": str(place)}) as opened:
        yield opened
    file.unlink()


def reading(export: Path) -> str:
    """The export's rows, all cells text, empty ones null; nothing about the file is guessed."""
    with gzip.open(export, "rt", encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    cells = ", ".join(f"{text_of(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv({text_of(str(export))}, columns = {{{cells}}}, auto_detect = false, header = true, delim = ',', "
        "quote = '\"', escape = '\"', nullstr = '', compression = 'gzip')"
    )
