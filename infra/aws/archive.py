"""The zips that Lambda runs: trimmed, compiled, and the same bytes whenever and wherever it is built."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.aws import compile_all, service_data
from infra.aws.trim import runs

_ALWAYS = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


def rebuild(archive: Path, scratch: Path) -> None:
    """Replaces Chalice's zip by ours. `scratch` is a folder to unpack in, emptied before and left as it was packed."""
    shutil.rmtree(scratch, ignore_errors=True)
    with ZipFile(archive) as zipped:
        for info in zipped.infolist():
            if not info.is_dir() and runs(info.filename):
                zipped.extract(info, scratch)
    service_data.cut(scratch / "botocore" / "data")
    # In a process of its own: what a module is compiled to depends on what lives in the interpreter beside it.
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-S", compile_all.__file__, str(scratch)], check=True, env=fixed)
    pack(scratch, archive)


def pack(folder: Path, archive: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Zips what is wanted of a folder, by its path there: sorted, with one date and one mode."""
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as zipped:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            if not wanted(name):
                continue
            info = ZipInfo(name, _ALWAYS)
            info.compress_type, info.external_attr = ZIP_DEFLATED, _MODE
            zipped.writestr(info, path.read_bytes(), compresslevel=9)
