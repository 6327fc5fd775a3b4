"""Replace what an app would write to: its database, and its instance folder.

Both are replaced where they are made, whoever makes them: the module that does is changed as soon
as it is imported, before anybody else can take its function out of it. What Python imported as it
started, for a `sitecustomize` or a `.pth` file, is changed at once, for those who took it as well.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["Afterwards", "Databases", "Instances"]

# What an engine may be told whatever its database is.
FOR_ANY_DATABASE = frozenset(
    {
        *("echo", "echo_pool", "pool_size", "max_overflow", "pool_timeout", "pool_recycle"),
        *("pool_pre_ping", "pool_use_lifo", "poolclass", "pool_reset_on_return", "logging_name"),
        *("pool_logging_name", "hide_parameters", "json_serializer", "json_deserializer"),
        *("query_cache_size", "label_length", "future"),
    }
)
LIMIT_COPIED_BYTES = 1_000_000  # larger files of an instance folder are linked to
LIMIT_COPIED_FILES = 1_000


class Afterwards(MetaPathFinder):
    """Change modules right after they are imported, before anybody else sees them."""

    def __init__(self, changes: Mapping[str, Callable[[Any], None]]) -> None:
        """Keep what to call with each module, by its name."""
        self._changes = changes

    def install(self) -> None:
        """Change what is loaded, and find modules from now on, before any other finder."""
        for name, change in self._changes.items():
            if name in sys.modules:
                _change_loaded(sys.modules[name], change)
        sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find the module as Python does, to be changed when it is executed."""
        change = self._changes.get(fullname)
        spec = None if change is None else PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None or change is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]  # that is the point
        return spec


def _change_loaded(module: ModuleType, change: Callable[[Any], None]) -> None:
    """Change a module, and those that took something out of it by its name."""
    before = dict(vars(module))
    change(module)
    changed = [name for name, value in vars(module).items() if value is not before[name]]
    others: list[Any] = list(sys.modules.values())  # anything may be put there
    for other in others:
        for name in changed:
            if getattr(other, "__dict__", {}).get(name) is before[name]:
                setattr(other, name, getattr(module, name))


class Databases:
    """Return every engine another database: an empty SQLite file for each, or the one given."""

    def __init__(self, folder: Path, given: str | None) -> None:
        """Keep where the files are made, and the URL to use instead, if given."""
        self._folder = folder
        self._given = given
        self._files: dict[str, str] = {}  # by the URL that they stand in for

    @property
    def is_empty_in_use(self) -> bool:
        """Whether something was connected to an empty database that is not its own."""
        return bool(self._files)

    def change(self, module: Any) -> None:  # noqa: ANN401 - a module
        """Replace `create_engine` in the module that defines it."""
        module.create_engine = self._wrap(module.create_engine)

    def _wrap(self, create_engine: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(create_engine)
        def create(url: Any, **options: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's own
            # The real one first: it fails as it would for a driver or an option that is not there,
            # and connects to nothing.
            engine = create_engine(url, **options)
            is_memory = engine.url.database in {None, "", ":memory:"}
            if options.get("_is_async") or (
                self._given is None and engine.dialect.name == "sqlite" and is_memory
            ):
                return engine
            engine.dispose()
            if self._given is None:
                return create_engine(self._find_file(engine.url), **_keep_any(options))
            from assembler.database.driver import resolve_driver  # noqa: PLC0415 - only for a URL

            given = resolve_driver(self._given, "auto")
            is_same = given.partition(":")[0].partition("+")[0] == engine.dialect.name
            return create_engine(given, **(options if is_same else _keep_any(options)))

        return create

    def _find_file(self, url: Any) -> str:  # noqa: ANN401 - SQLAlchemy's `URL`
        text = url.render_as_string(hide_password=False)
        file = self._folder / f"database-{len(self._files) + 1}.sqlite"
        return self._files.setdefault(text, f"sqlite:///{file}")


class Instances:
    """Return every app a copy of its instance folder."""

    def __init__(self, folder: Path) -> None:
        """Keep where the copies are made."""
        self._folder = folder
        self._copies: dict[str, str] = {}

    def change(self, module: Any) -> None:  # noqa: ANN401 - a module
        """Make Flask's objects keep the path of the copy, once they have read the real one."""
        app_class: Any = module.App
        make = app_class.__init__

        @functools.wraps(make)
        def make_elsewhere(app: Any, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Flask's own
            make(app, *args, **options)
            app.instance_path = self._copy(app.instance_path)

        app_class.__init__ = make_elsewhere

    def _copy(self, path: str) -> str:
        if path not in self._copies:
            copy = self._folder / f"instance-{len(self._copies) + 1}"
            self._copies[path] = str(copy)
            if Path(path).is_dir():
                _copy_folder(Path(path), copy)
        return self._copies[path]


def _keep_any(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name in FOR_ANY_DATABASE}


def _copy_folder(folder: Path, copy: Path) -> None:
    """Copy small files and link to large ones; folders are made anew, so as to be written to."""
    count = 0
    for base, folders, files in os.walk(folder):
        below = copy / Path(base).relative_to(folder)
        below.mkdir(parents=True, exist_ok=True)
        for name in files:
            count += 1
            file = Path(base, name)
            try:
                if count <= LIMIT_COPIED_FILES and file.stat().st_size <= LIMIT_COPIED_BYTES:
                    shutil.copy2(file, below / name)
                else:
                    (below / name).symlink_to(file.absolute())
            except OSError:  # a socket, or what this user may not read: nor may the app
                continue
        if count > LIMIT_COPIED_FILES:
            folders.clear()
