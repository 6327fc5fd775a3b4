"""Render what Kubernetes asks of a container."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from assembler.deployment.stack import quote

if TYPE_CHECKING:
    from assembler.deployment.workload import Workload

__all__ = ["render_probes"]


def render_probes(one: Workload) -> str:
    """Return the probes of a container, as entries of its mapping; a migration has none."""
    if one.role == "migrations":
        return ""
    failures = one.boot_seconds // 2 + 30
    if one.role != "web":
        return _render_exec_probes(one, failures)
    port = "management" if one.management_port else "http"
    if one.health is None:
        return f"""\
# The profile has no step `health`, so that all that can be asked is whether it accepts connections.
startupProbe: {{tcpSocket: {{port: {port}}}, periodSeconds: 2, failureThreshold: {failures}}}
livenessProbe: {{tcpSocket: {{port: {port}}}, periodSeconds: 10, timeoutSeconds: 5}}
readinessProbe: {{tcpSocket: {{port: {port}}}, periodSeconds: 5, timeoutSeconds: 5}}
"""
    paths = {name: quote(f"{one.health}/{name}") for name in ("startup", "live", "ready")}
    return f"""\
# A minute longer than `server.boot_timeout`; until it passes, the other two are not asked.
startupProbe:
  httpGet: {{path: {paths["startup"]}, port: {port}}}
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: {failures}
# Never `ready`: a database that is away would restart every pod.
livenessProbe:
  httpGet: {{path: {paths["live"]}, port: {port}}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {{path: {paths["ready"]}, port: {port}}}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 1
"""


def _render_exec_probes(one: Workload, failures: int) -> str:
    """Return the probes of a worker or beat, of its health file if it has one."""
    if one.health_file is None:
        command, why = ["assembler", "status", one.path], "With `worker.health_file` it costs less."
    else:
        looks = f'test -n "$(find {shlex.quote(one.health_file)} -mmin -1)"'
        command, why = ["sh", "-c", looks], "The file is touched while the broker is reached."
    return f"""\
# {why}
startupProbe:
  exec: {{command: {quote(command)}}}
  periodSeconds: 5
  timeoutSeconds: 10
  failureThreshold: {failures}
livenessProbe:
  exec: {{command: {quote(command)}}}
  periodSeconds: 60
  timeoutSeconds: 10
  failureThreshold: 5
"""
