"""The profiles of a revision, read with git."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from assembler.comparing.revision import GitError, open_revision
from tests.support.projects import in_folder, write_files
from tests.support.repository import commit, git

if TYPE_CHECKING:
    from pathlib import Path


def test_revision_has_profiles_and_policy_and_leaves_the_work_tree(tmp_path: Path) -> None:
    """As they were, seen from the current folder; nothing is checked out, staged or left behind."""
    files = {"pyproject.toml": "", "sub/web.yaml": "version: 1\n", "base.yml": "a: 1\n", "x.py": ""}
    first = commit(tmp_path, files)
    write_files(tmp_path, {"sub/web.yaml": "version: 2\n"})
    commit(tmp_path, {"sub/new.yaml": ""})
    write_files(tmp_path, {"sub/web.yaml": "version: 3\n"})
    before = git(tmp_path, "status", "--porcelain")

    with in_folder(tmp_path / "sub"), open_revision(first) as folder:
        assert (folder / "web.yaml").read_text() == "version: 1\n"
        assert sorted(file.name for file in folder.parent.rglob("*.*")) == [
            *("base.yml", "pyproject.toml", "web.yaml")
        ]

    assert not folder.exists()
    assert git(tmp_path, "status", "--porcelain") == before
    assert (tmp_path / "sub" / "web.yaml").read_text() == "version: 3\n"


def test_revision_has_odd_names_links_inside_and_no_large_files(tmp_path: Path) -> None:
    """A link that leads elsewhere would read what is not of the revision."""
    write_files(tmp_path, {"a/b.yaml": "b: 1\n", "ü \n\t.yaml": "u: 1\n"})
    (tmp_path / "inside.yaml").symlink_to("a/b.yaml")
    (tmp_path / "outside.yaml").symlink_to("/etc/passwd")
    (tmp_path / "above.yaml").symlink_to("../secret.yaml")
    commit(tmp_path, {"large.yaml": "#" * (1024 * 1024 + 1)})

    with in_folder(tmp_path), open_revision("HEAD") as folder:
        assert sorted(os.listdir(folder)) == ["a", "inside.yaml", "ü \n\t.yaml"]  # noqa: PTH208 - names
        assert (folder / "inside.yaml").read_text() == "b: 1\n"


@pytest.mark.parametrize("revision", ["nothing", "--output=x", "-h", "HEAD:web.yaml", ""])
def test_what_is_no_revision_is_refused(revision: str, tmp_path: Path) -> None:
    """For git, some of them would be options."""
    commit(tmp_path, {"web.yaml": ""})

    said = re.escape(f'revision is called "{revision}"')
    with (
        in_folder(tmp_path),
        pytest.raises(GitError, match=rf'{said}|no revision "{re.escape(revision)}"'),
        open_revision(revision),
    ):
        pass

    assert os.listdir(tmp_path).count("x") == 0  # noqa: PTH208 - names


def test_profile_outside_of_the_repository_is_refused(tmp_path: Path) -> None:
    """It would be read from beside the temporary folder."""
    commit(tmp_path / "project", {"web.yaml": ""})

    with (
        in_folder(tmp_path / "project"),
        pytest.raises(GitError, match=r'"\.\./x\.yaml" is outside of the repository'),
        open_revision("HEAD", "../x.yaml"),
    ):
        pass


def test_missing_repository_and_git_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In git's words, or the system's."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with in_folder(tmp_path):
        with pytest.raises(GitError, match="not a git repository"), open_revision("HEAD"):
            pass
        monkeypatch.setenv("PATH", str(tmp_path))
        with (
            pytest.raises(GitError, match="git cannot be run: no such file"),
            open_revision("HEAD"),
        ):
            pass
