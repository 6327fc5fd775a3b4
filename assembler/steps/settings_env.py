"""Make a pydantic-settings class read the environment that assembler was given.

Imported only for such a class, which has loaded pydantic-settings already.
"""

from __future__ import annotations

from types import new_class
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, AliasPath
from pydantic_settings import (
    BaseSettings,
    CliSettingsSource,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
)
from pydantic_settings.sources.utils import parse_env_vars

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

__all__ = ["bind_settings", "find_variable"]


def bind_settings(
    target: type[BaseModel], env: Mapping[str, str]
) -> tuple[Callable[[], BaseModel], set[str]]:
    """Return a subclass of ``target`` that reads ``env`` in place of the environment.

    While it is instantiated, the set gets the name of each variable that should hold JSON and does
    not; pydantic-settings alone would stop at the first. The caller must check it: such a variable
    counts as not set.
    """
    undecoded: set[str] = set()

    def customise(
        cls: type[BaseSettings],
        /,
        settings_cls: type[BaseSettings],
        **known: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The class's own choice of sources first: whichever of them reads the environment is bound.
        sources: tuple[PydanticBaseSettingsSource, ...]
        sources = super(bound, cls).settings_customise_sources(settings_cls, **known)
        for source in sources:
            if isinstance(source, EnvSettingsSource) and not isinstance(source, CliSettingsSource):
                _bind_source(source, env, undecoded)
        return sources

    namespace = {
        "__module__": target.__module__,
        "settings_customise_sources": classmethod(customise),
    }
    bound: Any = new_class(target.__name__, (target,), {}, lambda body: body.update(namespace))
    return bound, undecoded


def find_variable(target: type[BaseModel], location: tuple[str | int, ...]) -> str:
    """Return the variable that the value at ``location`` of an error comes from."""
    config: Mapping[str, Any] = target.model_config
    head, *inner = location or ("",)
    name = str(head)
    if name in target.model_fields:  # an alias stands for itself
        field_alias = _get_alias(target.model_fields[name])
        name = field_alias or f"{config.get('env_prefix') or ''}{name}"
    delimiter = config.get("env_nested_delimiter")
    for part in inner:
        if not delimiter or not isinstance(part, str):
            break  # inside the variable's JSON
        name = f"{name}{delimiter}{part}"
    return name if config.get("case_sensitive") else name.upper()


def _get_alias(field: FieldInfo) -> str | None:
    """Return the first name that replaces the field's own, if it has one."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = alias.choices[0]
    if isinstance(alias, AliasPath):
        return str(alias.path[0])
    return alias


def _bind_source(source: EnvSettingsSource, env: Mapping[str, str], undecoded: set[str]) -> None:
    if not isinstance(source, DotEnvSettingsSource):
        source.env_vars = parse_env_vars(
            env, source.case_sensitive, source.env_ignore_empty, source.env_parse_none_str
        )
    prepare = source.prepare_field_value

    def prepare_or_note(field_name: str, *rest: Any) -> Any:  # noqa: ANN401 - the method's own form
        try:
            return prepare(field_name, *rest)
        except ValueError:
            undecoded.add(find_variable(source.settings_cls, (field_name,)))
            return None

    # A source lives for one reading.
    source.prepare_field_value = prepare_or_note  # type: ignore[method-assign,assignment]
