"""Set the key that signs sessions, and reject one that is empty or publicly known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.secrets.weak_secret import FALLBACKS, KEY, find_weakness, get_remedy
from assembler.steps.forms import CatalogStep, FrozenOptions

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "SecretKeyOptions"]

# Fixed, so that a reload keeps the sessions of whoever is debugging; made of placeholders, so that
# it is rejected anywhere else.
DEBUG_KEY = "insecure-key-only-for-development"


class SecretKeyOptions(FrozenOptions):
    """The key, and former ones."""

    key: str | bytes | None = Field(
        None,
        repr=False,
        description=f"The key, such as {{$file: …}} or ${{{KEY}}}; default: the config's {KEY}.",
    )
    fallbacks: list[str | bytes] | None = Field(
        None,
        repr=False,
        description="Former keys that still verify sessions, newest first; default: the config's "
        f"{FALLBACKS}.",
    )


def apply_secret_key(context: StepContext, options: SecretKeyOptions) -> None:
    """Put the keys into the config, and reject each that is empty or known.

    In debug a weak key is allowed, and an empty one replaced by a fixed key, with a note.
    """
    config = context.app.config
    if options.key is not None:
        config[KEY] = options.key
    if options.fallbacks is not None:
        config[FALLBACKS] = list(options.fallbacks)
    key_option = () if options.key is None else ("key",)
    faults = [_find_fault(config.get(KEY), "the secret key", key_option)]
    for position, former in enumerate(config.get(FALLBACKS) or ()):
        option = () if options.fallbacks is None else ("fallbacks", position)
        faults.append(_find_fault(former, f"the former secret key {position + 1}", option))
    _raise_or_note(context, [fault for fault in faults if fault is not None])


def _find_fault(value: object, words: str, option: tuple[str | int, ...]) -> StepFault | None:
    weakness: str | None = f"expected a string, got {type(value).__name__}"
    if value is None:
        weakness = "it is not set"
    elif isinstance(value, (str, bytes)):
        weakness = find_weakness(value)
    if weakness is None:
        return None
    return StepFault(
        f"{words} is refused: {weakness}",
        hint=get_remedy(value),
        option=option,
        code=codes.DEFAULT_SECRET,
    )


def _raise_or_note(context: StepContext, faults: list[StepFault]) -> None:
    app = context.app
    if not app.debug:
        raise_faults(faults)
    if not app.config.get(KEY):
        app.config[KEY] = DEBUG_KEY
    for fault in faults:
        context.report.notes.append(f"{fault.message}; allowed because debug is on")


STEP = CatalogStep(
    name="secret_key",
    group="security",
    summary="Set the key that signs sessions, and refuse a default or an empty one.",
    options=SecretKeyOptions,
    apply=apply_secret_key,
    never_skip=True,
)
