"""Find the packages that the profile's steps and its server need, and their versions."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import (
    PackageNotFoundError,
    distribution,
    packages_distributions,
    requires,
    version,
)
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assembler.doctor.form import Check, Finding, Verdict
from assembler.planning.plan import Decision
from assembler.runners.loading import RELOADING
from assembler.serving.choice import choose_server
from assembler.steps.forms import CatalogStep, Patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined
    from assembler.planning.plan import Plan

__all__ = ["CHECK"]

OURS = "flask-assembler"
# What to install for a top-level module, where the distribution has another name.
DISTRIBUTIONS = {
    "grpc": "grpcio",
    "opentelemetry": "opentelemetry-sdk",
    "psycopg2": "psycopg2-binary",
    "socketio": "python-socketio",
}


def examine_packages(examined: Examined) -> Iterator[Finding]:
    """Ask for each as import would; compare its version with what assembler asks for."""
    assert examined.loaded is not None
    plan = examined.loaded.plan
    known = set[str]()
    for module, user in _find_needed(plan).items():
        if find_spec(module) is None:
            message = f"the package '{module}' is not installed, and {user} needs it"
            remedy = f"Run `pip install {DISTRIBUTIONS.get(module, module)}`."
            yield Finding(Verdict.FAILED, message, remedy)
            continue
        name = _find_distribution(module)
        if name is not None and name not in known:
            known.add(name)
            yield _compare(name)


def _compare(name: str) -> Finding:
    installed, wanted = version(name), _find_requirement(name)
    if wanted is None or _is_met(wanted, installed):
        return Finding(Verdict.OK, f"{name} {installed}")
    message = f"{name} {installed} is installed, expected {wanted}"
    return Finding(Verdict.FAILED, message, f'Run `pip install "{wanted}"`.')


def _find_distribution(module: str) -> str | None:
    """Return which installed distribution has a top-level module; ``None``: none."""
    for name in (DISTRIBUTIONS.get(module, module), module):
        with suppress(PackageNotFoundError):
            return distribution(name).metadata["Name"]
    # Only now: it reads the lists of all files of all distributions.
    return next(iter(packages_distributions().get(module, ())), None)


def _find_needed(plan: Plan) -> dict[str, str]:
    """Return the modules that are needed, each with who needs it."""
    needed = {"flask": "every app"}
    if plan.profile.role == "web":
        server = choose_server(plan)
        needed[server] = "the server"
        if server in RELOADING:
            needed["gunicorn"] = "the server"
        if server in RELOADING and "gevent" in plan.patch_names:
            # Without it gunicorn only says "class uri invalid".
            needed["packaging"] = "gunicorn's gevent worker"
    for planned in plan.steps:
        if planned.decision is Decision.RUNS and isinstance(planned.form, (Patch, CatalogStep)):
            for module in planned.form.packages:
                needed.setdefault(module, f"the {planned.kind} '{planned.step.name}'")
    return needed


def _find_requirement(distribution: str) -> str | None:
    """Return what assembler itself asks of a distribution, as ``flask>=3.1``."""
    try:
        asked = requires(OURS) or []
    except PackageNotFoundError:  # assembler runs from a folder
        return None
    written = (one.partition(";")[0].strip() for one in asked)
    names = (distribution.lower(), distribution.lower().replace("_", "-"))
    return next((one for one in written if one.lower().startswith(_with_operator(names))), None)


def _with_operator(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name}{operator}" for name in names for operator in (">", "=", "<", "~", "!"))


def _is_met(requirement: str, installed: str) -> bool:
    if find_spec("packaging") is None:
        return True  # which is a finding of its own
    from packaging.requirements import Requirement  # noqa: PLC0415 - it may be missing

    return Requirement(requirement).specifier.contains(installed, prereleases=True)


CHECK = Check(examine_packages, needs="loaded")
