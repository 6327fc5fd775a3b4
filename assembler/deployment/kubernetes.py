"""Render manifests for Kubernetes."""

from __future__ import annotations

import re
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from assembler.deployment.kubernetes_probes import render_probes
from assembler.deployment.mounts import iter_mounts
from assembler.deployment.stack import USER, escape, quote
from assembler.deployment.workload import STATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.deployment.stack import Stack
    from assembler.deployment.workload import Workload

__all__ = ["render_kubernetes"]

PLAIN_LINE = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\r]*")
RESOURCES = {  # by role: what a pod asks for, and the memory at which it is ended
    "web": ("250m", "256Mi", "512Mi"),
    "worker": ("250m", "256Mi", "512Mi"),
    "beat": ("50m", "128Mi", "256Mi"),
    "migrations": ("100m", "128Mi", "256Mi"),
}
PRE_STOP_SECONDS = 5
SHARED = """\
# In /dev/shm each worker of gunicorn shows with a file that it is alive; a disk may be too slow.
"""


def render_kubernetes(stack: Stack) -> dict[str, str]:
    """Return the manifests by the names of their files, in the order in which they are applied."""
    files = {"0-profiles.yaml": _render_config_map(stack)}
    if stack.claims:
        files["0-storage.yaml"] = "---\n".join(_render_claim(stack, one) for one in stack.claims)
    for one in stack.workloads:
        if one.role == "migrations":
            files[f"1-{one.name}.yaml"] = _render_job(stack, one)
        else:
            parts = [_render_deployment(stack, one), *_iter_companions(stack, one)]
            files[f"2-{one.name}.yaml"] = "---\n".join(parts)
    return {name: stack.head + text for name, text in sorted(files.items())}


def _render_config_map(stack: Stack) -> str:
    keys = zip(stack.keys.values(), sorted(stack.texts), strict=True)
    data = "".join(f"  {quote(key)}: {_render_text(stack.texts[path])}" for key, path in keys)
    return f"""\
# The profiles with their bases. An edit makes another ConfigMap, with another name, so that pods
# are replaced one by one; with a broken profile the first never becomes ready, and the old stay.
apiVersion: v1
kind: ConfigMap
metadata:
  name: {stack.map_name}
  labels: {{app.kubernetes.io/name: {stack.name}}}
immutable: true
data:
{data}"""


def _render_claim(stack: Stack, folder: str) -> str:
    return f"""\
# What the step `storage` keeps in {escape(folder)}.
# Pods on several nodes write to it, which takes a storage class that can; or a bucket: then the
# step has `url` in place of `folder`.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {stack.name}-{stack.claims[folder]}
  labels: {{app.kubernetes.io/name: {stack.name}}}
spec:
  accessModes: [ReadWriteMany]
  # A start; measure what yours needs.
  resources: {{requests: {{storage: 10Gi}}}}
"""


def _render_text(text: str) -> str:
    """Return a file's text as a block, or in quotes where a block would change it."""
    is_plain = PLAIN_LINE.fullmatch(text.replace("\n", "")) is not None
    is_block = text.endswith("\n") and not text.endswith("\n\n") and text[0] not in " \t\n"
    return f"|\n{indent(text, '    ')}" if is_plain and is_block else f"{quote(text)}\n"


def _render_job(stack: Stack, one: Workload) -> str:
    name = f"{stack.name}-{one.name}-{stack.digest}"
    return f"""\
# Brings the database to head. A Job cannot be changed: another image, or other profiles, make
# another Job. Wait for it before you apply what follows; until it is done, pods with the steps
# `migrate` and `health` are not ready, and the ones before them serve on:
#   kubectl wait --for=condition=complete --timeout=600s job/{name}
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  labels: {_render_labels(stack, one)}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: 600
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels: {_render_labels(stack, one)}
    spec:
      restartPolicy: Never
{indent(_render_pod(stack, one), " " * 6)}"""


def _render_deployment(stack: Stack, one: Workload) -> str:
    labels = _render_labels(stack, one)
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {stack.name}-{one.name}
  labels: {labels}
