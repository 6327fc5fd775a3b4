"""The command inspect: what it prints, finds, and fails at."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types

from tests.support.processes import run_cli
from tests.support.scripts import write_files

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

FILES = {
    "shop.py": """\
        import os

        def set_prices(app):
            app.config["SHOP_PRICES"] = {"tea": 3}
            app.extensions["prices"] = {}
            app.jinja_env.filters["price"] = str

        def set_offers(app):
            app.config["SHOP_OFFERS"] = app.config["SHOP_PRICES"]
            app.extensions["prices"]["tea"] = 3
            app.config.get("SHOP_TITLE")
            app.jinja_env.filters["price"] = repr
            app.config["SHOP_LATE"] = 1

        def ask_early(app):
            app.config.get("SHOP_LATE")
            app.config.setdefault("SHOP_COLOUR", "red")

        def slow(app):
            import slow_module
    """,
    "slow_module.py": "import time\ntime.sleep(0.05)\n",
    "web.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        config:
          - use: values
            with: {SHOP_TITEL: "</script>&", SHOP_PASSWORD: "s3cr3t-w0rd-22", SHOP_X: 1}
        extensions:
          - {use: "shop:ask_early", name: early}
          - {use: "shop:set_prices", name: prices}
          - {use: "shop:set_offers", name: offers}
          - {use: "shop:slow", name: slow, when: {$config: SHOP_X}}
          - {use: "shop:slow", name: never, when: false}
    """,
    "gevent.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        patches: [gevent]
        config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: "sqlite://"}}]
        extensions: ["shop:set_prices", database]
    """,
    "broken.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        extensions: ["shop:no_such_thing"]
    """,
    "leaving.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        extensions: [{use: "os:_exit", as: function, with: {status: 7}}]
    """,
}


def inspect(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder with the shop."""
    write_files(folder, FILES)
    done = run_cli(["-m", "assembler", "inspect", *args], folder)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def inspect_json(folder: Path, *args: str) -> dict[str, Any]:
    """Run the command, and return what it prints as JSON."""
    done = inspect(folder, *args, "--output-format", "json")
    assert done.returncode == 0, done.stderr
    ledger: dict[str, Any] = json.loads(done.stdout)
    return ledger


def test_inspect_prints_a_ledger_as_its_published_schema_has_it(tmp_path: Path) -> None:
    """With what was found, and without any secret."""
    ledger = inspect_json(tmp_path, "web.yaml")
    schema = run_cli(["-m", "assembler", "schema", "--ledger"], tmp_path).stdout

    Draft202012Validator(json.loads(schema)).validate(ledger)
    assert "s3cr3t" not in json.dumps(ledger)
    steps = {step["name"]: step for step in ledger["steps"]}
    assert steps["slow"]["imported"]["dearest"][0]["module"] == "slow_module"
    assert steps["slow"]["import_ms"] >= 50  # as long as it sleeps
    assert (steps["never"]["outcome"], steps["never"]["effects"]) == ("skipped", [])
    assert ledger["unread"] == ["SHOP_TITEL", "SHOP_PASSWORD"]
    assert ledger["critical_path"][:2] == ["app", "values"]


def test_inspect_finds_conflicts_orders_and_slips(tmp_path: Path) -> None:
    """Each with the line that is at fault, and the other one."""
    found = inspect_json(tmp_path, "web.yaml")["findings"]

    said = {one["name"]: (one["line"], one["message"], one["hint"]) for one in found}
    assert said == {
        "near-miss-key": (
            4,
            "nothing reads 'SHOP_TITEL', and 'offers' asks for 'SHOP_TITLE', which is not set",
            "Did you mean 'SHOP_TITLE'?",
        ),
        "read-before-set": (
            7,
            "'early' asks for config SHOP_LATE before 'offers' sets it",
            "Move 'early' below 'offers', if it is to find that value.",
        ),
        "order-not-written": (
            9,
            "'offers' reads config SHOP_PRICES of 'prices', and nothing keeps that order",
            "Add `after: [prices]` to 'offers'.",
        ),
        "step-overwrites": (
            9,
            "'offers' replaces the Jinja filter 'price', which 'prices' has set",
            "Remove one of the two, or give them other names.",
        ),
    }


