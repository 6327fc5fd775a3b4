"""Test that the documentation's pictures can be taken, and that they show nothing of a machine."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from tests.console.pictures import (
    HEIGHT,
    IMAGES,
    PICTURES,
    WIDTH,
    freeze,
    serve_default_app,
    take_pictures,
)
from tests.console.support import TOKEN

if TYPE_CHECKING:
    from tests.support.browser import Browser


def get_size(picture: Path) -> tuple[int, int]:
    """Return the width and height that a PNG gives at its beginning."""
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_the_pictures_of_the_documentation_are_of_the_default_app(
    browser: Browser, tmp_path: Path
) -> None:
    """`make picture` writes them; each is shown somewhere, and no other one is there."""
    with serve_default_app(tmp_path) as pages:
        take_pictures(browser, pages, tmp_path)
    texts = json.dumps(freeze(pages))
    assert str(tmp_path) not in texts
    assert TOKEN not in texts
    assert pages["now"]["on_disk"]["state"] == "edited"
    assert len(pages["now"]["server"]["workers"]) == 2
    assert sorted(PICTURES) == sorted(file.name for file in IMAGES.glob("*.png"))
    docs = [Path("README.md"), *Path("docs").glob("*.md")]
    words = "\n".join(file.read_text("utf-8") for file in docs)
    for name in PICTURES:
        assert f"images/{name})" in words
        assert {get_size(folder / name) for folder in (tmp_path, IMAGES)} == {(WIDTH, HEIGHT)}
