"""Whether a response counts as valid. The rules are data of the questionnaire; broken ones are named.

Nothing is ever refused for its quality: the verdict shows only in `valid` and in the final export.
"""

from collections.abc import Mapping

from chalicelib.domain.question import Matrix
from chalicelib.domain.questionnaire import Questionnaire

TOO_FAST = "too_fast"
STRAIGHT_LINING = "straight_lining"


def judge(q: Questionnaire, answers: Mapping[str, object], took_ms: int) -> tuple[str, ...]:
    """Names of the rules that the answers break, given `took_ms` after the ticket's issue; empty: valid."""
    rules = q.common.quality
    broken = []
    if rules.too_fast is not None and took_ms < 1000 * floor_s(q, answers):
        broken.append(TOO_FAST)
    if rules.straight_lining and _all_the_same(q, answers):
        broken.append(STRAIGHT_LINING)
    return tuple(broken)


def floor_s(q: Questionnaire, answers: Mapping[str, object]) -> int:
    """Seconds below which nobody reads the common part and those topics that have an answer."""
    answered = (t for t in q.modules.values() if any(question.id in answers for question in t.questions))
    return (q.common.quality.too_fast or 0) + sum(topic.seconds for topic in answered)


def _all_the_same(q: Questionnaire, answers: Mapping[str, object]) -> bool:
    """Every row of the common matrices got the same stars, although a negative row turns the scale around."""
    stars, poles = set(), set()
    for question in q.questions():
        answer = answers.get(question.id)
        if isinstance(question, Matrix) and isinstance(answer, Mapping):
            stars |= set(answer.values())
            poles |= {row.pole for row in question.rows}
    return len(stars) == 1 and len(poles) > 1
