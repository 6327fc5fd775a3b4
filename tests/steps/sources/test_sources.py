"""The table of config sources, and the small ones: values and object."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import Source
from assembler.steps.sources import TABLE, find_source_names, get_source
from tests.support.source_context import SourceBench, load_source

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]


@pytest.fixture
def context(tmp_path: Path) -> SourceBench:
    """Return the context of a source on a bare app."""
    return SourceBench(Flask(__name__), tmp_path)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Return a way to write a module that can be imported for the length of the test."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> None:
        (tmp_path / f"{name}.py").write_text(dedent(text))
        monkeypatch.delitem(sys.modules, name, raising=False)

    return write


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_source_has_the_form(name: str) -> None:
    """What the table names is a `Source` of that name, with a description for every option."""
    source = get_source(name)

    assert isinstance(source, Source)
    assert source.name == name
    assert source.summary.endswith(".")
    if source.options is not None:
        assert all(field.description for field in source.options.model_fields.values())


def test_an_unknown_name_is_a_key_error() -> None:
    """A name of no source is told apart from a source that is broken."""
    assert "nothing" not in find_source_names()
    with pytest.raises(KeyError):
        get_source("nothing")


def test_declaring_sources_loads_no_framework() -> None:
    """To list what a profile may use costs neither Flask nor anything that a patch would miss."""
    script = """\
    import sys
    from assembler.steps.sources import TABLE, get_source
    for name in TABLE:
        get_source(name)
    heavy = {"flask", "werkzeug", "gevent", "ssl", "dotenv", "pydantic_settings"}
    print(sorted(heavy & set(sys.modules)))
    """
    outcome = subprocess.run(
        [sys.executable, "-c", dedent(script)], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert outcome.stdout == "[]\n"


def test_another_distribution_adds_a_source(tmp_path: Path) -> None:
    """An entry point makes a source known; one that is no source is an error that names it."""
    info = tmp_path / "shop-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[assembler.config_sources]\nvault = shop_vault:SOURCE\nbroken = shop_vault:nothing\n"
    )
    (tmp_path / "shop_vault.py").write_text(
        "from assembler.steps.forms import Source\n"
        "SOURCE = Source('vault', 'A vault.', None, lambda context, options: {'A': 1})\n"
        "nothing = 1\n"
    )
    script = """\
    from assembler.steps.sources import SOURCES
    print("vault" in SOURCES.find_names(), SOURCES.get("vault").load(None, {}))
    print(SOURCES.find_fault("broken"))
    """
    outcome = subprocess.run(
        [sys.executable, "-c", dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"},
    )

    assert outcome.stdout == (
        "True {'A': 1}\n"
        "'broken' of the distribution shop cannot be loaded: expected a Source, got an object of "
        "type int\n"
    )


def test_values_are_set_as_they_are(context: SourceBench) -> None:
    """Values of every kind come out as they went in."""
    values = {"A": 1, "B_2": [None, {"x": "y"}]}

    assert load_source(context, "values", **values) == values
    assert context.app.config["B_2"] == [None, {"x": "y"}]


def test_values_refuse_keys_that_flask_would_drop(context: SourceBench) -> None:
    """A key that is not upper-case is an error, each at its place: Flask would ignore it."""
    with pytest.raises(StepFault) as caught:
        load_source(context, "values", GOOD=1, debug=True, Mixed=2)

    faults = (caught.value, *caught.value.more)
    assert [(fault.option, fault.message, fault.hint) for fault in faults] == [
        (("debug",), 'a config key must be upper-case, got "debug"', "Write `DEBUG`."),
        (("Mixed",), 'a config key must be upper-case, got "Mixed"', "Write `MIXED`."),
    ]


OBJECTS = """\
class Base:
    INHERITED = 1
    lower = 2
    Mixed = 3

class Production(Base):
    OWN = "x"
    @property
    def COMPUTED(self):
        return 5

production = Production()
SETTINGS = {"A": 1, "b": 2}
"""


@pytest.mark.parametrize(
    "target", ["shop_objects", "shop_objects:Production", "shop_objects:production"]
)
def test_an_object_is_read_as_flask_reads_it(
    context: SourceBench, module: Callable[[str, str], None], target: str
) -> None:
    """A module, a class and an instance give exactly what `from_object` gives for them."""
    module("shop_objects", OBJECTS)
    by_hand = Flask("by_hand", root_path=str(context.folder))
    before = dict(by_hand.config)
    by_hand.config.from_object(context.resolve(target))

    values = load_source(context, "object", target=target)

    added = {key: value for key, value in by_hand.config.items() if key not in before}
    assert repr(values) == repr(added)
    assert values


def test_an_instance_gives_what_its_properties_compute(
    context: SourceBench, module: Callable[[str, str], None]
) -> None:
    """A property of an instance is its value, not the property."""
    module("shop_objects", OBJECTS)

    assert load_source(context, "object", target="shop_objects:production") == {
        "COMPUTED": 5,
        "INHERITED": 1,
        "OWN": "x",
    }


def test_a_mapping_gives_its_upper_case_items(
    context: SourceBench, module: Callable[[str, str], None]
) -> None:
    """A dict has no upper-case attributes, and would set nothing in silence."""
    module("shop_objects", OBJECTS)

    assert load_source(context, "object", target="shop_objects:SETTINGS") == {"A": 1}


def test_an_object_that_was_resolved_already_is_taken(context: SourceBench) -> None:
    """`{$import: …}` and `{$call: …}` give the object itself."""

    class Settings:
        A = 1

    assert load_source(context, "object", target=Settings) == {"A": 1}


@pytest.mark.parametrize("target", ["shop_bad:text", "shop_bad:function", "shop_bad:nothing"])
def test_an_object_that_holds_no_config_is_refused(
    context: SourceBench, module: Callable[[str, str], None], target: str
) -> None:
    """What has no upper-case attributes by its nature would set nothing in silence."""
    module("shop_bad", "text = 'A'\nnothing = None\ndef function(): return {}\n")
    if target == "shop_bad:text":  # the value of a reference is no reference itself
        target = context.resolve(target).encode()
    with pytest.raises(StepFault) as caught:
        load_source(context, "object", target=target)

    assert caught.value.code is codes.CONFIG_NOT_A_MAPPING
    assert caught.value.option == ("target",)


def test_an_attribute_that_raises_is_reported_with_its_frame(
    context: SourceBench, module: Callable[[str, str], None]
) -> None:
    """What the project's own code raised is said, and where."""
    module(
        "shop_raises",
        """\
        class Settings:
            @property
            def SECRET(self):
                return 1 / 0
        settings = Settings()
        """,
    )
    with pytest.raises(StepFault, match="ZeroDivisionError: division by zero") as caught:
        load_source(context, "object", target="shop_raises:settings")

    (related,) = caught.value.related
    assert (Path(related.place.path).name, related.place.span.line) == ("shop_raises.py", 4)
