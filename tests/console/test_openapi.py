"""Test the console's data against its OpenAPI document, with requests made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from assembler.console.pages import PAGES
from tests.console.support import ROOT, TOKEN
from tests.console.test_pages import add_boots, build_journal
from tests.support.examples import count_examples

if TYPE_CHECKING:
    from pathlib import Path

    from schemathesis import Case
    from schemathesis.generation import GenerationMode
    from schemathesis.schemas import APIOperation

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.usefixtures("forked_checks")
def test_requests_made_from_the_document_are_answered_as_it_says(tmp_path: Path) -> None:
    """Those that fit it with data, all others with a fault that it names."""
    # Here, because it takes a second, and every worker of the tests collects this module.
    import schemathesis  # noqa: PLC0415
    from schemathesis.core.result import Ok  # noqa: PLC0415
    from schemathesis.generation import GenerationMode  # noqa: PLC0415

    app = build_journal(tmp_path)
    add_boots(app, {}, {"kind": "rejection", "outcome": "failed", "report": {"reason": "no"}}, {})
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/api/openapi.json", app, headers=BEARER)
    operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert len(operations) == len(PAGES) + 2  # of one boot, and what is sent to the playground
    for operation in operations:
        check(operation, GenerationMode.POSITIVE)
        if operation.query:
            check(operation, GenerationMode.NEGATIVE)


def check(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> None:
    """Make some requests, and look at each answer: status, headers, and body by its schema."""

    @settings(
        max_examples=count_examples(6),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        if mode == "positive":
            case.query.pop("cursor", None)  # only an earlier answer has one that is right
        case.call_and_validate(headers=BEARER)

    ask()
