"""botocore's data, cut to what is read of them: creating a client parses them, at every cold start.

A service's description is half documentation, and the table of endpoints names four hundred services.
"""

import gzip
import json
from pathlib import Path
from typing import Any

ENDPOINTS = {"dynamodb", "s3", "secretsmanager", "email"}
"""What the table of endpoints calls `trim.SERVICES`."""


def cut(folder: Path) -> None:
    """Rewrites the data in `folder`, botocore's `data`."""
    for packed in sorted(folder.glob("*/*/service-*.json.gz")):
        described = json.loads(gzip.decompress(packed.read_bytes()))
        _write(packed.with_suffix(""), _undocumented(described))  # not packed: the zip does that
        packed.unlink()
    table = folder / "endpoints.json"
    known = json.loads(table.read_bytes())
    for partition in known["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in ENDPOINTS}
    _write(table, known)


def _undocumented(found: Any) -> Any:
    """With empty texts for documentation, since botocore asks for some of them."""
    if isinstance(found, dict):
        return {name: "" if _documents(name, one) else _undocumented(one) for name, one in found.items()}
    return [_undocumented(one) for one in found] if isinstance(found, list) else found


def _documents(name: str, one: Any) -> bool:
    """A member of that name would be described by an object."""
    return name == "documentation" and isinstance(one, str)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
