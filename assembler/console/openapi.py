"""Describe the pages' JSON as OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.console.shown import Page, Query

__all__ = ["build_openapi"]

REF = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
FAULTS = {
    "400": "The query is wrong.",
    "401": "The token is missing or wrong.",
    "403": "The app does not let you in.",
    "429": "Too many attempts failed.",
}
SENDING_FAULTS = {
    "413": "The text is too long, or too much is found.",
    "429": "Too many attempts failed, or too many texts were sent.",
    "503": "The check takes too long.",
}
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def build_openapi(pages: Iterable[Page], root: str, session_name: str) -> dict[str, Any]:
    """Return the document; its schemas are made of the models that the answers are made of.

    Args:
        pages: What there is.
        root: The path below which they are.
        session_name: Of the cookie of who is in.
    """
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths = {f"/api/{page.name}": dict(_list_operations(page, schemas)) for page in pages}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Console of an assembled app", "version": __version__},
        "servers": [{"url": root}],
        "security": [{"token": []}, {"session": []}, {}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": session_name},
            },
        },
    }


def _list_operations(page: Page, schemas: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    operation = _describe(page, schemas)
    yield "get", operation
    if page.form is not None:
        schema = {"schema": page.form.model_json_schema()}
        faults = {status: _describe_fault(words) for status, words in SENDING_FAULTS.items()}
        yield (
            "post",
            {
                **operation,
                "operationId": f"{page.name}_send",
                "parameters": [],
                "requestBody": {
                    "required": True,
                    "content": dict.fromkeys(FORMS, schema),
                },
                "responses": {**operation["responses"], **faults},
            },
        )


def _describe_fault(words: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": REF.format(model="Problem")}}
    return {"description": words, "content": {"application/problem+json": schema}}


def _describe(page: Page, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = page.model.model_json_schema(ref_template=REF, mode="serialization")
    schemas |= schema.pop("$defs", {})
    schemas[page.model.__name__] = schema
    answers: dict[str, Any] = {status: _describe_fault(words) for status, words in FAULTS.items()}
    content = {"schema": {"$ref": REF.format(model=page.model.__name__)}}
    answers["200"] = {"description": page.summary, "content": {"application/json": content}}
    return {
        "operationId": page.name,
        "summary": page.summary,
        "parameters": list(_list_parameters(page.query)),
        "responses": answers,
    }


def _list_parameters(query: type[Query]) -> Iterable[dict[str, Any]]:
    schema = query.model_json_schema()
    for name, one in schema.get("properties", {}).items():
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": one,
        }
