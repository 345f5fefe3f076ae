"""How far the pump has come in each shard of the stream, on disk."""

import json
import logging
from pathlib import Path

from infra.local.durable import write_durably

_LOG = logging.getLogger(__name__)


def path_in(data_dir: Path) -> Path:
    """Where the pump keeps its checkpoint."""
    return data_dir / "pump.json"


class Checkpoint:
    """The last sequence number of each shard whose delivery succeeded, for one stream.

    A table that was made anew has a new stream: what was kept of the old one is then forgotten.
    """

    def __init__(self, path: Path, stream_arn: str) -> None:
        self._path = path
        self._stream = stream_arn
        kept = _read(path)
        same = kept.get("stream") == stream_arn
        self._positions: dict[str, str] = kept["positions"] if same else {}
        self._finished: set[str] = set(kept["finished"]) if same else set()

    def position(self, shard: str) -> str | None:
        """The last sequence number delivered; None where nothing was."""
        return self._positions.get(shard)

    def is_finished(self, shard: str) -> bool:
        """Whether a closed shard was delivered to its end."""
        return shard in self._finished

    def advance(self, shard: str, position: str) -> None:
        """`position` was delivered: durable when this returns."""
        self._positions[shard] = position
        self._save()

    def finish(self, shard: str) -> None:
        """The shard was delivered to its end."""
        self._finished.add(shard)
        self._save()

    def _save(self) -> None:
        state = {"stream": self._stream, "positions": self._positions, "finished": sorted(self._finished)}
        try:
            write_durably(self._path, json.dumps(state).encode())
        except OSError as error:
            # The fold takes a redelivery for what it is, so going on is right; only the trimmer has to wait.
            _LOG.error("the checkpoint can't be written (%s): a crash now would deliver some records again", error)


def processed(data_dir: Path) -> dict[str, int]:
    """The durable positions by shard, for the trimmer; empty where there are none."""
    return {shard: int(position) for shard, position in _read(path_in(data_dir)).get("positions", {}).items()}


def _read(path: Path) -> dict:  # type: ignore[type-arg]
    try:
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        _LOG.error("%s is damaged: the stream is delivered from its beginning", path)
        return {}
    return kept  # type: ignore[no-any-return]
