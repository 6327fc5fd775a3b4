"""Test that no secret reaches a page, its data, the report or a log: they are everywhere."""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlalchemy import select

import assembler
from tests.console.support import ROOT
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

COUNT = 50
PATHS = ("now", "assembly", "profile", "config", "routes", "boots", "playground")
# `S0` to `S49` stand for secrets, each in a place of its own.
PROFILE = """\
version: 1
app: {with: {import_name: planted}}
config:
  - use: values
    with:
      SECRET_KEY: S0
      API_TOKEN: S1
      SQLALCHEMY_DATABASE_URI: sqlite:///FOLDER/boots.db
      SEARCH_URL: https://shop:S2@search.example/
      BROKER: "redis://:S3@cache.example:6379/0"
      NESTED: {mail: {password: S4, host: mail.example}, keys: [{api_key: S5}]}
      DSN: "Server=db;Uid=shop;Password=S6;"
      FROM_VARIABLE: ${PLANTED_PASSWORD}
      FROM_DEFAULT: ${PLANTED_TOKEN:-S7}
      MIXED: "user ${PLANTED_SECRET} there"
      FROM_FILE: {$file: file-secret}
      SIGNED: "https://cdn.example/x?signature=S8"
      AWS_SECRET_ACCESS_KEY: S9
      PRIVATE_KEY: |
        -----BEGIN PRIVATE KEY-----
        S10
        -----END PRIVATE KEY-----
      DEFAULTS: {"password": "S11", "tokens": {"token": "S12"}}
  - use: secrets
    with: {path: folder}
  - use: dotenv
    with: {path: planted.env}
  - use: env
    with: {prefix: PLANTED}
  - use: file
    name: settings
    with: {path: settings.json}
  - use: object
    with: {target: "planted:Settings"}
extensions:
  - database
  - journal
  - tests.console.support:make_tables
  - {use: "planted:add", with: {password: S13, options: {secret: S14, url: "amqp://a:S15@mq/"}}}
  - use: "planted:add"
    name: formatted
    with: {text: {$format: "x{y}", with: {y: {$file: file-secret}}}}
  - {use: "planted:fail", name: fails, with: {token: S16}, on_error: skip}
  - {use: "planted:fail_plainly", name: fails-too, on_error: skip}
  - use: health
  - {use: "planted:add_check", name: checked}
  - {use: "planted:note", name: noted}
  - use: proxy_fix
    when: ${PLANTED_API_KEY:+}
  - use: console
    with: {token: S17, ledger: true, playground: true}
"""
MODULE = """\
import os


class Settings:
    MAIL_PASSWORD = "S18"
    OAUTH = {"client_secret": "S19"}
    KEYS = [("api_key", "S20")]
    BYTES_SECRET = b"S21"
    DATABASES = {"other": "postgresql://shop:S22@db.example/shop"}


def add(app, **options):
    app.config["KEPT_PASSWORD"] = options.get("password")


def fail(app, token):
    kept = app.config["API_TOKEN"]
    raise RuntimeError(f"no answer for token {token} at https://u:S23@api.example, {kept}")


def fail_plainly(app):
    kept = app.config["FOLDER_SECRET"]
    raise RuntimeError(f"password=S24 of {os.environ['PLANTED_PASSWORD']}, {kept}")


def check():
    raise RuntimeError("cannot reach redis://:S3@cache.example, nor postgresql://a:S25@db/a")


def add_check(app):
    app.extensions["assembler"].add_check("planted", check)


def note(app):
    app.extensions["assembler"].notes.append("token=S26, and " + app.config["MAIL_PASSWORD"])
    app.add_url_rule("/hook/S18", "hook", lambda: "")
"""
ENV = {
    "PLANTED_PASSWORD": "S27",
    "PLANTED_SECRET": "S28",
    "PLANTED_API_KEY": "S29",
    "PLANTED_URL": "https://shop:S30@example.com",
    "PLANTED_OTHER_TOKEN": "S31",
    "DATABASE_PASSWORD": "S32",
    "SHOP_ACCESS_TOKEN": "S33",
}
FILES = {
    "planted.py": MODULE,
    "file-secret": "S34\n",
    "folder/FOLDER_SECRET": "S35",
    "folder/PLAIN_NAME": "S36",
    "folder/LONG": "S37\nS38\n",
    "planted.env": "DOTENV_PASSWORD=S39\nDOTENV_URL=mysql://a:S40@db/a\nDOTENV_TOKEN='S41'\n",
    "settings.json": json.dumps(
        {
            "JSON_SECRET": "S42",
            "JSON_NESTED": {"auth": {"password": "S43"}},
            "JSON_URL": "ftp://u:S44@files.example",
            "JSON_LIST": [{"secret_key": "S45"}],
            "JSON_TOKEN": "S46",
            "JSON_CREDENTIALS": {"api_key": "S47"},
        }
    ),
    "web.yaml": PROFILE,
}
LATE = {"LATE_PASSWORD": "S48", "LATE": {"token": "S49"}}  # the app sets them when it is made


