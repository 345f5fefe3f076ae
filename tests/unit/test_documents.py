"""What the documents name is there: links lead somewhere, paths exist; both languages say the same."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TREES = ("chalicelib", "infra", "tests", "bench", "docs", ".chalice", ".ci")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(path for tree in TREES for path in (ROOT / tree).rglob("*.md"))])
MODULES = sorted([ROOT / "app.py", *(path for tree in TREES for path in (ROOT / tree).rglob("*.py"))])
NAMES = {path.name for path in MODULES}
PATH = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, TREES))})/[\w./-]*\w")
"""A path from the root, wherever it stands in a text."""
TRANSLATED = [path for path in DOCUMENTS if path.name.endswith(".zh.md")]
MADE = ("infra/stages/",)
"""What a command or a deployer makes is in no clone."""


def name_of(path: Path) -> str:
    """A path as a reader writes it."""
    return path.relative_to(ROOT).as_posix()


def prose(document: Path) -> str:
    """A document without its fenced code."""
    return re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The anchors of its headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def exists(path: str) -> bool:
    """Whether a path from the root, or a decision by its number alone (`docs/adr/0003`), is there."""
    return path.startswith(MADE) or (ROOT / path).exists() or any(ROOT.glob(f"{path}-*.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link names a file, and every anchor a heading."""
    targets = re.findall(r"\]\(([^()\s]+)\)", prose(document))
    broken = []
    for target in targets:
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        leads_to = (document.parent / path).resolve() if path else document
        if not leads_to.exists() or (anchor and anchor not in anchors(leads_to)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_in_documents_exist(document: Path) -> None:
    """A path in backticks is one from the root, from the document's own folder, or from `chalicelib`."""
    quoted = re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", prose(document))
    whole = [path for path in quoted if "/" in path and Path(path).suffix in {".py", ".md", ".json", ".toml", ".html"}]
    whole += [path for path in quoted if path.split("/")[0] in TREES and path not in whole]
    bare = [path for path in quoted if "/" not in path and path.endswith(".py")]

    homes = (document.parent, ROOT / "chalicelib")
    assert [path for path in whole if not exists(path) and not any((home / path).exists() for home in homes)] == []
    assert set(bare) <= NAMES


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_paths_in_docstrings_exist(module: Path) -> None:
    """A docstring that sends its reader to a file names one that is there."""
    nodes = ast.walk(ast.parse(module.read_text("utf-8")))
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, holders)]

    assert [path for text in docstrings for path in PATH.findall(text) if not exists(path)] == []


@pytest.mark.parametrize("name", [".chalice/config.json", "Makefile", "pyproject.toml", "infra/setup.sh"])
def test_paths_in_settings_exist(name: str) -> None:
    """Likewise what configuration cites."""
    assert [path for path in PATH.findall((ROOT / name).read_text("utf-8")) if not exists(path)] == []


def code_of(document: Path) -> list[str]:
    """Its fenced lines that are commands or data: without drawings, comments and blanks at the end."""
    fenced = re.findall(r"^```\w+\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [re.split(r"\s+#\s", line)[0].rstrip() for block in fenced for line in block.splitlines()]


@pytest.mark.parametrize("chinese", TRANSLATED, ids=name_of)
def test_both_languages_say_the_same(chinese: Path) -> None:
    """A document in two languages has the same sections, rows, items and code, and each names the other."""
    english = chinese.with_name(chinese.name.replace(".zh.md", ".md"))
    texts = [path.read_text("utf-8") for path in (english, chinese)]

    for what in (r"^#+ ", r"^\| ", r"^\d\. ", r"^- ", r"^```"):
        counts = [len(re.findall(what, text, re.MULTILINE)) for text in texts]
        assert counts[0] == counts[1], what
    assert code_of(english) == code_of(chinese)
    assert f"]({chinese.name})" in texts[0]
    assert f"]({english.name})" in texts[1]


def test_both_readmes_name_the_same_commands_and_files() -> None:
    """A reader of either misses nothing."""
    named = [re.findall(r"`([^`\n]+)`", prose(ROOT / name)) for name in ("README.md", "README.zh.md")]
    figures = [re.findall(r"\d+(?:[.,]\d+)*", prose(ROOT / name)) for name in ("README.md", "README.zh.md")]

    assert sorted(named[0]) == sorted(named[1])
    assert sorted(figures[0]) == sorted(figures[1])


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_commands_are_in_the_makefile(name: str) -> None:
    """What a newcomer types first is there."""
    text = (ROOT / name).read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert {"run", "test", "check"} <= set(re.findall(r"(?:^|`|&& )make ([a-z-]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("decision", sorted((ROOT / "docs/adr").glob("0*.md")), ids=name_of)
def test_decisions_have_their_form(decision: Path) -> None:
    """A number, a status with its date, what else was possible, and a line in the list."""
    text, listed = decision.read_text("utf-8"), (ROOT / "docs/adr/README.md").read_text("utf-8")

    assert re.match(
        rf"# {int(decision.name[:4])}\. .+\n\n\*(Accepted|Replaced by \d{{4}}) · \d{{4}}-\d\d-\d\d.*\*\n", text
    )
    assert "\n**Alternatives.** " in text
    assert f"| [{decision.name[:4]}]({decision.name}) |" in listed
