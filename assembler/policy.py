"""Find and read ``[tool.assembler]``: where profiles are, and what they may name."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Span
from assembler.diagnostics.excerpt import shorten_path
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.toml_places import find_key, find_string
from assembler.files import FileCache, is_file, read_file
from assembler.language.model import Model
from assembler.language.remedies import REMEDIES
from assembler.language.validation import EXPECTED, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["Policy", "Settings", "Use", "find_policy", "load_policy"]


class Use(Enum):
    """What becomes of the module or the file that a profile names."""

    MODULE = "imported"
    CODE = "executed"  # a file of Python, or one that names code
    FILE = "read or written"
    FOLDER = "read or written, with all below it"
    DATA = "read for config"
    SECRET = "read for a value"  # noqa: S105 - no secret itself


READ = frozenset({Use.DATA, Use.SECRET})  # anywhere, unless `allow_files` says where


class Settings(Model):
    """The keys of ``[tool.assembler]``; paths are relative to the file's folder."""

    profiles: str = Field("profiles", description="The folder of the profiles.")
    package: str | None = Field(
        None, description="The `import_name` of apps whose profile does not set it."
    )
    migrations: str | None = Field(
        None, description="The profile for `flask db`; the only one with that role if left out."
    )
    allow: list[str] | None = Field(
        None,
        description="The modules, with all below them, that a profile may name; any if left out.",
    )
    allow_files: list[str] | None = Field(
        None,
        description="The folders with the files that a profile may name. Left out: for `$file`, "
        "secrets and config any; for other files the project's root and the instance folder if "
        "`allow` is set, else any.",
    )
    pythonpath: list[str] = Field([], description="Where the project's modules are found.")
    select: list[str] | None = Field(
        None,
        description="The rules that `lint` checks: codes, families, names; all if left out.",
    )
    ignore: list[str] = Field([], description="The rules that `lint` does not check.")
    fail_level: Literal["error", "warning", "info"] = Field(
        "error", description="The least severity that makes `lint` fail."
    )
    per_file_ignores: dict[str, list[str]] = Field(
        {},
        description="The rules that `lint` does not check in some files: by a path or a pattern, "
        "relative to the file's folder.",
    )
    docs_url: str | None = Field(
        None,
        description="Where you host the site that `make site` builds: in JSON and SARIF, findings "
        "of `lint` link to the pages of their rules there; no links if left out.",
        pattern="^https?://",
    )


LISTS = frozenset({"allow", "allow_files", "ignore", "pythonpath", "select"})
KEYS_HINT = f"The keys are {', '.join(Settings.model_fields)}."
TOML_PLACE = r"\(at line (\d+), column (\d+)\)$"


@dataclass(frozen=True)
class Policy:
    """The policy in force: of a file, or (``path`` is ``None``) the defaults."""

    path: Path | None
    settings: Settings

    @cached_property  # asked for a dozen times for every app
    def root(self) -> Path | None:
        """The project's root: the policy file's folder, ``None`` without a file."""
        return None if self.path is None else self.path.parent

    @cached_property  # as above, and for every reference
    def limits_modules(self) -> bool:
        """Whether there are modules that a profile may not name."""
        return self.settings.allow is not None

    @cached_property  # as above
    def limits_files(self) -> bool:
        """Whether there are files that a profile may not name."""
        listed, allow = self.settings.allow_files, self.settings.allow
        return self.root is not None and not (listed is None and allow is None)

    @property
    def shown(self) -> str:
        """The policy file, as messages show it."""
        return "the policy" if self.path is None else shorten_path(self.path)

    def find_place(self, key: str, text: str) -> Place:
        """Return where the file has ``text`` under ``key`` of the table; at worst its start."""
        written = "" if self.path is None else self.path.read_text("utf-8")
        return Place(self.shown, find_string(written, key, text) or Span())

    def find_refusal(
        self,
        named: str | Path,
        use: Use,
        *,
        instance: Path | None = None,
        shown: str | None = None,
    ) -> StepFault | None:
        """Return why a profile may not name a module or a file; ``None``: it may.

        Every place of a profile where code or a file can be named asks here.

        Args:
            named: A module, or a file or folder by its absolute path.
            use: What becomes of it.
            instance: The app's instance folder, which is the app's own like the project's root.
            shown: The file as the profile has it.
        """
        if isinstance(named, str):
            if self.is_module_allowed(named):
                return None
            message = f'the policy does not allow the module "{named}"'
            return StepFault(message, hint=self.get_module_hint(named), code=codes.NOT_ALLOWED)
        if self._is_file_allowed(named, use, instance):
            return None
        message = f'the policy does not allow the file "{shown or named}"'
        folder = os.path.normpath(named if use is Use.FOLDER else named.parent)
        is_relative = shown is not None and not Path(shown).is_absolute()
        if self.root is not None and (is_relative or Path(folder).is_relative_to(self.root)):
            folder = os.path.relpath(folder, self.root)
        hint = self._get_hint("allow_files", folder)
        return StepFault(message, hint=hint, code=codes.FILE_NOT_ALLOWED)

    def is_module_allowed(self, module: str) -> bool:
        """Return whether ``module`` or a package above it is on the allow list."""
        return not self.limits_modules or any(
            module == allowed or module.startswith(f"{allowed}.")
            for allowed in self.settings.allow or ()
        )

    def get_module_hint(self, module: str) -> str:
        """Return the hint for a module that is not allowed: the line to add."""
        return self._get_hint("allow", module.partition(":")[0])

    def is_file_allowed(self, file: Path, use: Use = Use.SECRET) -> bool:
        """Return whether a profile may name ``file``; links are followed first."""
        return self._is_file_allowed(file, use, None)

    def _is_file_allowed(self, file: Path, use: Use, instance: Path | None) -> bool:
        listed, is_limited = self.settings.allow_files, self.settings.allow is not None
        if self.root is None or not self.limits_files or (listed is None and use in READ):
            return True
        folders = [self.root / folder for folder in listed or ()]
        if use is not Use.SECRET and not (use is Use.CODE and is_limited):
            folders += [self.root] if instance is None else [self.root, instance]
        try:
            resolved = file.resolve()
            return any(resolved.is_relative_to(folder.resolve()) for folder in folders)
        except (OSError, RuntimeError):  # a loop of links: RuntimeError before Python 3.13
            return False

    def _get_hint(self, key: str, entry: str) -> str:
        if getattr(self.settings, key) is None:
            return f'Add `{key} = ["{entry}"]` to [tool.assembler] in {self.shown}.'
        return f'Add "{entry}" to `{key}` in {self.shown}.'


