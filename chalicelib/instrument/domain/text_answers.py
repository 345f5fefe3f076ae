"""The codec of answers in the respondent's own words."""

import re
from json.encoder import encode_basestring

from chalicelib.instrument.domain.answer_codec import NULL, Codec, wrong
from chalicelib.instrument.domain.question import FreeText


class OwnWords(Codec):
    r"""`text`: line ends become \n, blanks around it fall away, and nothing but blanks is not answered.

    Control characters and halves of surrogate pairs are refused: UTF-8, CSV or XML can't carry them.
    """

    _unfit = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

    def __init__(self, question: FreeText) -> None:
        self._limit = question.max_length

    def encode(self, value: object) -> str:
        if type(value) is not str:
            raise wrong("text_type")
        if self._unfit.search(value):
            raise wrong("text_characters")
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > self._limit:
            raise wrong("text_length", n=self._limit)
        return encode_basestring(text) if text else NULL
