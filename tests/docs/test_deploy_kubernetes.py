"""Carry out what docs/deploy-kubernetes.md tells people to do: the manifests, without a cluster."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from tests.support.container import Container, Image, get_main_process
from tests.support.processes import ROOT, free_port, run_cli, wait_until
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

PAGE = (ROOT / "docs" / "deploy-kubernetes.md").read_text("utf-8")
COMMANDS = [shlex.split(line) for line in re.findall(r"^\$ (.+)$", PAGE, re.MULTILINE)]
FOLDER = ROOT / "deploy" / "kubernetes"
MANIFESTS = {
    one["kind"]: one
    for file in sorted(FOLDER.iterdir())
    for one in yaml.safe_load_all(file.read_text("utf-8"))
}
PODS = {kind: MANIFESTS[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job")}
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


@dataclass(frozen=True, slots=True)
class Cluster:
    """What Kubernetes would have: the Secret and the ConfigMap, as folders that it mounts."""

    folder: Path
    port: int

    def make(self) -> None:
        """Make both, with a database in a file."""
        for name in ("journal", "journal-profiles-1", "state"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, 10001, 10001)
        self.swap("journal", "1", {"secret_key": "b3JkaW5hcnktd29yZHMtb2YtdGhlLXRlc3RzLTEyMzQ1"})
        self.swap("journal-profiles-1", "1", MANIFESTS["ConfigMap"]["data"])

    def swap(self, volume: str, version: str, files: dict[str, str]) -> None:
        """Change a volume as the kubelet does: a new folder, and one link to it renamed."""
        place = self.folder / volume
        write_files(place, {f"..{version}/{name}": text for name, text in files.items()})
        for name in files:
            if not (place / name).is_symlink():
                (place / name).symlink_to(f"..data/{name}")
        (place / "..data_tmp").symlink_to(f"..{version}")
        (place / "..data_tmp").rename(place / "..data")

    def build(self, image: Image, pod: dict[str, Any]) -> tuple[Container, list[str]]:
        """Return the container of a pod, and what runs in it."""
        (spec,) = pod["containers"]
        sources = {volume["name"]: volume for volume in pod["volumes"]}
        mounts = {
            mount["mountPath"]: self._find_source(sources[mount["name"]])
            for mount in spec["volumeMounts"]
        }
        values = {"DATABASE_URL": "sqlite:////data/journal.db"}
        env = {
            one["name"]: one.get("value") or values[one["valueFrom"]["secretKeyRef"]["key"]]
            for one in spec["env"]
            if not one.get("valueFrom", {}).get("secretKeyRef", {}).get("optional")
        }
        own = {"BIND": f"127.0.0.1:{self.port}", "DRAIN_SECONDS": "0.5", "WORKERS": "1"}
        container = replace(
            image.container,
            # The database of this test is a file, which both pods see.
            mounts={**mounts, "/data": self.folder / "state"},
            env={**image.container.env, **env, **own},
            user=pod["securityContext"]["runAsUser"],
            is_read_only=spec["securityContext"]["readOnlyRootFilesystem"],
        )
        return container, ["assembler", *spec["args"]]

    def _find_source(self, volume: dict[str, Any]) -> Path | None:
        match volume:
            case {"configMap": {"name": name}} | {"secret": {"secretName": name}}:
                return self.folder / str(name)
            case {"emptyDir": _}:
                return None
        message = f"unknown volume: {volume}"
        raise AssertionError(message)


@pytest.fixture
def cluster(image: Image, tmp_path: Path) -> Cluster:
    """Return one whose database is at head: the Job has run."""
    made = Cluster(tmp_path, free_port())
    made.make()
    job, command = made.build(image, PODS["Job"])
    done = job.run(command)
    assert done.returncode == 0, done.stderr
    return made


@pytest.mark.parametrize("kind", MANIFESTS)
def test_manifests_are_valid(kind: str) -> None:
    """By the schema of the latest version of Kubernetes, without a key that it does not know."""
    version = kubernetes_validate.latest_version()

    kubernetes_validate.validate(MANIFESTS[kind], version, strict=True)


@pytest.mark.parametrize("kind", PODS)
def test_pods_are_confined(kind: str) -> None:
    """As the strictest of Kubernetes' standards for pods asks, and with a read-only root."""
    pod = PODS[kind]
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_names_agree() -> None:
    """What one manifest names, another one has, or a command of the page makes."""
    (secret,) = (command for command in COMMANDS if command[1:3] == ["create", "secret"])
    keys = {word.partition("=")[2].partition("=")[0] for word in secret if "--from" in word}
    text = "".join(file.read_text("utf-8") for file in sorted(FOLDER.iterdir()))
    labels = MANIFESTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    job = MANIFESTS["Job"]["metadata"]["name"]

    assert keys == set(re.findall(r"\bkey: (\w+)", text))
    assert set(re.findall(r"secret(?:KeyRef: \{n|N)ame: (\w+)", text)) == {secret[4]}
    assert set(re.findall(r"configMap: {name: ([\w-]+)}", text)) == {
        MANIFESTS["ConfigMap"]["metadata"]["name"]
    }
    assert MANIFESTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert MANIFESTS["Service"]["spec"]["selector"] == labels
    assert [f"job/{job}"] == [word for command in COMMANDS for word in command if "job/" in word]
    applied = [command[-1] for command in COMMANDS if command[1] == "apply"]
    assert sorted(applied) == [str(file.relative_to(ROOT)) for file in sorted(FOLDER.iterdir())]


