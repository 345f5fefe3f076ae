"""Which options share a line on a narrow screen."""

import pytest

from chalicelib.web.netizen.layout import cells, side_by_side


def options(*texts: str, kind: str = "multiple") -> dict[str, object]:
    """A question with these options, as published."""
    return {"type": kind, "options": [{"id": text, "text": text} for text in texts]}


def test_a_chinese_character_takes_two_cells() -> None:
    """And a Latin letter or a digit one."""
    assert cells("网 APP1") == 7


@pytest.mark.parametrize(
    ("texts", "kind", "expected"),
    [
        (("报警", "其他", "向平台投诉或举报"), "multiple", True),
        (("报警", "其他", "虚假宣传、刷单刷评等失信经营"), "multiple", False),
        (("男", "女"), "single", False),
        (("不到 1 年", "1 至 3 年", "4 至 6 年"), "single", True),
        (("1 小时至不到 2 小时", "不到 1 小时", "8 小时及以上"), "single", False),
    ],
)
def test_short_options_share_a_line(texts: tuple[str, ...], kind: str, expected: bool) -> None:
    """Where each of them is short enough, and there are more than two."""
    assert side_by_side(options(*texts, kind=kind)) is expected
