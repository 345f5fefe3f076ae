"""What a respondent is told about a wrong answer: short, and saying what was expected."""

from collections.abc import Mapping

from chalicelib.kernel.wording import words

_MESSAGES = {
    "answers_type": ("answers 应为对象，以题号为键", "answers must be an object keyed by question id"),
    "topics_type": ("topics 应为专题编号的列表", "topics must be a list of topic ids"),
    "topic_unknown": ("没有这个专题", "no such topic in this questionnaire"),
    "topic_repeated": ("专题不能重复", "a topic may be named once only"),
    "required": ("请回答此题", "please answer this question"),
    "not_shown": ("此题未向您显示，请勿作答", "this question was not shown and takes no answer"),
    "not_named": ("此题所属专题不在所选专题之内", "this question belongs to a topic that was not named"),
    "unknown": ("问卷中没有此题", "no such question in this questionnaire"),
    "option_type": ("应为一个选项的编号（文本）", "expected the id of one option, as a string"),
    "option_unknown": ("没有这个选项，请从所列选项中选择", "no such option; choose from those listed"),
    "option_repeated": ("同一选项只能选一次", "each option may be chosen once only"),
    "option_exclusive": ("该选项不能与其他选项同时选择", "this option can't be combined with others"),
    "options_type": ("应为选项编号的列表", "expected a list of option ids"),
    "options_count": ("请选择 1 至 {n} 项", "choose 1 to {n} options"),
    "stars": ("应为 {min} 至 {max} 的整数", "expected a whole number from {min} to {max}"),
    "rows_type": ("应为对象，每行一个分值", "expected an object with a value for each row"),
    "row_missing": ("请为此行打分（{min} 至 {max}）", "please rate this row ({min} to {max})"),
    "row_unknown": ("此题没有这一行", "this question has no such row"),
    "text_type": ("应为文本", "expected a text"),
    "text_length": ("请不要超过 {n} 个字符", "use at most {n} characters"),
    "text_characters": ("含有无法保存的控制字符", "contains control characters that can't be kept"),
    "region_type": ("应为六位行政区划代码（文本）", "expected a six-digit division code, as a string"),
    "region_unknown": (
        "没有这个区划，请选到县（市、区）一级",
        "no such division; choose one at county level",
    ),
}


def message(key: str, lang: str, figures: Mapping[str, int] | None = None) -> str:
    """The message in `lang` (Chinese where that is missing), with its figures filled in."""
    chinese, english = _MESSAGES[key]
    return words({"zh-Hans": chinese, "en": english}, lang).format(**figures or {})
