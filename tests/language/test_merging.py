"""An overlay changes what it names and keeps the rest; whatever cannot be meant is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from assembler.__main__ import main
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

    Show = Callable[..., Any]

BASE = """\
version: 1
app: {with: {import_name: shop}}
config:
  - use: values
    with: {A: {x: 1, y: 2}}
extensions:
  - logging
  - use: shop:ext
    name: login
    with: {url: /login}
    init: {strict: true}
    as: extension
    close: stop
    after: [logging]
  - migrate
server: {with: {graceful_timeout: 30}}
"""
NAMES = ["logging", "login", "migrate"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's folder, away from this project's policy."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Show:
    """Return a function that composes an overlay of ``BASE`` and returns it as plain values."""

    def show_overlay(overlay: str, base: str = BASE) -> Any:  # noqa: ANN401 - YAML
        write_files(tmp_path, {"base.yaml": base, "web.yaml": f"extends: base.yaml\n{overlay}"})
        assert main(["show", "--no-interpolate", "web.yaml"]) == 0
        return yaml.safe_load(capsys.readouterr().out)

    return show_overlay


def find_faults(folder: Path, overlay: str, base: str = BASE) -> list[Diagnostic]:
    """Return what is wrong with an overlay of ``base``."""
    write_files(folder, {"base.yaml": base, "web.yaml": f"extends: base.yaml\n{overlay}"})
    with pytest.raises(ProfileError) as caught:
        load_plan("web.yaml", env={})
    return list(caught.value.diagnostics)


def get_names(shown: dict[str, Any]) -> list[str]:
    """Return the names of the extensions."""
    return [
        step if isinstance(step, str) else step.get("name", step.get("use"))
        for step in shown["extensions"]
    ]


def get_login(shown: dict[str, Any]) -> dict[str, Any]:
    """Return the step ``login``."""
    found: dict[str, Any] = shown["extensions"][get_names(shown).index("login")]
    return found


@pytest.mark.parametrize("key", ["app", "server", "worker", "config", "extensions"])
def test_empty_key_of_an_overlay_keeps_what_the_base_has(show: Show, key: str) -> None:
    """`extensions:` with nothing behind it changes nothing."""
    base = f"{BASE}role: worker\nworker: {{queues: [mail]}}\n"
    assert show(f"{key}:\n", base)[key] == show("", base)[key]


@pytest.mark.parametrize("key", ["server", "config", "extensions"])
def test_empty_key_that_no_base_has_means_nothing(show: Show, key: str) -> None:
    """As in a profile without a base."""
    base = "version: 1\napp: {with: {import_name: shop}}\n"
    assert show(f"{key}:\n", base)[key] is None


@pytest.mark.parametrize("key", ["debug", "patches"])
def test_empty_value_of_an_overlay_takes_back_the_base_s(show: Show, key: str) -> None:
    """What is no mapping of options and no list that is merged is replaced by nothing, too."""
    assert show(f"{key}:\n", f"{BASE}debug: true\npatches: [gevent]\n")[key] is None


def test_worker_of_an_overlay_is_merged_by_key(show: Show) -> None:
    """It has no `use` whose change would drop anything."""
    base = f"{BASE}role: worker\nworker: {{queues: [mail], with: {{a: 1}}}}\n"
    shown = show("worker: {concurrency: 2, with: {b: 2}}\n", base)
    assert shown["worker"] == {"queues": ["mail"], "concurrency": 2, "with": {"a": 1, "b": 2}}


def test_empty_key_of_a_base_takes_what_the_overlay_has(show: Show) -> None:
    """The overlay's steps are then the only ones."""
    base = "version: 1\napp: {with: {import_name: shop}}\nextensions:\n"
    assert get_names(show("extensions: [logging]\n", base)) == ["logging"]


@pytest.mark.parametrize("key", ["with", "init", "as", "close"])
def test_another_use_drops_what_belonged_to_the_old_one(show: Show, key: str) -> None:
    """Options, adapter and cleanup of the old object mean nothing to the new one."""
    step = get_login(show("extensions: [{name: login, use: 'shop:other'}]\n"))
    assert key not in step
    assert (step["use"], step["after"]) == ("shop:other", ["logging"])


@pytest.mark.parametrize("key", ["with", "init", "as", "close"])
def test_same_use_keeps_options(show: Show, key: str) -> None:
    """Repeating `use` changes nothing."""
    step = get_login(show("extensions: [{name: login, use: 'shop:ext'}]\n"))
    assert step[key] == get_login(show(""))[key]


