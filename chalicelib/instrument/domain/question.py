"""The question types of a questionnaire, as its data files write them.

What is marked *ours* below is excluded from what is published: who knew the poles could answer towards them.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.kernel.wording import Text

Published = dict[str, object]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


def repeated(ids: Iterable[str]) -> str | None:
    """The first id that occurs twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            return one
        seen.add(one)
    return None


def refuse_repeats(ids: Iterable[str]) -> None:
    """Raises what pydantic makes an error of, naming the first id that occurs twice."""
    if (twice := repeated(ids)) is not None:
        raise PydanticCustomError("id_twice", "id_twice", {"id": twice})


class Part(BaseModel):
    """Base of everything read from a data file: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def published(self, lang: str) -> Published:
        """What the contract shows of it, in the order of its fields, texts in `lang`."""
        return self.model_dump(mode="json", by_alias=True, context=lang)


class Option(Part):
    """One choice; `exclusive` takes no other beside it; nested `options` make it a group of a cascade."""

    id: Id
    text: Text
    exclusive: bool = False
    options: tuple["Option", ...] = ()


class Scale(Part):
    """Whole stars from `min` to `max`; the labels divide them evenly."""

    min: int
    max: int
    labels: tuple[Text, ...]

    @model_validator(mode="after")
    def _labels_divide_evenly(self) -> Self:
        if self.min >= self.max or not self.labels or (self.max - self.min + 1) % len(self.labels):
            raise PydanticCustomError("labels_uneven", "labels_uneven")
        return self


class Row(Part):
    """A line of a matrix. `pole` is ours: agreeing with a negative row says the opposite of the others."""

    id: Id
    text: Text
    pole: Literal["positive", "negative"] = Field(default="positive", exclude=True)


class ShowIf(Part):
    """Shown only where `question` was answered with one of `options` (for a multiple: with any of them)."""

    question: Id
    options: tuple[Id, ...] = Field(alias="in", min_length=1)


class Asked(Part):
    """What all question types share."""

    id: Id
    type: str
    required: bool = True
    text: Text
    show_if: ShowIf | None = None


class _Choices(Asked):
    options: tuple[Option, ...] = Field(min_length=2)

    def leaves(self) -> tuple[Option, ...]:
        """What can be chosen, in order."""
        return self.options

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        refuse_repeats(option.id for option in self.leaves())
        if self.type != "cascade" and any(option.options for option in self.options):
            raise PydanticCustomError("options_nested", "options_nested")
        if self.type != "multiple" and any(option.exclusive for option in self.leaves()):
            raise PydanticCustomError("options_exclusive", "options_exclusive")
        return self


class Single(_Choices):
    """One of several; answered by its id."""

    type: Literal["single"]


class Multiple(_Choices):
    """One or more, up to `max_choices`; answered by a list of ids."""

    type: Literal["multiple"]
    max_choices: int | None = Field(default=None, ge=1, exclude_if=lambda most: most is None)


class Cascade(_Choices):
    """One leaf out of groups; answered by the leaf's id. A group without leaves is itself one."""

    type: Literal["cascade"]

    def leaves(self) -> tuple[Option, ...]:
        return tuple(leaf for group in self.options for leaf in group.options or (group,))


class Rating(Asked):
    """Stars for one thing; answered by a whole number."""

    type: Literal["rating"]
    scale: Scale


class Matrix(Asked):
    """Stars for each row; answered by an object with every row."""

    type: Literal["matrix"]
    scale: Scale
    rows: tuple[Row, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        refuse_repeats(row.id for row in self.rows)
        return self


class FreeText(Asked):
    """Words of one's own, never required; `max_length` in characters."""

    type: Literal["text"]
    required: Literal[False] = False
    max_length: int = Field(ge=1)


class Region(Asked):
    """A division of the region table; `residence` is ours: the answer by which provinces are counted."""

    type: Literal["region"]
    residence: bool = Field(default=False, exclude=True)


Question = Annotated[Single | Multiple | Cascade | Rating | Matrix | FreeText | Region, Field(discriminator="type")]
