"""What differs between two profiles: values with their origins, and planned steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.comparing.comparison import HERE, Side, Where, compare_profiles, describe_lone
from tests.support.projects import in_folder, write_files

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from assembler.comparing.differences import Comparison

HEAD = "version: 1\napp: {with: {import_name: shop}}\n"
BASE = f"""\
{HEAD}abstract: true
extensions:
  - use: cors
    with: {{origins: ["https://a.example"]}}
  - use: shop.mail
    name: mail
    with: {{server: "${{MAIL_SERVER:-mail}}", password: "${{MAIL_PASSWORD:-}}"}}
  - proxy_fix
server: {{workers: 2}}
"""


def compare(folder: Path, left: str, right: str) -> Comparison:
    """Compare two texts that may extend `base.yaml`."""
    write_files(folder, {"left.yaml": left, "right.yaml": right})
    with in_folder(folder):
        return compare_profiles(Side("left.yaml"), Side("right.yaml"))


def list_values(comparison: Comparison) -> dict[str, tuple[str | None, str | None]]:
    """Return what is shown of each value that differs."""
    return {
        one.key: (one.left.shown if one.left else None, one.right.shown if one.right else None)
        for one in comparison.values
    }


def list_steps(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return what became of each step."""
    return [(one.change, one.kind, one.name) for one in comparison.steps]


def test_profiles_of_another_form_are_the_same(tmp_path: Path) -> None:
    """Comments, the order of keys and the short form of a step change nothing."""
    left = f"{HEAD}extensions: [proxy_fix]\n"
    right = f"# A comment.\nextensions:\n  - use: proxy_fix\n{HEAD}"

    assert compare(tmp_path, left, right).status == "same"


def test_each_changed_value_has_both_origins(tmp_path: Path) -> None:
    """The file and the line that set it, of the base too, and the variables that decided it."""
    write_files(tmp_path, {"base.yaml": BASE})
    found = compare(
        tmp_path,
        "extends: base.yaml\n",
        "extends: base.yaml\nserver: {workers: '${WORKERS:-4}', bind: 127.0.0.1:80}\n",
    )

    assert list_values(found) == {
        "server.workers": ("2", '"4"'),
        "server.bind": (None, '"127.0.0.1:80"'),
    }
    changed = found.values[0]
    assert changed.left is not None
    assert changed.right is not None
    assert (changed.left.path, changed.left.line) == ("base.yaml", 11)
    assert (changed.right.path, changed.right.line) == ("right.yaml", 2)
    assert changed.right.variables == ({"name": "WORKERS", "is_set": False, "file": None},)
    assert found.status == "different"
    assert not found.steps


def test_steps_come_go_change_and_move(tmp_path: Path) -> None:
    """A step is known by its name; one whose neighbour came or went has not moved."""
    write_files(tmp_path, {"base.yaml": BASE})
    left = (
        f"{HEAD}extensions: [request_id, cors, shop.mail, proxy_fix, {{use: json, when: true}}]\n"
    )
    right = (
        f"{HEAD}extensions: [proxy_fix, request_id, shop.mail, health, {{use: json, when: false}}]"
    )

    found = compare(tmp_path, left, right)

    assert list_steps(found) == [
        ("moved", "extension", "proxy_fix"),
        ("added", "extension", "health"),
        ("changed", "extension", "json"),
        ("removed", "extension", "cors"),
    ]
    moved, _, changed, _ = found.steps
    assert moved.left is not None
    assert moved.right is not None
    assert (moved.left.after, moved.right.after) == ("shop.mail", None)
    assert changed.left is not None
    assert changed.right is not None
    assert (changed.left.decision, changed.right.decision) == ("runs", "skipped")