def find_policy(env: Mapping[str, str], folder: Path | str, given: str | None = None) -> Policy:
    """Return the policy in force.

    Args:
        env: ``ASSEMBLER_POLICY`` names a file.
        folder: The current directory; ``pyproject.toml`` is looked for from it upward.
        given: The value of ``--policy``, which wins.

    Raises:
        ProfileError: if a named file cannot be read, or its table is wrong.
    """
    named = given or env.get("ASSEMBLER_POLICY")
    if named:
        return load_policy(Path(folder, named))
    above = str(folder)
    while True:  # text, not paths: this is asked for every app
        candidate = os.path.join(above, "pyproject.toml")  # noqa: PTH118 - see above
        policy = _read_policy(candidate)
        if policy is not None:
            return policy
        below, above = above, os.path.dirname(above)  # noqa: PTH120 - see above
        if above == below:
            return Policy(None, Settings())


def load_policy(file: Path) -> Policy:
    """Return the policy of ``file``; without the table ``[tool.assembler]`` it is all defaults.

    Raises:
        ProfileError: if it cannot be read, or its table is wrong.
    """
    named = _policies.get(file, "named", lambda: _parse_policy(file))
    return named or Policy(file.absolute(), Settings())


# Looked up for every app; reading the TOML takes longer than reading a profile.
_policies: FileCache[Policy | None] = FileCache()


def _read_policy(file: str) -> Policy | None:
    """Return what the file says, read once while it stays the same; ``None``: nothing."""
    return _policies.get(
        file, "policy", lambda: _parse_policy(Path(file)) if is_file(file) else None
    )


def _parse_policy(file: Path) -> Policy | None:
    try:
        text = read_file(file).decode("utf-8")
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.search(TOML_PLACE, str(error))
        line, column = (int(said[1]), int(said[2])) if said else (1, 1)
        message = f"the policy file is not TOML: {error}"
        raise ProfileError([_build_fault(file, message, "Fix the file.", line, column)]) from error
    except RecursionError as error:
        message = "the policy file is nested too deep"
        raise ProfileError([_build_fault(file, message, "Fix the file.")]) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8").lower()
        message = f"the policy file cannot be read: {reason}"
        hint = "Name an existing file that this user may read."
        raise ProfileError([_build_fault(file, message, hint)]) from error
    tool = content.get("tool")
    table = tool.get("assembler") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):  # taken for none, it would allow everything
        message = "expected a table at [tool.assembler]"
        raise ProfileError([_build_fault(file, message, KEYS_HINT, *find_key(text, "assembler"))])
    try:
        return Policy(file.absolute(), Settings.model_validate(table))
    except ValidationError as error:
        faults = error.errors(include_url=False)  # nothing in it is a secret
        raise ProfileError([_build_key_fault(file, text, one) for one in faults]) from error


def _build_key_fault(file: Path, text: str, details: ErrorDetails) -> Diagnostic:
    key, kind = str(details["loc"][0]), details["type"]
    if kind == "extra_forbidden":
        message = f'unknown key "{key}"'
        hint = render_suggestion(key, Settings.model_fields, KEYS_HINT)
    elif kind == "literal_error":
        expected = details["ctx"]["expected"]
        message = f'"{key}": expected {expected}'
        given = str(details["input"])
        hint = render_suggestion(given, split_words(expected), "Write one of them.")
    else:
        expected = EXPECTED.get(kind, details["msg"].lower())
        message = f'"{".".join(map(str, details["loc"]))}": expected {expected}'
        hint = REMEDIES.get(expected, KEYS_HINT)
        if key in LISTS:
            hint = f'Write a list of strings: `{key} = ["…"]`.'
        elif key == "per_file_ignores":
            hint = (
                f'Write a list of rules for each pattern: `{key} = {{"profiles/x.yaml" = ["…"]}}`.'
            )
    return _build_fault(file, f"[tool.assembler] {message}", hint, *find_key(text, key))


def _build_fault(
    file: Path, message: str, hint: str | None, line: int = 1, column: int = 1
) -> Diagnostic:
    place = Place(shorten_path(file), Span(line, column, line, column))
    return codes.POLICY_BROKEN.at(place, message, hint=hint)