def test_patched_profile_is_inspected_with_its_patches_as_steps(tmp_path: Path) -> None:
    """In a process that is patched and thrown away."""
    ledger = inspect_json(tmp_path, "gevent.yaml")

    (patch, *_) = ledger["steps"]
    assert (patch["kind"], patch["name"], patch["place"]["line"]) == ("patch", "gevent", 3)
    assert patch["imported"]["modules"] > 0
    assert ledger["findings"] == []  # that the database's driver is checked is no step's reading


def test_budget_fails_and_names_the_step_that_grew(tmp_path: Path) -> None:
    """Against the baseline that an earlier run wrote."""
    inspect(tmp_path, "web.yaml", "--write-baseline", "boot.json")
    baseline = json.loads((tmp_path / "boot.json").read_text("utf-8"))
    for step in baseline["steps"]:  # so that a busy machine changes nothing
        step["ms"] = 1.0 if step["name"] == "slow" else 100_000.0
    (tmp_path / "boot.json").write_text(json.dumps(baseline), "utf-8")

    done = inspect(tmp_path, "web.yaml", "--budget", "10ms", "--baseline", "boot.json")

    assert done.returncode == 1
    assert re.search(
        r"web\.yaml:10:\d+: error\[ASM533\] the boot took \d+ ms, more than its budget of 10 ms: "
        r"'slow' grew the most, from 1 to \d+ ms",
        done.stderr,
    )
    assert inspect(tmp_path, "web.yaml", "--budget", "600s").returncode == 0


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["broken.yaml"], 1, "broken.yaml:3:14: error[ASM504]"),
        (["leaving.yaml"], 1, "leaving.yaml:1:1: error[ASM525] the process exited with 7"),
        (["web.yaml", "--budget", "fast"], 2, "expected a duration such as 800ms"),
        (["web.yaml", "--baseline", "none.json"], 1, "none.json:1:1: error[ASM122]"),
        (["web.yaml", "--baseline", "web.yaml"], 1, "web.yaml:1:1: error[ASM205]"),
        (["web.yaml", "--html", "no/where.html"], 2, "'no/where.html' cannot be written"),
        (["web.yaml", "--arguments", "{"], 2, "--arguments is no JSON"),
        (["web.yaml", "--arguments", "[1]"], 2, "--arguments is no mapping"),
        (["web.yaml", "--config", '{"$import": "none:x"}'], 1, "--config:1:1: error[ASM503]"),
        (["web.yaml", "--config", '{"$import": 3}'], 1, "--config:1:1: error[ASM211]"),
    ],
)
def test_bad_input_is_one_clear_message(
    tmp_path: Path, args: list[str], status: int, said: str
) -> None:
    """And no traceback."""
    done = inspect(tmp_path, *args)

    assert done.returncode == status
    assert said in done.stderr


class Page(HTMLParser):
    """Collects the tags of a page, and what would be loaded."""

    def __init__(self) -> None:
        """Begin."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))


def test_page_needs_nothing_and_escapes_everything(tmp_path: Path) -> None:
    """A bar for each step, that leads to what the step did; no address, no secret."""
    done = inspect(tmp_path, "web.yaml", "--html", "boot.html")
    text = (tmp_path / "boot.html").read_text("utf-8")
    page = Page()
    page.feed(text)

    assert done.returncode == 0
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    sections = [attrs["id"] for tag, attrs in page.tags if tag == "section"]
    assert links == [f"#{one}" for one in sections]
    assert len(links) == 8
    assert sum(attrs.get("class") == "critical" for tag, attrs in page.tags if tag == "a") > 2
    assert not {"src", "srcset", "data"}.intersection(*[attrs for _, attrs in page.tags])
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "link", "iframe", "object"})
    assert "://" not in text
    assert text.count("</script>") == 1
    assert "&lt;/script&gt;&amp;" in text
    assert "s3cr3t" not in text
