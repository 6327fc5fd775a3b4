"""Test that bases and overlays fold into one profile, in which every value keeps its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import load_document
from assembler.document.nodes import MappingNode, find_place, to_plain
from assembler.language.composition import Composed, compose_profile

if TYPE_CHECKING:
    from pathlib import Path


def compose(folder: Path, files: dict[str, str], name: str) -> tuple[Composed | None, list[str]]:
    """Write ``files`` and compose ``name``; give the outcome and the codes that were found."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    found = Collector()
    composed = compose_profile(folder / name, found, path=name, root=folder)
    return composed, [diagnostic.code for diagnostic in found.found]


def compose_plain(folder: Path, files: dict[str, str], name: str = "child.yaml") -> Any:  # noqa: ANN401 - YAML
    """Compose what must be sound, and give it as Python values."""
    composed, found = compose(folder, files, name)
    assert found == []
    assert composed is not None
    return to_plain(composed.root)


def names(plain: dict[str, Any], key: str = "extensions") -> list[str]:
    """Return the names of a list's steps."""
    return [step.get("name", step.get("use")) for step in plain[key]]


BASE = """\
version: 1
name: base
description: the base
abstract: true
debug: false
app: {use: "shop:make", with: {a: 1}}
patches: [gevent, grpc]
config:
  - use: values
    with: {A: {x: 1, y: 2}, LIST: [1, 2]}
extensions:
  - logging
  - use: database
    with: {pool_size: 5, max_overflow: 1}
    when: {debug: false}
  - migrate
server: {bind: "127.0.0.1:1", workers: 2}
"""


def test_mappings_merge_at_every_depth_and_lists_replace(tmp_path: Path) -> None:
    """A key of the overlay changes that key alone; a list goes as a whole."""
    child = "extends: base.yaml\nconfig:\n  - {use: values, with: {A: {y: 3}, LIST: [9]}}\n"
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert plain["config"] == [{"use": "values", "with": {"A": {"x": 1, "y": 3}, "LIST": [9]}}]


def test_patches_are_replaced_whole(tmp_path: Path) -> None:
    """Patches are one list: an overlay's stands in for the base's."""
    child = "extends: base.yaml\npatches: [psycopg2]\n"
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert plain["patches"] == [{"use": "psycopg2"}]


def test_name_description_and_abstract_are_not_inherited(tmp_path: Path) -> None:
    """They say something of their own file alone."""
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": "extends: base.yaml\n"})
    assert {"name", "description", "abstract", "extends"}.isdisjoint(plain)
    assert plain["version"] == 1


def test_a_step_of_the_same_name_is_changed_in_place(tmp_path: Path) -> None:
    """It keeps its position, and may leave out its use."""
    child = "extends: base.yaml\nextensions:\n  - {name: database, with: {pool_size: 9}}\n"
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert names(plain) == ["logging", "database", "migrate"]
    assert plain["extensions"][1]["with"] == {"pool_size": 9, "max_overflow": 1}
    assert plain["extensions"][1]["use"] == "database"


def test_a_condition_is_replaced_whole(tmp_path: Path) -> None:
    """Two kinds of condition in one mapping would be none, and `when: false` turns a step off."""
    child = "extends: base.yaml\nextensions:\n  - {use: database, when: {installed: flask}}\n"
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert plain["extensions"][1]["when"] == {"installed": "flask"}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{use: health}", ["logging", "database", "migrate", "health"]),
        ("{use: health, after: [logging]}", ["logging", "health", "database", "migrate"]),
        ("{use: health, after: [migrate, logging]}", ["logging", "database", "migrate", "health"]),
        ("{use: health, before: [database]}", ["logging", "health", "database", "migrate"]),
        (
            "{use: health, before: [migrate, database]}",
            ["logging", "health", "database", "migrate"],
        ),
        (
            "{use: health, after: [logging], before: [migrate]}",
            ["logging", "health", "database", "migrate"],
        ),
    ],
)
def test_a_new_step_goes_where_its_constraints_say(
    tmp_path: Path, step: str, expected: list[str]
) -> None:
    """After the last of its `after`, else before the first of its `before`, else last."""
    child = f"extends: base.yaml\nextensions:\n  - {step}\n"
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert names(plain) == expected


