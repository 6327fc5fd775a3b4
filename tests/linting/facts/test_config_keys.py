"""Test which slips of the keyboard are told from a project's own keys."""

from __future__ import annotations

import flask_cors.core
import pytest
from flask import Flask
from flask_compress import Compress
from flask_sqlalchemy import SQLAlchemy

from assembler.linting.facts.config_keys import KEYS, KNOWN, find_near_key


@pytest.mark.parametrize("source", KEYS)
def test_keys_of_each_library_are_sorted_and_upper_case(source: str) -> None:
    """Each once in the whole table."""
    keys = KEYS[source]
    assert list(keys) == sorted(keys)
    assert all(key.isupper() for key in keys)
    assert sum(len(keys) for keys in KEYS.values()) == len(KNOWN)


def test_table_has_the_keys_of_installed_libraries() -> None:
    """Flask, and what the catalogue's steps and the tests use."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    Compress(app)
    SQLAlchemy(app)
    of_cors = {name for name in flask_cors.core.CONFIG_OPTIONS if name.isupper()}
    assert {*app.config, *of_cors} <= KNOWN


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("SQLALCHEMY_DATABSE_URI", "SQLALCHEMY_DATABASE_URI"),
        ("SQLALCHMEY_DATABSE_URI", "SQLALCHEMY_DATABASE_URI"),
        ("SQLALCHEMY_DATABASE_URL", "SQLALCHEMY_DATABASE_URI"),
        ("SQL_ALCHEMY_DATABASE_URI", "SQLALCHEMY_DATABASE_URI"),
        ("MAIL_SERVR", "MAIL_SERVER"),
        ("MAIL_USER_NAME", "MAIL_USERNAME"),
        ("SECRETKEY", "SECRET_KEY"),
        ("SECERT_KEY", "SECRET_KEY"),
        ("SESSION_COOKIE_HTTP_ONLY", "SESSION_COOKIE_HTTPONLY"),
        ("MAX_CONTENT_LENGHT", "MAX_CONTENT_LENGTH"),
        ("TEMPLATE_AUTO_RELOAD", "TEMPLATES_AUTO_RELOAD"),
        ("WTF_CSRF_ENABLE", "WTF_CSRF_ENABLED"),
        ("CORS_ORIGIN", "CORS_ORIGINS"),
        ("TESTNG", "TESTING"),
        ("DEBGU", "DEBUG"),
    ],
)
def test_near_key_is_found_for_a_typo(key: str, meant: str) -> None:
    """Letters left out, put in, replaced or swapped, a wrong underscore, URL for URI."""
    assert find_near_key(key) == meant


@pytest.mark.parametrize(
    "key",
    [
        *("SECRET_KEY", "MAIL_USE_SSL", "MAIL_USE_TLS", "DEBUG"),  # known
        *("MAIL_SERVERS", "SERVER_NAMES", "MAIL_SERVER2", "MAIL_SERVER_2"),
        *("MAIL_SENDER", "MAIL_HOST", "MAIL_POST", "SERVICE_NAME", "SERVER_FAME"),
        *("APPLICATION_PORT", "APPLICATION_ROLE", "APPLICATION_NAME"),
        *("LOGIN_ENABLED", "CACHE_TAGS", "REDIS_URI", "BROKER_URI"),
        *("RESTING", "DEBUT", "TITLE", "SHOP_TITLE", "SHOP_SECRET_KEY", "A", "_", ""),
    ],
)
def test_near_key_is_not_found_for_another_word(key: str) -> None:
    """A plural, a number, another short word, or what only a project's own code reads."""
    assert find_near_key(key) is None
