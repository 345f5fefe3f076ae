"""What is told about an imported file: what is wrong and what was expected there, in Chinese or English."""

from collections.abc import Mapping

from chalicelib.kernel.wording import words

_MESSAGES = {
    # Of the file as a whole.
    "empty": ("文件是空的", "the file is empty"),
    "encoding": ("无法识别文字编码，请存为 UTF-8 或 GB18030", "can't tell the encoding; save it as UTF-8 or GB18030"),
    "quotes": ("第 {row} 行的引号不成对", "the quotation marks in row {row} don't match"),
    "old_format": ("这是旧版 .xls 文件，请另存为 .xlsx 或 CSV", "this is an old .xls file; save it as .xlsx or CSV"),
    "workbook": ("无法读取这个 .xlsx 文件，它可能已损坏", "this .xlsx file can't be read; it may be damaged"),
    "inflated": ("文件解压后超过 {mib} MiB", "unpacked, the file has more than {mib} MiB"),
    "rows": ("行数超过 {most:,} 行，请分成几个文件", "it has more than {most:,} rows; split it into several files"),
    # Of a column.
    "missing_column": ("缺少这一列", "this column is missing"),
    "twice": ("这一列出现了两次（另见“{other}”）", "this column occurs twice (see also “{other}”)"),
    # Of a cell.
    "formula": ("不接受公式，请粘贴为数值", "formulas aren't taken; paste it as a value"),
    "date": (
        "被表格软件转成了日期，请把该列设为文本后重填",
        "turned into a date by the spreadsheet; make it text and retype",
    ),
    "error": ("单元格含有错误值", "the cell holds an error value"),
    "required": ("此项必填", "is required"),
    "code": ("代码应为 1 至 32 个字母、数字或连字符", "must be 1 to 32 letters, digits or hyphens"),
    "long": ("应不超过 {most} 个字", "must have at most {most} characters"),
    "characters": ("含有不可见的控制字符", "contains invisible control characters"),
    "province": (
        "应为省级行政区的名称或代码，如 广东、44、440000",
        "must be a provincial-level division: Guangdong, 44 or 440000",
    ),
    "number": (
        "应为 {least} 至 {most:,} 的整数，或留空",
        "must be a whole number from {least} to {most:,}, or empty",
    ),
    "phone": ("应为电话号码，最多 {most} 位", "must be a telephone number of at most {most} characters"),
    "email": ("应为一个邮箱地址，如 name@example.org", "must be one mail address, like name@example.org"),
    "kind": (
        "应为 政府、企业、媒体、学校 或 组织",
        "must be government, enterprise, media, school or organisation",
    ),
    "yes_no": ("应为 是 或 否", "must be yes or no"),
    "many": ("最多 {most} 项", "must be at most {most} things"),
    "quantity": ("每种奖品都要有数量，如“保温杯 50 个”", "every prize needs its quantity, like “cup 50”"),
    "quantities": ("奖品有 {prizes} 种，数量有 {numbers} 个", "there are {prizes} prizes and {numbers} quantities"),
    "unknown_unit": ("没有这个发起单位", "there is no such unit"),
    "repeated": ("与第 {row} 行是同一单位", "is the same unit as in row {row}"),
    "ambiguous": ("有多个同名单位（{codes}），请填写代码", "several units have this name ({codes}); give the code"),
    # Notes, where nothing is wrong.
    "passed_over": ("未使用的列：{names}", "columns passed over: {names}"),
    "namesake": ("第 {row} 行与已有单位 {codes} 同名", "row {row} has the name of an existing unit, {codes}"),
}


def message(key: str, lang: str, figures: Mapping[str, object] | None = None) -> str:
    """The message in `lang` (Chinese where that is missing), with its figures filled in."""
    chinese, english = _MESSAGES[key]
    return words({"zh-Hans": chinese, "en": english}, lang).format(**figures or {})
