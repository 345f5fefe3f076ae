"""Annex 1 as units submit it, or a list of units that a secretariat keeps: what its columns hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.associations.domain import cell_readers
from chalicelib.associations.domain.cell_readers import WrongCell
from chalicelib.associations.domain.contact import EMAIL, EMAIL_LENGTH, PERSON_LENGTH, PHONE, PHONE_LENGTH
from chalicelib.associations.domain.places import find_place
from chalicelib.associations.domain.read_table import read_table
from chalicelib.associations.domain.spreadsheet import Answers, Row
from chalicelib.associations.domain.table import Form, ReadTable, TableField
from chalicelib.associations.domain.unit import CITY_LENGTH, MOST_LINKS, MOST_PLANNED, NAME_LENGTH, UNIT_CODE
from chalicelib.instrument.domain.regions import Regions


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a row says of a unit; None where it says nothing."""

    number: int
    code: str | None = None
    name: str | None = None
    province: str | None = None
    plan: int | None = None
    city: str | None = None
    links_wanted: int | None = None
    last_year: int | None = None
    person: str | None = None
    phone: str | None = None
    email: str | None = None


def unit_form(regions: Regions) -> Form:
    """The columns of annex 1."""

    def province(typed: str) -> str:
        found = find_place(regions, cell_readers.matching("province", ".*", NAME_LENGTH)(typed))
        if found is None:
            raise WrongCell("province")
        return found

    return Form(
        fields=(
            TableField(
                "code", ("代码", "code"), "单位代码 单位编号 unitcode", cell_readers.matching("code", UNIT_CODE, 32)
            ),
            TableField(
                "name",
                ("单位名称", "name"),
                "名称 单位全称 单位 发起单位 发起单位名称 机构名称 unit unitname",
                cell_readers.text(NAME_LENGTH),
            ),
            TableField("province", ("省份", "province"), "省 所在省份 所属省份 省市 省级行政区", province),
            TableField("city", ("城市", "city"), "市 所在城市 地市 所在地市 所在市", cell_readers.text(CITY_LENGTH)),
            *_CONTACT,
            *_NUMBERS,
        ),
        anchors=("code", "name"),
        needed=("name", "province"),
        spares="code",
        meanings=_MEANINGS,
        numbers=frozenset(one.name for one in _NUMBERS),
    )


_MEANINGS = {
    "plan": r"(样本|采集|收集|问卷|回收|数量).*(计划|目标|任务|指标)"
    r"|(计划|拟|目标|任务|今年|本年).*(样本|采集|收集|回收|份|量)",
    "links_wanted": r"(链接|入口|二维码|短链|网址).*(数|个|量|需)|(所需|需要|申请).*(链接|入口|二维码)",
    "last_year": r"(去年|上年|往年|上一年|上届|20\d\d年?).*(采集|样本|数|量|情况|收集|回收)",
    "code": r"(单位|机构|协会).*(代码|编号|代号)",
    "email": r"邮箱|邮件|e-?mail",
    "phone": r"电话|手机|联系方式|座机|\btel|phone|mobile",
    "person": r"联系人|负责人|经办人|对接人|联络员",
    "city": r"(所在|所属)?(地级)?城市|所在(地级)?市|地市|市州|地级市",
    "province": r"省|直辖市|自治区|所在地区|行政区",
    "name": r"^(?!.*(支持|推荐|上级|主管|地址)).*"
    r"((单位|机构|协会|组织|社团).*(名称|全称)|(发起|参加|申报)(单位|机构|协会)$)",
}
"""In this order: `2026年样本采集量计划` is a plan, `2025年采集样本量` a count."""
_CONTACT = (
    TableField(
        "person",
        ("联系人", "contact"),
        "联系人姓名 姓名 负责人 contactperson contactname",
        cell_readers.text(PERSON_LENGTH),
    ),
    TableField(
        "phone",
        ("联系电话", "phone"),
        "电话 手机 手机号 手机号码 联系方式 联系人电话 telephone tel mobile",
        cell_readers.phone(PHONE, PHONE_LENGTH),
        bends=True,
    ),
    TableField(
        "email",
        ("电子邮箱", "email"),
        "邮箱 电子邮件 联系邮箱 联系人邮箱 邮件 mail e-mail emailaddress",
        cell_readers.email(EMAIL, EMAIL_LENGTH),
        bends=True,
    ),
)
_NUMBERS = (
    TableField(
        "plan",
        ("样本采集量计划", "plan"),
        "计划 样本采集计划 采集量计划 采集计划 样本计划 样本量计划 计划样本量 计划采集量",
        cell_readers.number(1, MOST_PLANNED),
        bends=True,
    ),
    TableField(
        "links_wanted",
        ("采集链接数量", "links"),
        "链接数 链接数量 采集链接数 所需链接数 申请链接数 链接需求数 linkswanted numberoflinks",
        cell_readers.number(0, MOST_LINKS),
        bends=True,
    ),
    TableField(
        "last_year",
        ("上年采集量", "last year"),
        "去年采集量 上年度采集量 去年样本量 上年样本量 去年 上年 lastyearscount lastyear'scount",
        cell_readers.number(0, MOST_PLANNED),
        bends=True,
    ),
)


_NO_ANSWERS = Answers()


def read_units(rows: Sequence[Row], regions: Regions, answers: Answers = _NO_ANSWERS) -> ReadTable[UnitRow]:
    """The units in a table."""
    return read_table(rows, unit_form(regions), UnitRow, answers)
