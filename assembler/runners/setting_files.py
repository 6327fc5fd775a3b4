"""Look at the files that a server's settings name, before it serves.

The servers themselves find out in a worker, which then is started anew for ever, or at a request.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file, is_folder
from assembler.serving.settings import build_value_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.runners.loading import Serving

__all__ = ["check_setting_files"]

FILES = ("certfile", "keyfile", "ca_certs")
FOLDERS = ("worker_tmp_dir", "tmp_upload_dir")


def check_setting_files(serving: Serving) -> None:
    """Check that what the settings name can be used: certificates and their keys, and folders.

    Raises:
        ProfileError: at each that cannot.
    """
    options = serving.loaded.plan.profile.server.options
    faults = [
        build_value_fault(serving.server, options, key, reason)
        for key, reason in _iter_faults(serving.settings)
    ]
    if faults:
        raise ProfileError(faults)


def _iter_faults(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the settings that cannot be as they are, and why."""
    is_missing = False
    for key in FILES:
        path = settings.get(key)
        if path and not is_file(path):
            is_missing = True
            yield key, f'there is no file "{path}"'
    for key in FOLDERS:
        path = settings.get(key)
        if path and not is_folder(path):
            yield key, f'there is no folder "{path}"'
    path = settings.get("pidfile")
    if path and not is_folder(os.path.dirname(os.path.abspath(path))):  # noqa: PTH100, PTH120 - as gunicorn
        yield "pidfile", f'the folder of "{path}" does not exist'
    if not is_missing:
        yield from _iter_tls_faults(settings)


def _iter_tls_faults(settings: dict[str, Any]) -> Iterator[tuple[str, str]]:
    key, certificate, secret = "certfile", settings.get("certfile"), settings.get("keyfile")
    pair = settings.get("ssl_context")
    if isinstance(pair, (list, tuple)):  # Werkzeug's
        key, (certificate, secret) = "ssl_context", pair
    elif pair is not None:  # a hook of gunicorn's, or Werkzeug's own
        if pair == "adhoc" and find_spec("cryptography") is None:
            yield "ssl_context", "`adhoc` needs the package 'cryptography', which is not installed"
        return
    if secret and not certificate:
        yield "keyfile", "there is no `certfile` that it is the key of"
    elif certificate:
        import ssl  # noqa: PLC0415 - after patching

        try:
            # Without a password, OpenSSL would ask whoever sits at the terminal.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, secret or None, password=b"")
        except OSError as error:  # an SSLError is one
            yield key, f"it cannot be used for TLS: {error.strerror or error}"
