"""Send requests as fast as they are answered, from a process of its own, and count the answers.

``python -m benchmarks.client PORT PATH --clients 8 --warm-up 1 --seconds 3`` prints JSON.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

from tests.support.processes import ROOT, build_env

__all__ = ["count_answers", "measure_rate"]

LIMIT_SECONDS = 60  # for one answer
CHUNK_BYTES = 65536
END_OF_HEAD = b"\r\n\r\n"


def measure_rate(
    port: int, path: str, *, clients: int, seconds: float, warm_up_seconds: float = 1.0
) -> float:
    """Return the requests a second that a server of this machine answers to ``clients`` at once.

    Raises:
        subprocess.CalledProcessError: if any answer is not 200; its standard error says which.
    """
    args = [str(port), path, "--clients", str(clients), "--seconds", str(seconds)]
    finished = subprocess.run(  # noqa: S603 - of our own making
        [sys.executable, "-m", "benchmarks.client", *args, "--warm-up", str(warm_up_seconds)],
        cwd=ROOT,
        env=build_env(),
        stdout=subprocess.PIPE,
        check=True,
        timeout=seconds + warm_up_seconds + LIMIT_SECONDS,
    )
    counted = json.loads(finished.stdout)
    return float(counted["answers"] / counted["seconds"])


@dataclass(slots=True)
class _Client:
    """One connection, with one request on its way."""

    port: int
    request: bytes
    connection: socket.socket = field(init=False)
    received: bytearray = field(default_factory=bytearray)
    wanted_bytes: int | None = None  # of the whole answer, once its head is here

    def __post_init__(self) -> None:
        self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_SECONDS)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.settimeout(0)

    def send(self) -> None:
        """Send the request, which fits into the socket's buffer."""
        self.received.clear()
        self.wanted_bytes = None
        self.connection.sendall(self.request)

    def receive(self) -> bool:
        """Take what is there, and tell whether the answer is complete.

        Raises:
            ConnectionError: if the server has closed the connection.
        """
        chunk = self.connection.recv(CHUNK_BYTES)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.received += chunk
        if self.wanted_bytes is None and END_OF_HEAD in self.received:
            self.wanted_bytes = self._read_head()
        return self.wanted_bytes is not None and len(self.received) >= self.wanted_bytes

    def _read_head(self) -> int:
        head = bytes(self.received.partition(END_OF_HEAD)[0])
        status, *fields = head.split(b"\r\n")
        if status.split()[1] != b"200":
            raise ValueError(f"the server answered {status.decode()}")
        lengths = [line for line in fields if line.lower().startswith(b"content-length:")]
        return len(head) + len(END_OF_HEAD) + int(lengths[0].partition(b":")[2])


def count_answers(
    port: int, path: str, *, clients: int, warm_up_seconds: float, seconds: float
) -> tuple[int, float]:
    """Count the answers of ``seconds``, after as much warming up; give the seconds it took, too."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    selector = selectors.DefaultSelector()
    for _ in range(clients):
        _start_client(selector, port, request)
    _run_until(selector, time.perf_counter() + warm_up_seconds)
    started = time.perf_counter()
    answers = _run_until(selector, started + seconds)
    ended = time.perf_counter()
    for key in list(selector.get_map().values()):
        key.data.connection.close()
    return answers, ended - started


def _start_client(selector: selectors.BaseSelector, port: int, request: bytes) -> None:
    client = _Client(port, request)
    selector.register(client.connection, selectors.EVENT_READ, client)
    client.send()


def _run_until(selector: selectors.BaseSelector, deadline: float) -> int:
    answers = 0
    while (left := deadline - time.perf_counter()) > 0:
        for key, _ in selector.select(left):
            answers += _go_on(selector, key.data)
    return answers


def _go_on(selector: selectors.BaseSelector, client: _Client) -> bool:
    """Take what a client is sent; once it is answered, let it ask again."""
    try:
        is_answered = client.receive()
        if is_answered:
            client.send()
    except ConnectionError:
        # A server whose loop is blocked takes a connection for idle, though a request lies in it.
        selector.unregister(client.connection)
        client.connection.close()
        _start_client(selector, client.port, client.request)
        return False
    return is_answered


def main() -> None:
    """Count as the command line says, and print what was counted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--warm-up", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    given = parser.parse_args()
    answers, seconds = count_answers(
        given.port,
        given.path,
        clients=given.clients,
        warm_up_seconds=given.warm_up,
        seconds=given.seconds,
    )
    json.dump({"answers": answers, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
