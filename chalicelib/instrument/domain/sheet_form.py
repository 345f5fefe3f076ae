"""A questionnaire as a table, for people who don't write JSON: one line for each thing that has words.

Below a question stand its options, rows and labels; below a section its questions; topics come last. A line says what
it is, its id, its words in each language, and in its last column, one to a line, whatever else there is, such as
`scale.max=10`. The table says all that the JSON says, and the other way round.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Content = dict[str, Any]
"""`{"common": …, "topics": […]}`, as the data files hold them."""
LANGUAGES = {"zh-Hans": "中文", "en": "English"}
HEADS = {"kind": "类别", "id": "编号", **LANGUAGES, "required": "必答", "show_if": "显示条件", "more": "其他"}
COLUMNS = tuple(HEADS.values())
TEXTUAL = {"version"}
"""What stays a text though it looks like a number."""


class Kind(NamedTuple):
    name: str
    below: tuple[str, ...]
    """Of which kinds the thing is part that it stands below."""
    into: str
    """Under which key it is listed there."""
    words: str = "text"


QUESTIONS = ("single", "multiple", "cascade", "rating", "matrix", "text", "region")
_PARTS = ("section", "topic")
KINDS = {
    "questionnaire": Kind("问卷", (), "", "title"),
    "section": Kind("部分", ("questionnaire",), "sections", "title"),
    "topic": Kind("专题", ("questionnaire",), "topics", "title"),
    **{
        kind: Kind(name, _PARTS, "questions")
        for kind, name in zip(QUESTIONS, ("单选", "多选", "级联", "评分", "矩阵", "文字", "地区"), strict=True)
    },
    "option": Kind("选项", ("single", "multiple", "cascade"), "options"),
    "suboption": Kind("子选项", ("option",), "options"),
    "row": Kind("行", ("matrix",), "rows"),
    "label": Kind("星级", ("rating", "matrix"), "labels", ""),
}
LISTED = ("options", "rows", "labels", "questions", "sections")


def write_sheet(content: Content) -> Iterator[tuple[str, ...]]:
    """The lines below the headings `COLUMNS`."""
    common = content["common"]
    yield _line("questionnaire", {"id": common["edition"]} | {k: v for k, v in common.items() if k != "edition"})
    for kind, parts in (("section", common["sections"]), ("topic", content["topics"])):
        for part in parts:
            yield _line(kind, part)
            for question in part["questions"]:
                yield from _question(question)


def _question(question: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    scale = question.get("scale", {})
    plain = {key: value for key, value in question.items() if key != "type"}
    if scale:
        plain["scale"] = {key: value for key, value in scale.items() if key != "labels"}
    yield _line(question["type"], plain)
    for option in question.get("options", ()):
        yield _line("option", option)
        for below in option.get("options", ()):
            yield _line("suboption", below)
    for row in question.get("rows", ()):
        yield _line("row", row)
    for label in scale.get("labels", ()):
        yield _line("label", {"text": label})


def _line(kind: str, thing: Mapping[str, Any]) -> tuple[str, ...]:
    words, condition = KINDS[kind].words or "text", thing.get("show_if")
    cells = {"kind": KINDS[kind].name, "id": thing.get("id", ""), **thing[words]}
    if "required" in thing:
        cells["required"] = "是" if thing["required"] else "否"
    if condition:
        cells["show_if"] = f"{condition['question']}={';'.join(condition['in'])}"
    shown = {"id", words, "required", "show_if", *LISTED}
    rest = {key: value for key, value in thing.items() if key not in shown}
    cells["more"] = "\n".join(f"{key}={value}" for key, value in _flat("", rest))
    return tuple(cells.get(name, "") for name in HEADS)


def _flat(before: str, value: Any) -> Iterator[tuple[str, str]]:
    """`{"scale": {"max": 10}}` as `scale.max`, `10`."""
    if isinstance(value, dict) and (value or not before):
        for key, inner in value.items():
            yield from _flat(f"{before}.{key}" if before else key, inner)
    elif isinstance(value, str) and (before in TEXTUAL or value_of("", value) == value):
        yield before, value
    else:
        yield before, json.dumps(value, ensure_ascii=False)


def value_of(key: str, text: str) -> Any:
    """What a text stands for: a number, yes or no, a list; else itself."""
    try:
        return text if key in TEXTUAL else json.loads(text)
    except ValueError:
        return text
