"""What a worker does with what its master says."""

from __future__ import annotations

from assembler.runners.gunicorn_worker import BootingWorker


class Kind:
    """A kind of gunicorn's workers; it does nothing."""

    alive = True
    ppid = 0

    def run(self) -> None:
        """Serve no one."""


class Worker(BootingWorker, Kind):
    """A worker that remembers what it is told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.did: list[object] = []
        self.app = type("App", (), {"describe": dict, "note_drain": lambda _: None})()

    def begin_hearing(self) -> None:
        """Remember it."""
        self.did.append("hear")

    def keep_connections(self, *, keep: bool) -> None:
        """Remember it."""
        self.did.append(("keep", keep))

    def accept_at(self, listeners: list[int]) -> None:
        """Remember it."""
        self.did.append(("accept", listeners))

    def serve(self) -> None:
        """Remember it."""
        self.did.append("serve")

    def _die_with_master(self, number: object) -> None:
        """Live on: there is no master."""


def test_what_comes_together_with_the_word_to_go_is_obeyed() -> None:
    """Before the worker serves, and in its order."""
    worker = Worker()
    worker.link.send(do="drain")
    worker.link.send(do="go")
    worker.link.send(do="park", at=[1])
    worker.run()

    parked = [("keep", False), ("accept", [1])]
    assert worker.did == [("keep", False), "hear", *parked, "serve"]
    assert {"parked": True} in worker.link.receive()
    worker.link.close()
    worker.note_forked()
