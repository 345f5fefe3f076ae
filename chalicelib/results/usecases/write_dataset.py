"""Writes a dataset's files from a sealed export, by DuckDB: what may be in them is decided by `domain.columns`."""

import gzip
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.instrument.questionnaires import regions
from chalicelib.results.domain.columns import Column, columns
from chalicelib.results.domain.dataset_sql import FIXED, labelled, name_of, text_of, typed
from chalicelib.results.usecases.read_export import reading, working_database

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BOM = gzip.compress(b"\xef\xbb\xbf", mtime=0)
_BLOCK = 64


@contextmanager
def opened(
    export: Path, questionnaires: Sequence[Questionnaire], key: bytes, place: Path
) -> Iterator["DuckDBPyConnection"]:
    """A database in which the dataset lies as `dataset`, in order; `place` is an empty folder for what it needs.

    The order is that of `row`: a place in the export tells nothing of a place in the dataset.
    """
    with working_database(place) as database:
        database.execute("CREATE TABLE divisions (code VARCHAR, name VARCHAR)")
        codes = [f"{province}0000" for province in regions().provinces]
        every = sorted({*codes, *regions().cities, *regions().leaves})
        listed = ", ".join(f"({text_of(code)}, {text_of(regions().name(code))})" for code in every)
        database.execute(f"INSERT INTO divisions VALUES {listed}")
        inner, outer = _pads(key)
        database.execute(
            f"CREATE TABLE dataset AS SELECT {typed(columns(questionnaires))} FROM {reading(export)} ORDER BY row",
            {"inner": inner, "outer": outer},
        )
        yield database


def tables(questionnaires: Sequence[Questionnaire]) -> dict[str, str]:
    """What is written down, by a query each: no county in what is anonymised; words of people's own in a table by
    themselves; labels apart for each questionnaire, since the same option means something else in another."""
    closed = [one for one in columns(questionnaires) if one.type != "text"]
    texts = [one.name for one in columns(questionnaires) if one.type == "text"]
    coarse = [one for one in closed if one.type != "county"]
    made = {"responses": _plain(closed), "anonymised/responses": _plain(coarse)}
    if texts:
        made["opinions"] = _opinions(texts)
    for one in questionnaires:
        answers = labelled([column for column in columns([one]) if column.type != "text"])
        those = f"edition = {text_of(one.edition)} AND version = {text_of(one.version)}"
        made[f"labelled/{one.edition}-{one.version}"] = f"SELECT {answers} FROM dataset WHERE {those}"
    return made


def write(database: "DuckDBPyConnection", query: str, out: Path) -> int:
    """Writes a table as Parquet; how many rows it has."""
    found = database.execute(f"COPY ({query}) TO {text_of(str(out))} (FORMAT parquet, COMPRESSION zstd)").fetchone()
    return int(found[0]) if found else 0


def rewrite(database: "DuckDBPyConnection", table: Path, out: Path) -> None:
    """Writes what is in a file of Parquet as zipped CSV in UTF-8 with a byte order mark."""
    bare = out.with_name(f"bare-{out.name}")
    rows = f"FROM read_parquet({text_of(str(table))})"
    database.execute(f"COPY ({rows}) TO {text_of(str(bare))} (FORMAT csv, HEADER, COMPRESSION gzip)")
    with out.open("wb") as file, bare.open("rb") as body:
        file.write(_BOM)
        shutil.copyfileobj(body, file)
    bare.unlink()


def _plain(kept: Sequence[Column]) -> str:
    names = [*FIXED, *(one.name for one in kept)]
    return f"SELECT {', '.join(map(name_of, names))} FROM dataset"


def _opinions(texts: Sequence[str]) -> str:
    several = (
        f"SELECT row, {text_of(text)} AS question, {name_of(text)} AS opinion FROM dataset "
        f"WHERE {name_of(text)} IS NOT NULL"
        for text in texts
    )
    return f"SELECT * FROM ({' UNION ALL '.join(several)}) ORDER BY row, question"


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key's two pads of HMAC with SHA-256; a key has at most 64 bytes."""
    filled = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in filled), bytes(byte ^ 0x5C for byte in filled)
