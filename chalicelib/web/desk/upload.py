"""Forms with a file (`multipart/form-data`, RFC 7578), read by the standard library's mail parser."""

from email.message import Message
from email.parser import BytesParser

from chalicelib.associations.gateways.sheets import MOST_BYTES
from chalicelib.kernel.errors import MalformedRequest

UPLOAD_BYTES = MOST_BYTES * 3 // 2
"""A table once more in Base64, and room for the rest of its form."""
_MOST_PARTS = 20


def read_parts(content_type: str, body: bytes) -> dict[str, list[str]]:
    """The form's fields. A file's bytes come one to a character (ISO 8859-1), see `content_of`.

    Raises `MalformedRequest`.
    """
    head = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    parts = BytesParser().parsebytes(head + body).get_payload()
    if not isinstance(parts, list) or len(parts) > _MOST_PARTS:
        raise MalformedRequest("form_parts")
    fields: dict[str, list[str]] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if not isinstance(part, Message) or not isinstance(name, str):
            raise MalformedRequest("form_part_unnamed")
        fields.setdefault(name, []).append(_value(part))
    return fields


def content_of(value: str) -> bytes:
    """The bytes of a file."""
    return value.encode("latin-1")


def _value(part: Message) -> str:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    if part.get_filename() is not None:
        return content.decode("latin-1")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise MalformedRequest("form_utf8") from None
