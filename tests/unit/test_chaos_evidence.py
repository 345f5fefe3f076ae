"""How the judge fetches files: from the system itself, or from where it sends them."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.drills.chaos.evidence import NotToBeHad, Witness


class Files(BaseHTTPRequestHandler):
    """`/stage/elsewhere` leads to `/bucket/there` of another name; a key is refused in the bucket."""

    server: ThreadingHTTPServer

    def do_GET(self) -> None:
        """Answers, or says where to look."""
        elsewhere = f"http://localhost:{self.server.server_port}/bucket/there?signed=1"
        keyed = self.headers.get("X-Api-Key") == "key"
        match self.path:
            case "/stage/files/here.csv.gz?expires=1" if keyed and self.headers["Accept"] == "application/gzip":
                self._say(200, b"here")
            case "/stage/files/large.csv.gz?expires=1" if keyed:
                self._say(303, location=elsewhere)
            case "/bucket/there?signed=1" if not self.headers.get("X-Api-Key"):
                self._say(200, b"there")
            case _:
                self._say(404)

    def _say(self, status: int, body: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def base_url() -> Iterator[str]:
    """A stage with a path of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/stage"
        server.shutdown()


def test_a_file_is_fetched_where_the_system_says(base_url: str) -> None:
    """Below the stage's own path, with the key; elsewhere without it."""
    witness = Witness(base_url, "key")

    assert witness.download(f"{base_url}/files/here.csv.gz?expires=1") == b"here"
    assert witness.download(f"{base_url}/files/large.csv.gz?expires=1") == b"there"


def test_a_system_known_by_another_name_is_asked_at_ours(base_url: str) -> None:
    """A stage with a domain of its own names that one in its addresses; we ask at the given address."""
    witness = Witness(base_url, "key")

    assert witness.download("https://survey.example/files/here.csv.gz?expires=1") == b"here"
    assert witness.download("https://api.example/prod/files/here.csv.gz?expires=1") == b"here"


def test_what_is_not_there_is_told(base_url: str) -> None:
    """With the address and the status."""
    with pytest.raises(NotToBeHad, match="404"):
        Witness(base_url, "key").download(f"{base_url}/files/none.csv.gz?expires=1")
