"""Typed options are kept with the plan where every app of it has the same ones."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import Field, PrivateAttr, ValidationError

from assembler import create_app
from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document
from assembler.planning.kept_options import keep_one
from assembler.planning.loading import load_plan
from assembler.steps.catalog import CATALOG
from assembler.steps.catalog.security_headers import SecurityHeadersOptions
from assembler.steps.catalog.warnings import WarningsOptions
from assembler.steps.forms import FrozenOptions, Options
from assembler.steps.patches import PATCHES
from assembler.steps.sources import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.document.nodes import MappingNode
    from assembler.steps.entry_points import FormTable

PROFILE = """\
version: 1
app: {with: {import_name: tests}}
extensions:
  - use: proxy_fix
    with: {x_for: "${PROXIES:-1}"}
  - use: cors
    with: {origins: ["https://shop.example"]}
  - use: security_headers
    with: {content_security_policy: {default-src: [self]}}
  - use: json
    with: {default: {$import: "builtins:str"}}
"""
EMPTY = "{}"


class OpenOptions(Options):
    """Options that a step may change, as those of others."""

    name: str = Field("a", description="A name.")


class NewOptions(FrozenOptions):
    """Options of which each app has its own."""

    name: str = Field(default_factory=lambda: uuid.uuid4().hex, description="A name.")


class PrivateOptions(FrozenOptions):
    """Options that hold more than their fields."""

    _seen: list[str] = PrivateAttr(default_factory=list)


def test_every_app_gets_lists_of_its_own(tmp_path: Path) -> None:
    """Nested ones too; a step may hand them to a library, which may change them."""
    plan = load_plan(_write(tmp_path)).plan
    kept = {step.use: found for step, found in plan.kept_options.items()}

    first = {use: one.copy() for use, one in kept.items()}
    vars(first["cors"])["origins"].append("https://other.example")
    vars(first["security_headers"])["content_security_policy"]["default-src"].append("data:")
    second = {use: one.copy() for use, one in kept.items()}

    assert vars(second["cors"])["origins"] == ["https://shop.example"]
    assert vars(second["security_headers"])["content_security_policy"] == {"default-src": ["self"]}
    assert type(second["security_headers"]) is SecurityHeadersOptions


def test_options_with_a_reference_are_typed_for_each_app(tmp_path: Path) -> None:
    """What it stands for is known only then."""
    plan = load_plan(_write(tmp_path)).plan

    kept = [planned.step in plan.kept_options for planned in plan.extensions]

    assert kept == [True, True, True, False]


def test_changed_variable_and_file_are_seen_by_the_next_app(tmp_path: Path) -> None:
    """What is kept goes with the plan."""
    profile = _write(tmp_path)

    counts = [_count_proxies(profile, text) for text in ("2", "3")]
    profile.write_text(PROFILE.replace("${PROXIES:-1}", "4"), encoding="utf-8")
    counts.append(_count_proxies(profile, "3"))

    assert counts == [2, 3, 4]


def test_kept_options_cannot_be_changed(tmp_path: Path) -> None:
    """All apps have the same object, where no list is in it."""
    plan = load_plan(_write(tmp_path)).plan
    kept = plan.kept_options[plan.extensions[0].step]

    with pytest.raises(ValidationError, match="frozen"):
        kept.copy().x_for = 2  # type: ignore[attr-defined]  # of this step's own

    assert kept.copy() is kept.copy()


@pytest.mark.parametrize(
    "table", [CATALOG, PATCHES, SOURCES], ids=["catalog", "patches", "sources"]
)
def test_options_of_every_step_of_ours_are_frozen(table: FormTable[Any]) -> None:
    """So that they can be kept."""
    own = [name for name in table.find_names() if table.find_entry(name) is None]
    models = {name: table.get(name).options for name in own}
    changeable = {name for name, one in models.items() if one and not one.model_config["frozen"]}

    assert models
    assert changeable == set()


@pytest.mark.parametrize("options", [OpenOptions(), NewOptions(), PrivateOptions()])
def test_options_that_are_each_app_s_own_are_not_kept(options: Options) -> None:
    """Steps of others may have any of pydantic's."""
    assert keep_one(options, _parse(EMPTY)) is None


def test_nested_options_are_kept_while_they_are_frozen() -> None:
    """A list of models is copied, and its models are not."""
    options = WarningsOptions.model_validate({"filters": [{"action": "ignore"}]})

    kept = keep_one(options, _parse(EMPTY))

    assert kept is not None
    copied = kept.copy()
    assert isinstance(copied, WarningsOptions)
    assert copied.filters is not options.filters
    assert copied.filters[0] is options.filters[0]


def _count_proxies(profile: Path, text: str) -> int:
    fixed: Any = create_app(profile, env={"PROXIES": text}).wsgi_app
    count: int = fixed.x_for
    return count


def _write(folder: Path) -> Path:
    profile = folder / "kept.yaml"
    profile.write_text(PROFILE, encoding="utf-8")
    return profile


def _parse(text: str) -> MappingNode:
    node = parse_document(text.encode(), "kept.yaml", Collector())
    assert node is not None
    return node
