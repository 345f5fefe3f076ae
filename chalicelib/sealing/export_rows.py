"""A response as a row of an export: what is fixed for all, then one cell for each column of every questionnaire."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from chalicelib.campaigns import campaigns
from chalicelib.collection.response import Response
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import COMMON, AnswerSheet, answer_sheet, parts_of
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.instants import rfc3339

FIXED = ("receipt", "accepted_at", "unit", "link", "edition", "version", "topics", "valid", "reasons")


class _Layout(NamedTuple):
    """One version's answers, and how its cells are spread over the columns of all."""

    sheet: AnswerSheet
    spread: Callable[[Sequence[str]], tuple[str, ...]]
    """From its own cells and one empty one behind them."""


class Rows:
    """The rows of one file: all have the same columns, whatever their questionnaire."""

    def __init__(self, campaign: str) -> None:
        self._columns = _columns(campaign)
        self._layouts: dict[tuple[str, str], _Layout] = {}

    @property
    def header(self) -> list[str]:
        """The headings."""
        return [*FIXED, *self._columns]

    def check(self, response: Response) -> None:
        """Raises `QuestionnaireUnknown` where the response has no questionnaire of ours."""
        self._layout(response)

    def row(self, response: Response) -> list[str]:
        """The cells of one response, masked. Raises `QuestionnaireUnknown`."""
        sheet, spread = self._layout(response)
        parts = parts_of(response.answers)
        return [
            response.receipt,
            rfc3339(response.accepted_at),
            response.unit,
            response.link,
            response.edition,
            response.version,
            ";".join(name for name in parts if name != COMMON),
            "true" if response.valid else "false",
            ";".join(response.reasons),
            *spread([*sheet.row(parts), ""]),
        ]

    def _layout(self, response: Response) -> _Layout:
        version = (response.edition, response.version)
        if version not in self._layouts:
            sheet = answer_sheet(load(*version))
            own = {column: place for place, column in enumerate(sheet.columns())}
            places = (own.get(column, len(own)) for column in self._columns)
            self._layouts[version] = _Layout(sheet, itemgetter(*places))
        return self._layouts[version]


def _columns(campaign_id: str) -> list[str]:
    """The questions' columns of every version of the product and of those that the campaign asks, each once: editions
    share the common questions' ids."""
    campaign = campaigns.find(campaign_id)
    chosen = campaign.questionnaires if campaign else ()  # what is left of one that is gone has columns all the same
    own = [(edition, version) for edition in questionnaires.EDITIONS for version in questionnaires.versions(edition)]
    sheets = [answer_sheet(load(*version)) for version in dict.fromkeys([*own, *chosen])]
    return list(dict.fromkeys(column for sheet in sheets for column in sheet.columns()))