def test_times_suit_the_profile() -> None:
    """A pod is not killed while it drains or boots."""
    server = yaml.safe_load(MANIFESTS["ConfigMap"]["data"]["production.yaml"])["server"]
    pod = PODS["Deployment"]
    startup = pod["containers"][0]["startupProbe"]
    drain = int(re.findall(r"\d+", server["drain_seconds"])[0])

    assert pod["terminationGracePeriodSeconds"] > drain + server["with"]["graceful_timeout"]
    assert startup["periodSeconds"] * startup["failureThreshold"] > 60


def test_the_deployment_serves(image: Image, cluster: Cluster, process: StartProcess) -> None:
    """Its probes pass, its control socket answers, and it ends when it is told to."""
    container, command = cluster.build(image, PODS["Deployment"])
    (spec,) = PODS["Deployment"]["containers"]
    running = container.start(process, command)
    answers = [
        running.wait_for_http(
            f"http://127.0.0.1:{cluster.port}{spec[probe]['httpGet']['path']}", status=200
        )
        for probe in PROBES
    ]
    execs = [command[4:] for command in COMMANDS if command[1] == "exec"]
    done = [container.run_beside(running, one) for one in execs]
    main = get_main_process(running)

    assert [one.status for one in answers] == [200, 200, 200]
    assert answers[-1].json()["database"]["status"] == "head"
    assert main.uids().real == 10001
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    main.terminate()
    assert running.wait() == 0, running.output


def test_a_rendered_deployment_serves(
    image: Image, cluster: Cluster, process: StartProcess
) -> None:
    """What `assembler render` makes of the same profiles runs as well: confined, and ready."""
    paths = ["profiles/migrations.yaml", "profiles/production.yaml"]
    done = run_cli(["-m", "assembler", "render", "kubernetes", *paths, "--name", "journal"], ROOT)
    made = list(yaml.safe_load_all(done.stdout))
    (config_map,) = (one for one in made if one["kind"] == "ConfigMap")
    (deployment,) = (one for one in made if one["kind"] == "Deployment")
    name = config_map["metadata"]["name"]
    (cluster.folder / name).mkdir()
    os.chown(cluster.folder / name, 10001, 10001)
    cluster.swap(name, "1", config_map["data"])
    container, command = cluster.build(image, deployment["spec"]["template"]["spec"])
    at = command.index("--bind") + 1
    command[at] = command[at].replace("0.0.0.0:5001", f"127.0.0.1:{cluster.port}")

    running = container.start(process, command)
    ready = running.wait_for_http(f"http://127.0.0.1:{cluster.port}/health/ready", status=200)
    status = container.run_beside(running, ["assembler", "status", "profiles/production.yaml"])

    assert ready.json()["database"]["status"] == "head"
    assert status.returncode == 0, status.stderr
    assert get_main_process(running).uids().real == 10001


def test_an_edited_config_map_is_taken_over(
    image: Image, cluster: Cluster, process: StartProcess
) -> None:
    """With ``--watch``: a broken edit is refused, a good one and a swapped key are served."""
    container, command = cluster.build(image, PODS["Deployment"])
    (watching,) = re.findall(r"args: \[(run, --watch, [\w./]+)\]", PAGE)
    running = container.start(process, ["assembler", *watching.split(", ")])
    running.wait_for_http(f"http://127.0.0.1:{cluster.port}/health/ready", status=200)
    profiles = MANIFESTS["ConfigMap"]["data"]
    broken = profiles["web.yaml"].replace("- proxy_fix", "- proxy_fixx")
    good = profiles["production.yaml"] + "  probation: {seconds: 0}\n"

    def wait_for_status(pattern: str) -> str:
        def look() -> str | None:
            status = container.run_beside(running, ["assembler", "status", command[-1]]).stdout
            return status if re.search(pattern, status) else None

        return wait_until(look, pattern)

    cluster.swap("journal-profiles-1", "2", {**profiles, "web.yaml": broken})
    refused = wait_for_status("no extension is called 'proxy_fixx'")
    cluster.swap("journal-profiles-1", "3", {**profiles, "production.yaml": good})
    edited = wait_for_status(r"generation 2\b")
    cluster.swap("journal", "2", {"secret_key": "YW5vdGhlci1zZXQtb2Ytd29yZHMtb2YtdGhlLXRlc3Rz"})
    swapped = wait_for_status(r"generation 3\b")

    assert "generation 1 (" in refused
    assert "on disk: the same" in edited
    assert "on disk: the same" in swapped