@pytest.mark.parametrize(
    ("overlay", "key", "kept"),
    [
        ("app: {use: 'flask:Flask'}\n", "app", True),
        ("app: {use: 'shop:Flask'}\n", "app", False),
        ("server: {use: gunicorn}\n", "server", True),
        ("server: {use: gevent}\n", "server", False),
        ("server: {workers: 3}\n", "server", True),
    ],
)
def test_naming_the_default_use_keeps_options(
    show: Show, overlay: str, key: str, *, kept: bool
) -> None:
    """A base without `use` means `flask:Flask`, or gunicorn."""
    assert ("with" in show(overlay)[key]) is kept


@pytest.mark.parametrize("key", ["with", "init"])
def test_empty_options_of_an_overlay_change_nothing(show: Show, key: str) -> None:
    """`with:` with nothing behind it is not an empty mapping."""
    step = get_login(show(f"extensions:\n  - name: login\n    {key}:\n"))
    assert step[key] == get_login(show(""))[key]


def test_empty_value_below_options_replaces_the_base_s(show: Show) -> None:
    """Only `with` and `init` themselves are ignored when empty."""
    assert get_login(show("extensions: [{name: login, with: {url: }}]\n"))["with"] == {"url": None}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{use: health, after: [logging]}", ["logging", "health", "login", "migrate"]),
        ("{use: health, before: [login]}", ["logging", "health", "login", "migrate"]),
        ("health", [*NAMES, "health"]),
    ],
)
def test_new_step_goes_beside_its_anchor(show: Show, step: str, expected: list[str]) -> None:
    """Right beside it, and without one at the end."""
    assert get_names(show(f"extensions: [{step}]\n")) == expected


def test_new_steps_may_refer_to_each_other(show: Show) -> None:
    """A step that the overlay adds is an anchor for the next one."""
    overlay = "extensions: [{use: health, after: [logging]}, {use: compress, after: [health]}]\n"
    assert get_names(show(overlay)) == ["logging", "health", "compress", "login", "migrate"]


def test_unknown_anchor_is_reported_and_the_known_one_counts(tmp_path: Path) -> None:
    """Placing a step does not stumble over a name that nothing has."""
    for key in ("after", "before"):
        overlay = f"extensions: [{{use: 'shop:new', {key}: [nowhere, login]}}]\n"
        assert [one.code for one in find_faults(tmp_path, overlay)] == ["ASM309"]


def test_new_endpoint_needs_no_use(show: Show) -> None:
    """`add_url_rule` may register an endpoint alone."""
    overlay = "extensions: [{name: home, as: add_url_rule, with: {rule: /}}]\n"
    assert get_names(show(overlay)) == [*NAMES, "home"]


@pytest.mark.parametrize("more", ["", ", as: call", ", as: [add_url_rule]"])
def test_new_step_without_use_is_reported(tmp_path: Path, more: str) -> None:
    """Nothing says what it is."""
    faults = find_faults(tmp_path, f"extensions: [{{name: health{more}}}]\n")
    assert "ASM308" in [one.code for one in faults]


def test_name_that_no_base_has_lists_the_names_there_are(tmp_path: Path) -> None:
    """The hint lists the base's steps, where nothing is nearly meant."""
    (fault,) = find_faults(tmp_path, "extensions: [{name: zzz, with: {a: 1}}]\n")
    assert (fault.code, str(fault.place), fault.fix) == ("ASM308", "web.yaml:2:21", None)
    assert all(name in str(fault.hint) for name in NAMES)


def test_name_that_is_nearly_a_base_s_gets_a_fix(tmp_path: Path) -> None:
    """One typing mistake away is what was meant."""
    (fault,) = find_faults(tmp_path, "extensions: [{name: logn, with: {a: 1}}]\n")
    assert "login" in str(fault.hint)
    assert fault.fix is not None
    assert [edit.text for edit in fault.fix.edits] == ["login"]


def test_use_in_place_of_the_name_leads_to_the_name(tmp_path: Path) -> None:
    """An overlay says which step it changes by its name, not by what it uses."""
    (fault,) = find_faults(tmp_path, "extensions: [{name: 'shop:ext', with: {a: 1}}]\n")
    assert (fault.code, fault.hint) == (
        "ASM308",
        "Write 'login', the name of the step that uses it.",
    )


def test_name_that_no_base_has_is_reported_beside_a_malformed_step(tmp_path: Path) -> None:
    """One mistake does not hide the next, in the base or in the overlay."""
    base = BASE.replace("  - migrate\n", "  - 5\n")
    found = {one.code for one in find_faults(tmp_path, "extensions: [{name: zzz}]\n", base)}
    assert {"ASM202", "ASM308"} <= found


