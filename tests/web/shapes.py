"""Holding what the API answers to the shapes that stand on its operations."""

from typing import Any

from pydantic import TypeAdapter


def check_shape(shape: Any, body: Any) -> None:
    """The body has every field of this shape, of the right type, and no other."""
    TypeAdapter(shape).validate_python(body)
