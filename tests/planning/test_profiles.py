"""Test whole profiles: the valid ones are planned, what is wrong with the others is told exactly.

Dropping a file into a folder adds its tests. Beside a broken profile stands what the command prints
to standard error, as ``NAME.expected``:

    valid     planned without a word; what `show` prints of one gives the same plan
    broken    `assembler plan NAME.yaml`; imports nothing, so that nothing they name is there
    failing   `assembler flask NAME.yaml routes`; what they name is in ``parts.py`` there
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Severity
from assembler.document.document import load_document
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode, iter_scalars
from assembler.document.template import OPERATOR, iter_variables, parse_template
from assembler.language.condition import PARSERS
from assembler.language.shape import AppShape, ProfileShape, ServerShape, StepShape, WorkerShape
from assembler.planning.step_forms import iter_forms
from assembler.references.reference_forms import REFERENCES
from assembler.references.values import RESOLVERS
from assembler.steps.adapters import ADAPTER_NAMES
from tests.support.commands import Outcome, run_commands, run_here
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic import BaseModel

    Run = Callable[[Sequence[Sequence[str]], Path, Mapping[str, str]], list[Outcome]]

PROFILES = Path(__file__).parent.parent / "profiles"
VALID, BROKEN, FAILING = (PROFILES / name for name in ("valid", "broken", "failing"))
# The environment of every profile there.
ENV = {
    "SHOP_TITLE": "Corner: shop #1",
    "SHOP_MODE": "Production",
    "SHOP_PORT": "8000",
    "SHOP_EMPTY": "",
    "SHOP_DSN": "https://key:geheim-dsn@errors.example.org/1",
}

FINDING = re.compile(
    r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning|info)"
    r"\[(?P<code>ASM\d{3})\] (?P<message>.+) \[(?P<name>[a-z-]+)\]"
)


def find_names(folder: Path) -> list[str]:
    """Return the names of the profiles of ``folder``, without their suffix."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def run_all(folder: Path, *args: list[str], run: Run = run_here) -> dict[str, Outcome]:
    """Run a command (its words before and after the profile's) on each profile of ``folder``."""
    before, after = args
    names = find_names(folder)
    commands = [[*before, f"{name}.yaml", *after] for name in names]
    return dict(zip(names, run(commands, folder, ENV), strict=True))


@pytest.fixture(scope="module")
def broken_outcomes() -> dict[str, Outcome]:
    """Return what `plan` says of each broken profile."""
    return run_all(BROKEN, ["plan"], [])


@pytest.fixture(scope="module")
def failing_outcomes() -> dict[str, Outcome]:
    """Return what `flask … routes` says of each failing profile."""
    return run_all(FAILING, ["flask"], ["routes"], run=run_commands)


@pytest.fixture(scope="module")
def valid_outcomes() -> dict[str, Outcome]:
    """Return the plan, as JSON, of each valid profile."""
    return run_all(VALID, ["plan"], ["--output-format", "json"])


@pytest.fixture(scope="module")
def shown_outcomes() -> dict[str, Outcome]:
    """Return what `show` prints of each valid profile."""
    return run_all(VALID, ["show"], [])


@pytest.mark.parametrize("name", find_names(BROKEN))
def test_what_is_wrong_with_a_profile_is_told_exactly(
    broken_outcomes: dict[str, Outcome], name: str
) -> None:
    """To standard error, with status 1 for an error; what only warns is planned all the same."""
    expected = (BROKEN / f"{name}.expected").read_text("utf-8")
    outcome = broken_outcomes[name]
    assert outcome.stderr == expected
    has_errors = ": error[" in expected
    assert (outcome.status, bool(outcome.stdout)) == (int(has_errors), not has_errors)


@pytest.mark.parametrize("name", find_names(FAILING))
def test_what_fails_while_assembling_is_told_exactly(
    failing_outcomes: dict[str, Outcome], name: str
) -> None:
    """At the step or the option that failed, with nothing of ours in it."""
    expected = (FAILING / f"{name}.expected").read_text("utf-8")
    assert failing_outcomes[name] == Outcome(1, "", expected)


@pytest.mark.parametrize("folder", [BROKEN, FAILING], ids=["broken", "failing"])
def test_every_expected_output_is_that_of_a_profile(folder: Path) -> None:
    """And says something: nothing is expected in silence."""
    expected = {file.stem: file.read_text("utf-8") for file in folder.glob("*.expected")}
    assert sorted(expected) == find_names(folder)
    assert all(expected.values())