def test_steps_without_a_name_are_no_duplicates(tmp_path: Path) -> None:
    """Each lacks its `use`, and that is all."""
    faults = find_faults(tmp_path, "extensions: [{with: {a: 1}}, {when: true}]\n")
    assert [one.code for one in faults] == ["ASM203", "ASM203"]


@pytest.mark.parametrize(("step", "got"), [("5", 'the integer "5"'), ("", "nothing")])
def test_step_that_is_neither_string_nor_mapping_is_reported_as_such(
    tmp_path: Path, step: str, got: str
) -> None:
    """It does not count as the name of what a step uses."""
    (fault,) = find_faults(tmp_path, f"extensions:\n  - {step}\n")
    assert fault.message == f"expected a mapping, got {got}"


def test_base_that_is_listed_twice_counts_once(show: Show, tmp_path: Path) -> None:
    """The names of bases are no names of steps."""
    write_files(tmp_path, {"root.yaml": BASE})
    assert get_names(show("", "extends: [root.yaml, root.yaml]\n")) == NAMES


def test_name_without_any_base_step_names_no_base(tmp_path: Path) -> None:
    """A hint that lists nothing would only confuse."""
    base = "version: 1\napp: {with: {import_name: shop}}\nextensions: []\n"
    (fault,) = find_faults(tmp_path, "extensions: [{name: zzz, with: {a: 1}}]\n", base)
    assert fault.code == "ASM308"
    assert str(fault.hint).startswith("A new step")


@pytest.mark.parametrize("first", ["5", "{with: {a: 1}}", "[1]"])
def test_duplicate_names_are_found_behind_a_malformed_step(tmp_path: Path, first: str) -> None:
    """One mistake does not hide the next."""
    faults = find_faults(tmp_path, f"extensions: [{first}, health, health]\n")
    assert "ASM206" in [one.code for one in faults]


def test_duplicate_name_points_at_both_steps(tmp_path: Path) -> None:
    """At the second, with the first as a related place."""
    overlay = "extensions:\n  - use: shop:a\n    name: one\n  - use: shop:b\n    name: one\n"
    (fault,) = find_faults(tmp_path, overlay)
    assert (fault.code, fault.place.span.line) == ("ASM206", 6)
    assert [one.place.span.line for one in fault.related] == [4]


@pytest.mark.parametrize(
    "value", ["{$unset: true, x: 1}", "{$unset: [1]}", "{$unset: false}", "{$unset: 'true'}"]
)
def test_malformed_unset_is_reported(tmp_path: Path, value: str) -> None:
    """It stands alone in its mapping, and is true."""
    for overlay in (
        f"debug: {value}\n",
        f"config: [{{name: values, with: {{A: {value}}}}}]\n",
        f"config: [{{name: values, with: {{NEW: {value}}}}}]\n",
    ):
        assert [one.code for one in find_faults(tmp_path, overlay)] == ["ASM208"]


def test_unset_of_a_list_item_is_reported(tmp_path: Path) -> None:
    """It removes keys of mappings, in lists of steps as in any other."""
    for overlay in (
        "extensions: [{$unset: true}, health]\n",
        "config: [{name: values, with: {NEW: [1, {$unset: true}]}}]\n",
    ):
        assert [one.code for one in find_faults(tmp_path, overlay)] == ["ASM208"]


def test_unset_removes_a_whole_section(show: Show) -> None:
    """At the top as well as below."""
    shown = show("server: {$unset: true}\ndebug: true\n")
    assert "server" not in shown
    assert shown["debug"] is True


def test_app_of_a_wrong_shape_is_replaced_by_a_mapping(show: Show) -> None:
    """There is nothing to merge with."""
    shown = show("app: {with: {import_name: shop}}\n", "version: 1\napp: 5\n")
    assert shown["app"] == {"with": {"import_name": "shop"}}


def test_unset_of_what_is_not_there_leaves_no_trace(show: Show) -> None:
    """In a base as in an overlay, at any depth, and whatever is beside it is kept."""
    base = """\
version: 1
app: {with: {import_name: shop}}
config:
  - use: values
    with: {A: {x: "${X:-1}", y: {$unset: true}, z: 3}, B: [{c: {$unset: true}, d: 1}]}
"""
    shown = show("config: [{use: values, with: {N: {m: {$unset: true}, o: {p: 1}}}}]\n", base)
    assert shown["config"][0]["with"] == {
        "A": {"x": "${X:-1}", "z": 3},
        "B": [{"d": 1}],
        "N": {"o": {"p": 1}},
    }


