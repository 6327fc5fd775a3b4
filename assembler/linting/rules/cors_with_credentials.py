"""Find CORS that allows every origin with credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CORS_WITH_CREDENTIALS
from assembler.diagnostics.diagnostic import Related
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode
from assembler.language.flags import is_true
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE"]

USES = ("cors", "flask_cors:CORS", "flask_cors.extension:CORS")
ORIGINS, CREDENTIALS, RESOURCES = "origins", "supports_credentials", "resources"
BLUEPRINTS = "blueprints"  # of the catalogue's step
CONFIG_KEYS = {
    ORIGINS: "CORS_ORIGINS",
    CREDENTIALS: "CORS_SUPPORTS_CREDENTIALS",
    RESOURCES: "CORS_RESOURCES",
}
EVERYBODY = frozenset({"*", ".*"})
HINT = "List the allowed origins, or remove `supports_credentials`."


def check_cors_with_credentials(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each Flask-CORS step that lets every origin ask with credentials."""
    if not any(use in facts.due_by_use for use in USES):
        return
    for planned in facts.due:
        if planned.step.use in USES:
            yield from _check_step(facts, planned)


def _check_step(facts: ProfileFacts, planned: PlannedStep) -> Iterator[Diagnostic]:
    options = _find_options(facts, planned)
    resources = _find_parts(options, RESOURCES)
    for one in (*(resources or [options]), *_find_parts(options, BLUEPRINTS)):
        credentials, origins = one.get(CREDENTIALS), one.get(ORIGINS)
        if credentials is None or not _is_on(credentials):
            continue
        if origins is not None:
            everybody = _find_everybody(origins)
        else:  # every origin is the default
            everybody = None if facts.may_be_set(CONFIG_KEYS[ORIGINS]) else planned.step.place
        if everybody is not None:
            yield CORS_WITH_CREDENTIALS.at(
                everybody,
                "every origin is allowed with credentials",
                hint=HINT,
                related=(Related(credentials.place, "credentials are allowed here"),),
            )


def _find_parts(options: dict[str, Node], key: str) -> list[dict[str, Node]]:
    """Return the options of each part of the app, over those of the step."""
    parts = options.get(key)
    return [
        options | {key: entry.value for key, entry in part.value.entries.items()}
        for part in (parts.entries.values() if isinstance(parts, MappingNode) else ())
        if isinstance(part.value, MappingNode)
    ]


def _find_options(facts: ProfileFacts, planned: PlannedStep) -> dict[str, Node]:
    """Return the options of the step, over those that config certainly has."""
    options: dict[str, Node] = {}
    for option, key in CONFIG_KEYS.items():
        value = facts.find_final_value(key)
        if value is not None:
            options[option] = value
    for part in (planned.step.options, planned.step.init):
        options |= {key: entry.value for key, entry in part.entries.items()}
    return options


def _is_on(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.unknown and is_true(node.value)


def _find_everybody(origins: Node) -> Place | None:
    items = origins.items if isinstance(origins, SequenceNode) else [origins]
    for item in items:
        if isinstance(item, ScalarNode) and not item.unknown and item.value in EVERYBODY:
            return item.place
    return None


RULE = Rule(CORS_WITH_CREDENTIALS, check_profile=check_cors_with_credentials)
