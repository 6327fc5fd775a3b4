"""Check whether Celery's pool and a profile's patches agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from assembler.diagnostics import codes
from assembler.language.shape import Pool

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.plan import Plan

__all__ = ["CELERY_ROLES", "GREENLETS", "find_pool_fault"]

GEVENT = "gevent"
GREENLETS = 100  # of the pool gevent, where `concurrency` is auto
POOLS = get_args(Pool)
CELERY_ROLES = frozenset({"worker", "beat"})


def find_pool_fault(plan: Plan) -> Diagnostic | None:
    """Return why the processes of a worker's or beat's profile cannot be as its patches say.

    Celery patches the standard library for the pool gevent alone, and before the app is loaded.
    """
    profile = plan.profile
    if profile.role not in CELERY_ROLES:
        return None
    is_patched = GEVENT in plan.patch_names
    is_known = plan.pool is None or plan.pool in POOLS
    if is_known and is_patched == (plan.pool == GEVENT):
        return None
    place = profile.place_of("patches")
    if not is_known:  # of the command line: Celery has more of them
        message = f"the pool {plan.pool} is not one that profiles support"
        hint = f"Use one of {', '.join(POOLS)}."
    elif is_patched and plan.pool is None:
        message, hint = "beat runs without patches", "Remove the patches, or set `when: false`."
    elif is_patched:
        message = f"the pool {plan.pool} runs without gevent, which `patches` applies"
        hint = "Set `when: {pool: gevent}` on the patch, or `pool: gevent` in `worker`."
        if place.path != profile.composed.path:  # where others have it from, the condition is false
            hint = "Write `patches: []` in the profile, or `pool: gevent` in `worker`."
    else:
        message = "the pool gevent needs the patch 'gevent', which is not applied"
        hint = "Put `- gevent` first in `patches`, or set another `pool` in `worker`."
        place = profile.worker.place_of("pool")
    return codes.POOL_NEEDS_PATCH.at(place, message, hint=hint)
