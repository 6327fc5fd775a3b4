"""Manifests are valid, whole, and as the profiles have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from tests.support.deployed import SHOP, render, render_files
from tests.support.processes import ROOT

if TYPE_CHECKING:
    from pathlib import Path

Manifests = dict[tuple[str, str], dict[str, Any]]
VERSION = kubernetes_validate.latest_version()


def read(files: dict[str, str]) -> Manifests:
    """Return the manifests by kind and name, each checked against Kubernetes' own schema."""
    found: Manifests = {}
    for text in files.values():
        for one in filter(None, yaml.safe_load_all(text)):
            kubernetes_validate.validate(one, VERSION, strict=True)
            found[one["kind"], one["metadata"]["name"]] = one
    return found


def get_pod(manifests: Manifests, name: str) -> dict[str, Any]:
    """Return the pod of a Deployment or of the Job."""
    (found,) = (
        one["spec"]["template"]["spec"]
        for (kind, other), one in manifests.items()
        if kind in {"Deployment", "Job"} and other.startswith(f"shop-{name}")
    )
    return dict(found)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Manifests:
    """Return the manifests of the shop."""
    return read(render_files(tmp_path_factory.mktemp("shop"), "kubernetes"))


def test_each_role_has_what_it_needs(shop: Manifests) -> None:
    """A Job for migrations, one beat that is never there twice, and the rest scaled and guarded."""
    kinds: dict[str, list[str]] = {}
    for kind, name in shop:
        kinds.setdefault(name.split("-")[1], []).append(kind)
    beat = shop["Deployment", "shop-beat"]["spec"]

    assert kinds == {
        "profiles": ["ConfigMap"],
        "migrations": ["Job"],
        "web": ["Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"],
        "worker": ["Deployment", "PodDisruptionBudget", "HorizontalPodAutoscaler"],
        "beat": ["Deployment"],
    }
    assert (beat["replicas"], beat["strategy"]) == (1, {"type": "Recreate"})
    assert "replicas" not in shop["Deployment", "shop-web"]["spec"]


def test_files_are_applied_in_order(tmp_path: Path) -> None:
    """`kubectl apply --filename FOLDER` takes them by name: the migration before what needs it."""
    files = render_files(tmp_path, "kubernetes")

    assert list(files) == sorted(files)
    assert list(files)[:2] == ["0-profiles.yaml", "1-migrations.yaml"]


def test_the_config_map_has_the_profiles_with_their_bases(shop: Manifests) -> None:
    """Letter for letter, with the config files that the mount would hide; an edit renames it."""
    (config_map,) = (one for (kind, _), one in shop.items() if kind == "ConfigMap")
    mounted = get_pod(shop, "web")["volumes"][0]["projected"]["sources"][0]["configMap"]

    assert config_map["data"] == {
        path.removeprefix("profiles/"): text
        for path, text in SHOP.items()
        if path.startswith("profiles/")
    }
    assert mounted["name"] == config_map["metadata"]["name"]


def test_folders_of_profiles_are_kept(tmp_path: Path) -> None:
    """A key has no slash, so that each says its path."""
    files = {
        "profiles/eu/web.yaml": "extends: [../base.yaml]\nextensions: [health]\n",
        "profiles/eu/worker.yaml": "extends: [../base.yaml]\nrole: worker\n",
    }
    shop = read(render_files(tmp_path, "kubernetes", files, ("profiles/eu/web.yaml",)))
    (config_map,) = (one for (kind, _), one in shop.items() if kind == "ConfigMap")
    mounted = get_pod(shop, "web")["volumes"][0]["projected"]["sources"][0]["configMap"]

    paths = {one["key"]: one["path"] for one in mounted["items"]}
    assert set(paths) == set(config_map["data"])
    assert set(paths.values()) == {"base.yaml", "settings.toml", "eu/web.yaml"}


