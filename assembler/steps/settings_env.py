"""Let a pydantic-settings class read the environment that the assembler was given.

Only imported for such a class, which has loaded pydantic-settings already.
"""

from __future__ import annotations

from functools import partial
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
    """Give a subclass of ``target`` that reads ``env`` in place of the environment.

    Also gives a set that gets, while it is instantiated, the name of each variable that should have
    held JSON and did not; pydantic-settings alone would stop at the first. Who instantiates it must
    look: such a variable counts as not set.
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
    """Name the variable that the value at ``location`` of an error comes from."""
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
    """Give the first name that stands in for the field's own, if it has one."""
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
    prepare = partial(_prepare_value, source.settings_cls, source.prepare_field_value, undecoded)
    source.prepare_field_value = prepare  # type: ignore[method-assign]  # a source lives for one reading


def _prepare_value(  # noqa: PLR0913, PLR0917 - what a source's method takes, and where to tell of it
    target: type[BaseSettings],
    prepare: Callable[[str, FieldInfo, Any, bool], Any],
    undecoded: set[str],
    field_name: str,
    field: FieldInfo,
    value: Any,  # noqa: ANN401 - a value of the environment, raw or decoded
    is_complex: bool,  # noqa: FBT001 - the caller passes it by position
) -> Any:  # noqa: ANN401 - the same
    try:
        return prepare(field_name, field, value, is_complex)
    except ValueError:
        undecoded.add(find_variable(target, (field_name,)))
        return None
