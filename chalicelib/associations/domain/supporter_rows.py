"""Annex 2: what its columns contain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.associations.domain import cell_readers
from chalicelib.associations.domain.cell_readers import WrongCell
from chalicelib.associations.domain.read_table import read_table
from chalicelib.associations.domain.spreadsheet import Answers, Row
from chalicelib.associations.domain.supporter import (
    MOST_OF_A_KIND,
    MOST_PRIZES,
    PRIZE_LENGTH,
    SUPPORTS_LENGTH,
    Prize,
    SupporterKind,
)
from chalicelib.associations.domain.table import Form, ReadTable, TableField
from chalicelib.associations.domain.unit import NAME_LENGTH

_KINDS = {
    SupporterKind.GOVERNMENT: "政府 政府部门 政府机构 政府机关 机关 党政机关",
    SupporterKind.ENTERPRISE: "企业 公司 enterprise company business",
    SupporterKind.MEDIA: "媒体 新闻媒体",
    SupporterKind.SCHOOL: "学校 院校 高校 大学 教育机构 university",
    SupporterKind.ORGANISATION: "组织 社会组织 社会团体 社团 协会 organization association",
}
_YES_NO = {True: "是 有 限 仅限 仅限本地 本地 √ ✓ yes y true 1", False: "否 无 不限 全国 × no n false 0"}
_COUNTED = re.compile(r"(.*?\D)[ ×xX*:：]*(\d{1,3}(?:,\d{3})+|\d{1,8})\s*[^\d\s]{0,2}")
"""A prize and its quantity: `保温杯 50 个`, `20元话费券×100`."""


@dataclass(frozen=True, slots=True)
class SupporterRow:
    """What a row says of a supporter; None where it says nothing."""

    number: int
    name: str | None = None
    kind: SupporterKind | None = None
    unit: str | None = None
    supports: str | None = None
    prizes: tuple[str, ...] | None = None
    quantities: tuple[int, ...] | None = None
    local_only: bool | None = None

    def all_prizes(self) -> tuple[Prize, ...] | None:
        """The prizes with their quantities, which stand in a column of their own or behind each. Raises `WrongCell`."""
        if self.prizes is None:
            return None
        if self.quantities is None:
            return tuple(_counted(prize) for prize in self.prizes)
        if len(self.quantities) != len(self.prizes):
            raise WrongCell("quantities", prizes=len(self.prizes), numbers=len(self.quantities))
        return tuple(Prize(name=n, quantity=q) for n, q in zip(self.prizes, self.quantities, strict=True))


def _counted(prize: str) -> Prize:
    found = _COUNTED.fullmatch(prize)
    if found is None or not 1 <= int(found[2].replace(",", "")) <= MOST_OF_A_KIND:
        raise WrongCell("quantity")
    return Prize(name=found[1].rstrip(" ×xX*:："), quantity=int(found[2].replace(",", "")))


_KIND = cell_readers.choice(
    "kind", {word: kind for kind, words in _KINDS.items() for word in [kind.value, *words.split()]}
)
_LOCAL = cell_readers.choice("yes_no", {word: meant for meant, words in _YES_NO.items() for word in words.split()})
SUPPORTERS = Form(
    fields=(
        TableField(
            "name", ("支持单位名称", "name"), "名称 单位名称 支持单位 单位 supporter", cell_readers.text(NAME_LENGTH)
        ),
        TableField("kind", ("单位类型", "kind"), "类型 类别 单位类别 单位性质 性质 type", _KIND),
        TableField(
            "unit", ("发起单位", "unit"), "发起单位名称 发起单位代码 推荐单位 报送单位", cell_readers.text(NAME_LENGTH)
        ),
        TableField(
            "supports",
            ("支持内容", "supports"),
            "支持事项 支持方式 支持项目 support",
            cell_readers.text(SUPPORTS_LENGTH),
        ),
        TableField(
            "prizes",
            ("奖品", "prizes"),
            "奖品类型 奖品种类 奖品名称 奖品及数量 奖品类型及数量 prize prizetype",
            cell_readers.several(cell_readers.text(PRIZE_LENGTH), MOST_PRIZES),
        ),
        TableField(
            "quantities",
            ("奖品数量", "quantity"),
            "数量 quantities prizequantity",
            cell_readers.several(cell_readers.number(1, MOST_OF_A_KIND), MOST_PRIZES),
        ),
        TableField(
            "local_only",
            ("是否仅限本地网民", "local only"),
            "仅限本地网民 是否限本地网民 是否仅限本地 仅限本地 限本地 是否本地 local localonly onlylocal",
            _LOCAL,
        ),
    ),
    anchors=("name",),
    needed=("name", "kind"),
    meanings={
        "local_only": r"本地|当地",
        "unit": r"(推荐|报送|发起|联系|所属).*(单位|协会)",
        "quantities": r"奖品.*(数|量)|数量",
        "prizes": r"奖品|奖励|礼品",
        "supports": r"支持.*(内容|事项|方式|项目|情况)",
        "kind": r"(单位|机构|企业)?(类型|类别|性质)",
        "name": r"(支持|赞助|协办)(单位|机构|企业)|(单位|机构|企业).*(名称|全称)",
    },
)


_NO_ANSWERS = Answers()


def read_supporters(rows: Sequence[Row], answers: Answers = _NO_ANSWERS) -> ReadTable[SupporterRow]:
    """The supporters in a table."""
    return read_table(rows, SUPPORTERS, SupporterRow, answers)
