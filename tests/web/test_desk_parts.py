"""What the desks' pages are made of: charts, and forms with a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import MalformedRequest
from chalicelib.web.desk.upload import Uploaded, read_parts
from chalicelib.web.unit.chart import HEIGHT, chart

BOUNDARY = "----minsheng-tests-boundary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def form(*parts: tuple[str, bytes]) -> bytes:
    """A form's body as a browser sends it: the head of each part, and its bytes."""
    sections = [f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n" for head, content in parts]
    return b"".join(sections) + f"--{BOUNDARY}--\r\n".encode()


FILE = 'Content-Disposition: form-data; name="table_file"; filename="附件.xlsx"\r\nContent-Type: application/zip'
FIELD = 'Content-Disposition: form-data; name="act"'


@given(st.one_of(st.binary(max_size=200), st.text("\r\n\t -.=a", max_size=60).map(str.encode)))
def test_a_file_arrives_byte_for_byte(content: bytes) -> None:
    """Line ends, dashes and bytes of any kind."""
    fields = read_parts(KIND, form((FIELD, "检查".encode()), (FILE, content)))

    assert fields["act"] == ["检查"]
    (file,) = fields["table_file"]
    assert isinstance(file, Uploaded)
    assert (file.filename, file.content) == ("附件.xlsx", content)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        form(("Content-Disposition: form-data", b"x")),
        form((FIELD, b"\xff")),
        form(*[(FIELD, b"")] * 501),
    ],
    ids=["empty", "no parts", "no name", "not UTF-8", "too many"],
)
def test_a_damaged_upload_is_refused(body: bytes) -> None:
    """Never half read."""
    with pytest.raises(MalformedRequest):
        read_parts(KIND, body)


@given(st.lists(st.integers(0, 10**7), max_size=60))
def test_bars_stay_within_their_chart(values: list[int]) -> None:
    """Whatever the values: the tallest reaches no higher than the top line, none overlaps its neighbour."""
    drawn = chart([("11/24 03:00", value) for value in values])

    assert max(values, default=0) <= drawn.top
    assert all(0 <= bar.height <= HEIGHT and bar.x + bar.width <= 100.01 for bar in drawn.bars)
    assert all(left.x + left.width <= right.x for left, right in zip(drawn.bars, drawn.bars[1:], strict=False))
    assert sum(bar.tick for bar in drawn.bars) <= 4
