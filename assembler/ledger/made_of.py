"""Take down what a boot was made of, for the journal; the step `journal` imports it by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.comparing.snapshot import take_values
from assembler.diagnostics.diagnostic import ProfileError
from assembler.journal.snapshots import NOTHING, MadeOf, pack_snapshot
from assembler.planning.loading import load_profile
from assembler.planning.step_forms import find_secret_options
from assembler.secrets.fingerprints import get_server_key
from assembler.secrets.masking import iter_profile_secrets
from assembler.secrets.memory import Secrets

if TYPE_CHECKING:
    from assembler.language.profile import Profile
    from assembler.ledger.values import Ledger
    from assembler.steps.forms import StepContext

__all__ = ["take_boot", "take_rejected"]


def take_boot(context: StepContext) -> MadeOf:
    """Return what an app is made of: its profile, and its effects if somebody looks at them."""
    profile = context.loaded.plan.profile
    made_of = _take_profile(context, profile)
    build_ledger = getattr(context.watcher, "build_ledger", None)  # a `BootWatcher` has it
    if build_ledger is None:
        return made_of
    from assembler.ledger.snapshot import take_ledger  # noqa: PLC0415 - few boots are looked at

    scrub = context.report.scrub
    ledger: Ledger = build_ledger(context.report.path, scrub)
    return made_of._replace(effects=pack_snapshot(take_ledger(ledger, scrub)))


def take_rejected(context: StepContext, digest: str | None) -> MadeOf:
    """Return what a refused reload was to be made of, if its files are still those."""
    running = context.loaded
    policy = running.policy.path
    try:
        profile = load_profile(
            running.plan.profile.composed.path,
            env=context.env,
            policy_file=None if policy is None else str(policy),
        )
    except ProfileError:
        return NOTHING
    return _take_profile(context, profile) if profile.composed.digest == digest else NOTHING


def _take_profile(context: StepContext, profile: Profile) -> MadeOf:
    own = Secrets()
    own.add(*iter_profile_secrets(profile.node, find_secret_options))

    def scrub(text: str) -> str:
        return own.scrub(context.report.scrub(text))

    found = take_values(profile.node, scrub, get_server_key())
    hidden: dict[str, Any] = {"keyed": found.keyed, "values": found.fingerprints}
    return MadeOf(
        profile=pack_snapshot({"values": found.shown}),
        fingerprints=hidden if found.fingerprints else None,
    )
