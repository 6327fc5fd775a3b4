"""What steps write to is a volume where the root cannot be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import kubernetes_validate
import yaml

from tests.support.deployed import render, render_files
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

PATHS = ("profiles/web.yaml", "profiles/migrations.yaml")
FILES = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\npythonpath = ["src"]\n',
    "src/shop/__init__.py": "",
    "profiles/base.yaml": """\
version: 1
abstract: true
app: {with: {import_name: shop}}
extensions:
  - {use: database, with: {url: "${DATABASE_URL:-sqlite:///shop.db}"}}
  - {use: logging, with: {file: logs/shop.log}}
""",
    "profiles/web.yaml": """\
extends: base.yaml
extensions:
  - {use: storage, with: {folder: uploads}}
  - {use: directories, with: {paths: [logs/old, /tmp/x, /var/cache/shop, ..]}}
  - {use: storage, name: off, when: false, with: {folder: /srv/off}}
  - {use: storage, name: remote, with: {url: "s3://shop"}}
""",
    "profiles/migrations.yaml": "extends: base.yaml\nrole: migrations\n",
}
INSTANCE = "/app/src/instance"


def get_pod(files: dict[str, str], name: str) -> dict[str, Any]:
    """Return the pod of the first manifest in a file."""
    first = next(iter(yaml.safe_load_all(files[name])))
    return dict(first["spec"]["template"]["spec"])


def test_pods_have_volumes_for_what_is_written(tmp_path: Path) -> None:
    """Empty ones, but for the files that have to stay; nothing hides the project."""
    files = render_files(tmp_path, "kubernetes", FILES, PATHS)

    for text in files.values():
        for one in filter(None, yaml.safe_load_all(text)):
            kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)
    claim = next(iter(yaml.safe_load_all(files["0-storage.yaml"])))
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    pod = get_pod(files, "2-web.yaml")
    sources = {one.pop("name"): one for one in pod["volumes"]}
    mounted = {
        one["mountPath"]: sources[one["name"]] for one in pod["containers"][0]["volumeMounts"]
    }
    claimed = {"persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
    assert mounted[f"{INSTANCE}/uploads"] == claimed
    assert "emptyDir" in mounted[f"{INSTANCE}/logs"]
    assert "emptyDir" in mounted["/var/cache/shop"]
    unmounted = {"/tmp/x", "/app", "/app/src", f"{INSTANCE}/logs/old", "/srv/off"}  # noqa: S108 - in a pod
    assert not unmounted & mounted.keys()
    migrating = get_pod(files, "1-migrations.yaml")["containers"][0]["volumeMounts"]
    assert f"{INSTANCE}/logs" in {one["mountPath"] for one in migrating}


def test_compose_and_systemd_have_the_same(tmp_path: Path) -> None:
    """A named volume for what stays; under systemd all of it does."""
    (text,) = render_files(tmp_path, "compose", FILES, PATHS).values()
    read = yaml.safe_load(text)
    web = read["services"]["web"]
    (volume,) = (one for one in web["volumes"] if one["type"] == "volume")
    assert volume["target"] == f"{INSTANCE}/uploads"
    assert list(read["volumes"]) == [volume["source"]]
    assert f"{INSTANCE}/logs:uid=10001,gid=10001" in web["tmpfs"]

    units = render_files(tmp_path, "systemd", FILES, PATHS)
    written = [one for one in units["shop-web.service"].splitlines() if "ReadWritePaths" in one]
    inside = "ReadWritePaths=-/srv/shop/src/instance"
    assert written == [
        f"{inside}/logs",
        f"{inside}/uploads",
        "ReadWritePaths=-/var/cache/shop",
    ]


def test_sqlite_file_of_each_container_is_told(tmp_path: Path) -> None:
    """Where a migration is to reach it; under systemd it does, and in what is kept as well."""
    write_files(tmp_path, FILES)
    kept = FILES["profiles/base.yaml"].replace("shop.db", "uploads/shop.db")
    kept += "  - {use: storage, with: {folder: uploads}}\n"

    told, alone, units = (
        render(tmp_path, target, *paths).stderr
        for target, paths in (("compose", PATHS), ("compose", PATHS[:1]), ("systemd", PATHS))
    )
    write_files(tmp_path, {"profiles/base.yaml": kept})
    shared = render(tmp_path, "kubernetes", *PATHS).stderr

    assert told.count("warning[ASM473]") == 1
    assert told.startswith("profiles/base.yaml:5:33: warning[ASM473] each container has")
    assert (alone, units, shared) == ("", "", "")
