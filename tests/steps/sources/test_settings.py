"""The config source `settings`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    Field,
    SecretStr,
    computed_field,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from tests.support.source_context import SourceBench, load_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> SourceBench:
    """Return the context of a source on a bare app."""
    return SourceBench(Flask(__name__), tmp_path)


class Pool(BaseModel):
    """A part of the settings."""

    size: int = 5
    timeout_seconds: float = 1.0


class ShopSettings(BaseSettings):
    """Settings with one of each kind of field."""

    model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")

    name: str
    port: int = 80
    tags: list[str] = []
    pool: Pool = Pool()
    secret_key: SecretStr = SecretStr("s")
    sentry: str = Field("", validation_alias=AliasChoices("SENTRY_DSN", "DSN"))  # type: ignore[pydantic-alias]  # what a project may write

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's documentation has it
    @property
    def url(self) -> str:
        """Return where the shop is."""
        return f"http://{self.name}:{self.port}"


ENV = {
    "SHOP_NAME": "shop",
    "shop_port": "8080",
    "SHOP_TAGS": '["a"]',
    "SHOP_POOL__SIZE": "9",
    "SENTRY_DSN": "x",
    "PORT": "1",
}


def test_a_settings_class_reads_the_env_that_it_was_given(
    context: SourceBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefix, nesting, JSON, aliases and letter case as always, of that environment alone."""
    monkeypatch.setenv("SHOP_NAME", "of the process")
    monkeypatch.setenv("SHOP_PORT", "1")
    context.env = ENV

    assert load_source(context, "settings", target=ShopSettings) == {
        "NAME": "shop",
        "PORT": 8080,
        "TAGS": ["a"],
        "POOL": {"size": 9, "timeout_seconds": 1.0},
        "SECRET_KEY": "s",
        "SENTRY": "x",
        "URL": "http://shop:8080",
    }


@pytest.mark.parametrize("env", [ENV, os.environ], ids=["given", "own"])
def test_a_settings_class_gives_what_it_gives_by_itself(
    context: SourceBench, monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str]
) -> None:
    """In its own environment the class means the same with and without us."""
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)
    context.env = env
    values = load_source(context, "settings", target=ShopSettings)

    by_hand = {name.upper(): value for name, value in ShopSettings().model_dump().items()}
    assert values == {**by_hand, "SECRET_KEY": "s"}


@pytest.mark.parametrize("is_own", [False, True], ids=["given", "own"])
def test_all_that_is_wrong_is_said_at_once_and_no_value(
    context: SourceBench, monkeypatch: pytest.MonkeyPatch, *, is_own: bool
) -> None:
    """Missing, of a wrong type, nested, not JSON: each with the variable that it comes from."""
    env = {
        "SHOP_PORT": "hidden",
        "SHOP_POOL__SIZE": "hidden",
        "SHOP_TAGS": "hidden",
        "SHOP_SECRET_KEY": "hidden",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    context.env = os.environ if is_own else env
    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=ShopSettings)

    faults = (caught.value, *caught.value.more)
    assert [(fault.message.partition(":")[0], fault.hint) for fault in faults] == [
        ("SHOP_TAGS", "Set SHOP_TAGS in the environment to JSON."),
        ("name", "Set SHOP_NAME in the environment."),
        ("port", "Set SHOP_PORT in the environment."),
        ("pool.size", "Set SHOP_POOL__SIZE in the environment."),
    ]
    assert {fault.code for fault in faults} == {codes.SETTINGS_INVALID}
    assert {fault.option for fault in faults} == {("target",)}
    assert not any("hidden" in f"{fault.message}{fault.hint}" for fault in faults)
    assert faults[1].message == "name: field required"


def test_an_alias_is_the_variable_itself(context: SourceBench) -> None:
    """A field with an alias has no prefix, and the alias is what the hint names."""

    class Settings(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="SHOP_", case_sensitive=True)
        mail: int = Field(validation_alias="Mail_Port")
        plain: int

    context.env = {"Mail_Port": "x"}
    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=Settings)

    faults = (caught.value, *caught.value.more)
    assert [fault.hint for fault in faults] == [
        "Set Mail_Port in the environment.",
        "Set SHOP_plain in the environment.",
    ]


def test_what_is_inside_a_variable_is_named_by_the_variable(context: SourceBench) -> None:
    """Where one variable holds several values in JSON, it is the one to set."""

    class Settings(BaseSettings):
        ports: list[int]
        pools: list[Pool] = []
        first: int = Field(validation_alias=AliasPath("RANGE", 0))  # type: ignore[pydantic-alias]  # what a project may write

    context.env = {"PORTS": '[1, "x"]', "POOLS": '[{"size": "x"}]', "RANGE": '["x", 2]'}
    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=Settings)

    faults = (caught.value, *caught.value.more)
    assert [(fault.message.partition(":")[0], fault.hint) for fault in faults] == [
        ("ports.1", "Set PORTS in the environment."),
        ("pools.0.size", "Set POOLS in the environment."),
        ("RANGE.0", "Set RANGE in the environment."),
    ]


