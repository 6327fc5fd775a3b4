"""Find and read ``[tool.assembler]``: where profiles are, and what they may name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Span
from assembler.diagnostics.excerpt import shorten_path
from assembler.files import FileCache
from assembler.language.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["Policy", "find_policy", "load_policy"]


class Settings(Model):
    """The keys of ``[tool.assembler]``; paths are relative to the file's folder."""

    profiles: str = Field("profiles", description="The folder of the profiles.")
    package: str | None = Field(
        None, description="The `import_name` of apps whose profile does not say it."
    )
    migrations: str | None = Field(
        None, description="The profile for `flask db`; the only one with that role if left out."
    )
    allow: list[str] | None = Field(
        None,
        description="The modules, with all below them, that a profile may name; any if left out.",
    )
    allow_files: list[str] | None = Field(
        None, description="The folders that `$file` and secrets may read from; any if left out."
    )
    pythonpath: list[str] = Field([], description="Where the project's modules are found.")
    select: list[str] | None = Field(
        None,
        description="The rules that `lint` asks: codes, families, names; all if left out.",
    )
    ignore: list[str] = Field([], description="The rules that `lint` does not ask.")
    fail_level: Literal["error", "warning", "info"] = Field(
        "error", description="The least severity that lets `lint` fail."
    )


KEYS_HINT = f"The keys are {', '.join(Settings.model_fields)}."
TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Policy:
    """What is in force: of a file, or (``path`` is ``None``) the defaults."""

    path: Path | None
    settings: Settings

    @property
    def root(self) -> Path | None:
        """The project's root: the policy file's folder, ``None`` without a file."""
        return None if self.path is None else self.path.parent

    @property
    def shown(self) -> str:
        """The policy file, as a message shows it."""
        return "the policy" if self.path is None else shorten_path(self.path)

    def find_place(self, key: str, text: str) -> Place:
        """Find where the file says ``text`` under ``key`` of the table; at worst its start."""
        shown, is_below = Place(self.shown), False
        if self.path is None:
            return shown
        written = re.compile(rf"([\"']){re.escape(text)}\1")
        for number, line in enumerate(self.path.read_text("utf-8").splitlines(), start=1):
            is_below = is_below or re.match(rf"\s*([\"']?){key}\1\s*=", line) is not None
            found = written.search(line) if is_below else None
            if found is not None:
                span = Span(number, found.start() + 1, number, found.end() + 1)
                return Place(shown.path, span)
        return shown

    def is_module_allowed(self, module: str) -> bool:
        """Tell whether ``module`` or a package above it is on the allow list."""
        if self.settings.allow is None:
            return True
        return any(
            module == allowed or module.startswith(f"{allowed}.") for allowed in self.settings.allow
        )

    def is_file_allowed(self, file: Path, *, is_code: bool = False) -> bool:
        """Tell whether ``file`` is inside one of ``allow_files``; links are followed first.

        Without that list every file is, but for one that is executed: where only some modules may
        be named, such a file would get round that list.
        """
        if self.settings.allow_files is None or self.root is None:
            return not is_code or self.settings.allow is None
        try:
            resolved = file.resolve()
            folders = [(self.root / folder).resolve() for folder in self.settings.allow_files]
        except (OSError, RuntimeError):  # links in a circle, as RuntimeError before Python 3.13
            return False
        return any(resolved.is_relative_to(folder) for folder in folders)


def find_policy(env: Mapping[str, str], folder: Path, given: str | None = None) -> Policy:
    """Find the policy in force.

    Args:
        env: ``ASSEMBLER_POLICY`` names a file.
        folder: The current directory; ``pyproject.toml`` is looked for from it upward.
        given: What ``--policy`` said; it goes first.

    Raises:
        ProfileError: if a file that was named cannot be read, or its table is wrong.
    """
    named = given or env.get("ASSEMBLER_POLICY")
    if named:
        return load_policy(Path(folder, named))
    for above in (folder, *folder.parents):
        candidate = above / "pyproject.toml"
        if _is_file(candidate):
            table = _read_table(candidate)
            if table is not None:
                return _build_policy(candidate, table)
    return Policy(None, Settings())


def _is_file(candidate: Path) -> bool:
    try:
        return candidate.is_file()
    except OSError:  # a folder on the way is closed to this user: then the profile's is, too
        return False


def load_policy(file: Path) -> Policy:
    """Read the policy of ``file``; without the table ``[tool.assembler]`` it is all defaults.

    Raises:
        ProfileError: if it cannot be read, or its table is wrong.
    """
    return _build_policy(file, _read_table(file) or {})


# Found and read again for every app; as TOML it takes longer than a profile does.
_tables: FileCache[dict[str, Any] | None] = FileCache()


def _read_table(file: Path) -> dict[str, Any] | None:
    return _tables.get(file, "policy", lambda: _parse_table(file))


def _parse_table(file: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        said = TOML_PLACE.search(str(error))
        line, column = (int(said[1]), int(said[2])) if said else (1, 1)
        message = f"the policy file is not TOML: {error}"
        raise ProfileError([_build_fault(file, message, "Mend the file.", line, column)]) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8").lower()
        message = f"the policy file cannot be read: {reason}"
        hint = "Name a file that is there, and that this user may read."
        raise ProfileError([_build_fault(file, message, hint)]) from error
    tool = content.get("tool")
    table = tool.get("assembler") if isinstance(tool, dict) else None
    if table is None or isinstance(table, dict):
        return table
    # A policy that is no table must not be taken for none, which allows everything.
    message = f"[tool.assembler] is a {type(table).__name__}, expected a table"
    raise ProfileError([_build_fault(file, message, KEYS_HINT)])


def _build_fault(file: Path, message: str, hint: str, line: int = 1, column: int = 1) -> Diagnostic:
    place = Place(shorten_path(file), Span(line, column, line, column))
    return codes.POLICY_BROKEN.at(place, message, hint=hint)


def _build_policy(file: Path, table: dict[str, Any]) -> Policy:
    try:
        return Policy(file.absolute(), Settings.model_validate(table))
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        said = (f"{'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in faults)
        raise ProfileError(
            [_build_fault(file, f"[tool.assembler] {text}", KEYS_HINT) for text in said]
        ) from error
