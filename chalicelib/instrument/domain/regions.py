"""The administrative divisions that a region question accepts.

Codes are those of GB/T 2260: six digits, two each for province, city and county. A leaf is a county, or a
division that has none below it (Dongguan, Hong Kong, …). Outside the standard stands one code of ours:
OVERSEAS.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypedDict

OVERSEAS = "990000"  # GB/T 2260 ends at 82; nothing in it begins with 9


class Node(TypedDict):
    """A division in the tree; `children` is empty for a leaf."""

    code: str
    name: str
    children: list["Node"]


class Regions:
    """The division table: names by code, and which codes a respondent may give."""

    def __init__(self, names: Mapping[str, str], english: Mapping[str, str], hot: Sequence[str]) -> None:
        """`names`: Chinese names by code, parents before children; `english`: likewise, where any."""
        self._names = names
        self._english = english
        self.hot: tuple[str, ...] = tuple(hot)
        provinces = {f"{code[:2]}0000" for code in names if code[2:] != "0000"}
        cities = {f"{code[:4]}00" for code in names if code[4:] != "00"}
        self.leaves: frozenset[str] = frozenset(names) - provinces - cities

    def is_leaf(self, code: str) -> bool:
        """Whether an answer may be this code."""
        return code in self.leaves

    def name(self, code: str, lang: str = "zh-Hans") -> str:
        """The division's own name (`天河区`), in Chinese where `lang` has none. Raises KeyError."""
        return (lang == "en" and self._english.get(code)) or self._names[code]

    def path(self, code: str, lang: str = "zh-Hans") -> tuple[str, ...]:
        """Names from the province down to `code`: `("广东省", "广州市", "天河区")`."""
        parent = self._parent(code)
        return (*(self.path(parent, lang) if parent else ()), self.name(code, lang))

    def province(self, code: str) -> str:
        """The two digits of the provincial-level division."""
        return code[:2]

    def tree(self, lang: str = "zh-Hans") -> list[Node]:
        """Provinces with their cities and counties, in the order of the codes, overseas last.

        Counties that belong to no city are directly under their province.
        """
        nodes: dict[str, Node] = {
            code: Node(code=code, name=self.name(code, lang), children=[]) for code in self._names
        }
        for code, node in nodes.items():
            parent = self._parent(code)
            if parent is not None:
                nodes[parent]["children"].append(node)
        return [node for code, node in nodes.items() if self._parent(code) is None]

    @cached_property
    def provinces(self) -> tuple[str, ...]:
        """Two-digit codes of the provincial-level divisions, overseas last."""
        return tuple(code[:2] for code in self._names if code.endswith("0000"))

    @cached_property
    def cities(self) -> tuple[str, ...]:
        """Codes of the divisions right below the provincial-level ones."""
        return tuple(code for code in self._names if code.endswith("00") and not code.endswith("0000"))

    def find_province(self, typed: str) -> str | None:
        """The two digits of a provincial-level division, by code (`44`, `440000`) or name (`广东`, `Guangdong`).

        None where it is none, or might be several.
        """
        typed = typed.strip()
        found = [province for province in self.provinces if self._is_called(f"{province}0000", typed)]
        return found[0] if len(found) == 1 else None

    def _is_called(self, code: str, typed: str) -> bool:
        short = len(typed) > 1 and self.name(code).startswith(typed)
        return short or typed in {code, code[:2]} or typed.casefold() == self.name(code, "en").casefold()

    def _parent(self, code: str) -> str | None:
        if code.endswith("0000"):
            return None
        city = f"{code[:4]}00"
        return city if city != code and city in self._names else f"{code[:2]}0000"