def test_a_required_field_that_is_not_json_is_said_once(context: SourceBench) -> None:
    """It is there and broken, which is not the same as missing."""

    class Settings(BaseSettings):
        ports: list[int]
        tags: list[str] = Field(validation_alias="LABELS")

    context.env = {"PORTS": "1,2", "LABELS": "a,b"}
    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=Settings)

    faults = (caught.value, *caught.value.more)
    assert [fault.message for fault in faults] == ["LABELS: expected JSON", "PORTS: expected JSON"]


def test_a_source_of_the_class_that_fails_is_reported(context: SourceBench) -> None:
    """What the class's own source of settings raises is said, first line only."""

    class Broken(EnvSettingsSource):
        def __call__(self) -> dict[str, object]:
            message = "the vault is sealed"
            raise SettingsError(message)

    class Settings(BaseSettings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the method's form
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (Broken(settings_cls),)

    with pytest.raises(StepFault, match=r"^the vault is sealed$") as caught:
        load_source(context, "settings", target=Settings)

    assert caught.value.code is codes.SETTINGS_INVALID


def test_a_class_with_sources_of_its_own_keeps_them(
    context: SourceBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its order stands, and a source of the environment that it adds reads the given one too."""

    class Settings(BaseSettings):
        a: int = 0
        b: int = 0

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the method's form
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (EnvSettingsSource(settings_cls, env_prefix="FIRST_"), env_settings)

    monkeypatch.setenv("FIRST_B", "9")
    context.env = {"FIRST_A": "1", "A": "2", "B": "2"}

    assert load_source(context, "settings", target=Settings) == {"A": 1, "B": 2}


def test_a_union_that_takes_text_is_no_broken_json(context: SourceBench) -> None:
    """What pydantic-settings itself lets through as text is let through."""

    class Settings(BaseSettings):
        hosts: list[str] | str = ""

    context.env = {"HOSTS": "a,b"}

    assert load_source(context, "settings", target=Settings) == {"HOSTS": "a,b"}


def test_a_check_of_several_fields_is_said_in_its_own_words(context: SourceBench) -> None:
    """The message of the project's own validator is what is shown."""

    class Settings(BaseSettings):
        low: int = 2
        high: int = 1

        @model_validator(mode="after")
        def check(self) -> Settings:
            if self.low > self.high:
                message = "LOW is above HIGH"
                raise ValueError(message)
            return self

    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=Settings)

    assert (caught.value.message, caught.value.hint) == ("lOW is above HIGH", None)


class Checked(BaseModel):
    """A plain class: the types of what other sources set."""

    workers: int
    secret_key: str
    feature: bool = True


def test_a_plain_class_types_what_the_earlier_sources_set(context: SourceBench) -> None:
    """Text becomes what the class says, defaults are added, other keys are left alone."""
    context.app.config.update({"WORKERS": "3", "SECRET_KEY": "k", "OTHER": "x"})

    values = load_source(context, "settings", target=Checked)

    assert values == {"WORKERS": 3, "SECRET_KEY": "k", "FEATURE": True}
    assert context.app.config["OTHER"] == "x"


def test_a_plain_class_says_what_no_source_set(context: SourceBench) -> None:
    """Flask's own None for a key that nothing set counts as not set."""
    context.app.config["WORKERS"] = "hidden"
    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=Checked)

    faults = (caught.value, *caught.value.more)
    assert [(fault.message.partition(":")[0], fault.hint) for fault in faults] == [
        ("workers", "Set WORKERS in an earlier config source."),
        ("secret_key", "Set SECRET_KEY in an earlier config source."),
    ]
    assert not any("hidden" in fault.message for fault in faults)


def test_a_plain_class_reads_keys_by_the_names_of_its_fields(context: SourceBench) -> None:
    """Whatever alias the class reads elsewhere; a fault names the field and its key."""

    class Aliased(BaseModel):
        limit: int = Field(alias="theLimit")

    context.app.config.update({"THELIMIT": 1})
    with pytest.raises(StepFault) as caught:
        load_source(context, "settings", target=Aliased)
    assert (caught.value.message, caught.value.hint) == (
        "limit: field required",
        "Set LIMIT in an earlier config source.",
    )

    context.app.config.update({"LIMIT": "2"})
    assert load_source(context, "settings", target=Aliased) == {"LIMIT": 2}


@pytest.mark.parametrize("target", [dict, 5, "json:loads", "json"])
def test_what_is_no_pydantic_class_is_refused(context: SourceBench, target: object) -> None:
    """Another class, an instance, a function and a module are told apart from a settings class."""
    with pytest.raises(StepFault, match="expected a pydantic class") as caught:
        load_source(context, "settings", target=target)

    assert caught.value.option == ("target",)