def test_another_profile_or_image_is_another_job(tmp_path: Path) -> None:
    """A Job and an immutable ConfigMap cannot be changed."""
    first = read(render_files(tmp_path, "kubernetes"))
    edited = {"profiles/beat.yaml": SHOP["profiles/beat.yaml"] + "# edited\n"}
    second = read(render_files(tmp_path, "kubernetes", edited))

    changed = {kind for kind, _ in first.keys() ^ second.keys()}
    assert changed == {"ConfigMap", "Job"}


def test_variables_and_files_come_from_secrets(shop: Manifests) -> None:
    """Each that a profile reads, those with a default as optional; nothing is written out."""
    pod = get_pod(shop, "web")
    (container,) = pod["containers"]
    env = {one["name"]: one for one in container["env"]}
    volumes = {one["name"]: one for one in pod["volumes"]}
    secret = volumes["secrets-1"]["secret"]
    among = volumes["profiles"]["projected"]["sources"][1]["secret"]
    places = {one["mountPath"]: one for one in container["volumeMounts"]}

    assert env["DATABASE_URL"]["valueFrom"]["secretKeyRef"] == {
        "name": "shop",
        "key": "DATABASE_URL",
    }
    for name in ("BROKER_URL", "REDIS_HOST"):
        assert env[name]["valueFrom"]["secretKeyRef"]["optional"] is True
    assert container["envFrom"] == [{"secretRef": {"name": "shop-env", "optional": True}}]
    assert [one["key"] for one in secret["items"]] == ["secret_key"]
    assert among["items"] == [{"key": "api", "path": "keys/api"}]
    assert places["/run/secrets"]["readOnly"] is True
    assert places["/app/profiles"]["readOnly"] is True


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrations"])
def test_pods_are_confined(shop: Manifests, name: str) -> None:
    """As the strictest of Kubernetes' standards for pods asks, with a read-only root."""
    pod = get_pod(shop, name)
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {one["name"] for one in container["volumeMounts"]} == {
        one["name"] for one in pod["volumes"]
    }
    assert set(container["resources"]) == {"requests", "limits"}


def test_web_is_reached_asked_and_drained(shop: Manifests) -> None:
    """On every address of the pod; the paths of the step `health`; time for what is in flight."""
    pod = get_pod(shop, "web")
    (web,) = pod["containers"]

    assert web["args"] == ["run", "--bind", "0.0.0.0:8000", "profiles/web.yaml"]
    paths = [web[f"{one}Probe"]["httpGet"]["path"] for one in ("startup", "liveness", "readiness")]
    assert paths == ["/health/startup", "/health/live", "/health/ready"]
    assert web["startupProbe"]["periodSeconds"] * web["startupProbe"]["failureThreshold"] > 60
    assert pod["terminationGracePeriodSeconds"] > 5 + 20
    assert "lifecycle" not in web
    assert "workers" in [one["name"] for one in web["volumeMounts"]]


def test_web_without_draining_waits_before_its_end(tmp_path: Path) -> None:
    """And without a step `health` it is asked whether it listens; management has its own port."""
    profiles = {
        "profiles/web.yaml": "extends: base.yaml\n",
        "profiles/managed.yaml": "extends: base.yaml\nextensions: [health]\n"
        "server: {bind: ':8000', management_bind: ':9000'}\n",
    }
    shop = read(
        render_files(
            tmp_path, "kubernetes", profiles, ("profiles/web.yaml", "profiles/managed.yaml")
        )
    )
    (web,) = get_pod(shop, "web")["containers"]
    (managed,) = get_pod(shop, "managed")["containers"]

    assert web["lifecycle"]["preStop"] == {"sleep": {"seconds": 5}}
    assert web["readinessProbe"]["tcpSocket"] == {"port": "http"}
    assert managed["args"] == ["run", "profiles/managed.yaml"]
    assert managed["readinessProbe"]["httpGet"]["port"] == "management"
    assert {one["name"]: one["containerPort"] for one in managed["ports"]} == {
        "http": 8000,
        "management": 9000,
    }
    assert [one["targetPort"] for one in shop["Service", "shop-managed"]["spec"]["ports"]] == [
        "http"
    ]


