"""Register a function by one of Flask's own registration methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.steps.adapters.form import Adapter

if TYPE_CHECKING:
    from assembler.steps.adapters.form import Attachment

__all__ = ["REGISTRATIONS"]


class Method(NamedTuple):
    """A method of Flask's that takes a function."""

    name: str
    options: tuple[str, ...] = ()
    guards: bool = False


# By what a step writes under `as`. Flask's decorators for templates are factories; their `add_`
# form takes the function itself.
METHODS = {
    "before_request": Method("before_request", guards=True),
    "after_request": Method("after_request"),
    "teardown_request": Method("teardown_request"),
    "teardown_appcontext": Method("teardown_appcontext"),
    "context_processor": Method("context_processor"),
    "shell_context_processor": Method("shell_context_processor"),
    "url_value_preprocessor": Method("url_value_preprocessor"),
    "url_defaults": Method("url_defaults"),
    "template_filter": Method("add_template_filter", ("name",)),
    "template_test": Method("add_template_test", ("name",)),
    "template_global": Method("add_template_global", ("name",)),
}


def _build_adapter(name: str, method: Method) -> Adapter:
    def attach(attachment: Attachment) -> object:
        register = getattr(attachment.app, method.name)
        register(attachment.target, **attachment.options)
        return attachment.target

    return Adapter(
        name=name,
        summary=f"Register the function by `app.{method.name}`.",
        attach=attach,
        options=method.options,
        guards=method.guards,
    )


REGISTRATIONS = {name: _build_adapter(name, method) for name, method in METHODS.items()}
