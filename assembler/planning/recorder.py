"""Remember which variables of an environment a plan depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["Recorder"]


class Recorder(Mapping[str, str]):
    """An environment that remembers what was asked of it; ``None``: no such variable."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Remember nothing yet."""
        self._env = env
        self.asked: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        """Return a variable, and remember it."""
        value = self.asked[name] = self._env.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._env)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._env)

    def __bool__(self) -> bool:
        """Return true: an empty one is asked as well."""
        return True
