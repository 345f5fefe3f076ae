"""Where in a questionnaire's content something is, in words of the person who wrote it: by ids instead of positions."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Place(NamedTuple):
    """What a pointer names."""

    where: tuple[str, ...]
    """The ids on the way, and the key at its end: `("work", "q3", "b", "text")`."""
    things: tuple[Mapping[str, Any], ...]
    """Those things, the outermost first."""


def place_in(content: Any, pointer: str) -> Place:
    """What a JSON pointer leads to, which also may begin with a question's id."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    found = next((one for one in _things(content) if parts and one.get("id") == parts[0]), None)
    where, things, here = list[str](), list[Mapping[str, Any]](), content
    if found is not None:
        where, things, here, parts = [parts[0]], [found], found, parts[1:]
    for part in parts:
        inner = _inner(here, part)
        if isinstance(inner, Mapping):
            things.append(inner)
            where += [str(inner["id"])] if "id" in inner else []
        here = here if inner is None else inner
    return Place((*where, *parts[-1:]) if parts and not parts[-1].isdecimal() else tuple(where), tuple(things))


def _inner(here: Any, part: str) -> Any:
    """One step; None where a pointer's part is no step, as the name of a question's type isn't."""
    if isinstance(here, list):
        return here[int(part)] if part.isdecimal() and int(part) < len(here) else None
    return here.get(part) if isinstance(here, Mapping) else None


def _things(content: Any) -> Iterator[Mapping[str, Any]]:
    """All objects, the outer ones first; without recursion, for what people send may be nested deeply."""
    left = [content]
    for one in left:
        if isinstance(one, Mapping):
            yield one
        left += one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
