"""Register a function by one of Flask's own registration methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.references.signature import check_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.adapters.form import Adapter, Attachment

__all__ = ["REGISTRATIONS"]

# What a step may say under `as`, and the method of Flask's that it means. Flask's decorators for
# templates are factories; their `add_` form takes the function itself.
METHODS = {
    "before_request": "before_request",
    "after_request": "after_request",
    "teardown_request": "teardown_request",
    "teardown_appcontext": "teardown_appcontext",
    "context_processor": "context_processor",
    "shell_context_processor": "shell_context_processor",
    "url_value_preprocessor": "url_value_preprocessor",
    "url_defaults": "url_defaults",
    "template_filter": "add_template_filter",
    "template_test": "add_template_test",
    "template_global": "add_template_global",
}


def _build_adapter(method_name: str) -> Adapter:
    def attach(attachment: Attachment) -> object:
        attachment.refuse_init()
        method = getattr(attachment.app, method_name)
        attachment.require(method_name, fits=callable(attachment.target))
        # Before the call: Flask wraps these methods, so that one that does not fit fails inside.
        if attachment.options:
            check_arguments(method, (attachment.target,), attachment.options)
        method(attachment.target, **attachment.options)
        return attachment.target

    return attach


def attach_url_rule(attachment: Attachment) -> object:
    """Call ``app.add_url_rule(**with)`` with the object as the view, or with an endpoint alone."""
    attachment.refuse_init()
    # Flask names the view's argument; a class-based view's class is made a view by its `as_view`.
    rule: Any = attachment.take("rule", str)
    options = dict(attachment.options)
    if attachment.target is not None:
        options["view_func"] = attachment.target
    attachment.app.add_url_rule(rule, **options)
    return attachment.target


REGISTRATIONS: Mapping[str, Adapter] = {
    **{name: _build_adapter(method) for name, method in METHODS.items()},
    "add_url_rule": attach_url_rule,
}
