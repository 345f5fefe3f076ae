"""Importing modules when they are first used: a function of Lambda needs what it answers, and not all the others'.

It is the standard library's `importlib.util.LazyLoader`, for all modules that are first imported in a block.
"""

import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

_OURS = "chalicelib."


class _Deferring(MetaPathFinder):
    """Finds modules of ours, and has them run at their first use."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What `PathFinder` finds, with a loader that waits."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname.startswith(_OURS) else None
        if spec is None or spec.loader is None:
            return None
        spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def deferred() -> Iterator[None]:
    """Modules of ours imported in the block are run when something of them is first asked for."""
    finder = _Deferring()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextmanager
def uncollected() -> Iterator[None]:
    """What is imported in the block stays, so it is not searched for garbage: that would take a tenth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def load(names: Iterable[str]) -> None:
    """Runs modules that are waiting. Raises `ModuleNotFoundError`."""
    for name in names:
        dir(import_module(name))


def load_all() -> None:
    """Runs what is still waiting: before threads are started, since a module must not be run by two at once."""
    load([name for name in sys.modules if name.startswith(_OURS)])
