"""A questionnaire as it goes out, and what its answers look like. What a question holds depends on its `type`."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field

from chalicelib.web.rim.replies import Reply


class ShowIf(Reply):
    """Shown only where `question` was answered with one of the options `in`; for a multiple, with any of them."""

    question: str
    options: Annotated[list[str], Field(alias="in")]


class Option(Reply):
    """One choice. `exclusive` takes no other beside it; in a cascade the innermost option is the answer."""

    id: str
    text: str
    exclusive: bool
    options: list["Option"]


class Scale(Reply):
    """Whole stars from `min` to `max`; the labels divide them evenly."""

    min: int
    max: int
    labels: list[str]


class Row(Reply):
    """A line of a matrix."""

    id: str
    text: str


class _Asked(Reply):
    id: str
    required: bool
    text: str
    show_if: ShowIf | None


class SingleQuestion(_Asked):
    """Answered by `"option"`."""

    type: Literal["single"]
    options: list[Option]


class MultipleQuestion(_Asked):
    """Answered by `["option", …]`: one to all of them, or up to `max_choices` where given."""

    type: Literal["multiple"]
    options: list[Option]
    max_choices: NotRequired[int]


class CascadeQuestion(_Asked):
    """Answered by the leaf, `"option"`."""

    type: Literal["cascade"]
    options: list[Option]


class RatingQuestion(_Asked):
    """Answered by a whole number of stars."""

    type: Literal["rating"]
    scale: Scale


class MatrixQuestion(_Asked):
    """Answered by `{"row": stars, …}`, every row."""

    type: Literal["matrix"]
    scale: Scale
    rows: list[Row]


class TextQuestion(_Asked):
    """Answered by words of at most `max_length` characters; never required."""

    type: Literal["text"]
    max_length: int


class RegionQuestion(_Asked):
    """Answered by a GB/T 2260 code at county level, or the division's own where it has none below it."""

    type: Literal["region"]


Question = Annotated[
    SingleQuestion
    | MultipleQuestion
    | CascadeQuestion
    | RatingQuestion
    | MatrixQuestion
    | TextQuestion
    | RegionQuestion,
    Field(discriminator="type"),
]


ANSWERS = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            {"type": "string", "description": "single, cascade: an option; region: a code; text: words"},
            {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "description": "multiple: options"},
            {"type": "integer", "description": "rating: stars"},
            {"type": "object", "additionalProperties": {"type": "integer"}, "description": "matrix: stars by row"},
        ]
    },
    "description": "By question id.",
}
"""What a response holds, as `/openapi.json` describes it."""


class Section(Reply):
    """Questions that are shown together; `topic` is null where everybody is asked."""

    id: str
    title: str
    topic: str | None
    questions: list[Question]


class Definition(Reply):
    """A questionnaire in one version."""

    edition: str
    version: str
    title: str
    sections: list[Section]
