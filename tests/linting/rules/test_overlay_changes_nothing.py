"""Test what an overlay repeats: the highest key or step, and nothing that makes a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

BASE = """\
version: 1
abstract: true
role: web
debug: false
patches: [gevent]
config:
  - use: values
    with: {TITLE: Shop, PORT: "${PORT:-80}", LIMITS: {upload: 5, basket: 3}, TAGS: [a, b]}
  - use: file
    with: {path: shop.toml, optional: true}
extensions:
  - use: database
    with: {pool_size: 10, max_overflow: 2}
    when: false
  - health
  - use: shop.mail:Mailer
    name: mail
    with: {host: localhost, sender: {$config: SENDER}}
server: {use: gunicorn, bind: 127.0.0.1:8000}
"""


def lint(folder: Path, overlay: str, *, path: str = "web.yaml") -> list[str]:
    """Return what is said of an overlay of `BASE`."""
    files = {"base.yaml": BASE, path: f"extends: {'../' * path.count('/')}base.yaml\n{overlay}"}
    found = lint_files(folder, files, "overlay-changes-nothing")
    return [line.removeprefix(f"{path}:") for line in render_found(found)]


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ("role: web", '2:1 "role" changes nothing in the bases'),
        ("debug: false", '2:1 "debug" changes nothing in the bases'),
        ("patches: [{use: gevent}]", '2:1 "patches" changes nothing in the bases'),
        ("server: {use: gunicorn, workers: 2}", '2:10 "use" changes nothing in the bases'),
        ("server: {bind: 127.0.0.1:8000}", '2:1 "server" changes nothing in the bases'),
        ("extensions: []", '2:1 "extensions" changes nothing in the bases'),
        ("extensions: [health]", '2:1 "extensions" changes nothing in the bases'),
        (
            "extensions: [health, proxy_fix]",
            "2:14 the step 'health' changes nothing in the bases",
        ),
        (
            "extensions: [{name: mail, with: {}}, proxy_fix]",
            "2:21 the step 'mail' changes nothing in the bases",
        ),
        (
            "extensions: [{name: mail, with: {sender: {$config: SENDER}, host: b}}]",
            '2:34 "sender" changes nothing in the bases',
        ),
        (
            "extensions: [{use: database, when: false, with: {pool_size: 3}}]",
            '2:30 "when" changes nothing in the bases',
        ),
        (
            "config: [{use: values, with: {LIMITS: {upload: 6, basket: 3}}}]",
            '2:51 "basket" changes nothing in the bases',
        ),
        (
            "config: [{use: values, with: {TAGS: [a, b], TITLE: Stage}}]",
            '2:31 "TAGS" changes nothing in the bases',
        ),
        (
            "config: [{use: values, with: {PORT: '${PORT:-80}'}}, {use: env, name: more}]",
            "2:16 the step 'values' changes nothing in the bases",
        ),
        ("app: {$unset: true}", '2:1 "app" is not set in the bases, and cannot be removed'),
        (
            "server: {with: {$unset: true}, workers: 2}",
            '2:10 "with" is not set in the bases, and cannot be removed',
        ),
    ],
)
def test_what_repeats_the_base_is_found(tmp_path: Path, overlay: str, said: str) -> None:
    """At the highest key or step below which nothing is changed, once."""
    assert lint(tmp_path, overlay) == [said]


@pytest.mark.parametrize(
    "overlay",
    [
        "",
        "name: web\ndescription: Serves.\nabstract: false",
        "version: 1",
        "config:\nextensions:\nserver:\napp:",
        "extensions: [{use: database, when: true}]",
        "extensions: [{use: database, with: {pool_size: {$unset: true}}}]",
        'extensions: [{use: database, with: {pool_size: "10"}}]',
        "extensions: [{name: mail, use: shop.mail:LocalMailer, with: {host: localhost}}]",
        "extensions: [{name: mail, with: {sender: {$config: MAIL_SENDER}}}]",
        "config: [{use: values, with: {TAGS: [b, a]}}]",
        "config: [{use: values, name: more, with: {TITLE: Shop}}]",
        "patches: []",
        "server: {use: werkzeug, with: {$unset: true}}",
        "app: {$unset: false}",
        "app: {with: {import_name: shop}}",
    ],
)
def test_what_makes_a_difference_is_left_alone(tmp_path: Path, overlay: str) -> None:
    """Also another type, another order, a step of its own, and what is left empty."""
    assert lint(tmp_path, overlay) == []


def test_quotes_around_a_variable_make_a_difference(tmp_path: Path) -> None:
    """Without them the core rules type its text."""
    files = {
        "base.yaml": "version: 1\nconfig: [{use: values, with: {PORT: '${PORT:-80}'}}]\n",
        "web.yaml": "extends: base.yaml\n"
        "config:\n  - use: values\n    with:\n      PORT: ${PORT:-80}\n",
    }
    assert lint_files(tmp_path, files, "overlay-changes-nothing") == []


def test_a_path_means_another_file_in_another_folder(tmp_path: Path) -> None:
    """Paths are relative to the file that says them."""
    overlay = "config: [{use: file, with: {path: shop.toml}}]"
    assert lint(tmp_path, overlay, path="deep/web.yaml") == []
    assert lint(tmp_path, overlay) != []


def test_an_abstract_overlay_is_asked_too(tmp_path: Path) -> None:
    """It stands between a base and its children."""
    assert lint(tmp_path, "abstract: true\nrole: web") == [
        '3:1 "role" changes nothing in the bases'
    ]


def test_all_bases_together_say_what_is_there_already(tmp_path: Path) -> None:
    """The later base wins; a base that extends nothing repeats nobody."""
    files = {
        "one.yaml": "version: 1\nabstract: true\nserver: {workers: 1}\n",
        "two.yaml": "version: 1\nabstract: true\nserver: {workers: 2}\n",
        "same.yaml": "version: 1\nabstract: true\nserver: {workers: 2}\n",
        "web.yaml": "extends: [one.yaml, two.yaml, same.yaml]\nserver: {workers: 1}\n",
        "job.yaml": "extends: [one.yaml, two.yaml, same.yaml]\nserver: {workers: 2}\n",
    }
    found = lint_files(tmp_path, files, "overlay-changes-nothing")
    assert render_found(found) == ['job.yaml:2:1 "server" changes nothing in the bases']
    assert [str(one.place) for one in found[0].related] == ["same.yaml:3:9"]
