"""A dataset's columns as expressions of SQL over the rows of an export, whose cells are all text or null."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from chalicelib.instrument.domain.question import ShowIf
from chalicelib.kernel.wording import words
from chalicelib.results.domain.columns import DIGITS, Asked, Column, Missing

LANG = "zh-Hans"
WHY_MISSING = {Missing.NOT_ASKED: "未被问到", Missing.NOT_SHOWN: "未显示", Missing.NOT_ANSWERED: "未作答"}
CHOSEN = {"0": "未选", "1": "选"}
FIXED = {
    "row": "编号（随机，与回执无关）",
    "day": "答题日期",
    "edition": "问卷版本",
    "version": "问卷版次",
    "topics": "专题",
    "valid": "是否有效",
    "reasons": "无效原因",
}
"""What stands before the answers, and its labels."""


def typed(columns: Sequence[Column]) -> str:
    """The typed row of a row of `export`; `row` is a keyed hash, by which the rows are then put in order.

    The hash is HMAC-SHA-256 (RFC 2104) of the receipt, 80 bits of it; `pads` are the key's two, as blobs.
    """
    inner = "unhex(sha256($inner || encode(receipt)))"
    fixed = [
        f"left(sha256($outer || {inner}), 20) AS row",
        "left(accepted_at, 10)::DATE AS day",
        "edition",
        "version",
        "coalesce(topics, '') AS topics",
        "valid = 'true' AS valid",
        "coalesce(reasons, '') AS reasons",
    ]
    return ", ".join([*fixed, *(f"{_typed(column)} AS {name_of(column.name)}" for column in columns)])


def labelled(columns: Sequence[Column]) -> str:
    """The same in words for people, of a typed row: `divisions` maps codes to names."""
    fixed = (f"{name} AS {name_of(f'{name} {label}')}" for name, label in FIXED.items())
    answers = (f"{_labelled(one)} AS {name_of(f'{one.name} {words(one.label, LANG)}')}" for one in columns)
    return ", ".join([*fixed, *answers])


def value_labels(column: Column) -> dict[str, str]:
    """What the codes of a column mean; not those of divisions, which GB/T 2260 lists."""
    if column.type == "text":
        return {}
    own = CHOSEN if column.type == "chosen" else {code: words(text, LANG) for code, text in column.values.items()}
    return own | {str(int(code)): label for code, label in WHY_MISSING.items()}


def name_of(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_of(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _typed(column: Column) -> str:
    cell, number = name_of(column.source), column.type in {"points", "chosen"}
    value = cell
    if column.type == "text":
        return cell
    if column.type == "points":
        value = f"{cell}::TINYINT"
    elif column.type == "chosen":
        value = f"list_contains(string_split({cell}, ';'), {text_of(column.option)})::TINYINT"
    elif column.type in DIGITS:
        value = f"left({cell}, {DIGITS[column.type]})"
    unasked, unshown, unanswered = (str(int(code)) if number else text_of(str(int(code))) for code in Missing)
    asked, shown = _any(_groups(column.asked, by_answer=False)), _any(_groups(column.asked, by_answer=True))
    whole = f"CASE WHEN NOT ({asked}) THEN {unasked} WHEN {cell} IS NOT NULL THEN {value}"
    return f"{whole} WHEN {shown} THEN {unanswered} ELSE {unshown} END{'::TINYINT' if number else ''}"


def _any(conditions: Iterator[str]) -> str:
    return " OR ".join(conditions)


def _groups(asked: Sequence[Asked], *, by_answer: bool) -> Iterator[str]:
    """Who was asked, or was also shown it; questionnaires that ask alike stand together."""
    alike: defaultdict[tuple[str | None, ShowIf | None], list[str]] = defaultdict(list)
    for one in asked:
        alike[one.topic, one.show_if if by_answer else None].append(f"({text_of(one.edition)}, {text_of(one.version)})")
    for (topic, show_if), questionnaires in alike.items():
        parts = [f"(edition, version) IN ({', '.join(questionnaires)})"]
        if topic is not None:
            parts.append(_holds("topics", [topic]))
        if show_if is not None:
            parts.append(_holds(show_if.question, show_if.options))
        yield f"({' AND '.join(parts)})"


def _holds(column: str, any_of: Sequence[str]) -> str:
    """Whether a cell with parts joined by `;` has one of these."""
    listed = ", ".join(map(text_of, any_of))
    return f"list_has_any(string_split(coalesce({name_of(column)}, ''), ';'), [{listed}])"


def _labelled(column: Column) -> str:
    cell, labels = name_of(column.name), value_labels(column)
    if column.type in DIGITS:
        found = f"(SELECT name FROM divisions WHERE code = rpad({cell}, 6, '0'))"
        return f"coalesce({found}, {_cases(cell, labels, text_of, other=cell)})"
    if column.type == "choice":
        return _cases(cell, labels, text_of, other=cell)
    return _cases(cell, labels, str, other=f"{cell}::VARCHAR")


def _cases(cell: str, labels: dict[str, str], written: Callable[[str], str], other: str) -> str:
    """A label for each code; compared as what it is, which takes a third of the time that texts take."""
    cases = " ".join(f"WHEN {written(code)} THEN {text_of(label)}" for code, label in labels.items())
    return f"CASE {cell} {cases} ELSE {other} END"
