"""The catalogue step `openapi`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask_smorest import Api
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no types
from pydantic import ValidationError

from assembler.steps.catalog.openapi import OpenapiOptions
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

PROJECT = {
    "shop_api.py": """
from flask import Blueprint as Plain
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields, validate

api = Api()
plain = Plain("plain", __name__)
orders = Blueprint("orders", __name__, url_prefix="/orders", description="Orders.")

class Order(Schema):
    id = fields.Integer(dump_only=True)
    quantity = fields.Integer(required=True, validate=validate.Range(min=1))

@orders.post("/")
@orders.arguments(Order)
@orders.response(201, Order)
def add(order):
    return {"id": 7, **order}
"""
}
STEP = """extensions:
  - use: openapi
    with:
      blueprints: [{$import: "shop_api:orders"}]
"""


def read_document(app: Flask, path: str = "/openapi.json") -> Any:  # noqa: ANN401 - JSON
    """Ask for the document."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    return answer.get_json()


def test_the_document_says_what_the_app_does(tmp_path: Path) -> None:
    """What is answered is as it is described; what is sent is checked by it."""
    app = assemble_text(tmp_path, STEP, PROJECT)
    document = read_document(app)
    client = app.test_client()

    assert document["openapi"] == "3.1.0"
    assert document["info"] == {"title": "project", "version": "1"}
    described = document["paths"]["/orders/"]["post"]["responses"]
    schema = described["201"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**document, **schema})
    answer = client.post("/orders/", json={"quantity": 3})
    assert answer.status_code == 201
    validator.validate(answer.get_json())
    assert not validator.is_valid({"id": "seven"})
    for sent in ({"quantity": 0}, {"quantity": "many"}, {}, {"quantity": 1, "more": 2}):
        assert client.post("/orders/", json=sent).status_code == 422
    assert "422" in described


def test_the_profile_says_what_is_in_it_and_where(tmp_path: Path) -> None:
    """With a page to read it."""
    text = f"""{STEP}      title: Shop
      version: "2.1"
      openapi_version: 3.0.3
      path: /v2/api.json
      swagger_ui: {{path: /v2/docs, url: /static/swagger-ui/}}
      spec:
        servers: [{{url: "https://shop.example.org"}}]
        components: {{securitySchemes: {{token: {{type: http, scheme: bearer}}}}}}
"""
    app = assemble_text(tmp_path, text, PROJECT)
    document = read_document(app, "/v2/api.json")

    assert (document["openapi"], document["info"]["title"]) == ("3.0.3", "Shop")
    assert document["info"]["version"] == "2.1"
    assert document["servers"] == [{"url": "https://shop.example.org"}]
    assert document["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer"}
    }
    page = app.test_client().get("/v2/docs").text
    assert "/static/swagger-ui/swagger-ui-bundle.js" in page
    assert app.test_client().get("/openapi.json").status_code == 404


def test_the_config_fills_what_is_left_out(tmp_path: Path) -> None:
    """Without a path the document is where the config says, or nowhere."""
    values = "{API_TITLE: Shop, API_VERSION: v3, OPENAPI_URL_PREFIX: /d}"
    config = f"config: [{{use: values, with: {values}}}]\n"
    text = f"{STEP}      path: null\n"
    document = read_document(assemble_text(tmp_path, config + text, PROJECT), "/d/openapi.json")
    assert document["info"] == {"title": "Shop", "version": "v3"}

    app = assemble_text(tmp_path, text, PROJECT)
    assert app.test_client().get("/openapi.json").status_code == 404


def test_the_project_s_own_instance_is_taken(tmp_path: Path) -> None:
    """And a later step may register with what the step has made."""
    text = f'{STEP}      api: {{$import: "shop_api:api"}}\n'
    app = assemble_text(tmp_path, text, PROJECT)

    assert isinstance(app.extensions["openapi"], Api)
    assert read_document(app)["tags"] == [{"name": "orders", "description": "Orders."}]


@pytest.mark.parametrize(
    ("wrong", "said", "line"),
    [
        ('{api: {$import: "shop_api:orders"}}', "expected an instance of flask_smorest.Api", 5),
        ('{blueprints: [{$import: "shop_api:plain"}]}', "expected a blueprint of flask_smorest", 5),
    ],
)
def test_other_objects_are_refused(tmp_path: Path, wrong: str, said: str, line: int) -> None:
    """Where they are written."""
    text = f"extensions:\n  - use: openapi\n    with: {wrong}\n"
    (found,) = get_diagnostics(tmp_path, text, PROJECT)

    assert said in found.message
    assert found.place.span.line == line


@pytest.mark.parametrize(
    "options", [{"openapi_version": "2.0"}, {"path": "openapi"}, {"swagger_ui": {"path": "/docs"}}]
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    """When the profile is linted."""
    with pytest.raises(ValidationError):
        OpenapiOptions.model_validate(options)