def plant(text: str, secrets: list[str], folder: Path) -> str:
    """Put the secrets where `S0` and the others stand."""
    for number in reversed(range(COUNT)):
        text = text.replace(f"S{number}", secrets[number])
    return text.replace("FOLDER/", f"{folder}/")


def find_forms(secret: str) -> set[str]:
    """Return how a secret could be written in a page, in JSON, in an address."""
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], secret[:12], secret[-12:]}


def turn(secret: str) -> str:
    """Return another secret in the place of one."""
    return f"turned{secret[::-1]}"


def edit_secrets(text: str, secrets: list[str]) -> str:
    """Put other secrets into a profile, as it was before they were exchanged."""
    for secret in secrets:
        text = text.replace(secret, turn(secret))
    return text


def get_boots(app: Flask) -> list[str]:
    """Return the ids of the journal's boots, the first one first."""
    db = app.extensions["sqlalchemy"]
    boots = db.metadata.tables["assembler_boots"]
    with app.app_context(), db.engine.connect() as connection:
        return list(connection.scalars(select(boots.c.id).order_by(boots.c.started_at)))


def dump_journal(app: Flask) -> str:
    """Return all that the journal's tables hold, as text."""
    db = app.extensions["sqlalchemy"]
    boots, snapshots = (
        db.metadata.tables[name] for name in ("assembler_boots", "assembler_snapshots")
    )
    with app.app_context(), db.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(boots)).mappings()]
        contents = connection.scalars(select(snapshots.c.content)).all()
    kept = [zlib.decompress(one).decode() for one in contents]
    assert (len(rows), len(kept)) == (2, 2)  # of both only the secrets differ, which are no part
    return json.dumps([rows, kept], default=str)


@pytest.mark.usefixtures("forked_checks")
def test_no_secret_reaches_any_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Fifty, each in a place of its own; the places themselves are there."""
    secrets = [f"planted{number:02}-{os.urandom(9).hex()}" for number in range(COUNT)]
    write_files(tmp_path, {name: plant(text, secrets, tmp_path) for name, text in FILES.items()})
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, value in ENV.items():
        monkeypatch.setenv(name, plant(value, secrets, tmp_path))

    profile = tmp_path / "web.yaml"
    written = profile.read_text()
    profile.write_text(edit_secrets(written, secrets))
    assembler.create_app(profile)
    profile.write_text(written)
    app = assembler.create_app(profile)
    app.config.update(json.loads(plant(json.dumps(LATE), secrets, tmp_path)))
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {secrets[17]}"}
    first, last = get_boots(app)
    compared = [f"profile?against={first}", f"boot?id={first}", f"boot?id={last}"]
    client.get(f"{ROOT}/?token={secrets[17]}x")
    texts = {"the log": caplog.text}
    for path in (*PATHS, *compared):
        for address in (f"{ROOT}/{path}", f"{ROOT}/api/{path}"):
            answer = client.get(address, headers=bearer)
            assert answer.status_code == 200
            texts[address] = answer.text + str(answer.headers)
    masked = client.get(f"{ROOT}/api/playground", headers=bearer).json
    assert masked is not None
    for name, sent in {
        "as it is masked": masked["text"],
        "as it is written": written,  # by who sends it, and yet
        "wrong": written.replace("- database", "- databse").replace("with: {path", "wiht: {path"),
        "broken": written.replace("extensions:", "extensions: ["),
    }.items():
        for address in (f"{ROOT}/playground", f"{ROOT}/api/playground"):
            answer = client.post(address, data={"text": sent}, headers=bearer)
            assert answer.status_code == 200
            texts[f"{address} {name}"] = answer.text
    texts["the log"] += caplog.text
    report = app.extensions["assembler"]
    texts["the report"] = report.scrub(json.dumps(report.to_dict()))
    texts["the journal"] = dump_journal(app)

    hidden = secrets + list(map(turn, secrets))
    found = [
        (number, where)
        for where, text in texts.items()
        for number, secret in enumerate(hidden)
        if any(form in text for form in find_forms(secret))
    ]
    assert found == []
    config = texts[f"{ROOT}/api/config"]
    places = ("NESTED", "FOLDER_SECRET", "DOTENV_URL", "JSON_LIST", "OAUTH", "LATE", "FROM_FILE")
    assert [name for name in places if f'"{name}"' not in config] == []
    assert "fails-too" in texts[f"{ROOT}/api/now"]
    assert "planted" in texts[f"{ROOT}/api/now"]
    page = texts[f"{ROOT}/api/profile?against={first}"].partition("\n")[0]
    changes = json.loads(page)["changes"]["values"]
    assert len(changes) > 10
    assert all("***" in one["left"]["value"] for one in changes)
