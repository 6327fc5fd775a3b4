"""Write each profile as what it changes of another one, where composing the two gives the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import Action
from assembler.adopting.drafting import Change, Draft
from assembler.adopting.writing import list_keys, render_draft
from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document
from assembler.document.nodes import to_plain
from assembler.language.merging import drop_unset, merge_profiles
from assembler.language.merging_steps import Changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assembler.adopting.drafting import Todo

__all__ = ["render_profiles"]

BASE, WEB, MIGRATIONS = "base.yaml", "web.yaml", "migrations.yaml"
UNSET = {"$unset": True}
# What two steps have in common that do the same, whenever they do it.
SAME = ("use", "as", "with", "init", "app_context")
WHOLE = ("when",)  # a condition replaces another one


def render_profiles(drafts: Mapping[str, Draft]) -> dict[str, str]:
    """Return the text of each profile, and of a base that web and migrations have in common."""
    full = {name: render_draft(one) for name, one in drafts.items()}
    files = dict(full)
    web = drafts[WEB]
    if MIGRATIONS in drafts:
        base = _draft_base(web, drafts[MIGRATIONS])
        both = {name: _render_overlay(BASE, base, drafts[name]) for name in (WEB, MIGRATIONS)}
        written = {name: text for name, text in both.items() if text is not None}
        if len(written) == len(both):
            files = {BASE: render_draft(base), **files, **written}
    for name, one in drafts.items():
        if name not in {WEB, MIGRATIONS}:
            # Overlays of web.yaml, which is the same whether it has a base or not.
            text = _render_overlay(WEB, web, one)
            files[name] = (
                text if text is not None and _count(text) < _count(full[name]) else full[name]
            )
    return files


def _count(text: str) -> int:
    return text.count("\n")


def _draft_base(web: Draft, migrations: Draft) -> Draft:
    """Return what both do, as a base that cannot be run."""
    shared = [one for one in migrations.extensions if one in web.extensions]
    about = ["What web.yaml and migrations.yaml have in common."]
    comments = [*migrations.comments[:1], *about, *migrations.comments[1:]]
    base = Draft("web", "", web.app, list(web.config), list(shared), comments=comments)
    base.is_abstract = True
    return base


def _render_overlay(base_name: str, base: Draft, full: Draft) -> str | None:
    """Return the text of what a profile changes of a base; ``None``: an overlay cannot say it."""
    overlay = replace(
        full,
        extends=base_name,
        app=None if full.app == base.app else full.app,
        config=_change_steps(base.config, full.config),
        extensions=_change_steps(base.extensions, full.extensions),
        patches=[] if full.patches == base.patches else full.patches,
        server={} if full.server == base.server else full.server,
        comments=[full.comments[0], *(one for one in full.comments if one not in base.comments)]
        if full.comments
        else [],
    )
    text = render_draft(overlay)
    return text if _compose(render_draft(base), text) == _read(render_draft(full)) else None


def _change_steps(
    base: Sequence[Action | Todo | Change], full: Sequence[Action | Todo | Change]
) -> list[Any]:
    """Return the steps of an overlay, and what is left over that the base has not."""
    pairs = _pair(_pick(base), _pick(full))
    of_base = {id(new): old for old, new in pairs}
    kept = [old for old, _ in pairs]
    found: list[Any] = [
        Change({"name": old.name or old.use, "when": False})
        for old in _pick(base)
        if all(old is not one for one in kept)
    ]
    for index, step in enumerate(full):
        if not isinstance(step, Action):
            found += [] if step in base else [step]
            continue
        if id(step) in of_base:
            keys = _change_keys(list_keys(of_base[id(step)]), list_keys(step))
            found += [Change(keys, step)] if len(keys) > 1 else []
        else:
            anchor = _find_anchor(full, index, of_base)
            found.append(Change({**list_keys(step), **anchor}, step) if anchor else step)
    return found


def _pick(steps: Iterable[Action | Todo | Change]) -> list[Action]:
    return [one for one in steps if isinstance(one, Action)]


def _pair(base: list[Action], full: list[Action]) -> list[tuple[Action, Action]]:
    """Return which step of a profile is which of its base: what does the same, else by name."""
    pairs: list[tuple[Action, Action]] = []
    for is_one in (_is_same, _is_named_alike):
        for new in full:
            old = next((one for one in base if _is_free(one, 0, pairs) and is_one(one, new)), None)
            if old is not None and _is_free(new, 1, pairs):
                pairs.append((old, new))
    return pairs


def _is_free(step: Action, side: int, pairs: list[tuple[Action, Action]]) -> bool:
    return all(one[side] is not step for one in pairs)


def _is_same(old: Action, new: Action) -> bool:
    keys, others = list_keys(old), list_keys(new)
    return all(keys.get(key) == others.get(key) for key in SAME)


def _is_named_alike(old: Action, new: Action) -> bool:
    return (old.name or old.use, old.use) == (new.name or new.use, new.use)


def _change_keys(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return what an overlay says of a step, its name first."""
    named = {"name": old.get("name") or old["use"]}
    old, new = ({"when": True, **one, "name": None} for one in (old, new))
    return named | _change_values(old, new)


def _change_values(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {key: UNSET for key in old if key not in new}
    for key, value in new.items():
        before: Any = old.get(key)
        if key in old and before == value:
            continue
        both = isinstance(before, dict) and isinstance(value, dict)
        is_merged = both and _is_merged(key, before, value)
        found[key] = _change_values(before, value) if is_merged else value
    return found


def _is_merged(key: str, *values: dict[str, Any]) -> bool:
    """Return whether two mappings are merged: a condition and a reference replace another one."""
    return key not in WHOLE and not any(str(name).startswith("$") for one in values for name in one)


def _find_anchor(
    full: Sequence[Any], index: int, of_base: Mapping[int, Action]
) -> dict[str, list[str]]:
    """Return the step beside which an overlay's new step goes; nothing: to the end."""
    earlier, later = (
        [of_base[id(one)] for one in part if id(one) in of_base]
        for part in (full[:index], full[index:])
    )
    if not later:
        return {}
    key, anchor = ("after", earlier[-1]) if earlier else ("before", later[0])
    return {key: [str(anchor.name or anchor.use)]}


def _compose(base: str, overlay: str) -> object:
    """Return what both say together; ``None``: they do not compose."""
    found = Collector()
    first, second = (parse_document(one.encode(), "", found) for one in (base, overlay))
    if first is None or second is None:
        return None
    merged = merge_profiles(drop_unset(first, found), second, found, Changes())
    return None if found.found else _strip(to_plain(merged))


def _read(text: str) -> object:
    document = parse_document(text.encode(), "", Collector())
    return None if document is None else _strip(to_plain(drop_unset(document, Collector())))


def _strip(profile: Any) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return what a profile does: without words, steps that never run, and how they are placed."""
    said = ("name", "after", "before")
    for key in ("config", "extensions"):
        profile[key] = [
            {
                name: value
                for name, value in step.items()
                if (name, value) != ("when", True) and name not in said
            }
            for step in profile.get(key) or ()
            if step.get("when", True) is not False
        ]
    left_out = ("description", "name", "extends", "abstract")
    return {key: value for key, value in profile.items() if key not in left_out}
