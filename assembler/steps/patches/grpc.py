"""Let gRPC's calls yield to gevent's event loop: `grpc.experimental.gevent.init_gevent`."""

from __future__ import annotations

import sys

from assembler.steps.forms import FrozenOptions, Patch

__all__ = ["PATCH", "GrpcOptions"]

# gRPC has no public way to ask, so the call is remembered here; gRPC's own flag, where this
# version of it shows one, must agree.
_calls: list[str] = []


class GrpcOptions(FrozenOptions):
    """The patch takes no options."""


def _apply(_options: GrpcOptions) -> None:
    from grpc.experimental.gevent import init_gevent

    if not _is_activated():
        init_gevent()
    _calls.append("init_gevent")


def _is_activated() -> bool:
    cygrpc = sys.modules.get("grpc._cython.cygrpc")
    return bool(getattr(cygrpc, "g_gevent_activated", False))


def _find_proof(_options: GrpcOptions | None = None) -> str | None:
    cygrpc = sys.modules.get("grpc._cython.cygrpc")
    if hasattr(cygrpc, "g_gevent_activated"):
        return "gRPC's own flag g_gevent_activated is set" if _is_activated() else None
    return "init_gevent was called" if _calls else None


PATCH = Patch(
    name="grpc",
    summary="Let a gRPC call wait without blocking the other requests.",
    options=GrpcOptions,
    apply=_apply,
    find_proof=_find_proof,
    packages=("grpc",),
    needs=("gevent",),
    find_trace=_find_proof,
)
