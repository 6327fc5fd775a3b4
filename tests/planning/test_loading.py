"""A plan is built again exactly when it would come out differently."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import LIMIT_PLANS, load_plan, load_profile
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.language.profile import Profile

CHILD = "version: 1\nextends: base.yaml\n"
BASE = f"""\
{HEAD}config:
  - use: values
    with: {{GREETING: "${{GREETING:-hello}}", LIST: [1, 2]}}
"""


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a profile with a base that reads one variable, away from this project's policy."""
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path, {"web.yaml": CHILD, "base.yaml": BASE})
    return tmp_path / "web.yaml"


def load(profile: Path, **env: str) -> Profile:
    """Return the typed profile as a plan has it."""
    return load_plan(profile, env=env).plan.profile


def rewrite(file: Path, text: str) -> None:
    """Write a file as an editor does, so that it is another file with the same name."""
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def test_what_has_not_changed_is_typed_once(profile: Path) -> None:
    """A variable that the profile does not read changes nothing."""
    assert load(profile, OTHER="1") is load(profile, OTHER="2")


def test_a_variable_that_it_reads_counts(profile: Path) -> None:
    """Whether it is set, and to what."""
    greetings = [
        create_app(profile, env=env).config["GREETING"]
        for env in ({}, {"GREETING": "hi"}, {"GREETING": "ho"}, {"GREETING": ""}, {})
    ]

    assert greetings == ["hello", "hi", "ho", "hello", "hello"]


@pytest.mark.parametrize("name", ["web.yaml", "base.yaml"])
def test_a_file_that_has_changed_is_read(name: str, profile: Path) -> None:
    """The profile itself, and whatever it extends."""
    text = {"web.yaml": CHILD, "base.yaml": BASE}[name]
    before = load(profile)
    rewrite(profile.with_name(name), f"description: Another.\n{text}")

    after = load(profile)

    assert after is not before
    assert after is load(profile)


def test_a_base_that_is_gone_is_missed(profile: Path) -> None:
    """What was read of it once is no longer the profile's."""
    load(profile)
    profile.with_name("base.yaml").unlink()

    with pytest.raises(ProfileError, match="does not exist"):
        load(profile)


def test_a_link_that_leads_elsewhere_counts(profile: Path, tmp_path: Path) -> None:
    """A deployment that switches a link from one release to the next is seen."""
    write_files(tmp_path, {"new/web.yaml": CHILD, "new/base.yaml": f"name: new\n{BASE}"})
    current = tmp_path / "current.yaml"
    current.symlink_to(profile)
    before = load(current)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "new" / "web.yaml")
    os.replace(link, current)  # noqa: PTH105 - the step in which a link is switched

    assert load(current) is not before


def test_what_is_wrong_is_said_each_time(profile: Path) -> None:
    """A fault is not forgotten because the file was seen before."""
    rewrite(profile, f"{CHILD}extensions: [databse]\n")
    messages = []
    for _ in range(2):
        with pytest.raises(ProfileError) as raised:
            load(profile)
        messages.append([found.message for found in raised.value.diagnostics])

    assert messages[0] == messages[1] == ["no extension is called 'databse'"]


def test_warnings_are_said_each_time(profile: Path) -> None:
    """They are part of what was typed."""
    rewrite(profile, f"{CHILD}debug: yes\n")

    said = [[one.name for one in load_plan(profile, env={}).warnings] for _ in range(2)]

    assert said[0]
    assert said[0] == said[1]


def test_options_are_checked_for_the_steps_that_run(profile: Path) -> None:
    """The command line's `debug` turns a step off that another step needs."""
    rewrite(
        profile,
        f"{CHILD}extensions:\n"
        "  - {use: 'builtins:dict', as: function, name: made, when: {debug: true}}\n"
        "  - {use: 'builtins:dict', as: function, name: used, with: {it: {$step: made}}}\n",
    )
    assert not load_plan(profile, env={}, debug=True).warnings

    with pytest.raises(ProfileError, match="the step 'made' was skipped"):
        load_plan(profile, env={}, debug=False)


def test_apps_share_no_values(profile: Path) -> None:
    """What one app does to a list of its config is not seen by the next."""
    create_app(profile, env={}).config["LIST"].append(3)

    assert create_app(profile, env={}).config["LIST"] == [1, 2]


def test_it_does_not_grow_without_end(tmp_path: Path) -> None:
    """Past a limit the oldest profile is forgotten, and typed anew when it is asked for."""
    names = [f"p{number}.yaml" for number in range(LIMIT_PLANS + 1)]
    write_files(tmp_path, dict.fromkeys(names, HEAD))
    first = load(tmp_path / names[0])
    for name in names[1:]:
        load(tmp_path / name)

    assert load(tmp_path / names[0]) is not first


def test_the_name_of_a_profile_leads_to_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder of the profiles, wherever the policy says that is, or beside it."""
    policy = '[tool.assembler]\nprofiles = "deploy"\n'
    write_files(tmp_path, {"pyproject.toml": policy, "deploy/web.yaml": HEAD, "job.yml": HEAD})
    monkeypatch.chdir(tmp_path)
    for name, meant in (("web", "deploy/web.yaml"), ("web.yaml", "deploy/web.yaml")):
        with pytest.raises(ProfileError) as raised:
            load_plan(name)
        assert [one.hint for one in raised.value.diagnostics] == [f"Write `{meant}`."]
    with pytest.raises(ProfileError) as raised:
        load_profile("job", env=None)
    assert [one.hint for one in raised.value.diagnostics] == ["Write `job.yml`."]