def test_another_use_takes_nothing_of_the_old_options(tmp_path: Path) -> None:
    """Options belong to what is used; the rest of the step stays."""
    child = """\
extends: base.yaml
app: {use: "shop:other"}
server: {use: gevent}
extensions:
  - {name: database, use: "shop:Db"}
"""
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert plain["app"] == {"use": "shop:other"}
    assert plain["server"] == {"bind": "127.0.0.1:1", "workers": 2, "use": "gevent"}
    assert plain["extensions"][1] == {
        "use": "shop:Db",
        "when": {"debug": False},
        "name": "database",
    }


def test_unset_removes_a_key_and_leaves_no_trace(tmp_path: Path) -> None:
    """What the bases set is gone, and what they did not set is not there either."""
    child = """\
extends: base.yaml
debug: {$unset: true}
extensions:
  - name: database
    when: {$unset: true}
    with: {max_overflow: {$unset: true}, never_there: {$unset: true}}
"""
    plain = compose_plain(tmp_path, {"base.yaml": BASE, "child.yaml": child})
    assert "debug" not in plain
    assert plain["extensions"][1] == {
        "use": "database",
        "name": "database",
        "with": {"pool_size": 5},
    }


def test_a_reference_replaces_and_is_replaced_whole(tmp_path: Path) -> None:
    """Two references in one mapping would name nothing."""
    base = "version: 1\nconfig: [{use: values, with: {A: {$import: 'x:y'}, B: {c: 1}}}]\n"
    child = "extends: base.yaml\nconfig: [{use: values, with: {A: {$config: Z}, B: {$file: f}}}]\n"
    plain = compose_plain(tmp_path, {"base.yaml": base, "child.yaml": child})
    assert plain["config"][0]["with"] == {"A": {"$config": "Z"}, "B": {"$file": "f"}}


def test_of_several_bases_the_later_wins_and_one_reached_twice_counts_once(tmp_path: Path) -> None:
    """A diamond is folded root first, each file once."""
    files = {
        "root.yaml": "version: 1\ndebug: true\nrole: web\n",
        "left.yaml": "extends: root.yaml\ndebug: false\nrole: job\n",
        "right.yaml": "extends: root.yaml\nrole: beat\n",
        "child.yaml": "extends: [left.yaml, right.yaml]\n",
    }
    plain = compose_plain(tmp_path, files)
    assert plain == {"version": 1, "debug": False, "role": "beat"}


def test_every_value_keeps_the_place_that_set_it(tmp_path: Path) -> None:
    """The origin of a value is the file and line that won."""
    child = "extends: base.yaml\nextensions:\n  - name: database\n    with: {pool_size: 9}\n"
    composed, _ = compose(tmp_path, {"base.yaml": BASE, "child.yaml": child}, "child.yaml")
    assert composed is not None
    changed, _ = find_place(composed.root, ("extensions", 1, "with", "pool_size"))
    kept, _ = find_place(composed.root, ("extensions", 1, "with", "max_overflow"))
    assert str(changed) == "child.yaml:4:23"
    assert str(kept) == "base.yaml:14:40"


def test_the_digest_is_of_the_composed_profile(tmp_path: Path) -> None:
    """Layout, the order of keys and a split into base and overlay leave it; a value does not."""
    whole = {"child.yaml": "debug: false # off\nversion: 1\nrole:   job\n"}
    split = {
        "base.yaml": "version: 1\nrole: job\n",
        "child.yaml": "extends: base.yaml\ndebug: false\n",
    }
    other = {"child.yaml": "version: 1\nrole: job\ndebug: true\n"}
    digests = []
    for number, files in enumerate((whole, split, other)):
        folder = tmp_path / str(number)
        composed, _ = compose(folder, files, "child.yaml")
        assert composed is not None
        digests.append(composed.digest)
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"child.yaml": "extends: child.yaml\n"}, "ASM301"),
        ({"child.yaml": "extends: b.yaml\n", "b.yaml": "extends: child.yaml\n"}, "ASM301"),
        ({"child.yaml": "extends: nowhere.yaml\n"}, "ASM302"),
        ({"child.yaml": "extends: ../outside.yaml\n"}, "ASM303"),
        ({"child.yaml": "extends: {a: 1}\n"}, "ASM202"),
        ({"child.yaml": "extends: [1]\n"}, "ASM202"),
    ],
)
def test_a_base_that_cannot_be_used_is_said(
    tmp_path: Path, files: dict[str, str], code: str
) -> None:
    """A cycle, a missing file, one outside the root, and what is no path: one diagnostic each."""
    composed, found = compose(tmp_path, files, "child.yaml")
    assert composed is None
    assert found == [code]


