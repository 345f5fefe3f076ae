"""What Lambda calls for a request."""

from typing import Any

from chalice.app import Chalice

from chalicelib.kernel.settings import settings

_YEAR_S = 365 * 86_400


class Entry(Chalice):
    """Answers HEAD as GET: previews and checks ask so, and Chalice takes it for a route of its own. Whoever sends the
    answer leaves its body out. And says with every answer what no view need think of."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """The answer, as API Gateway takes it."""
        asked = event["requestContext"]
        if asked["httpMethod"] == "HEAD":
            event = event | {"requestContext": asked | {"httpMethod": "GET"}}
        answer: dict[str, Any] = super().__call__(event, context)
        answer["headers"]["X-Content-Type-Options"] = "nosniff"
        if settings().is_encrypted:
            answer["headers"]["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
        return answer