def test_celery_is_asked_without_http(shop: Manifests) -> None:
    """By its health file, in a folder that it can write to, else by `assembler status`."""
    (worker,) = get_pod(shop, "worker")["containers"]
    (beat,) = get_pod(shop, "beat")["containers"]

    asked = worker["livenessProbe"]["exec"]["command"]
    assert asked == ["sh", "-c", 'test -n "$(find /var/alive/worker -mmin -1)"']
    assert "/var/alive" in [one["mountPath"] for one in worker["volumeMounts"]]
    assert get_pod(shop, "worker")["terminationGracePeriodSeconds"] > 90
    assert beat["livenessProbe"]["exec"]["command"] == [
        "assembler",
        "status",
        "profiles/beat.yaml",
    ]
    assert beat["args"] == ["beat", "profiles/beat.yaml", "--", "--schedule", "/data/beat-schedule"]


def test_profiles_in_the_projects_root_do_not_hide_it(tmp_path: Path) -> None:
    """They are mounted one by one."""
    secrets = "config: [{use: values, with: {A: {$file: a}, B: {$file: keys/b}}}]\n"
    files = {"web.yaml": f"version: 1\napp: {{with: {{import_name: shop}}}}\n{secrets}"}
    shop = read(render_files(tmp_path, "kubernetes", files, ("web.yaml",)))
    (web,) = get_pod(shop, "web")["containers"]

    places = {one["mountPath"]: one.get("subPath") for one in web["volumeMounts"]}
    assert (places["/app/web.yaml"], places["/app/a"]) == ("web.yaml", "a")
    assert places["/app/keys"] is None
    assert "/app" not in places


@pytest.mark.parametrize(
    "text", ["# tab\there\n", "# no end", "# two\n\n", " # blank\n", "#  \r\n", "# ü ☃ 🎉\n"]
)
def test_any_text_is_kept_as_it_is(tmp_path: Path, text: str) -> None:
    """Whatever YAML would make of it."""
    profile = f"{text}\nversion: 1\n" if not text.startswith(" ") else f"{text}version: 1\n"
    profile += text
    files = render_files(tmp_path, "kubernetes", {"profiles/w.yaml": profile}, ("profiles/w.yaml",))
    (config_map,) = (one for (kind, _), one in read(files).items() if kind == "ConfigMap")

    assert config_map["data"]["w.yaml"].encode() == (tmp_path / "profiles/w.yaml").read_bytes()


def test_it_agrees_with_the_manifests_that_are_explained(tmp_path: Path) -> None:
    """Those of docs/deploy-kubernetes.md, by hand for the default app: the same choices."""
    paths = ("profiles/production.yaml", "profiles/migrations.yaml")
    done = render(ROOT, "kubernetes", *paths, "--name", "journal", "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    rendered = read({file.name: file.read_text("utf-8") for file in tmp_path.iterdir()})
    folder = ROOT / "deploy" / "kubernetes"
    by_hand = read({file.name: file.read_text("utf-8") for file in folder.iterdir()})

    for name, kind in (("production", "Deployment"), ("migrations", "Job")):
        (hand,) = (one for (other, _), one in by_hand.items() if other == kind)
        (made,) = (one for (other, _), one in rendered.items() if other == kind)
        pods = [one["spec"]["template"]["spec"] for one in (made, hand)]
        containers = [pod["containers"][0] for pod in pods]
        assert containers[0]["name"] == name
        for key in ("securityContext", "automountServiceAccountToken", "restartPolicy"):
            assert pods[0].get(key) == pods[1].get(key)
        for key in (
            "securityContext",
            "resources",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
        ):
            assert containers[0].get(key) == containers[1].get(key)
        assert made["spec"].get("strategy") == hand["spec"].get("strategy")
        mounted = [{one["mountPath"] for one in each["volumeMounts"]} for each in containers]
        assert mounted[1] <= mounted[0]