@pytest.mark.parametrize("folder", [BROKEN, FAILING], ids=["broken", "failing"])
def test_a_finding_is_one_line_and_has_a_remedy(folder: Path) -> None:
    """Lower-case start, no final period, a code and its name that belong together; a hint each."""
    known = {(code.number, code.name, str(code.severity)) for code in codes.CODES}
    for file in folder.glob("*.expected"):
        found = [FINDING.fullmatch(line) for line in file.read_text("utf-8").splitlines()]
        lines = file.read_text("utf-8").splitlines()
        hints = [line for line in lines if line.startswith("  hint: ")]
        notes = [line for line in lines if line.startswith("  note: ")]
        findings = [match for match in found if match is not None]
        assert len(findings) + len(hints) + len(notes) == len(lines), file.name
        assert len(hints) == len(findings), file.name
        for match in findings:
            assert (match["code"], match["name"], match["severity"]) in known, file.name
            assert not match["message"].endswith("."), file.name
        for hint in hints:
            assert re.match(r"  hint: [A-Z\"].*[^\s]$", hint), file.name
            assert hint.endswith((".", "?", '"')), file.name


@pytest.mark.parametrize("name", find_names(BROKEN))
def test_a_finding_lies_inside_its_file(name: str, broken_outcomes: dict[str, Outcome]) -> None:
    """At a line that is there, and at a column of it or right behind its end."""
    for line in broken_outcomes[name].stderr.splitlines():
        match = FINDING.fullmatch(line)
        if match is None:
            continue
        text = (BROKEN / match["path"]).read_bytes().decode("utf-8", "replace")
        lines = re.split(r"\r\n|\r|\n", text)
        number, column = int(match["line"]), int(match["column"])
        assert 1 <= number <= len(lines)
        assert 1 <= column <= len(lines[number - 1]) + 1


def test_a_process_of_its_own_prints_the_same() -> None:
    """The other commands run in this one, which is only quicker."""
    name = "several_mistakes_web"
    done = run_cli(["-m", "assembler", "plan", f"{name}.yaml"], BROKEN, ENV)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (BROKEN / f"{name}.expected").read_text("utf-8")


@pytest.mark.parametrize("name", find_names(VALID))
def test_a_valid_profile_is_planned_without_a_word(
    valid_outcomes: dict[str, Outcome], name: str
) -> None:
    """No warning, and a plan with every step that the profile has."""
    outcome = valid_outcomes[name]
    assert (outcome.status, outcome.stderr) == (0, "")
    assert json.loads(outcome.stdout)["profile"]


def test_what_show_prints_gives_the_same_plan(
    valid_outcomes: dict[str, Outcome], shown_outcomes: dict[str, Outcome], tmp_path: Path
) -> None:
    """For every valid profile: bases folded in, variables filled in, and yet it means the same."""
    for name, outcome in shown_outcomes.items():
        assert (outcome.status, outcome.stderr) == (0, ""), name
        (tmp_path / f"{name}.yaml").write_text(outcome.stdout, "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.assembler]\n")
    again = run_all(tmp_path, ["plan"], ["--output-format", "json"])
    assert sorted(again) == find_names(VALID)
    for name, outcome in again.items():
        assert outcome.stderr == "", name
        assert get_plan(outcome) == get_plan(valid_outcomes[name]), name


def test_what_show_prints_is_shown_again_as_it_is(
    shown_outcomes: dict[str, Outcome], tmp_path: Path
) -> None:
    """Showing is at its end after the first time, but for secrets, which are masked by then."""
    for name, outcome in shown_outcomes.items():
        (tmp_path / f"{name}.yaml").write_text(outcome.stdout, "utf-8")
    for name, outcome in run_all(tmp_path, ["show"], []).items():
        assert outcome.stdout == (tmp_path / f"{name}.yaml").read_text("utf-8"), name


def test_what_show_leaves_uninterpolated_gives_the_same_plan(
    valid_outcomes: dict[str, Outcome], tmp_path: Path
) -> None:
    """With ``--no-interpolate`` every `${…}` stands as written: even the digest is the same."""
    for name, outcome in run_all(VALID, ["show", "--no-interpolate"], []).items():
        assert (outcome.status, outcome.stderr) == (0, ""), name
        (tmp_path / f"{name}.yaml").write_text(outcome.stdout, "utf-8")
    again = run_all(tmp_path, ["plan"], ["--output-format", "json"])
    for name in set(again) - {"secrets"}:  # which are masked all the same
        shown, first = (json.loads(one[name].stdout) for one in (again, valid_outcomes))
        assert shown["digest"] == first["digest"], name


