"""`assumptions.toml`, typed. Whatever has no source, or is named wrongly, is refused."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

_DATA = Path(__file__).with_name("assumptions.toml")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(_Data):
    """A figure and where it is from: exactly one of `measured`, `published`, `assumed`."""

    value: float = Field(ge=0)
    measured: str = ""
    published: str = ""
    assumed: str = ""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if sum(map(bool, (self.measured, self.published, self.assumed))) != 1:
            raise ValueError("a value is measured, published or assumed, and says which and where")
        return self


class Limit(Value):
    """What can be had at most, of what, and the setting that moves it."""

    what: str
    setting: str


class Prices(_Data):
    """A partition's list prices; unknown ones are missing."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Value]

    currency: str
    region: str
    note: str

    def of(self, name: str) -> float | None:
        """The price; none where it is not known."""
        found = self.__pydantic_extra__.get(name)
        return found.value if found else None


Group = Annotated[Mapping[str, Value], Field(min_length=1)]


class Assumptions(_Data):
    """Everything that the models assume."""

    load: Group
    each: Group
    cpu_ms: Group
    lambda_: Group = Field(alias="lambda")
    kept: Group
    pair: Group
    prices: Mapping[str, Prices]
    limits: Mapping[str, Limit]


@cache
def assumptions() -> Assumptions:
    """The assumptions. Raises `pydantic.ValidationError`."""
    return Assumptions.model_validate(tomllib.loads(_DATA.read_text("utf-8")))
