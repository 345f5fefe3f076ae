"""Files in a bucket keep what files in a folder promise."""

import contextlib
import os
import random
from pathlib import Path

import httpx
import pytest

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways.bucket import PART, Bucket
from chalicelib.kernel.gateways.files import Lasting
from chalicelib.kernel.gateways.folder import Folder
from tests.deployment import emulator

Place = Bucket | Folder


@pytest.fixture
def name() -> str:
    """A bucket's, fresh."""
    return f"files-{os.urandom(4).hex()}"


@pytest.fixture
def bucket(as_deployed: str, name: str) -> Bucket:
    """An empty bucket."""
    there = {"LocationConstraint": emulator.REGION}
    emulator.client("s3", as_deployed).create_bucket(Bucket=name, CreateBucketConfiguration=there)
    return Bucket(name)


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each of the places where files can land."""
    return Folder(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket")


def read(place: Place, name: str) -> bytes:
    """A whole file."""
    return b"".join(place.chunks(name))


def give_up_after(place: Place, name: str, content: bytes) -> None:
    """Fails in the middle of writing a file."""
    with contextlib.suppress(RuntimeError), place.writing(name) as file:
        file.write(content)
        raise RuntimeError("halfway")


def test_a_file_comes_back_as_it_was_written(place: Place) -> None:
    """Whatever pieces it was written in."""
    with place.writing("c1/final/responses.csv.gz") as file:
        file.write(b"one ")
        file.write(b"two")

    assert read(place, "c1/final/responses.csv.gz") == b"one two"


def test_whether_a_file_is_there_can_be_asked(place: Place) -> None:
    """By its whole name: neither a folder is one, nor the beginning of a name."""
    with place.writing("c1/e1/kits.zip") as file:
        file.write(b"one")

    assert place.exists("c1/e1/kits.zip")
    assert [place.exists(name) for name in ("c1/e1/kits", "c1/e1", "c1/e2/kits.zip")] == [False] * 3


def test_a_file_appears_whole_or_not_at_all(place: Place) -> None:
    """A failure halfway leaves what was there before, large files included."""
    with place.writing("c1/x") as file:
        file.write(b"before")

    give_up_after(place, "c1/x", b"y" * (PART + 1))

    assert read(place, "c1/x") == b"before"


def test_a_file_that_is_not_there_is_not_found(place: Place) -> None:
    """Neither to be read nor to be had elsewhere."""
    with pytest.raises(NotFound):
        read(place, "c1/absent")


def test_removing_takes_what_lies_directly_under_a_folder(place: Place) -> None:
    """And nothing beside it; removing it again does nothing."""
    for name in ("c1/parts/a", "c1/parts/b", "c1/parts2"):
        with place.writing(name) as file:
            file.write(b"x")

    place.remove("c1/parts")
    place.remove("c1/parts")

    for gone in ("c1/parts/a", "c1/parts/b"):
        with pytest.raises(NotFound):
            read(place, gone)
    assert read(place, "c1/parts2") == b"x"


def test_a_large_file_goes_up_in_parts(bucket: Bucket, name: str, as_deployed: str) -> None:
    """And comes back byte for byte; no upload is left open, nor by one that failed."""
    content = random.randbytes(2 * PART + 12_345)

    with bucket.writing("large") as file:
        for begin in range(0, len(content), 100_000):
            file.write(content[begin : begin + 100_000])
    give_up_after(bucket, "given-up", content)

    assert read(bucket, "large") == content
    assert not emulator.client("s3", as_deployed).list_multipart_uploads(Bucket=name).get("Uploads")


def test_a_file_too_large_for_an_answer_is_fetched_at_a_presigned_address(bucket: Bucket) -> None:
    """By anybody who has the address, for a short time; a small one has no such address."""
    with bucket.writing("c1/final/responses.csv.gz") as file:
        file.write(b"x" * 1_000)

    assert bucket.elsewhere("c1/final/responses.csv.gz", most=1_000, lasts_s=300) is None
    address = bucket.elsewhere("c1/final/responses.csv.gz", most=999, lasts_s=300)

    assert address is not None
    assert "X-Amz-Expires=300" in address
    fetched = httpx.get(address)
    assert fetched.content == b"x" * 1_000
    assert fetched.headers["content-disposition"] == 'attachment; filename="responses.csv.gz"'


def test_a_part_of_a_file_is_read_alone(place: Place) -> None:
    """From a place on, and fewer bytes at the end."""
    with place.writing("c1/private/members.bin") as file:
        file.write(bytes(range(100)))

    assert place.part("c1/private/members.bin", 10, 5) == bytes(range(10, 15))
    assert place.part("c1/private/members.bin", 98, 5) == bytes([98, 99])
    with pytest.raises(NotFound):
        place.part("c1/private/other.bin", 0, 1)


def test_a_file_that_lasts_is_not_replaced(place: Place) -> None:
    """Written again with the same content it stays; other content is refused, and the first stays."""
    for content in (b"sealed", b"sealed"):
        with place.writing("c1/final/manifest.json", lasting=True) as file:
            file.write(content)

    with pytest.raises(Lasting), place.writing("c1/final/manifest.json", lasting=True) as file:
        file.write(b"forged")

    assert read(place, "c1/final/manifest.json") == b"sealed"
