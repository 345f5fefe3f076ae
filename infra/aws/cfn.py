"""CloudFormation's functions, in the long form that a merge template takes."""

from typing import Any

Json = dict[str, Any]
NO_VALUE: Json = {"Ref": "AWS::NoValue"}


def ref(name: str) -> Json:
    """A parameter's value, or a resource's name."""
    return {"Ref": name}


def att(name: str, attribute: str = "Arn") -> Json:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str) -> Json:
    """A text with `${…}` put in."""
    return {"Fn::Sub": text}


def either(condition: str, yes: Any, no: Any = NO_VALUE) -> Json:
    """One of two values, by a condition."""
    return {"Fn::If": [condition, yes, no]}


def equals(parameter: str, value: str) -> Json:
    """A condition on a parameter."""
    return {"Fn::Equals": [ref(parameter), value]}


def given(parameter: str) -> Json:
    """The condition that a parameter isn't empty."""
    return {"Fn::Not": [equals(parameter, "")]}


def resource(kind: str, properties: Json, **more: Any) -> Json:
    """A resource; `more` are its attributes, as `DependsOn`."""
    return {"Type": kind, "Properties": properties} | more


def kept(resource: Json) -> Json:
    """A resource that outlives its stack where the stack is protected."""
    # A first deployment that fails takes along what it has made, empty as it is.
    deleted = either("Protected", "RetainExceptOnCreate", "Delete")
    return resource | {"DeletionPolicy": deleted, "UpdateReplacePolicy": either("Protected", "Retain", "Delete")}