def test_overlay_of_an_overlay_can_remove_what_the_first_added(show: Show, tmp_path: Path) -> None:
    """Layers are merged one after the other."""
    middle = "extends: root.yaml\nconfig: [{use: values, with: {A: {z: 3}}}]\n"
    write_files(tmp_path, {"root.yaml": BASE})
    shown = show("config: [{use: values, with: {A: {z: {$unset: true}, y: 9}}}]\n", middle)
    assert shown["config"][0]["with"] == {"A": {"x": 1, "y": 9}}


def test_list_of_steps_replaces_what_is_not_a_list(tmp_path: Path) -> None:
    """The mistake is the base's, and is reported there."""
    base = "version: 1\napp: {with: {import_name: shop}}\nextensions: {a: 1}\n"
    write_files(tmp_path, {"base.yaml": base, "web.yaml": "extends: base.yaml\nextensions: [x]\n"})
    with pytest.raises(ProfileError):
        load_plan("base.yaml", env={})


@pytest.mark.parametrize(
    ("base", "overlay", "value"),
    [
        ("{x: 1}", "5", 5),
        ("5", "{x: 1}", {"x": 1}),
        ("{x: 1}", "[2]", [2]),
        ("[1]", "{x: {y: 2}}", {"x": {"y": 2}}),
        ("{$config: K}", "{x: 1}", {"x": 1}),
        ("{x: 1}", "{$config: K}", {"$config": "K"}),
        ("{x: 1}", "", None),
        ("{x: {y: 1}}", "{x: {z: 2}, w: 3}", {"x": {"y": 1, "z": 2}, "w": 3}),
    ],
)
def test_value_of_another_kind_replaces(show: Show, base: str, overlay: str, value: object) -> None:
    """Only two mappings are merged, and a reference is none."""
    head = "version: 1\napp: {with: {import_name: shop}}\n"
    shown = show(
        f"config:\n  - use: values\n    with:\n      A: {overlay}\n",
        f"{head}config:\n  - use: values\n    with:\n      A: {base}\n",
    )
    assert shown["config"][0]["with"] == {"A": value}


@pytest.mark.parametrize("key", ["when", "after"])
def test_empty_key_of_a_step_other_than_its_options_replaces(show: Show, key: str) -> None:
    """Nothing behind `after:` is not what the base had."""
    base = BASE.replace("after: [logging]", "after: [logging]\n    when: true")
    assert get_login(show(f"extensions:\n  - name: login\n    {key}:\n", base))[key] is None


def test_steps_of_an_overlay_whose_base_has_no_list_are_placed(show: Show) -> None:
    """As new ones beside known ones are."""
    base = "version: 1\napp: {with: {import_name: shop}}\n"
    overlay = "extensions: [logging, {use: 'a:b', name: first, before: [logging]}]\n"
    assert get_names(show(overlay, base)) == ["first", "logging"]


@pytest.mark.parametrize(
    ("overlay", "codes"),
    [
        ("patches: [gevent, {use: psycopg2, before: [gevent]}]\n", ["ASM310"]),
        ("extensions: {a: 1}\n", ["ASM202"]),
        ("config: 5\n", ["ASM202"]),
        ("app: 5\n", ["ASM202"]),
        ("server: gevent\n", ["ASM202"]),
        ("server: [gevent]\n", ["ASM202"]),
        ("extensions: [5]\n", ["ASM202"]),
        ("extensions: [[logging]]\n", ["ASM202"]),
        ("extensions: [{use: 'a:b', name: 5}, {use: 'a:c', name: 5}]\n", ["ASM202", "ASM202"]),
        ("extensions: [{$unset: true}, {name: zzz}]\n", ["ASM208", "ASM308"]),
        ("extensions: ['${X:-logging}']\n", ["ASM306"]),
        ("extensions: [{use: health, after: migrate}]\n", ["ASM202"]),
    ],
)
@pytest.mark.parametrize("base", [BASE, "version: 1\napp: {with: {import_name: shop}}\n"])
def test_overlay_of_a_wrong_shape_is_reported(
    tmp_path: Path, base: str, overlay: str, codes: list[str]
) -> None:
    """Whether the base has the key or not."""
    found = [one.code for one in find_faults(tmp_path, overlay, base)]
    assert found[: len(codes)] == codes
    assert set(found) <= {*codes, "ASM309"}


def test_options_that_are_no_mapping_replace_and_are_reported(tmp_path: Path) -> None:
    """Only nothing at all is ignored."""
    faults = find_faults(tmp_path, "extensions: [{name: login, with: 5}]\n")
    assert [one.code for one in faults] == ["ASM202"]
