"""The catalogue step `admin`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

PROJECT = {
    "shop_admin.py": """
from flask_admin import AdminIndexView, BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))

def make_users():
    return ModelView(User, db)

class Report(BaseView):
    @expose("/")
    def index(self):
        return "a report"

class Home(AdminIndexView):
    @expose("/")
    def index(self):
        return "home"

def may_see(request):
    staff = request.headers.get("X-Staff")
    return "log in first" if staff == "maybe" else staff == "yes"

def create_all(app):
    with app.app_context():
        db.create_all()
        db.session.add(User(name="Ada"))
        db.session.commit()
"""
}
BASE = """config: [{use: values, with: {SECRET_KEY: 5791628bb0b13ce0c676dfde280ba245}}]
extensions:
  - babel
  - {use: database, with: {url: "sqlite://", db: {$import: "shop_admin:db"}}}
"""
STEP = """  - use: admin
    with:
      views: [{$call: "shop_admin:make_users"}, {$import: "shop_admin:Report"}]
"""


def assemble(folder: Path, options: str = "") -> Flask:
    """Assemble an app with pages for users and a report."""
    text = f"{BASE}{STEP}{options}  - shop_admin:create_all\n"
    return assemble_text(folder, text, PROJECT)


def test_data_is_looked_after_in_a_browser(tmp_path: Path) -> None:
    """From this machine, without a word more; twice in a process, as test suites do."""
    for _ in range(2):
        client = assemble(tmp_path).test_client()

        assert "project" in client.get("/admin/").text
        assert "Ada" in client.get("/admin/user/").text
        assert client.post("/admin/user/new/", data={"name": "Grace"}).status_code == 302
        assert "Grace" in client.get("/admin/user/").text
        assert client.get("/admin/report/").text == "a report"


def test_others_do_not_see_it(tmp_path: Path) -> None:
    """Whatever connects from elsewhere, or through a proxy of this machine."""
    client = assemble(tmp_path).test_client()

    for path in ("/admin/", "/admin/user/", "/admin/report/"):
        assert client.get(path, environ_base={"REMOTE_ADDR": "10.0.0.1"}).status_code == 403
        assert client.get(path, headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 403


def test_the_project_says_who_may_see_it(tmp_path: Path) -> None:
    """And no longer this machine; the app's own pages are not concerned."""
    options = """      authorize: {$import: "shop_admin:may_see"}
      url: /staff
      name: Shop
      index_view: {$import: "shop_admin:Home"}
"""
    app = assemble(tmp_path, options)
    app.add_url_rule("/", "page", lambda: "page")
    client = app.test_client()

    assert client.get("/staff/").status_code == 403
    assert client.post("/staff/user/new/", data={"name": "Eve"}).status_code == 403
    assert client.get("/staff/", headers={"X-Staff": "maybe"}).status_code == 403
    assert client.get("/staff/", headers={"X-Staff": "yes"}).text == "home"
    assert client.get("/").text == "page"


def test_pages_have_the_nonce_of_the_policy(tmp_path: Path) -> None:
    """Where `security_headers` comes before, scripts run under it."""
    headers = "  - {use: security_headers, with: {content_security_policy: {script-src: nonce}}}\n"
    text = f"{BASE}{headers}  - admin\n"
    answer = assemble_text(tmp_path, text, PROJECT).test_client().get("/admin/")

    nonce = answer.headers["Content-Security-Policy"].partition("'nonce-")[2].rstrip("'")
    assert f'nonce="{nonce}"' in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('views: [{$import: "shop_admin:db"}]', "expected a view of flask_admin, got SQLAlchemy"),
        ('authorize: {$import: "shop_admin:db"}', "expected a callable"),
        ("url: admin", "expected a path"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, wrong: str, said: str) -> None:
    """Where they are."""
    text = f"{BASE}  - use: admin\n    with: {{{wrong}}}\n"
    found = get_diagnostics(tmp_path, text, PROJECT)

    assert any(said in one.message for one in found)


def test_flask_babel_must_be_set_up(tmp_path: Path) -> None:
    """Where it is installed: Flask-Admin would answer 500 without it."""
    (found,) = get_diagnostics(tmp_path, "extensions: [admin]\n")

    assert "Flask-Babel is installed" in found.message
    assert found.hint == "Add the step `babel` before it."
