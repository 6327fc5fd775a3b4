"""Check what a server needs of the disk before it serves: files to read, folders to write to."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file, is_folder
from assembler.serving.server_options import select_options
from assembler.serving.settings import build_value_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import ServerSpec

__all__ = ["LOG_FILES", "check_setting_files"]

# What is done with the file or the folder that a setting names. What is read is a regular file: a
# server that reads a pipe or a device does not answer any more.
LOG_FILES = frozenset({"logconfig", "logconfig_json"})
TLS_FILES = frozenset({"certfile", "keyfile", "ca_certs", "ssl_context"})
READ = TLS_FILES | LOG_FILES
FILLED = frozenset({"worker_tmp_dir", "tmp_upload_dir"})
REPLACED = frozenset({"pidfile"})
APPENDED_TO = frozenset({"errorlog", "accesslog"})
STREAM = "-"


def check_setting_files(server: str, spec: ServerSpec, settings: dict[str, Any]) -> None:
    """Check the files and folders that the settings name, and the one for temporary files.

    The servers themselves only notice in a worker, which then restarts forever, or at a request.
    Loads ssl, so it runs after patching.

    Raises:
        ProfileError: with each that cannot be used.
    """
    faults = [
        build_value_fault(server, select_options(spec, server), key, reason)
        for key, reason in _iter_faults(settings)
    ]
    if server == "gunicorn" and not settings.get("worker_tmp_dir"):
        faults += _find_temporary_fault(spec)
    if faults:
        raise ProfileError(faults)


def _find_temporary_fault(spec: ServerSpec) -> list[Diagnostic]:
    """Report that there is no folder for temporary files: each worker of gunicorn keeps one."""
    import tempfile  # noqa: PLC0415 - only for gunicorn

    try:
        tempfile.gettempdir()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"gunicorn needs a folder for temporary files: {reason}"
        hint = "Set `worker_tmp_dir: /dev/shm` in `server.with`, or TMPDIR to a folder it may use."
        return [codes.WRONG_SERVER_SETTING.at(spec.place_of("with"), message, hint=hint)]
    return []


def _iter_faults(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the settings whose files cannot be used, with the reason."""
    faults = {
        key: reason
        for key, path in settings.items()
        if path and (reason := _find_fault(key, path)) is not None
    }
    yield from faults.items()
    if faults.keys().isdisjoint(TLS_FILES):
        yield from _iter_tls_faults(settings)


def _find_fault(key: str, path: Any) -> str | None:  # noqa: ANN401 - a setting of any type
    """Return why the file of a setting cannot be used; ``None``: it can, or there is none."""
    if key in READ:
        files = path if isinstance(path, (list, tuple)) else [path]  # Werkzeug's `ssl_context`
        return next(filter(None, map(_find_reading_fault, files)), None)
    if key in FILLED:
        return _find_folder_fault(path) if is_folder(path) else f'there is no folder "{path}"'
    if key in REPLACED or (key in APPENDED_TO and path != STREAM and not os.path.lexists(path)):
        folder = Path(path).parent
        if not is_folder(folder):
            return f'the folder of "{path}" does not exist'
        return _find_folder_fault(folder)
    if key in APPENDED_TO and path != STREAM and not os.access(path, os.W_OK):
        return f'this user may not write to the file "{path}"'
    return None


def _find_reading_fault(path: Any) -> str | None:  # noqa: ANN401 - as above
    if not path or not isinstance(path, str) or path == "adhoc":
        return None
    if not is_file(path):
        return f'there is no file "{path}"'
    if not os.access(path, os.R_OK):
        return f'this user may not read the file "{path}"'
    return None


def _find_folder_fault(folder: Path | str) -> str | None:
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    return f'this user may not write to the folder "{folder}"'


def _iter_tls_faults(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    key, certificate, secret = "certfile", settings.get("certfile"), settings.get("keyfile")
    pair = settings.get("ssl_context")
    if isinstance(pair, (list, tuple)):  # Werkzeug's
        key, (certificate, secret) = "ssl_context", pair
    elif pair is not None:  # a hook of gunicorn's, or Werkzeug's "adhoc"
        if pair == "adhoc" and find_spec("cryptography") is None:
            yield "ssl_context", "`adhoc` needs the package 'cryptography', which is not installed"
        return
    if secret and not certificate:
        yield "keyfile", "it has no `certfile`"
    elif certificate:
        import ssl  # noqa: PLC0415 - after patching

        try:
            # Without a password, OpenSSL would ask for one at the terminal.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, secret or None, password=b"")
        except OSError as error:  # an SSLError is one
            yield key, f"it cannot be used for TLS: {error.strerror or error}"
