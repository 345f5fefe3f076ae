"""The figures of the scoring, as data with an id and a hash; a campaign's are fixed at its first judging."""

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.verdicts.acceptance import HURRIED, STRAIGHT_LINING, TOO_FAST

INCOHERENT = "incoherent"
DRAWN = "drawn"
COPY = "copy"
CONDUCT = "conduct"
REASONS = {
    TOO_FAST: "seconds that it took",
    STRAIGHT_LINING: "1: the same stars everywhere, although a row turns the scale around",
    HURRIED: "1: at least half of the sections were left before anybody has read them",
    COPY: "share of its answers, by their rarity, that an earlier response has too",
    INCOHERENT: "nats by which answers of different people, put together, explain it better",
    DRAWN: "nats by which draws by a program explain it better",
    CONDUCT: "nats by which pace, rhythm and repeats speak against it, where its answers alone don't",
}
"""The closed list of reasons, each with what its figure means."""


class Rules(BaseModel):
    """All that can be turned. Logarithms are natural (nats) unless they are called bits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    least: int = Field(
        ge=2, description="responses to a version that pass the rules at acceptance, below which only these speak"
    )
    sample: int = Field(ge=2, description="responses that the fit reads, drawn by hash")
    trained: int = Field(
        ge=1, description="of these and of the made robots of each kind: how many the weights learn from"
    )
    turns: int = Field(ge=1, description="how often the trusted core is chosen anew")
    smoothing: float = Field(gt=0, description="pairs that are thought to have been seen as often as chance makes them")
    epochs: int = Field(ge=1, description="passes over what the weights learn from")
    rate: float = Field(gt=0, description="the step of learning")
    ridge: float = Field(ge=0, description="how strongly weights are drawn to 0")
    handicap: dict[str, float] = Field(
        description="nats that a kind of robot must explain more than a person, to count"
    )
    coherent_at_most: float = Field(ge=0, description="nats that answers can speak for a response, at most")
    conduct_cap: float = Field(ge=0, description="nats of pace, rhythm and repeats together, at most")
    link_cap: float = Field(ge=0, description="nats of the neighbours on its link, at most")
    link_weight: float = Field(gt=0, description="neighbours as many as the nation's share stands for")
    link_memory: int = Field(ge=1, description="neighbours after which one counts 1/e")
    copy_bits: float = Field(gt=0, description="bits in which a copy agrees, at least")
    copy_share: float = Field(gt=0, le=1, description="of the bits of its answers")
    copy_keys: int = Field(ge=1, description="parts of the answers, one of which is equal in a copy that is found")
    copy_kept: int = Field(ge=1, description="earlier ones with the same part that are compared")
    pile_least: int = Field(ge=1, description="responses of a pile; what is smaller can't be told from a class")
    pile_near: int = Field(ge=2, description="neighbours of a link, by arrival, that are looked at for a pile")
    pile_span_s: float = Field(gt=0, description="seconds in which they all arrive")
    pile_spread: float = Field(gt=0, description="typical distance of their ages, as a share of the age")

    def roughly(self) -> Self:
        """With less to learn from: enough to choose the trusted core."""
        return self.model_copy(update={"trained": max(1, self.trained // 3), "epochs": max(1, self.epochs // 3)})


@cache
def newest() -> Rules:
    """The rules that the product holds."""
    return Rules.model_validate_json(text_of_newest())


def text_of_newest() -> bytes:
    """The file's bytes."""
    return (Path(__file__).parent / "rules.json").read_bytes()
