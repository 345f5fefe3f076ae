"""What Lambda calls for a request."""

from typing import Any

from chalice.app import Chalice

from chalicelib.kernel.settings import settings

YEAR_S = 365 * 86_400


class Entry(Chalice):
    """Answers HEAD as GET: previews and checks ask so, and Chalice takes it for a route of its own. Whoever sends the
    answer leaves its body out. And says with every answer what no view need think of."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """The answer, as API Gateway takes it."""
        asked = event["requestContext"]
        if asked["httpMethod"] == "HEAD":
            event = event | {"requestContext": asked | {"httpMethod": "GET"}}
        answer: dict[str, Any] = super().__call__(event, context)
        answer["headers"].update(with_every_answer())
        return answer


def with_every_answer() -> dict[str, str]:
    """Headers that say: it is what it is called; and where the site has TLS, ask over nothing else from now on."""
    over_tls = {"Strict-Transport-Security": f"max-age={YEAR_S}"} if settings().is_encrypted else {}
    return {"X-Content-Type-Options": "nosniff"} | over_tls
