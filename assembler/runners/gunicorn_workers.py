"""Choose the class of gunicorn's workers: ours, mixed into the project's if it names one."""

from __future__ import annotations

from typing import Any

__all__ = ["choose_worker_class", "find_worker_refusal"]


def choose_worker_class(given: type | None, *, is_patched: bool) -> type:
    """Return the class that gunicorn makes its workers of.

    Args:
        given: The class that the profile names.
        is_patched: Whether gevent patches the workers.
    """
    ours = _load_ours(is_patched=is_patched)
    # Ours comes first: it patches as the profile says, and leaves while it boots.
    return ours if given is None else type(given.__name__, (ours, given), {})


def find_worker_refusal(given: type, *, is_patched: bool) -> str | None:
    """Return why a class cannot be that of the workers; ``None``: it can."""
    base = _load_ours(is_patched=is_patched).__bases__[-1]
    if issubclass(given, base):
        return None
    why = "gevent patches the workers" if is_patched else "gevent does not patch the workers"
    return f"expected a class below {base.__module__}.{base.__name__}, since {why}"


def _load_ours(*, is_patched: bool) -> Any:  # noqa: ANN401 - its bases have no types
    """Import our class, and gunicorn's below it."""
    if is_patched:
        from assembler.runners.gunicorn_gevent_worker import (  # noqa: PLC0415 - it imports gevent
            GeventWorker,
        )

        return GeventWorker
    from assembler.runners.gunicorn_thread_worker import ThreadWorker  # noqa: PLC0415 - not always

    return ThreadWorker
