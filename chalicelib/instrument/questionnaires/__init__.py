"""The editions as data, and their loader.

`<edition>/<version>/common.json` is what everybody is asked, `<edition>/<version>/topics/<id>.json` one
topic. Adding a topic, a version or a language is adding data here, and no code.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.instrument.domain.questionnaire import Common, Questionnaire, Topic, number_of
from chalicelib.instrument.domain.regions import Regions
from chalicelib.kernel.errors import QuestionnaireUnknown

EDITIONS: tuple[str, ...] = ("public", "practitioner")
_HERE = Path(__file__).parent


def load(edition: str, version: str | None = None) -> Questionnaire:
    """The questionnaire of an edition, in its newest version unless one is named; the same object each time.

    Raises QuestionnaireUnknown.
    """
    known = versions(edition)
    if version is None:
        version = known[-1]
    elif version not in known:
        raise QuestionnaireUnknown("no_version", version=version, edition=edition)
    return _load(edition, version)


def newest() -> tuple[tuple[str, str], ...]:
    """The editions, each with its newest version."""
    return tuple((edition, versions(edition)[-1]) for edition in EDITIONS)


def content(edition: str, version: str) -> dict[str, Any]:
    """What the data files of a version hold, `{"common": …, "topics": […]}`. Raises `QuestionnaireUnknown`."""
    if version not in versions(edition):
        raise QuestionnaireUnknown("no_version", version=version, edition=edition)
    common, topics = _files(edition, version)
    return {"common": json.loads(common), "topics": [*map(json.loads, topics)]}


@cache
def versions(edition: str) -> tuple[str, ...]:
    """Every version ever published of an edition, oldest first. Raises QuestionnaireUnknown."""
    if edition not in EDITIONS:
        raise QuestionnaireUnknown("no_edition", edition=edition)
    folders = (path.parent.name for path in (_HERE / edition).glob("*/common.json"))
    return tuple(sorted(folders, key=number_of))


@cache
def regions() -> Regions:
    """The division table that region questions accept."""
    table = json.loads((_HERE / "regions.json").read_bytes())
    return Regions(table["names"], table["english"], table["hot"])


@cache
def _load(edition: str, version: str) -> Questionnaire:
    common, topics = _files(edition, version)
    asked = [Topic.model_validate_json(topic) for topic in topics]
    return Questionnaire(Common.model_validate_json(common), asked, regions())


def _files(edition: str, version: str) -> tuple[bytes, list[bytes]]:
    """Of the common part, and of each topic."""
    folder = _HERE / edition / version
    return (folder / "common.json").read_bytes(), [
        path.read_bytes() for path in sorted((folder / "topics").glob("*.json"))
    ]
