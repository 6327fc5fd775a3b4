"""Show every config key, its value, and the sources that set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.console.shown import Page, Shown, TextQuery
from assembler.console.values import render_value
from assembler.secrets.fingerprints import Fingerprints, get_server_key
from assembler.secrets.known import is_secret_key
from assembler.steps.forms import Source

if TYPE_CHECKING:
    from collections.abc import Collection

    from assembler.console.site import Site

__all__ = ["PAGE", "ConfigPage"]


class Key(Shown):
    """A config key."""

    key: str
    value: str = Field(description="As Python writes it; a secret as `***#` and a fingerprint.")
    kind: str = Field(description="The type of the value.")
    is_secret: bool
    history: list[str] = Field(
        description="The sources that set it, the one in force last; empty: Flask or an extension."
    )
    read_by: list[str] | None = Field(
        description="The steps that read it while the app was made; null: nobody has looked "
        "(`ledger`)."
    )


class ConfigPage(Shown):
    """The config of the app."""

    keys: list[Key]
    sources: list[str] = Field(description="In the order in which they were carried out.")


def load_config(site: Site, query: TextQuery) -> ConfigPage:
    """Read the app's config as it is now."""
    fingerprints = Fingerprints(get_server_key(), scrub=site.mask)
    hidden = {
        one.step.name
        for one in site.loaded.plan.config
        if isinstance(one.form, Source) and one.form.secret
    }
    config = dict.copy(site.app.config)
    return ConfigPage(
        keys=query.choose(
            [
                _build_key(site, str(key), config[key], hidden, fingerprints)
                for key in sorted(config, key=str)
            ]
        ),
        sources=[change.source for change in site.report.config],
    )


def _build_key(
    site: Site, key: str, value: object, hidden: Collection[str], fingerprints: Fingerprints
) -> Key:
    history = site.report.get_history(key)
    is_secret = is_secret_key(key) or any(source in hidden for source in history)
    is_secret = is_secret and value is not None and not isinstance(value, bool)
    text = render_value(value)
    return Key(
        key=key,
        value=fingerprints.hide(text) if is_secret else site.mask(text),
        kind=type(value).__name__,
        is_secret=is_secret,
        history=history,
        read_by=_find_readers(site, key),
    )


def _find_readers(site: Site, key: str) -> list[str] | None:
    if site.ledger is None:
        return None
    return [step.name for step in site.ledger.steps if key in step.reads.found]


PAGE = Page(
    "config", "Config", "Every key, its value, and what set it.", ConfigPage, load_config, TextQuery
)
