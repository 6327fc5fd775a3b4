"""Turn ``server.with`` into the settings of the server that runs, and check the files they name."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file, is_folder
from assembler.references.values import Scope, resolve_options
from assembler.secrets.memory import Secrets
from assembler.serving.settings import build_value_fault, check_plain_settings, find_gunicorn_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.loading import Loaded
    from assembler.planning.plan import Plan

__all__ = ["LOG_FILES", "build_settings", "check_setting_files"]

# Regular ones: a server that reads a pipe or a device does not answer any more.
LOG_FILES = ("logconfig", "logconfig_json")
FILES = ("certfile", "keyfile", "ca_certs", *LOG_FILES)
FOLDERS = ("worker_tmp_dir", "tmp_upload_dir")


def build_settings(server: str, loaded: Loaded) -> dict[str, Any]:
    """Build the settings of ``server`` by its own names.

    Imports what the settings name and reads their files; for gunicorn, imports gunicorn.

    Raises:
        ProfileError: with each setting that the server does not know or does not accept.
    """
    profile = loaded.plan.profile
    options = profile.server.options
    secrets = Secrets()
    values = resolve_options(options, Scope(loaded.policy, profile.get_folder, secrets))
    if server == "gunicorn":
        faults = _find_gunicorn_faults(loaded.plan, values)
    else:
        values, faults = check_plain_settings(server, options, values)
    if faults:
        raise ProfileError([replace(one, message=secrets.scrub(one.message)) for one in faults])
    return values


def check_setting_files(server: str, options: MappingNode, settings: dict[str, Any]) -> None:
    """Check the certificates, keys and folders that the settings name.

    The servers themselves only notice in a worker, which then restarts forever, or at a request.
    Loads ssl, so it runs after patching.

    Raises:
        ProfileError: with each that cannot be used.
    """
    faults = [
        build_value_fault(server, options, key, reason) for key, reason in _iter_faults(settings)
    ]
    if faults:
        raise ProfileError(faults)


def _find_gunicorn_faults(plan: Plan, values: dict[str, Any]) -> list[Diagnostic]:
    from gunicorn.config import Config  # noqa: PLC0415 - not for the other servers

    config = Config()

    def find_refusal(key: str, value: object) -> Exception | None:
        try:
            config.set(key, value)
        except Exception as error:  # noqa: BLE001 - its validators raise whatever they meet
            return error
        return None

    faults = find_gunicorn_faults(plan, values, config.settings, find_refusal)
    if "gevent" in plan.patch_names and find_spec("packaging") is None:
        # gunicorn itself only says "class uri invalid".
        message = "gunicorn's gevent worker needs the package 'packaging', which is not installed"
        place = plan.profile.place_of("patches")
        faults.append(codes.PACKAGE_MISSING.at(place, message, hint="Run `pip install packaging`."))
    return faults


def _iter_faults(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the settings whose files cannot be used, with the reason."""
    faults = {}
    for key, path in settings.items():
        if key in FILES and path and not is_file(path):
            faults[key] = f'there is no file "{path}"'
        elif key in FOLDERS and path and not is_folder(path):
            faults[key] = f'there is no folder "{path}"'
        elif key == "ssl_context" and isinstance(path, (list, tuple)):  # Werkzeug's
            missing = [file for file in path if file and not is_file(file)]
            faults.update((key, f'there is no file "{file}"') for file in missing[:1])
        elif key == "pidfile" and path and not is_folder(Path(path).absolute().parent):
            faults[key] = f'the folder of "{path}" does not exist'
    yield from faults.items()
    if faults.keys().isdisjoint((*FILES, "ssl_context")):
        yield from _iter_tls_faults(settings)


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
