"""What the pages on deploying are tried with."""

from __future__ import annotations

import fcntl
import os
import pickle
from typing import TYPE_CHECKING

import pytest

from tests.support.container import Image, build_image, find_hindrance

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Return the image of the Dockerfile; the workers of xdist share it."""
    if (hindrance := find_hindrance()) is not None:
        pytest.skip(hindrance)
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    return _get_image(shared / "image")


def _get_image(folder: Path) -> Image:
    folder.mkdir(exist_ok=True)
    made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made.exists():
            found: Image = pickle.loads(made.read_bytes())  # noqa: S301 - by another worker of this run
            return found
        image = build_image(folder)
        made.write_bytes(pickle.dumps(image))
        return image
