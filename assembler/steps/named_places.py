"""Find the code and the files that options name outside of references, and ask the policy."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from urllib.parse import unquote, urlsplit

from assembler.diagnostics.faults import StepFault
from assembler.policy import Use
from assembler.references.reference import resolve_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.policy import Policy
    from assembler.steps.forms import Options

__all__ = [
    "FLASK_PATHS",
    "IMPORT_NAME",
    "SERVER_CODE",
    "SERVER_DICT",
    "SERVER_FILES",
    "Asker",
    "NamesFile",
    "find_file_options",
]

# Options of Flask and of blueprints, and attributes of them.
FLASK_PATHS = frozenset(
    {"instance_path", "root_path", "searchpath", "static_folder", "template_folder"}
)
BLUEPRINT_NAMES = ("import_name", "static_folder", "template_folder")
IMPORT_NAME = "import_name"  # Flask imports the packages above it; a top-level name is only found
# Settings of servers, by what becomes of what they name.
SERVER_FILES = frozenset(
    {
        *("accesslog", "ca_certs", "certfile", "errorlog", "keyfile", "pidfile", "ssl_context"),
        *("tmp_upload_dir", "worker_tmp_dir"),
    }
)
SERVER_CODE = frozenset({"logconfig", "logconfig_json"})  # files that name classes
SERVER_DICT = "logconfig_dict"  # the same, in the profile
NO_FILES = frozenset({"-", "adhoc", ""})
# What every logging configuration may use; nothing below them is reached.
LOGGING = r"logging\.(?:handlers\.)?[A-Z]\w*|gunicorn\.glogging\.[A-Z]\w*"
LOGGING_STREAMS = frozenset({"ext://sys.stdout", "ext://sys.stderr"})
LOGGING_CODE = frozenset({"()", "class", "listener", "queue"})

Option = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NamesFile:
    """Marks an option that names files or folders, and says what a relative path starts from."""

    base: Literal["profile", "instance", "root"]
    use: Use = Use.FOLDER
    is_url: bool = False  # it names a file only as `file:///…`

    def find_path(self, value: object) -> object:
        """Return what the option's value names, which may be nothing."""
        if not self.is_url or value is None:
            return value
        try:
            parts = urlsplit(str(value))
        except ValueError:  # which its option says by itself
            return None
        return unquote(parts.path) if parts.scheme == "file" else None


@cache  # a step asks each time it is carried out
def find_file_options(model: type[Options]) -> dict[str, NamesFile]:
    """Return the options of a form that name files, with their marks."""
    return {
        name: mark
        for name, field in model.model_fields.items()
        for mark in (*field.metadata, *_iter_marks(field.annotation))
        if isinstance(mark, NamesFile)
    }


def _iter_marks(annotation: object) -> Iterator[object]:
    """Yield the marks within a type: `Annotated[str, mark] | None` has them in a part of it."""
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        yield from _iter_marks(part)


