"""The codec of each question type."""

from chalicelib.instrument.domain.answer_codec import Codec
from chalicelib.instrument.domain.choice_answers import OneChoice, OneDivision, SomeChoices
from chalicelib.instrument.domain.question import Cascade, FreeText, Matrix, Multiple, Question, Rating, Region, Single
from chalicelib.instrument.domain.regions import Regions
from chalicelib.instrument.domain.star_answers import OneRating, RowsOfStars
from chalicelib.instrument.domain.text_answers import OwnWords


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
