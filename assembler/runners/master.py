"""Define what a reload needs of gunicorn's master."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from assembler.runners.console_address import Openings
    from assembler.runners.generation import Generation
    from assembler.runners.request_counts import Counts
    from assembler.runners.server_metrics import ServerMetrics
    from assembler.runners.service_manager import ServiceManager

__all__ = ["Master"]


class Master(Protocol):
    """gunicorn's master, with generations of workers."""

    current: Generation
    systemd: bool  # whether its sockets are systemd's
    log: Any
    service: ServiceManager
    metrics: ServerMetrics
    openings: Openings
    WORKERS: dict[int, Any]  # by pid

    def tell(self, text: str) -> None:
        """Write what is worth knowing."""

    def find_workers(self, generation: Generation) -> list[Any]:
        """Return the workers of a generation that are to stay."""

    def count_requests(self, generation: Generation) -> Counts:
        """Return how many requests the workers of a generation have answered."""

    def is_late(self, worker: Any) -> bool:  # noqa: ANN401 - of gunicorn's
        """Return whether a worker has taken longer to boot than it may."""

    def let_go(self, workers: list[Any]) -> None:
        """Let workers that are ready accept connections."""

    def park(self, generation: Generation, listeners: list[Any]) -> None:
        """Stop a generation from accepting connections but at addresses that only it has."""

    def resume(self, generation: Generation) -> None:
        """Let a parked generation accept connections again."""

    def end_worker(self, worker: Any) -> None:  # noqa: ANN401 - of gunicorn's
        """Tell a worker to finish what it has, and to leave."""

    def count_generations(self) -> int:
        """Return the number of the next generation."""

    def make_current(self, generation: Generation) -> None:
        """Let another generation be the one that is looked after."""

    def tell_of_rejection(self, reason: str, digest: str | None) -> None:
        """Have one worker record a reload that was refused."""

    def close_inherited(self) -> None:
        """Close in a child what is the master's alone."""