class Asker(NamedTuple):
    """Asks the policy about what options name; paths are relative to the bases."""

    policy: Policy
    root: Path
    instance: Path | None = None
    may_import: bool = False  # whether what a logging configuration names is looked up

    def iter_option_faults(
        self, model: type[Options], values: Mapping[str, Any]
    ) -> Iterator[StepFault]:
        """Yield a fault for each option of a catalogue step that names a file that is refused."""
        bases = {"root": self.root, "instance": self.instance}
        for name, mark in find_file_options(model).items():
            base = bases.get(mark.base)
            if base is not None:  # else it is known at run
                yield from self._ask(mark.find_path(values.get(name)), base, mark.use, (name,))

    def iter_flask_faults(self, values: Mapping[str, Any]) -> Iterator[StepFault]:
        """Yield a fault for what the options of an app or a blueprint name, or its attributes."""
        if not values:
            return
        name = values.get(IMPORT_NAME)
        if isinstance(name, str) and "." in name and not self._is_package(name):
            fault = self.policy.find_refusal(name, Use.MODULE)
            if fault is not None:
                fault.option = (IMPORT_NAME,)
                yield fault
        paths = [key for key in values if key.rpartition(".")[2] in FLASK_PATHS]
        if not paths:
            return
        folder = self.root / str(name or "").replace(".", "/")
        base = folder if folder.is_dir() else self.root
        for key in paths:
            yield from self._ask(values[key], base, Use.FOLDER, (key,))

    def iter_blueprint_faults(self, values: Mapping[str, Any]) -> Iterator[StepFault]:
        """Yield a fault for what the options of an extension name, by the names of Flask's own."""
        known = {name: values[name] for name in BLUEPRINT_NAMES if name in values}
        yield from self.iter_flask_faults(known)

    def iter_server_faults(
        self, values: Mapping[str, Any], above: Option = ()
    ) -> Iterator[StepFault]:
        """Yield a fault for each setting of a server, or of a group of them, that is refused."""
        here = Path.cwd()
        for key, value in values.items():
            option = (*above, key)
            if key in SERVER_FILES:
                yield from self._ask(value, here, Use.FILE, option)
            elif key in SERVER_CODE:
                yield from self._ask(value, here, Use.CODE, option)
            elif key == SERVER_DICT:
                yield from self._iter_logging_faults(value, option)
            elif not above and isinstance(value, Mapping):
                yield from self.iter_server_faults(value, option)

    def iter_place_faults(self, places: Mapping[str, Path]) -> Iterator[StepFault]:
        """Yield a fault for each path of a profile's places, by their keys, that is refused."""
        for key, path in places.items():
            yield from self._ask(path, path, Use.FOLDER if key == "state" else Use.FILE, (key,))

    def _is_package(self, name: str) -> bool:
        """Return whether importing it runs nothing that importing an allowed module does not."""
        settings = self.policy.settings
        return name == settings.package or any(
            allowed.startswith(f"{name}.") for allowed in settings.allow or ()
        )

    def _iter_logging_faults(self, value: object, option: Option) -> Iterator[StepFault]:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                if key == "filename":
                    yield from self._ask(inner, Path.cwd(), Use.FILE, (*option, key))
                elif isinstance(inner, str):
                    yield from self._iter_logging_names(key, inner, (*option, key))
                else:
                    yield from self._iter_logging_faults(inner, (*option, key))
        elif isinstance(value, (list, tuple)):
            for position, inner in enumerate(value):
                if isinstance(inner, str):
                    yield from self._iter_logging_names("", inner, (*option, position))
                else:
                    yield from self._iter_logging_faults(inner, (*option, position))

    def _iter_logging_names(self, key: str, text: str, option: Option) -> Iterator[StepFault]:
        is_external = text.startswith("ext://") and text not in LOGGING_STREAMS
        if not is_external and (key not in LOGGING_CODE or re.fullmatch(LOGGING, text)):
            return
        name = text.removeprefix("ext://")
        fault = self.policy.find_refusal(name.rpartition(".")[0] or name, Use.MODULE)
        if fault is None and self.may_import:
            fault = self._find_alias_fault(name)
        if fault is not None:
            fault.option = option
            yield fault

    def _find_alias_fault(self, name: str) -> StepFault | None:
        """Return why an allowed name may not be used: what it leads to is another module's."""
        module, _, path = name.partition(".")
        if self.policy.settings.allow is None or not path:
            return None
        try:
            resolve_reference(f"{module}:{path}", self.policy)
        except StepFault as fault:
            return fault
        return None

    def _ask(self, value: object, base: Path, use: Use, option: Option) -> Iterator[StepFault]:
        if not self.policy.limits_files:
            return
        if isinstance(value, (list, tuple)):
            for position, inner in enumerate(value):
                yield from self._ask(inner, base, use, (*option, position))
        elif isinstance(value, (str, os.PathLike)) and str(value) not in NO_FILES:
            fault = self.policy.find_refusal(
                base / os.fspath(value), use, instance=self.instance, shown=str(value)
            )
            if fault is not None:
                fault.option = option
                yield fault
