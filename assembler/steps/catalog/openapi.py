"""Describe the app's API as OpenAPI has it, and check requests by it, with flask-smorest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions, Inherent, ReferredObject
from assembler.steps.own_instance import get_instance
from assembler.steps.own_routes import UrlPath

if TYPE_CHECKING:
    from flask_smorest import Api

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "OpenapiOptions", "SwaggerOptions"]

CONFIG_KEYS = {  # by the option
    "title": "API_TITLE",
    "version": "API_VERSION",
    "openapi_version": "OPENAPI_VERSION",
    "spec": "API_SPEC_OPTIONS",
}
# A blueprint's prefix; the paths are whole.
PREFIX, JSON_PATH = "OPENAPI_URL_PREFIX", "OPENAPI_JSON_PATH"
UI_PATH, UI_URL = "OPENAPI_SWAGGER_UI_PATH", "OPENAPI_SWAGGER_UI_URL"


class SwaggerOptions(FrozenOptions):
    """A page to read the document, and to try the API."""

    path: UrlPath = Field("/docs", description="The path of the page.")
    url: str = Field(
        min_length=1, description="Where Swagger UI's own files are, the URL of a folder of yours."
    )


class OpenapiOptions(FrozenOptions):
    """What the document says, and where it is; what is left out is the config's."""

    api: ReferredObject = Field(
        None,
        description="The project's own flask_smorest.Api, as {$import: …}; default: a new one for "
        "each app.",
    )
    blueprints: list[ReferredObject] = Field(
        [], description="Blueprints of flask_smorest, as {$import: …}, in their order."
    )
    title: str | None = Field(
        None, min_length=1, description="The API's name; default: the config's, else the app's."
    )
    version: str | None = Field(
        None, min_length=1, description="The API's version; default: the config's, else 1."
    )
    openapi_version: str | None = Field(
        None,
        pattern=r"^3\.\d+\.\d+$",
        description="The version of OpenAPI; default: the config's, else 3.1.0.",
    )
    path: UrlPath | None = Field(
        "/openapi.json",
        description="Where the document is; null: what the config's OPENAPI_URL_PREFIX says, which "
        "is nowhere by default.",
    )
    swagger_ui: SwaggerOptions | None = Field(
        None, description="A page to read it; default: what the config says, which is none."
    )
    spec: dict[str, Any] | None = Field(
        None,
        description="More of the document, such as `servers` and `components`; default: the "
        "config's API_SPEC_OPTIONS.",
    )


def apply_openapi(context: StepContext, options: OpenapiOptions) -> Api:
    """Put the options into the config, set flask-smorest up, and register the blueprints."""
    from flask_smorest import Api

    app = context.app
    config = app.config
    for option, key in CONFIG_KEYS.items():
        value = getattr(options, option)
        if value is not None:
            config[key] = value
    config.setdefault("API_TITLE", app.name)
    config.setdefault("API_VERSION", "1")
    config.setdefault("OPENAPI_VERSION", "3.1.0")
    if options.path is not None:
        config |= {PREFIX: "/", JSON_PATH: options.path}
    if options.swagger_ui is not None:
        config |= {UI_PATH: options.swagger_ui.path, UI_URL: options.swagger_ui.url}
        config.setdefault(PREFIX, "/")
    api = get_instance(options.api, Api, "api")
    api.init_app(app)
    for number, blueprint in enumerate(options.blueprints):
        _register(api, blueprint, number)
    app.extensions["openapi"] = api
    return api


def _register(api: Api, blueprint: object, number: int) -> None:
    from flask_smorest import Blueprint

    if not isinstance(blueprint, Blueprint):
        message = f"expected a blueprint of flask_smorest, got {type(blueprint).__name__}"
        hint = "Make it with `flask_smorest.Blueprint`, or write it as a step of its own."
        raise StepFault(message, hint=hint, option=("blueprints", number))
    api.register_blueprint(blueprint)


STEP = CatalogStep(
    name="openapi",
    summary="Describe the API as OpenAPI has it, through flask-smorest.",
    options=OpenapiOptions,
    apply=apply_openapi,
    packages=("flask_smorest",),
    extra="openapi",
    group="requests",
    once=True,
    inherent=(
        Inherent(
            "extension",
            "openapi",
            "The step keeps the object there.",
        ),
    ),
)
