"""A translated template, as tests ask it."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


class Template:
    """The translated template."""

    def __init__(self, whole: Json) -> None:
        self.whole = whole
        self.resources: Json = whole["Resources"]

    def of_type(self, kind: str) -> dict[str, Json]:
        """The resources of a type, by name."""
        return {name: one for name, one in self.resources.items() if one["Type"] == kind}

    def properties(self, name: str) -> Json:
        """A resource's."""
        found: Json = self.resources[name]["Properties"]
        return found

    def only(self, kind: str) -> Json:
        """The properties of the one resource of a type."""
        (one,) = self.of_type(kind).values()
        found: Json = one["Properties"]
        return found

    def statements(self, role: str) -> Iterator[Json]:
        """What a role allows; both ways of a choice."""
        for policy in self.properties(role)["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if "Fn::If" not in statement:
                    yield statement
                    continue
                yield from (one for one in statement["Fn::If"][1:] if "Ref" not in one)