spec:
{indent(_render_strategy(one), "  ")}  selector:
    matchLabels: {labels}
  template:
    metadata:
      labels: {labels}
    spec:
{indent(_render_pod(stack, one), " " * 6)}"""


def _render_strategy(one: Workload) -> str:
    if one.role == "beat":
        return dedent("""\
            # Two would send each task twice, even for the moment in which one replaces the other.
            replicas: 1
            strategy: {type: Recreate}
            """)
    return dedent("""\
        # Without `replicas`, which the HorizontalPodAutoscaler decides.
        strategy:
          rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
        """)


def _iter_companions(stack: Stack, one: Workload) -> Iterator[str]:
    if one.role == "web":
        yield _render_service(stack, one)
    if one.role in {"web", "worker"}:
        yield _render_budget(stack, one)
        yield _render_autoscaler(stack, one)


def _render_pod(stack: Stack, one: Workload) -> str:
    sources = dict.fromkeys((each.name, each.source) for each in iter_mounts(stack, one))
    volumes = "".join(f"- {{name: {name}, {source}}}\n" for name, source in sources)
    grace = one.end_seconds + (PRE_STOP_SECONDS if _needs_pre_stop(one) else 0)
    why = "# Longer than draining and finishing what it has begun take together.\n"
    ending = f"{why}terminationGracePeriodSeconds: {grace}\n" if one.role != "migrations" else ""
    shared = SHARED if one.role == "web" else ""
    return f"""\
automountServiceAccountToken: false
{ending}securityContext:
  runAsNonRoot: true
  runAsUser: {USER}
  runAsGroup: {USER}
  fsGroup: {USER}
  seccompProfile: {{type: RuntimeDefault}}
containers:
  - name: {one.name}
{indent(_render_container(stack, one), "    ")}\
# Nothing else can be written to. What is in memory counts towards its limit.
{shared}volumes:
{indent(volumes, "  ")}"""


def _render_container(stack: Stack, one: Workload) -> str:
    cpu, memory, limit = RESOURCES[one.role]
    mounts = "".join(
        f"- {{name: {each.name}, {each.target}}}\n" for each in iter_mounts(stack, one)
    )
    return f"""\
image: {quote(stack.image)}
args: {quote(one.arguments)}
{_render_environment(stack, one)}{_render_ports(one)}{render_probes(one)}\
# A start; measure what yours needs. Without a limit of CPU, which only slows down who could go on.
resources:
  requests: {{cpu: {cpu}, memory: {memory}}}
  limits: {{memory: {limit}}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {{drop: [ALL]}}
volumeMounts:
{indent(mounts, "  ")}"""


def _render_environment(stack: Stack, one: Workload) -> str:
    lines = [f"- {{name: STATE_DIRECTORY, value: {STATE}}}\n"]
    for name in sorted({*one.required, *one.optional}):
        source = f"name: {stack.name}, key: {name}"
        source += "" if name in one.required else ", optional: true"
        lines.append(f"- {{name: {name}, valueFrom: {{secretKeyRef: {{{source}}}}}}}\n")
    listed = indent("".join(lines), "  ")
    text = f"# What the profile reads; what has a default is optional.\nenv:\n{listed}"
    if one.prefixes:
        known = " and ".join(f"{escape(prefix)}_…" for prefix in one.prefixes)
        text += f"# For the source `env`: {known}, by their own names.\nenvFrom:\n"
        text += f"  - secretRef: {{name: {stack.name}-env, optional: true}}\n"
    return text


def _render_ports(one: Workload) -> str:
    if one.role != "web":
        return ""
    text = f"ports:\n  - {{name: http, containerPort: {one.port}}}\n"
    if one.management_port:
        text += "  # Health and metrics alone; the Service leaves it out.\n"
        text += f"  - {{name: management, containerPort: {one.management_port}}}\n"
    if _needs_pre_stop(one):
        text += "# Requests come for a while after the end was announced. `server.drain_seconds`\n"
        text += "# would answer them, and tell readiness.\n"
        text += f"lifecycle: {{preStop: {{sleep: {{seconds: {PRE_STOP_SECONDS}}}}}}}\n"
    return text


def _needs_pre_stop(one: Workload) -> bool:
    return one.role == "web" and one.drain_seconds == 0


def _render_service(stack: Stack, one: Workload) -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {stack.name}-{one.name}
  labels: {_render_labels(stack, one)}
spec:
  selector: {_render_labels(stack, one)}
  ports:
    - {{name: http, port: 80, targetPort: http}}
"""


def _render_budget(stack: Stack, one: Workload) -> str:
    return f"""\
# Nodes are emptied one pod at a time.
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {stack.name}-{one.name}
  labels: {_render_labels(stack, one)}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {_render_labels(stack, one)}
"""


def _render_autoscaler(stack: Stack, one: Workload) -> str:
    name = f"{stack.name}-{one.name}"
    return f"""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  labels: {_render_labels(stack, one)}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}
  minReplicas: {stack.replicas}
  maxReplicas: {stack.replicas * 5}
  metrics:
    - type: Resource
      resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 70}}}}
"""


def _render_labels(stack: Stack, one: Workload) -> str:
    return f"{{app.kubernetes.io/name: {stack.name}, app.kubernetes.io/component: {one.name}}}"