def test_a_link_does_not_lead_a_base_out_of_the_root(tmp_path: Path) -> None:
    """The root binds where a link leads to, not how it is called."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "base.yaml").write_text("version: 1\n")
    root = tmp_path / "project"
    root.mkdir()
    (root / "base.yaml").symlink_to(tmp_path / "elsewhere" / "base.yaml")
    composed, found = compose(root, {"child.yaml": "extends: base.yaml\n"}, "child.yaml")
    assert (composed, found) == (None, ["ASM303"])


def mount(folder: Path, version: str) -> None:
    """Write two profiles as Kubernetes mounts them, or exchange them as it does."""
    data = folder / f"..{version}"
    data.mkdir(parents=True)
    (data / "web.yaml").write_text(f"extends: base.yaml\ndescription: {version}\n")
    (data / "base.yaml").write_text(f"version: 1\nserver: {{bind: '{version}:1'}}\n")
    (folder / "..new").symlink_to(data.name)
    (folder / "..new").rename(folder / "..data")
    for name in ("web.yaml", "base.yaml"):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")


@pytest.mark.parametrize(
    ("name", "extends"),
    [
        ("web.yaml", "base.yaml"),
        ("..data/web.yaml", "base.yaml"),
        ("web.yaml", "../mounted/base.yaml"),
    ],
)
def test_sibling_is_allowed_outside_the_root(tmp_path: Path, name: str, extends: str) -> None:
    """Judged by how it is written; it must be below the same folder."""
    root, mounted = tmp_path / "project", tmp_path / "mounted"
    root.mkdir()
    mount(mounted, "one")
    (mounted / "..one" / "web.yaml").write_text(f"extends: {extends}\n")
    found = Collector()
    assert compose_profile(mounted / name, found, root=root) is not None
    assert found.found == []


@pytest.mark.parametrize("extends", ["below/base.yaml", "linked.yaml"])
def test_what_is_no_sibling_is_refused_outside_the_root(tmp_path: Path, extends: str) -> None:
    """Neither a path through another folder nor a link into one."""
    root, mounted = tmp_path / "project", tmp_path / "mounted"
    for folder in (root, mounted / "below", tmp_path / "other"):
        folder.mkdir(parents=True)
    for folder in (mounted, mounted / "below", tmp_path / "other"):
        (folder / "base.yaml").write_text("version: 1\n")
    (mounted / "linked.yaml").symlink_to(tmp_path / "other" / "base.yaml")
    (mounted / "web.yaml").write_text(f"extends: {extends}\n")
    found = Collector()
    assert compose_profile(mounted / "web.yaml", found, root=root) is None
    assert [one.code for one in found.found] == ["ASM303"]


@pytest.mark.parametrize("exchanged", ["web.yaml", "base.yaml"])
def test_profile_and_bases_are_read_of_one_version(tmp_path: Path, exchanged: str) -> None:
    """If a mount is exchanged while it is read, it is read again."""
    mount(tmp_path, "one")
    done = False

    def load(file: Path, path: str, found: Collector) -> MappingNode | None:
        nonlocal done
        document = load_document(file, path, found)
        if file.name == exchanged and not done:
            done = True
            mount(tmp_path, "two")
        return document

    found = Collector()
    composed = compose_profile(tmp_path / "web.yaml", found, load=load)
    assert composed is not None
    plain = to_plain(composed.root)
    assert (plain["description"], plain["server"]["bind"], found.found) == ("two", "two:1", [])


@pytest.mark.parametrize(
    ("child", "code"),
    [
        ("extensions: [{name: databse, with: {}}]\n", "ASM308"),
        ("extensions: [proxy_fix, proxy_fix]\n", "ASM206"),
        ("config: [{use: values}, {use: env, name: values}]\n", "ASM206"),
        ("debug: {$unset: false}\n", "ASM208"),
    ],
)
def test_an_overlay_that_cannot_be_meant_is_said(tmp_path: Path, child: str, code: str) -> None:
    """An override without its step, a name given twice, and an $unset that is none."""
    files = {"base.yaml": BASE, "child.yaml": f"extends: base.yaml\n{child}"}
    _, found = compose(tmp_path, files, "child.yaml")
    assert found == [code]
