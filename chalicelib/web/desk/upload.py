"""Forms with a file (`multipart/form-data`, RFC 7578), read within limits on parts, headers and bytes."""

from io import BytesIO

from multipart import MultipartError, MultipartParser, parse_options_header

from chalicelib.associations.gateways.sheets import MOST_BYTES
from chalicelib.kernel.errors import MalformedRequest

UPLOAD_BYTES = MOST_BYTES * 3 // 2
"""A table once more in Base64, and room for the rest of its form."""
_MOST_PARTS = 500
"""One for each unit's file, and again when they are imported, with their names."""
_MOST_HEADERS = 4
_HEADER_BYTES = 1_024
_LONGEST_KIND = 200


class Uploaded(str):
    """A file among a form's fields, one character to a byte (ISO 8859-1), with the name that it was sent with."""

    __slots__ = ("filename",)
    filename: str

    @classmethod
    def of(cls, filename: str, content: bytes) -> "Uploaded":
        """This file."""
        made = cls(content.decode("latin-1"))
        made.filename = filename
        return made

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.encode("latin-1")


def is_upload(content_type: str) -> bool:
    """Whether a form with a file is sent."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def read_parts(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The form's fields; files are `Uploaded`.

    Raises `MalformedRequest`, also for a form without a part.
    """
    boundary = parse_options_header(content_type[:_LONGEST_KIND])[1].get("boundary", "")
    fields: dict[str, list[str]] = {}
    try:
        parser = MultipartParser(
            BytesIO(body),
            boundary,
            len(body),
            strict=True,
            header_limit=_MOST_HEADERS,
            headersize_limit=_HEADER_BYTES,
            part_limit=_MOST_PARTS,
            spool_limit=UPLOAD_BYTES,
            memory_limit=UPLOAD_BYTES,
        )
        for part in parser:
            if not part.name:
                raise MalformedRequest("form_part_unnamed")
            value = part.raw.decode() if part.filename is None else Uploaded.of(part.filename, part.raw)
            fields.setdefault(part.name, []).append(value)
    except UnicodeDecodeError:
        raise MalformedRequest("form_utf8") from None
    except (MultipartError, ValueError):
        raise MalformedRequest("form_parts") from None
    if not fields:
        raise MalformedRequest("form_parts")
    return fields
