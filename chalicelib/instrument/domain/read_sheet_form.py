"""Reading a questionnaire out of a table, see `sheet_form`; what can't be read is told by its row."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.instrument.domain.sheet_form import (
    COLUMNS,
    HEADS,
    KINDS,
    LANGUAGES,
    LISTED,
    QUESTIONS,
    Content,
    value_of,
)
from chalicelib.kernel.errors import FieldError

_YES = {"是": True, "yes": True, "true": True, "1": True, "否": False, "no": False, "false": False, "0": False}
_BY_NAME = {kind.name: key for key, kind in KINDS.items()} | {key: key for key in KINDS}


@dataclass
class Read:
    """What a table says."""

    content: Content = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)
    """The row of each thing in it, by its `id()`."""
    faults: list[FieldError] = field(default_factory=list)
    """Their pointers begin with the row."""


def read_sheet(headings: Sequence[str], lines: Iterable[tuple[int, Sequence[str]]]) -> Read:
    """What the lines say, each with its row's number."""
    names = {name: key for key, name in HEADS.items()} | {key: key for key in HEADS}
    columns = [names.get(heading.strip(), "") for heading in headings]
    read, open_at = Read(), dict[str, Any]()
    if "kind" not in columns:
        read.faults.append(FieldError("/1", "sheet_headings", columns="、".join(COLUMNS)))
        return read
    for number, cells in lines:
        said = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name and cell.strip()}
        if said:
            read.faults += _add(said, number, read, open_at)
    read.content.setdefault("topics", [])
    return read


def _add(said: Mapping[str, str], number: int, read: Read, open_at: dict[str, Any]) -> Iterator[FieldError]:
    """Puts one line into what it is part of; yields what is wrong with it."""
    kind = _BY_NAME.get(said.get("kind", "").lower())
    if kind is None:
        yield FieldError(f"/{number}", "sheet_kind", kind=said.get("kind", ""), kinds=_names(KINDS))
        return
    thing: dict[str, Any] = {"id": said["id"]} if "id" in said else {}
    if kind in QUESTIONS:
        thing["type"] = kind
    if unread := _fill(thing, kind, said):
        yield FieldError(f"/{number}", "sheet_more", line=unread)
    read.lines[id(thing)] = number
    if not _place(thing, kind, read, open_at):
        yield FieldError(f"/{number}", "sheet_below", kind=KINDS[kind].name, kinds=_names(KINDS[kind].below))


def _names(kinds: Iterable[str]) -> str:
    return "、".join(KINDS[kind].name for kind in kinds)


def _fill(thing: dict[str, Any], kind: str, said: Mapping[str, str]) -> str:
    """Puts what a line says into its thing; returns what of it can't be read."""
    words = {lang: said[lang] for lang in LANGUAGES if lang in said}
    thing |= {KINDS[kind].words: words} if KINDS[kind].words else words
    if "required" in said:
        thing["required"] = _YES.get(said["required"].lower(), said["required"])
    if "show_if" in said:
        question, _, options = said["show_if"].partition("=")
        listed = [option.strip() for option in re.split(r"[;；,，、]", options) if option.strip()]
        thing["show_if"] = {"question": question.strip(), "in": listed}
    unread = []
    for line in filter(None, map(str.strip, said.get("more", "").splitlines())):
        key, equals, value = line.partition("=")
        path = key.strip().split(".")
        # What has lines of its own can't be said in one as well.
        if not equals or path[0] in LISTED or path[-1] in LISTED or not _set(thing, path, value.strip()):
            unread.append(line)
    return "、".join(unread)


def _set(thing: dict[str, Any], path: Sequence[str], value: str) -> bool:
    for key in path[:-1]:
        thing = thing.setdefault(key, {})
        if not isinstance(thing, dict):
            return False
    thing[path[-1]] = value_of(path[-1], value)
    return True


def _place(thing: dict[str, Any], kind: str, read: Read, open_at: dict[str, Any]) -> bool:
    """Whether there is something that it can be part of; whatever comes next may be part of it."""
    if kind == "questionnaire":
        read.content["common"] = thing
        thing["edition"] = thing.pop("id", "")
        open_at.clear()
    else:
        below = KINDS[kind].below
        held = next((open_at[one] for one in reversed(open_at) if one in below), None)
        if held is None:
            return False
        if kind == "topic":
            held = read.content
        if kind == "label":
            held = held.setdefault("scale", {})
            if not isinstance(held, dict):
                return False
        held.setdefault(KINDS[kind].into, []).append(thing)
        _close(open_at, kind)
    open_at[kind] = thing
    return True


def _close(open_at: dict[str, Any], kind: str) -> None:
    """What ends where a thing of this kind begins."""
    level = _level(kind)
    for name in [name for name in open_at if _level(name) >= level]:
        del open_at[name]


def _level(kind: str) -> int:
    return 0 if kind == "questionnaire" else 1 + max(_level(one) for one in KINDS[kind].below[:1])
