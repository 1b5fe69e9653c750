"""A model hub on this machine: just what the hub library asks of one to fetch a model."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REPOSITORY = "school/tiny-gpt2"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class LoopbackHub:
    """Files by name, served at one commit of one repository; notes what was fetched."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.fetched: list[str] = []
        self.url = ""


@contextmanager
def serve_hub(files: dict[str, bytes]) -> Iterator[LoopbackHub]:
    """Serve while the block runs."""
    hub = LoopbackHub(files)

    class Page(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            resolve = f"/{REPOSITORY}/resolve/{COMMIT}/"
            name = path.removeprefix(resolve)
            if path == f"/api/models/{REPOSITORY}/revision/{COMMIT}":
                self._send(200, json.dumps(_info(hub.files)).encode(), with_body)
            elif path.startswith(resolve) and name in hub.files:
                if with_body:
                    hub.fetched.append(name)
                self._send(200, hub.files[name], with_body)
            else:
                missing = "EntryNotFound" if path.startswith(resolve) else "RepoNotFound"
                self._send(404, b"{}", with_body, missing)

        def _send(self, status: int, body: bytes, with_body: bool, error: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", "application/json")
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            if error:
                self.send_header("X-Error-Code", error)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _info(files: dict[str, bytes]) -> dict[str, object]:
    return {
        "id": REPOSITORY,
        "sha": COMMIT,
        "siblings": [{"rfilename": name, "size": len(body)} for name, body in files.items()],
    }
