"""Files in a bucket of S3: an object appears whole, when its upload is completed, or not at all."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, cast

from botocore.exceptions import ClientError

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways.aws import client
from chalicelib.kernel.gateways.files import Lasting
from chalicelib.kernel.settings import settings

PART = 8 << 20
"""Bytes of an upload's part, which is what memory holds of a file; S3 takes 10,000 parts of 5 MB or more."""
_CHUNK = 1 << 20
_ABSENT = {"NoSuchKey", "404", "NotFound"}
_THERE = {"PreconditionFailed", "412", "ConditionalRequestConflict"}


class Bucket:
    """Files by name in a bucket; see `kernel.gateways.files` for what is promised."""

    def __init__(self, name: str) -> None:
        self._name = name

    @contextmanager
    def writing(self, name: str, *, lasting: bool = False) -> Iterator[BinaryIO]:
        """A stream that uploads part by part; given up without a trace where the block fails."""
        upload = _Upload({"Bucket": self._name, "Key": name}, lasting=lasting)
        try:
            yield cast(BinaryIO, upload)
            upload.complete()
        except BaseException as failed:
            upload.abort()
            if not (isinstance(failed, ClientError) and failed.response["Error"]["Code"] in _THERE):
                raise
            if upload.digest.digest() != self._digest(name):
                raise Lasting(name) from None

    def part(self, name: str, start: int, length: int) -> bytes:
        """A range of the object."""
        asked = f"bytes={start}-{start + length - 1}"
        try:
            with _absent_is_not_found(name):
                read: bytes = client("s3").get_object(Bucket=self._name, Key=name, Range=asked)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidRange":
                raise
            return b""  # it begins where the object ends
        return read

    def chunks(self, name: str) -> Iterator[bytes]:
        """A megabyte at a time."""
        with _absent_is_not_found(name):
            body = client("s3").get_object(Bucket=self._name, Key=name)["Body"]
        yield from body.iter_chunks(_CHUNK)

    def _digest(self, name: str) -> bytes:
        digest = hashlib.sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.digest()

    def exists(self, name: str) -> bool:
        """Whether the object is there, whole."""
        found = client("s3").list_objects_v2(Bucket=self._name, Prefix=name, MaxKeys=1).get("Contents", ())
        return any(one["Key"] == name for one in found)

    def remove(self, prefix: str) -> None:
        """The objects directly under a prefix; of a versioned bucket they go with the lifecycle."""
        pages = client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._name, Prefix=f"{prefix}/", Delimiter="/"):
            for found in page.get("Contents", ()):
                client("s3").delete_object(Bucket=self._name, Key=found["Key"])

    def elsewhere(self, name: str, most: int, lasts_s: int) -> str | None:
        """A presigned address; it ends earlier where the function's own credentials do."""
        with _absent_is_not_found(name):
            size = client("s3").head_object(Bucket=self._name, Key=name)["ContentLength"]
        if size <= most:
            return None
        shown = f'attachment; filename="{name.rpartition("/")[2]}"'
        asked = {"Bucket": self._name, "Key": name, "ResponseContentDisposition": shown}
        address: str = client("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=lasts_s)
        return address


class _Upload(io.RawIOBase):
    """A file that goes up in parts while it is written; one that fits a part goes up at once."""

    def __init__(self, where: dict[str, str], *, lasting: bool) -> None:
        super().__init__()
        self._where = where
        self._unless_there = {"IfNoneMatch": "*"} if lasting else {}
        self._locked = _lock() if lasting else {}
        self.digest = hashlib.sha256()
        """Of all that was written so far."""
        self._held = bytearray()
        self._id: str | None = None
        self._parts: list[dict[str, Any]] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        self.digest.update(data)
        while len(self._held) >= PART:
            self._send(bytes(self._held[:PART]))
            del self._held[:PART]
        return len(data)

    def complete(self) -> None:
        """Makes the object appear."""
        if self._id is None:
            client("s3").put_object(**self._where, **self._unless_there, **self._locked, Body=bytes(self._held))
            return
        if self._held:
            self._send(bytes(self._held))
        parts = {"Parts": self._parts}
        client("s3").complete_multipart_upload(
            **self._where, **self._unless_there, UploadId=self._id, MultipartUpload=parts
        )

    def abort(self) -> None:
        """Drops what has gone up."""
        if self._id is not None:
            client("s3").abort_multipart_upload(**self._where, UploadId=self._id)

    def _send(self, part: bytes) -> None:
        if self._id is None:
            self._id = client("s3").create_multipart_upload(**self._where, **self._locked)["UploadId"]
        number = len(self._parts) + 1
        sent = client("s3").upload_part(**self._where, UploadId=self._id, PartNumber=number, Body=part)
        checksums = {name: value for name, value in sent.items() if name.startswith("Checksum") and name[8:].isupper()}
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]} | checksums)


def _lock() -> dict[str, Any]:
    """Object Lock: until then nobody deletes or replaces the version without a right that no role has."""
    if not settings().seal_kept_days:
        return {}
    until = datetime.fromtimestamp(now_ms() // 1000, UTC) + timedelta(days=settings().seal_kept_days)
    return {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}


@contextmanager
def _absent_is_not_found(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ABSENT:
            raise
        raise NotFound("no_file", name=name) from None
