"""A collector of OpenTelemetry's, over gRPC and over HTTP, in a process of its own.

It prints what it gets: a line of JSON for each span, metric and record.
"""

from __future__ import annotations

import gzip
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.conftest import StartProcess
    from tests.support.processes import RunningProcess

__all__ = ["Collector", "start_collector"]

Found = dict[str, Any]
PROGRAM = "from tests.support.otel_collector import serve; serve()"
# By the end of its path: what is in a message, its scopes, and their items.
SIGNALS = {
    "trace": ("resource_spans", "scope_spans", "spans"),
    "metrics": ("resource_metrics", "scope_metrics", "metrics"),
    "logs": ("resource_logs", "scope_logs", "log_records"),
}


class Collector(NamedTuple):
    """A collector that runs."""

    process: RunningProcess
    grpc: str
    http: str

    def find(self, signal: str) -> list[Found]:
        """Return what has come of a signal."""
        lines = [json.loads(line) for line in self.process.stdout.splitlines()[1:]]
        return [line for line in lines if line["signal"] == signal]

    def wait_for(self, signal: str, is_wanted: Callable[[Found], bool]) -> list[Found]:
        """Wait until something of a signal is wanted, and return all that is."""
        wait_until(lambda: any(map(is_wanted, self.find(signal))), f"{signal} of OpenTelemetry's")
        return [found for found in self.find(signal) if is_wanted(found)]


def start_collector(process: StartProcess) -> Collector:
    """Start one, and wait until it listens."""
    running = process(["-c", PROGRAM])
    found = running.wait_for_line(r"^(\d+) (\d+)$")
    return Collector(running, *(f"http://127.0.0.1:{port}" for port in found.groups()))


def serve() -> None:
    """Serve for ever; the first line tells the ports."""
    import grpc  # noqa: PLC0415 - not in the process of the tests, which forks others

    server = grpc.server(ThreadPoolExecutor(4))
    grpc_port = server.add_insecure_port("127.0.0.1:0")
    requests = {}
    for signal in SIGNALS:
        package = f"opentelemetry.proto.collector.{signal}.v1.{signal}_service_pb2"
        messages, services = import_module(package), import_module(f"{package}_grpc")
        name = f"{signal.title()}Service"
        requests[signal] = getattr(messages, f"Export{name}Request")
        answer = getattr(messages, f"Export{name}Response")

        servicer = type(
            name,
            (getattr(services, f"{name}Servicer"),),
            {"Export": lambda _self, request, _context, answer=answer: _take(request, answer)},
        )
        getattr(services, f"add_{name}Servicer_to_server")(servicer(), server)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            signal = self.path.rpartition("/")[2].replace("traces", "trace")
            _tell(requests[signal].FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.start()
    _write(f"{grpc_port} {web.server_address[1]}")
    web.serve_forever()


def _take(request: object, answer: Callable[[], object]) -> object:
    _tell(request)
    return answer()


def _tell(request: object) -> None:
    for found in _iter_items(request):
        _write(json.dumps(found))


def _iter_items(request: object) -> Iterator[Found]:
    for signal, (resources, scopes, items) in SIGNALS.items():
        for one in getattr(request, resources, ()):
            resource = _read(one.resource.attributes)
            for scope in getattr(one, scopes):
                for item in getattr(scope, items):
                    yield {
                        "signal": signal,
                        "name": getattr(item, "name", None) or item.body.string_value,
                        "scope": scope.scope.name,
                        "trace": getattr(item, "trace_id", b"").hex(),
                        "attributes": _read(getattr(item, "attributes", ())),
                        "resource": resource,
                    }


def _read(attributes: Iterable[Any]) -> Found:
    found = {}
    for one in attributes:
        kind = one.value.WhichOneof("value")
        is_plain = kind not in {"array_value", "kvlist_value"}
        found[one.key] = getattr(one.value, kind) if is_plain else str(one.value)
    return found


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
