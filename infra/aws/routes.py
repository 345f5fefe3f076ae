"""Which function answers which route: by rule, so that a new route needs no word here."""

from collections.abc import Iterator

from app import app
from infra.aws.functions import DESK, RESPONDENTS, Function

_OF_RESPONDENTS = (
    *("/s/", "/S/", "/static/"),
    *("/api/v1/questionnaires/", "/api/v1/tickets", "/api/v1/responses", "/api/v1/receipts/"),
)
_OF_RESPONDENTS_EXACTLY = {"/", "/privacy", "/receipt", "/api/v1/health"}


def routes() -> Iterator[tuple[str, str]]:
    """Every path and method of the API."""
    for path, methods in app.routes.items():
        yield from ((path, method) for method in methods)


def function_of(path: str) -> Function:
    """The respondents' for what a netizen's browser asks for; the desk's for all else, where a role can do more."""
    belongs = path in _OF_RESPONDENTS_EXACTLY or path.startswith(_OF_RESPONDENTS)
    return RESPONDENTS if belongs else DESK
