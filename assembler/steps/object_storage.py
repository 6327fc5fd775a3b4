"""Read and write files in a folder or a bucket, and let others be served meanwhile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import obstore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

    from obstore.store import ObjectStore

__all__ = ["Storage", "StorageForkedError"]

Given = ParamSpec("Given")
Result = TypeVar("Result")

LISTED = 1000  # as S3 has it


class StorageForkedError(RuntimeError):
    """Raise where a process was forked from one that had used a storage: the library would hang."""

    def __init__(self) -> None:
        """Say what is to be done."""
        super().__init__(
            "a storage was used before this process was forked: use it only in the process that "
            "serves, not while a module is imported or a server is configured"
        )


class _Runtime:
    """What the library starts with its first call, once for a process and all stores in it."""

    is_used = False
    is_lost = False

    def enter(self) -> None:
        """Note that it is used now."""
        if self.is_lost:
            raise StorageForkedError
        self.is_used = True

    def lose(self) -> None:
        """Note that this is the child: threads of the parent are not here."""
        self.is_lost = self.is_used


RUNTIME = _Runtime()
os.register_at_fork(after_in_child=RUNTIME.lose)


class Storage:
    """A folder or a bucket; paths are relative, with slashes.

    What is not there raises ``FileNotFoundError``, all else the library's own errors. In a process
    that gevent has patched, each call is made in a thread of a pool of its own, and other greenlets
    run meanwhile; elsewhere the calling thread makes it, and other threads run.
    """

    def __init__(self, store: ObjectStore, *, threads: int | None) -> None:
        """Keep the store, which is not used yet.

        Args:
            store: One of obstore's.
            threads: How many calls are made at once under gevent; ``None``: it has patched nothing.
        """
        self.store = store
        self._threads = threads
        self._pool: Any = None

    def call(
        self,
        function: Callable[Concatenate[ObjectStore, Given], Result],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Return what a function of obstore returns for the store and what else it is given."""
        RUNTIME.enter()
        if self._threads is None:
            return function(self.store, *args, **kwargs)
        if self._pool is None:
            from gevent.threadpool import ThreadPool  # noqa: PLC0415 - of a patched process

            self._pool = ThreadPool(self._threads)
        result: Result = self._pool.apply(function, (self.store, *args), kwargs)
        return result

    def get(self, path: str) -> bytes:
        """Return what is in a file."""
        return self.call(lambda store: bytes(obstore.get(store, path).bytes()))

    def iter_chunks(self, path: str, chunk_bytes: int = 1024 * 1024) -> Iterator[bytes]:
        """Yield what is in a file, in chunks of about this size."""
        stream = self.call(lambda store: iter(obstore.get(store, path).stream(chunk_bytes)))
        while (chunk := self.call(lambda _store: next(stream, None))) is not None:
            yield bytes(chunk)

    def put(self, path: str, data: bytes) -> None:
        """Write a file; one that is there is replaced."""
        self.call(obstore.put, path, data)

    def delete(self, path: str) -> None:
        """Remove a file."""
        self.call(obstore.delete, path)

    def exists(self, path: str) -> bool:
        """Return whether there is a file."""
        try:
            self.call(obstore.head, path)
        except FileNotFoundError:
            return False
        return True

    def list(self, prefix: str | None = None) -> Sequence[Any]:
        """Return the files below a folder, each with `path`, `size` and `last_modified`."""
        return self.call(
            lambda store: [
                one for chunk in obstore.list(store, prefix, chunk_size=LISTED) for one in chunk
            ]
        )

    def copy(self, path: str, to: str) -> None:
        """Copy a file."""
        self.call(obstore.copy, path, to)

    def move(self, path: str, to: str) -> None:
        """Rename a file."""
        self.call(obstore.rename, path, to)

    def sign(self, path: str, expires_in: timedelta, method: str = "GET") -> str:
        """Return a URL with which anybody may use a file for so long; not of a folder."""
        sign: Any = obstore.sign  # which stores and methods it takes is told at run
        url: str = self.call(sign, method, path, expires_in)
        return url

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.kill()
            self._pool = None
