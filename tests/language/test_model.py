"""What other packages plug into pydantic is the app's: it is not asked about a profile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from pydantic import Field, PlainValidator, ValidationError

from assembler.language.model import PLUGINS_SWITCH, Model
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

PLUGIN = """
import sys
from gevent.monkey import is_module_patched

print("plug-in loaded, patched:", is_module_patched("socket"))

class Watching:
    def new_schema_validator(self, schema, schema_type, *_):
        print("plug-in sees", schema_type.__module__ + "." + schema_type.__qualname__)
        return None, None, None

watching = Watching()
"""
FILES = {
    "watching.py": PLUGIN,
    "watching-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: watching\nVersion: 1\n",
    "watching-1.dist-info/entry_points.txt": "[pydantic]\nwatching = watching:watching\n",
    "shop.py": """
        from pydantic import BaseModel

        class Order(BaseModel):
            number: int

        def init_app(app):
            app.extensions["order"] = Order(number=1)
        """.replace("\n        ", "\n"),
    "web.yaml": "version: 1\napp: {with: {import_name: shop}}\n"
    "patches: [{use: gevent}]\nconfig: [{use: env}]\nextensions: [{use: 'shop:init_app'}]\n",
}


def test_the_plug_ins_of_the_app_come_after_its_patches(tmp_path: Path) -> None:
    """Our models are made before; only what the app itself defines is shown to them."""
    write_files(tmp_path, FILES)

    done = run_cli(["-m", "assembler", "flask", "web.yaml", "routes"], tmp_path)

    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if "plug-in" in line]
    assert said == ["plug-in loaded, patched: True", "plug-in sees shop.Order"]


@pytest.mark.parametrize("before", [None, "logfire-plugin"])
def test_the_switch_stands_as_before(before: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Defining and using a model changes nothing that the app would find."""
    if before is None:
        monkeypatch.delenv(PLUGINS_SWITCH, raising=False)
    else:
        monkeypatch.setenv(PLUGINS_SWITCH, before)

    class Order(Model):
        number: int

    assert os.environ.get(PLUGINS_SWITCH) == before
    with pytest.raises(ValidationError):
        Order.model_validate({"number": 1, "more": 2})
    assert os.environ.get(PLUGINS_SWITCH) == before


@pytest.mark.parametrize("value", [" 1", "1.5 ", "\t2"])
def test_numbers_have_no_blank_ends(value: str) -> None:
    """What pydantic would strip is refused, also where a type has numbers among others."""

    class Order(Model):
        plain: float = 0
        limited: Annotated[float | None, Field(gt=0)] = None
        read: Annotated[Any, PlainValidator(float)] = 0
        other: str = ""

    for key in ("plain", "limited", "read"):
        with pytest.raises(ValidationError, match="expected no white space at the ends"):
            Order.model_validate({key: value})
    assert Order.model_validate({"other": value}).other == value
