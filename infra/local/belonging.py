"""Whether the database, the keys and `demo.json` of a folder belong together: all three hold one id, which the first
start makes.

A folder that lost one of them, or got another's, must not start as if nothing had ever been there: what it prints
would open nothing, and what comes in would be the beginning of something else. Folders of earlier releases get their id
when they are first opened.
"""

import json
from pathlib import Path
from secrets import token_hex
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import secrets
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from infra.local.datadir import DEMO, DEMO_PART
from infra.local.failure import StartFailed

_DATABASE = "engine.db (the campaigns and responses)"
_WAY_OUT = (
    "Put back the whole folder from one copy, or set DATA_DIR to a new folder to start anew (with DYNAMODB_ENDPOINT, "
    f"TABLE_PREFIX to a new prefix, too). Where only {DEMO} is lost and you have your keys, an empty file will do."
)


class FolderItem(Table):
    """The database's id: the only row of a table of its own, which AWS doesn't have."""

    class Meta(TableMeta):
        table_name = table_name("folder")

    id = UnicodeAttribute(hash_key=True)


def bind(data_dir: Path) -> str:
    """Gives an id to the parts that have none, and makes keys where there is nothing yet. Gives the id.

    Raises `StartFailed`, before anything is changed, where parts are missing or differ.
    """
    if not FolderItem.exists():
        FolderItem.create_table(wait=True)
    keys, demo = settings().secrets_file, data_dir / DEMO
    ids = {_DATABASE: _id_of_database(), keys.name: _read(keys).get("data_id"), DEMO: _read(demo).get("data_id")}
    known = {one for one in ids.values() if one}
    if len(known) > 1:
        parts = ", ".join(f"{name} is of {one}" for name, one in ids.items() if one)
        raise StartFailed(f"The parts of DATA_DIR={data_dir} don't belong together: {parts}. {_WAY_OUT}")
    if lost := _lost(data_dir, has_id=ids[_DATABASE] is not None):
        raise StartFailed(f"DATA_DIR={data_dir} lacks {', '.join(lost)}, which its other parts belong to. {_WAY_OUT}")
    own = known.pop() if known else token_hex(8)
    FolderItem(own).save()
    if not keys.exists():
        secrets.add_ticket_key(now_ms())
    for part in (keys, demo):
        if part.exists() and (content := _read(part)):
            write(part, content | {"data_id": own})
    return own


def write(part: Path, content: dict[str, Any]) -> None:
    """Writes a part whole, for its owner alone, unless it says so already."""
    if _read(part) != content:
        secrets.write_private(part, json.dumps(content, ensure_ascii=False, indent=1))


def _lost(data_dir: Path, *, has_id: bool) -> list[str]:
    """What isn't there though something is that the first start makes after it."""
    stored, told = {campaign.id for campaign in campaigns.all_campaigns()}, _read(data_dir / DEMO).get("campaign")
    has_demo = (data_dir / DEMO).exists()
    made = [
        (_DATABASE, has_id or bool(stored)),
        (settings().secrets_file.name, settings().secrets_file.exists()),
        (DEMO, has_demo or (data_dir / DEMO_PART).exists()),
        (_DATABASE, bool(stored) and told in {None, *stored}),
    ]
    last = max((place for place, (_, is_there) in enumerate(made) if is_there), default=0)
    return sorted({name for name, is_there in made[: len(made) if has_demo else last] if not is_there})


def _id_of_database() -> str | None:
    return next((str(row.id) for row in FolderItem.scan(consistent_read=True)), None)


def _read(part: Path) -> dict[str, Any]:
    """What a part says; nothing where it isn't there, or empty."""
    text = part.read_text("utf-8") if part.exists() else ""
    content: dict[str, Any] = json.loads(text or "{}")
    return content