def get_plan(outcome: Outcome) -> dict[str, Any]:
    """Return what a plan decides: all but places, reasons, the digest and missing modules."""
    plan: dict[str, Any] = json.loads(outcome.stdout)
    plan.pop("digest")
    plan.pop("findings")
    plan.pop("debug_by")  # which depends on the files beside the profile
    for step in plan["steps"]:
        for key in ("path", "line", "column", "reason"):
            step.pop(key)
    return plan


def test_the_valid_profiles_cover_the_language() -> None:
    """Every key, reference, condition, adapter, and name in the catalogue."""
    documents = [read_document(path) for path in sorted(VALID.rglob("*.yaml"))]
    steps = [step for document in documents for step in iter_steps(document)]
    mappings = [step for step in steps if isinstance(step, MappingNode)]
    assert get_keys(documents) == get_fields(ProfileShape)
    assert get_keys(mappings) == get_fields(StepShape)
    for key, model in (("app", AppShape), ("server", ServerShape), ("worker", WorkerShape)):
        assert get_keys([document.get(key) for document in documents]) == get_fields(model)
    assert get_texts(mappings, "as") == set(ADAPTER_NAMES)
    assert get_texts(mappings, "on_error") == {"abort", "skip"}
    assert get_texts(documents, "role") == {"web", "migrations", "worker", "beat", "job", "test"}
    servers = [document.get("server") for document in documents]
    assert get_texts(servers, "use") == {"gunicorn", "gevent", "werkzeug"}
    assert "auto" in get_texts(servers, "workers")
    written = {key for node in documents for key in iter_keys(node) if key.startswith("$")}
    assert written == {*REFERENCES, "$unset"}
    assert set(RESOLVERS) == set(REFERENCES)
    conditions = {key for step in mappings for key in iter_keys(step.get("when"))}
    assert conditions - {"$unset"} == set(PARSERS)
    used = {get_use(step) for step in steps}
    assert {form.name for _, form in iter_forms()} <= used


def test_the_valid_profiles_cover_interpolation() -> None:
    """Every operator, nesting, and the doubled dollar sign."""
    texts = [
        scalar.text
        for path in VALID.rglob("*.yaml")
        for scalar in iter_scalars(read_document(path))
        if "$" in scalar.text
    ]
    variables = [one for text in texts for one in iter_variables(parse_template(text))]
    operators = {"", "-", ":-", "+", ":+", "?", ":?"}
    assert {one.operator for one in variables} == operators
    assert all(OPERATOR.fullmatch(operator) for operator in operators - {""})
    assert any(list(iter_variables(one.argument)) for one in variables)
    assert any("$$" in text for text in texts)


def read_document(path: Path) -> MappingNode:
    """Return a document that must be sound YAML."""
    found = Collector()
    document = load_document(path, path.name, found)
    assert document is not None
    assert [one for one in found.found if one.severity is Severity.ERROR] == []
    return document


def iter_steps(document: MappingNode) -> Iterator[Node]:
    """Return every step of a document, of all three lists."""
    for key in ("patches", "config", "extensions"):
        steps = document.get(key)
        yield from steps.items if isinstance(steps, SequenceNode) else []


def iter_keys(node: Node | None) -> Iterator[str]:
    """Return every key of every mapping at and below ``node``."""
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from iter_keys(item)
    elif isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield key
            yield from iter_keys(entry.value)


def get_use(step: Node) -> str | None:
    """Return what a step uses."""
    use = step.get("use") if isinstance(step, MappingNode) else step
    return use.text if isinstance(use, ScalarNode) else None


def get_keys(nodes: list[Any]) -> set[str]:
    """Return the keys of those of ``nodes`` that are mappings, ``$…`` left out."""
    mappings = [node for node in nodes if isinstance(node, MappingNode)]
    return {key for node in mappings for key in node.entries if not key.startswith("$")}


def get_texts(nodes: list[Any], key: str) -> set[str]:
    """Return the texts that stand under ``key`` in those of ``nodes`` that are mappings."""
    values = [node.get(key) for node in nodes if isinstance(node, MappingNode)]
    return {value.text for value in values if isinstance(value, ScalarNode) and value.text}


def get_fields(model: type[BaseModel]) -> set[str]:
    """Return the keys of a model as they are written."""
    return {field.alias or name for name, field in model.model_fields.items()}
