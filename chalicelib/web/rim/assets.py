"""The pages' own files, under names that carry a hash of their bytes, so that they can be cached for ever.

What the browser loads as one is written as several: they are joined here when the process starts, and there is no
build step. The region table is data of the questionnaires; it is served from here too, in each language.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from chalicelib.instrument import questionnaires
from chalicelib.web.rim.language import languages

_STATIC = Path(__file__).parent.parent / "static"
_SCRIPTS = """
core draft large visit guard answers choices cascade region types topics later
check review frame echo clock deliver leftover steps main
"""
"""In the order in which they use each other."""
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file as the browser gets it."""

    name: str
    """With the hash: `app.0123456789.js`."""
    content_type: str
    text: str


def asset_name(plain: str) -> str:
    """The hashed name of `app.js`, `app.css`, `desk.js`, … or `regions.<language>.json`. Raises KeyError."""
    return _by_plain_name()[plain].name


def find_asset(name: str) -> tuple[Asset | None, bool]:
    """The file asked for under `name`, and whether its hash is today's.

    A page that a shared cache kept over a deployment asks for yesterday's hash and gets today's file.
    """
    asset = _by_plain_name().get(_plain(name))
    return asset, asset is not None and asset.name == name


@cache
def quoted_words() -> frozenset[str]:
    """Every quoted word in the scripts; the keys of texts that they use are among them."""
    return frozenset(re.findall(r'"([a-z_]+)"', _script()))


@cache
def _by_plain_name() -> Mapping[str, Asset]:
    texts = {
        "app.css": _style("app.css"),
        "app.js": _script(),
        "desk.css": _style("desk.css"),
        "desk.js": _read("desk.js"),
        "plain.js": _read("plain.js"),
        "preview.js": _read("preview.js"),
        "receipt.js": _read("receipt.js"),
        "recount.txt": (_STATIC / "recount.py.txt").read_text("utf-8"),
        "charts.css": _vendored("uPlot.min.css"),
        "charts.js": f"{_vendored('uPlot.iife.min.js')}\n{_read('charts.js')}",
    }
    texts |= {f"regions.{tag}.json": _regions(tag) for tag in languages()}
    return {plain: _asset(plain, text) for plain, text in texts.items()}


def _asset(plain: str, text: str) -> Asset:
    stem, _, ending = plain.rpartition(".")
    digest = sha256(text.encode()).hexdigest()[:10]
    return Asset(f"{stem}.{digest}.{ending}", _TYPES[ending], text)


def _plain(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem.rpartition('.')[0]}.{ending}"


def _script() -> str:
    """All scripts in one closure."""
    joined = "\n".join(_read(f"{name}.js") for name in _SCRIPTS.split())
    return f'(function () {{\n"use strict";\n{joined}\n}})();\n'


def _read(name: str) -> str:
    """A file without indentation and comment lines, which the wire need not carry."""
    lines = (line.strip() for line in (_STATIC / name).read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _style(name: str) -> str:
    """A style sheet in which each value with `var()` has a plain one before it: a browser that knows no custom
    properties would otherwise show white words on white."""
    text = _read(name)
    plain = dict(re.findall(r"--([a-z]+):\s*([^;]+);", _read("app.css").partition("}")[0]))

    def doubled(found: re.Match[str]) -> str:
        value = re.sub(r"var\(--([a-z]+)\)", lambda name: plain[name[1]], found[0])
        return f"{value};{found[0]}"

    return re.sub(r"[a-z-]+:[^;{}]*var\([^;{}]*", doubled, text)


def _vendored(name: str) -> str:
    """Somebody else's file as it came, beneath its licence. Where it is from, `package.json` says."""
    folder = _STATIC / "vendor"
    licence = (folder / "uPlot.LICENSE").read_text("utf-8")
    return f"/*! {licence.strip()} */\n{(folder / name).read_text('utf-8')}"


def _regions(tag: str) -> str:
    """`{"hot": [code], "tree": [[code, name, [child, …]], …]}`: lists, since names of keys would double its size."""
    table = questionnaires.regions()
    tree = [_listed(node) for node in table.tree(tag)]
    return json.dumps({"hot": table.hot, "tree": tree}, ensure_ascii=False, separators=(",", ":"))


def _listed(node: Mapping[str, object]) -> list[object]:
    children = node["children"]
    assert isinstance(children, list)
    return [node["code"], node["name"], *([[_listed(child) for child in children]] if children else [])]