def test_secrets_show_that_they_differ_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each only a fingerprint with a key of this comparison's: nobody can try which it is."""
    monkeypatch.setenv("OLD", "hunter2")
    options = 'with: {password: "%s", url: "redis://u:%s@h/0"}'
    left = f"{HEAD}extensions: [{{use: shop.mail, {options % ('hunter2', 'pw-one')}}}]\n"
    right = f"{HEAD}extensions: [{{use: shop.mail, {options % ('hunter3', 'pw-two')}}}]\n"

    found, again = compare(tmp_path, left, right), compare(tmp_path, left, right)

    shown = list_values(found)
    assert list(shown) == ["extensions[shop.mail].with.password", "extensions[shop.mail].with.url"]
    for one, other in shown.values():
        assert one is not None
        assert other is not None
        assert one != other
        assert re.search(r"\*\*\*.*#[0-9a-f]{12}$", one)
    assert shown != list_values(again)
    text = repr(found)
    assert not any(secret in text for secret in ("hunter", "pw-one", "pw-two"))


def test_another_variable_is_a_difference_though_the_value_is_the_same(tmp_path: Path) -> None:
    """It decides what the profile means elsewhere; without a value it is compared as written."""
    server = "bind: '${ONE:-127.0.0.1:1}', with: {user: '${NOBODY_SET}'}"
    left = f"{HEAD}name: web\nserver: {{{server}}}\n"

    assert compare(tmp_path, left, left).status == "same"
    found = compare(tmp_path, left, left.replace("ONE", "TWO").replace("NOBODY_SET", "NOR_THIS"))

    assert list_values(found) == {
        "server.bind": ('"127.0.0.1:1"', '"127.0.0.1:1"'),
        "server.with.user": ('"${NOBODY_SET}"', '"${NOR_THIS}"'),
    }


def test_long_values_that_differ_past_the_cut_look_different(tmp_path: Path) -> None:
    """A list of plain values is one value, and a reference is, too."""
    left = f"{HEAD}config: [{{use: values, with: {{NAMES: [{'a, ' * 200}b], HOST: x}}}}]\n"
    right = left.replace("b]", "c]").replace("HOST: x", "HOST: {$config: NAMES}")

    shown = list_values(compare(tmp_path, left, right))

    names = shown["config[values].with.NAMES"]
    assert names[0] != names[1]
    assert all(len(one or "") < 300 for one in names)
    assert shown["config[values].with.HOST"] == ("x", '{"$config": NAMES}')


def test_profile_with_errors_cannot_be_compared(tmp_path: Path) -> None:
    """What is wrong on either side is told, at its own file."""
    found = compare(tmp_path, f"{HEAD}extensions: [cros]\n", "version: 7\n")

    assert found.status == "unknown"
    assert {one.place.path for one in found.diagnostics} == {"left.yaml", "right.yaml"}
    assert not found.values


def test_side_elsewhere_is_read_from_its_folder(tmp_path: Path) -> None:
    """With its bases; what is wrong there is masked by its own lines, and named by the prefix."""
    write_files(
        tmp_path,
        {
            "then/base.yaml": BASE,
            "then/web.yaml": "extends: base.yaml\n",
            "then/broken.yaml": f"{HEAD}server: {{workers: hunter22, password: hunter22}}\n",
            "now/base.yaml": BASE.replace("workers: 2", "workers: 3"),
            "now/web.yaml": "extends: base.yaml\n",
        },
    )
    then = Where(tmp_path / "then", "v1:")
    with in_folder(tmp_path / "now"):
        found = compare_profiles(Side("web.yaml", then), Side("web.yaml", HERE))
        lone = describe_lone(Side("base.yaml", then), "removed")
        broken = describe_lone(Side("broken.yaml", then), "removed")

    assert found.left == "v1:web.yaml"
    assert found.values[0].left is not None
    assert found.values[0].left.path == "v1:base.yaml"
    assert list_values(found) == {"server.workers": ("2", "3")}
    assert (lone.status, lone.is_base) == ("removed", True)
    assert broken.status == "unknown"
    assert {one.place.path for one in broken.diagnostics} == {"v1:broken.yaml"}
    assert "hunter22" not in str(broken.diagnostics)
