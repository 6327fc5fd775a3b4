"""The compose file is valid, and as the profiles have it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.deployed import render_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the shop."""
    folder = tmp_path_factory.mktemp("shop")
    (text,) = render_files(folder, "compose").values()
    written = folder / "compose.yaml"
    written.write_text(text, "utf-8")
    return written


@pytest.fixture(scope="module")
def shop(file: Path) -> dict[str, Any]:
    """Return what is in it."""
    read: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return read


def test_it_is_valid(file: Path) -> None:
    """By the schema of the Compose Specification, without a key that it does not know."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, file], capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout


def test_the_migration_comes_first(shop: dict[str, Any]) -> None:
    """Everything else waits until it is done; it is not started again and again."""
    services = shop["services"]
    first = {"migrations": {"condition": "service_completed_successfully"}}

    assert [one.get("depends_on") for one in services.values()] == [None, first, first, first]
    assert services["migrations"]["restart"] == "on-failure:3"
    replicas = {name: one["deploy"]["replicas"] for name, one in services.items()}
    assert replicas == {"migrations": 1, "web": 1, "worker": 2, "beat": 1}


def test_services_are_confined(shop: dict[str, Any]) -> None:
    """Not root, nothing of the image can be written to, the profiles neither."""
    for one in shop["services"].values():
        assert (one["user"], one["read_only"], one["cap_drop"]) == ("10001:10001", True, ["ALL"])
        assert one["volumes"][0]["read_only"] is True
    assert "/var/alive:uid=10001,gid=10001" in shop["services"]["worker"]["tmpfs"]


def test_variables_and_files_come_from_outside(shop: dict[str, Any]) -> None:
    """One that must be set stops `docker compose up`; one with a default may be left out."""
    web = shop["services"]["web"]

    assert web["environment"]["DATABASE_URL"] == "${DATABASE_URL:?}"
    assert web["environment"]["BROKER_URL"] is None
    assert web["secrets"] == [
        {"source": "secret-key", "target": "/run/secrets/secret_key"},
    ]
    assert shop["secrets"]["secret-key"] == {"file": "./secrets/secret_key"}


def test_each_is_asked_and_given_time(shop: dict[str, Any]) -> None:
    """Web over HTTP, the worker by its file; longer than its tasks may take."""
    services = shop["services"]

    assert "127.0.0.1:8000/health/live" in services["web"]["healthcheck"]["test"][-1]
    assert "$$(find /var/alive/worker" in services["worker"]["healthcheck"]["test"][-1]
    assert services["beat"]["healthcheck"]["test"][:2] == ["CMD", "assembler"]
    assert services["web"]["stop_grace_period"] == "35s"
    assert services["worker"]["stop_grace_period"] == "100s"
    assert services["web"]["command"][:3] == ["run", "--bind", "0.0.0.0:8000"]
