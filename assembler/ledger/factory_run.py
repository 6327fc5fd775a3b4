"""Record what a factory makes, by calling it in this process."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, TypeGuard

from assembler.assembling.import_times import read_import_seconds, timing_imports
from assembler.ledger.recorder import Done, Recorder
from assembler.secrets.memory import build_environment_secrets, iter_value_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.ledger.values import Ledger, StepPlace
    from assembler.secrets.fingerprints import Fingerprints

__all__ = ["is_flask", "record_factory"]

MODULE = "flask.app"


def record_factory(
    make: Callable[[], object],
    source: str,
    *,
    place: StepPlace | None = None,
    recorder: Recorder | None = None,
) -> tuple[Flask, Ledger]:
    """Call ``make``, and return the app with its ledger.

    Whoever traces the factory passes a recorder, and calls its `leave` after each call that is to
    be a step of its own; what is left is the last step, ``factory``.

    Args:
        make: Imports the factory, and calls it.
        source: What the ledger calls it, as ``shop:create_app``.
        place: Where the factory is written.
        recorder: A recorder that is not entered yet.

    Raises:
        TypeError: if ``make`` does not return a Flask.
    """
    recorder = recorder or Recorder()
    with recorder, _taking_the_first_app(recorder):
        imported, looked = read_import_seconds(), recorder.looking_seconds
        started = time.perf_counter()
        app = make()
        total_ms = (time.perf_counter() - started) * 1000
        import_ms = (read_import_seconds() - imported) * 1000
        looking_ms = (recorder.looking_seconds - looked) * 1000
        if not is_flask(app):
            message = f"{source} gave a {type(app).__name__}, not a Flask"
            raise TypeError(message)
        if recorder.app is not app:
            recorder.take_app(app)
        run_ms = total_ms - import_ms - looking_ms
        recorder.fingerprints = _know_secrets(recorder.fingerprints, app)
        recorder.leave(Done("factory", source, source, place, import_ms=import_ms, run_ms=run_ms))
        return app, recorder.finish(source)


def is_flask(value: object) -> TypeGuard[Flask]:
    """Return whether it is an app; loads Flask, before which a factory may have patched."""
    from flask import Flask  # noqa: PLC0415 - as above

    return isinstance(value, Flask)


def _know_secrets(fingerprints: Fingerprints, app: Flask) -> Fingerprints:
    """Mask what the environment and the app's config have for secrets."""
    secrets = build_environment_secrets(os.environ)
    secrets.add(*iter_value_secrets(dict(dict.items(app.config))))
    return replace(fingerprints, scrub=secrets.scrub)


@contextmanager
def _taking_the_first_app(recorder: Recorder) -> Iterator[None]:
    """Let the recorder look at the first Flask object as soon as it is made."""
    with ExitStack() as undo:

        def replace_init(name: str, _seconds: float = 0.0) -> None:
            if name == MODULE:
                undo.callback(_replace_init(sys.modules[MODULE].Flask, recorder))

        if MODULE in sys.modules:
            replace_init(MODULE)
        else:
            undo.enter_context(timing_imports(replace_init))
        yield


def _replace_init(flask: Any, recorder: Recorder) -> Callable[[], None]:  # noqa: ANN401 - the class
    original = flask.__init__

    @wraps(original)
    def __init__(app: Any, *args: Any, **options: Any) -> None:  # noqa: ANN401, N807 - Flask's form
        original(app, *args, **options)
        if recorder.app is None:
            recorder.take_app(app)

    flask.__init__ = __init__
    return partial(setattr, flask, "__init__", original)
