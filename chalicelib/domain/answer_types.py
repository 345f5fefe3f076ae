"""The codec of each question type."""

from chalicelib.domain.answer_codec import Codec
from chalicelib.domain.choice_answers import OneChoice, OneDivision, SomeChoices
from chalicelib.domain.question import Cascade, FreeText, Matrix, Multiple, Question, Rating, Region, Single
from chalicelib.domain.regions import Regions
from chalicelib.domain.star_answers import OneRating, RowsOfStars
from chalicelib.domain.text_answers import OwnWords


def codec(question: Question, regions: Regions) -> Codec:
    """Compile the codec of a question."""
    match question:
        case Single() | Cascade():
            return OneChoice(question)
        case Multiple():
            return SomeChoices(question)
        case Region():
            return OneDivision(regions)
        case Rating():
            return OneRating(question)
        case Matrix():
            return RowsOfStars(question)
        case FreeText():
            return OwnWords(question)
