"""What `lint` says of a profile is what happens when it is booted.

The profiles are those of `tests/profiles/broken` and `tests/profiles/failing`, and
`tests/corpus/cases`: whatever went wrong with the application that this project generalises, row by
row, each with near cases that are right. How each boots was recorded by booting it, with
``python -m tests.corpus record``; without ``record`` that prints where the two differ.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.corpus.booting import CORPUS, boot_all, load_record
from tests.corpus.comparing import compare, lint_corpus

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus.booting import Corpus
    from tests.corpus.comparing import Verdict

BY_NAME = {corpus.name: corpus for corpus in CORPUS}
by_corpus = pytest.mark.parametrize("corpus", CORPUS, ids=[one.name for one in CORPUS])
EXPECTED_NAME = re.compile(r": \w+\[ASM\d{3}\] .* \[([a-z-]+)\]$", re.MULTILINE)

# Clean with --deep, and does not boot: why no rule says so.
MISSED_DEEP = {
    "broken/abstract_profile": "a base is not to be run, and `lint` is not told to run it",
}
# An error, and boots.
FALSE: dict[str, str] = {}
# Clean without --deep, and does not boot: why only assembling shows it.
RUNS = "what the project's code does, only running it shows"
MADE = "what the project's code makes, only running it shows"
KEYS = "which keys there are, only carrying the sources out shows"
FILES = "which files there are where it will run, nobody knows"
WARNED = "a warning says it, since it is not certain"
ONLY_DEEP = {
    "broken/boolean_word_as_key": FILES,  # its folder of secrets
    "broken/boolean_word_as_text": FILES,  # its folder of secrets
    "broken/date": FILES,  # its folder of secrets
    "broken/date_that_is_none": FILES,  # its folder of secrets
    "broken/sexagesimal_key": FILES,  # its folder of secrets
    "broken/sexagesimal_time": FILES,  # its folder of secrets
    "broken/swallowed_comment": FILES,  # its folder of secrets
    "cases/imports_in_a_circle": RUNS,
    "cases/imports_lost": RUNS,
    "cases/imports_that_need_a_variable": RUNS,
    "cases/objects_call_that_fails": RUNS,
    "cases/objects_endpoint_twice": RUNS,
    "cases/objects_no_app": MADE,
    "cases/order_alphabetical_unwritten": RUNS,
    "cases/order_time_zone_unknown": FILES,  # those of the time zones
    "cases/order_unwritten_storage_first": RUNS,
    "cases/patching_too_late": WARNED,
    "cases/settings_all_at_once": KEYS,
    "cases/settings_key_missing": KEYS,
    "cases/settings_missing_file": FILES,
    "cases/settings_misspelt_key": WARNED,
    "cases/skip_by_config_not": WARNED,
    "cases/skip_inside_the_module_and_needed": RUNS,
    "failing/app_failed": RUNS,
    "failing/call_failed": RUNS,
    "failing/config_file_missing": FILES,
    "failing/config_key_missing": KEYS,
    "failing/config_not_a_mapping": MADE,
    "failing/import_failed": RUNS,
    "failing/import_failed_of_an_option": RUNS,
    "failing/mount_broken": FILES,
    "failing/mount_itself": FILES,
    "failing/mount_missing": FILES,
    "failing/not_a_flask": MADE,
    "failing/not_allowed_in_a_partial": MADE,
    "failing/secrets_folder_missing": FILES,
    "failing/settings_invalid": KEYS,
    "failing/source_failed": RUNS,
    "failing/source_not_callable": MADE,
    "failing/step_failed": RUNS,
    "failing/step_failed_on_its_close": MADE,
    "failing/step_was_skipped": KEYS,
    "failing/time_zone_unknown": FILES,
    "failing/value_file_unreadable": FILES,
}
# By `plan`, of a profile that cannot be loaded.
SAID_BESIDE = {
    "reference_for_a_flag": {"default-secret"},
    "unset_variable_of_a_flag": {"default-secret"},
    "wrong_value_flag": {"default-secret"},
}
BATCHES = 6


@cache
def lint(name: str, *, is_deep: bool) -> dict[str, Verdict]:
    """Lint a corpus once."""
    return lint_corpus(BY_NAME[name], is_deep=is_deep)


@by_corpus
def test_every_profile_is_recorded(corpus: Corpus) -> None:
    """And nothing else is."""
    assert sorted(load_record(corpus)) == list(corpus.iter_profiles())


def test_the_corpus_has_what_boots_and_what_does_not() -> None:
    """Of every row, so that neither verdict can be the only one."""
    record = load_record(BY_NAME["cases"])
    rows = {name.partition("_")[0] for name in record}
    assert rows == {
        *("patching", "order", "migrate", "skip", "settings", "breakpoints", "imports"),
        *("objects", "server"),
    }
    for row in rows - {"server"}:
        outcomes = {one.boots for name, one in record.items() if name.startswith(f"{row}_")}
        assert outcomes == {True, False}, row


@by_corpus
def test_a_profile_that_is_clean_with_deep_boots_and_one_with_an_error_does_not(
    corpus: Corpus,
) -> None:
    """No rule is missing, and none is false, but for what is listed with its reason."""
    found = compare(load_record(corpus), lint(corpus.name, is_deep=True))
    assert {f"{corpus.name}/{name}" for name in found.missed} == _of(MISSED_DEEP, corpus)
    assert {f"{corpus.name}/{name}" for name in found.false} == _of(FALSE, corpus)


@by_corpus
def test_without_deep_only_what_running_alone_shows_is_missed(corpus: Corpus) -> None:
    """Each with the reason; and no error is false."""
    found = compare(load_record(corpus), lint(corpus.name, is_deep=False))
    assert {f"{corpus.name}/{name}" for name in found.false} == _of(FALSE, corpus)
    assert {f"{corpus.name}/{name}" for name in found.missed} == _of(
        {**MISSED_DEEP, **ONLY_DEEP}, corpus
    )


def _of(exceptions: dict[str, str], corpus: Corpus) -> set[str]:
    return {name for name in exceptions if name.startswith(f"{corpus.name}/")}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_cases_boot_as_recorded(tmp_path: Path, batch: int) -> None:
    """Really: served and asked, migrated, or assembled."""
    corpus = BY_NAME["cases"]
    record = load_record(corpus)
    names = sorted(record)[batch::BATCHES]
    assert boot_all(corpus, names, tmp_path) == {name: record[name] for name in names}


@pytest.mark.parametrize("name", ["broken", "failing"])
def test_the_record_of_the_others_is_what_their_expected_output_says(name: str) -> None:
    """That output is compared with a real run elsewhere; here it only costs nothing."""
    corpus = BY_NAME[name]
    for profile, boot in load_record(corpus).items():
        text = (corpus.folder / f"{profile}.expected").read_text("utf-8")
        # A boot stops at what keeps the profile from being loaded; the linter goes on.
        expected = set(EXPECTED_NAME.findall(text)) - SAID_BESIDE.get(profile, set())
        assert expected <= set(boot.said), profile
        assert not boot.boots or ": error[" not in text, profile
