"""Run the tests of patched profiles in processes of their own, one for each list of patches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.testing.asking import Asked, find_path, get_profile, load_asked_plan
from assembler.testing.child import Child
from assembler.testing.patched_process import is_patched_process

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["Isolation"]


class Isolation:
    """The processes of a run, and which test belongs into which."""

    def __init__(self, config: pytest.Config) -> None:
        """Start none yet."""
        self._config = config
        self._children: dict[Hashable, Child] = {}
        self._keys: dict[str, Hashable | None] = {}  # by the test's name

    def run(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test of a patched profile, and return whether it was one."""
        key = self._get_key(item)
        if key is None:
            return False
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._start(item, key)
        following = self._find_following(item, nextitem, key)
        hook = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for told in child.run(item.nodeid, following):
            report = hook.pytest_report_from_serializable(config=self._config, data=told)
            hook.pytest_runtest_logreport(report=report)
        if child.fault is not None:
            hook.pytest_runtest_logreport(report=_build_failed_report(item, child.fault))
            del self._children[key]  # the next test gets a new one
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        # What the test before shared with this one, and not with the next, as pytest itself does.
        item.session._setupstate.teardown_exact(nextitem)  # noqa: SLF001 - there is no public way
        return True

    def close(self) -> None:
        """End all processes."""
        for child in self._children.values():
            child.close()
        self._children.clear()

    def _start(self, item: pytest.Item, key: Hashable) -> Child:
        items = [one for one in item.session.items if self._get_key(one) == key]
        asked = _read_asked(item)
        request = {"profile": find_path(self._config, asked.profile), "env": asked.env}
        return Child(self._config, request, items)

    def _get_key(self, item: pytest.Item) -> Hashable | None:
        """Return the patches of the test's profile; ``None``: it has none, or runs here."""
        if item.nodeid not in self._keys:
            self._keys[item.nodeid] = self._read_key(item)
        return self._keys[item.nodeid]

    def _read_key(self, item: pytest.Item) -> Hashable | None:
        if is_patched_process() or "assembled_profile" not in getattr(item, "fixturenames", ()):
            return None
        try:
            asked = _read_asked(item)
            if asked.patches != "apply":
                return None
            plan = load_asked_plan(self._config, asked).plan
        except (ProfileError, pytest.fail.Exception):
            return None  # the fixture tells
        calls = tuple(call.identity for call in plan.patch_calls)
        return (calls, json.dumps(asked.env, default=str)) if calls else None

    def _find_following(
        self, item: pytest.Item, nextitem: pytest.Item | None, key: Hashable
    ) -> str | None:
        """Return the next test in that process, where it is certain: it may share fixtures."""
        items = item.session.items
        is_distributed = hasattr(self._config, "workerinput")  # of pytest-xdist
        later = [nextitem] if is_distributed else items[items.index(item) + 1 :]
        found = (one for one in later if one is not None and self._get_key(one) == key)
        return next((one.nodeid for one in found), None)


def _read_asked(item: pytest.Item) -> Asked:
    mark = item.get_closest_marker("profiles")
    return Asked.build(get_profile(item), {}, dict(mark.kwargs) if mark else {})


def _build_failed_report(item: pytest.Item, fault: str) -> pytest.TestReport:
    keywords: dict[str, Any] = dict.fromkeys(item.keywords, 1)
    return pytest.TestReport(item.nodeid, item.location, keywords, "failed", fault, "call")
