"""Mount WSGI apps, and other profiles' apps, each under its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import MappingNode, ScalarNode
from assembler.policy import Use
from assembler.references.reference import is_profile_path
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.named_places import NamesFile
from assembler.steps.own_routes import UrlPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "MountsOptions"]


def _check_mounted(value: object) -> object:
    if callable(value) or (isinstance(value, str) and is_profile_path(value)):
        return value
    message = 'expected a WSGI app, as {$import: "module:attribute"}, or the path of a profile'
    raise ValueError(message)


Mounted = Annotated[Any, BeforeValidator(_check_mounted), WithJsonSchema({"type": "string"})]


class MountsOptions(FrozenOptions):
    """What answers below which path."""

    paths: Annotated[dict[UrlPath, Mounted], NamesFile("profile", Use.FILE)] = Field(
        min_length=1,
        description="By the path, such as `/admin`: a WSGI app, as {$import: …}, or another "
        "profile, relative to the file that names it. The longest path that fits answers.",
    )


def apply_mounts(context: StepContext, options: MountsOptions) -> dict[str, Any]:
    """Answer below each path with its app, and everything else as before; return them by path."""
    from assembler.steps.mounted_apps import mount_apps

    mounted = {
        path: context.mount("paths", path) if isinstance(given, str) else given
        for path, given in options.paths.items()
    }
    mount_apps(context.app, mounted)
    return mounted


def find_mounts_faults(options: MappingNode) -> Iterator[StepFault]:
    """Yield each profile that a variable names: it would name code."""
    paths = options.get("paths")
    for path, entry in paths.entries.items() if isinstance(paths, MappingNode) else ():
        node = entry.value
        if isinstance(node, ScalarNode) and node.is_interpolated:
            message = f'`${{…}}` is not allowed in `paths`, got "{node.written}"'
            hint = "Write the path itself, without `${…}`."
            code = codes.INTERPOLATION_NOT_HERE
            yield StepFault(message, hint=hint, option=("paths", path), code=code)


STEP = CatalogStep(
    name="mounts",
    summary="Mount WSGI apps, or other profiles' apps, each under its path.",
    options=MountsOptions,
    apply=apply_mounts,
    find_faults=find_mounts_faults,
    packages=("werkzeug",),
    group="app",
)
