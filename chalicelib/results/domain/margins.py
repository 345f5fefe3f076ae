"""The population that weights bring a sample to, as data with a source for each margin (docs/adr/0046)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from chalicelib.results.domain.weights import Kind

DATA = Path(__file__).parent / "margins.json"


class PopulationMargin(BaseModel):
    """How the population divides by one question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    source: str
    join: dict[str, str]
    """Options that the source doesn't tell apart, by option; empty where it has the questionnaire's own."""
    shares: dict[str, float]
    """Any unit; only their ratios count."""

    def value(self, answer: str) -> str | None:
        """What an answer counts as; None where the source doesn't know it."""
        joined = self.join.get(answer, answer)
        return joined if joined in self.shares else None


class Margins(BaseModel):
    """All that the netizens' sample is weighted by; of practitioners no margin is published anywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    most: float
    """Weights are trimmed to this many times the mean."""
    margins: tuple[PopulationMargin, ...]

    def kind(self, answers: Mapping[str, str]) -> Kind | None:
        """What a person is in each margin, of answers by question (a region by its province's two digits).

        None for those whom a source doesn't know: other sex, Hong Kong, Macau, Taiwan, overseas. They stay unweighted.
        """
        values = [margin.value(answers.get(margin.question, "")) for margin in self.margins]
        known = tuple(value for value in values if value is not None)
        return known if len(known) == len(values) else None


@cache
def margins() -> Margins:
    """The margins in force."""
    return Margins.model_validate_json(DATA.read_bytes())
