"""The catalogue step `journal`."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from pydantic import ValidationError
from sqlalchemy import event

from assembler.diagnostics.faults import StepFault
from assembler.planning.loading import load_plan
from assembler.report import Outcome, Patched, Report, StepReport
from assembler.steps.catalog.journal import JournalOptions
from tests.support.step_context import DIGEST, StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Table

PROFILE = """\
version: 1
app: {with: {import_name: shop}}
config: [{use: values, with: {GREETING: hello, API_TOKEN: hunter2-of-the-tests}}]
"""
STARTED = datetime(2026, 11, 24, 12, 30, 0, 250_000, tzinfo=UTC)
PRIVATE = {"host", "pid", "versions"}
NULL_CURSOR = "MjAyNi0wMS0wMVQwMDowMDowMCAA"  # whose id is a null character
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(params=["sqlite", "postgres"])
def context(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StepBench]:
    """Return the context of a step on an app with a database: a file, or PostgreSQL."""
    context = build_context(tmp_path)
    url = "sqlite:///shop.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    apply_step(context, "database", url=url)
    yield context
    context.close()


def build_context(folder: Path) -> StepBench:
    """Return the context of a step on a bare app, of a profile in ``folder``."""
    profile = folder / "web.yaml"
    folder.mkdir(exist_ok=True)
    profile.write_text(PROFILE)
    app = Flask(__name__, instance_path=str(folder / "instance"))
    return StepBench(app, folder, loaded=load_plan(profile, env={}))


def make_table(context: StepBench) -> None:
    """Bring the database to where the step needs it."""
    with context.app.app_context():
        context.app.extensions["sqlalchemy"].create_all()


def get_table(context: StepBench) -> tuple[SQLAlchemy, Table]:
    """Return the app's database, and the table of boots on its metadata."""
    db: SQLAlchemy = context.app.extensions["sqlalchemy"]
    return db, db.metadata.tables["assembler_boots"]


def read_boots(context: StepBench) -> list[Mapping[str, Any]]:
    """Return every row of the table."""
    db, table = get_table(context)
    with context.app.app_context(), db.engine.connect() as connection:
        return [dict(row) for row in connection.execute(table.select()).mappings()]


def add_boots(context: StepBench, *values: Mapping[str, object]) -> None:
    """Put rows into the table, each with ``values`` over what every boot has."""
    db, table = get_table(context)
    usual = {
        "profile": "web",
        "role": "web",
        "digest": "a" * 64,
        "started_at": STARTED,
        "duration_ms": 12.5,
        "outcome": "done",
        "host": "till-3",
        "pid": 42,
        "versions": {"python": "3.11"},
        "report": {"steps": []},
    }
    with context.app.app_context(), db.engine.begin() as connection:
        for row in values:
            connection.execute(table.insert().values({**usual, **row}))


def get_json(context: StepBench, path: str, **options: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the JSON of an answer that must be well."""
    answer = context.app.test_client().get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_boot_is_recorded_with_who_what_and_how(context: StepBench) -> None:
    """The row tells of this process, and the report in it is the report's own JSON."""
    apply_step(context, "journal")
    make_table(context)
    report = context.report
    report.total_ms = 250.0
    report.steps.append(StepReport("extension", "mail", "mail", Outcome.PARTIAL, "no server"))
    before = datetime.now(UTC)

    context.finish()

    (boot,) = read_boots(context)
    assert context.partial == []
    assert (boot["profile"], boot["role"], boot["digest"]) == ("web", "web", DIGEST)
    assert (boot["outcome"], boot["duration_ms"], boot["pid"]) == ("partial", 250.0, os.getpid())
    assert boot["host"] == socket.gethostname()
    assert {"python", "flask-assembler", "flask", "sqlalchemy"} <= set(boot["versions"])
    assert boot["report"] == report.to_dict()
    started = boot["started_at"].replace(tzinfo=UTC)
    assert before - timedelta(milliseconds=250) <= started <= datetime.now(UTC)


def test_passwords_in_what_libraries_said_are_not_stored(context: StepBench) -> None:
    """A reason may quote a URL."""
    apply_step(context, "journal")
    make_table(context)
    said = "no answer from redis://shop:hunter2@cache/0"
    context.report.notes.append(said)
    context.report.steps.append(StepReport("extension", "redis", "x:y", Outcome.PARTIAL, said))

    context.finish()

    assert "hunter2" not in json.dumps(read_boots(context)[0]["report"])


def test_a_database_that_is_behind_degrades_the_step(context: StepBench) -> None:
    """The app comes up without the row, and says so."""
    apply_step(context, "journal")

    context.finish()

    (reason,) = context.partial
    assert reason.startswith("the journal of boots is not complete: ")
    assert "assembler_boots" in reason


def test_a_database_that_is_away_degrades_the_step(tmp_path: Path) -> None:
    """The reason is the driver's, without the password."""
    context = build_context(tmp_path)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        apply_step(context, "database", url=f"postgresql://shop:hunter2@127.0.0.1:{port}/shop")
        apply_step(context, "journal")

        context.finish()

    (reason,) = context.partial
    assert "Connection refused" in reason
    assert "hunter2" not in reason


@pytest.mark.parametrize("why", ["assume", "lint", "option"])
def test_what_is_no_boot_is_not_recorded(context: StepBench, why: str) -> None:
    """A test suite, a linter, a profile that says so."""
    if why == "assume":
        context.patched = Patched("assume")
    elif why == "lint":
        context.patched = Patched(runner="lint")

    apply_step(context, "journal", record="no" if why == "option" else "yes")
    make_table(context)
    context.finish()

    assert read_boots(context) == []
    assert context.partial == []


def test_a_database_in_memory_is_recorded_in_too(tmp_path: Path) -> None:
    """It has one connection, and the row goes through that."""
    context = build_context(tmp_path)
    apply_step(context, "database", url="sqlite://")
    apply_step(context, "journal")
    make_table(context)

    context.finish()

    assert len(read_boots(context)) == 1
    assert get_json(context, "/api/boots")["boots"][0]["profile"] == "web"
    context.close()


def test_the_table_is_on_the_apps_own_metadata_for_any_number_of_apps(tmp_path: Path) -> None:
    """So `flask db migrate` makes its revision, and a project's one `db` serves several apps."""
    db = SQLAlchemy()
    for name in ("one", "two"):
        context = build_context(tmp_path / name)
        apply_step(context, "database", db=db, url="sqlite:///shop.db")
        apply_step(context, "journal")
        make_table(context)
        context.finish()
        assert len(read_boots(context)) == 1
        context.close()

    assert list(db.metadata.tables) == ["assembler_boots", "assembler_snapshots"]


def test_pages_go_from_the_newest_to_the_oldest_without_loss_or_repeat(context: StepBench) -> None:
    """Also where several started at the same moment, and while new boots come in."""
    apply_step(context, "journal")
    make_table(context)
    add_boots(context, *({"id": f"same-{number}"} for number in range(4)))
    add_boots(context, {"id": "older", "started_at": STARTED - timedelta(microseconds=1)})
    add_boots(context, {"id": "newer", "started_at": STARTED + timedelta(microseconds=1)})
    seen: list[str] = []
    cursor: str | None = ""

    while cursor is not None:
        page = get_json(context, f"/api/boots?limit=2{cursor and '&cursor=' + cursor}")
        seen += [boot["id"] for boot in page["boots"]]
        add_boots(context, {"id": f"new-{len(seen)}", "started_at": STARTED + timedelta(days=1)})
        cursor = page["next"]

    assert seen == ["newer", "same-3", "same-2", "same-1", "same-0", "older"]


def test_a_page_has_as_many_boots_as_the_option_or_the_request_says(context: StepBench) -> None:
    """The last page has no next one, also where it is full."""
    apply_step(context, "journal", page_size=2)
    make_table(context)
    add_boots(context, *({"id": str(number)} for number in range(3)))

    assert len(get_json(context, "/api/boots")["boots"]) == 2
    full = get_json(context, "/api/boots?limit=3")
    assert (len(full["boots"]), full["next"]) == (3, None)


def test_one_boot_has_its_report_and_times_say_that_they_are_utc(context: StepBench) -> None:
    """The list leaves the report out."""
    apply_step(context, "journal")
    make_table(context)
    add_boots(context, {"id": "b1"})

    (listed,) = get_json(context, "/api/boots")["boots"]

    assert get_json(context, "/api/boots/b1") == {**listed, "report": {"steps": []}}
    assert listed["started_at"] == "2026-11-24T12:30:00.250000+00:00"


def test_what_a_report_may_tell_of_this_machine_is_private_too(context: StepBench) -> None:
    """Reasons, notes and the policy's path name hosts and folders; outcomes do not."""
    apply_step(context, "journal")
    make_table(context)
    step = {"name": "mail", "outcome": "partial"}
    report = {"policy": "/srv/p.toml", "notes": ["x"], "steps": [{**step, "reason": "no mx1"}]}
    add_boots(context, {"id": "b1", "report": report})

    assert get_json(context, "/api/boots/b1")["report"] == report
    elsewhere = get_json(context, "/api/boots/b1", environ_base=ELSEWHERE)
    assert elsewhere["report"] == {"steps": [step]}


def test_profiles_tell_when_each_digest_was_first_and_last_seen(context: StepBench) -> None:
    """The last seen comes first."""
    apply_step(context, "journal")
    make_table(context)
    for days, digest in ((0, "a"), (1, "b"), (2, "a"), (3, "a")):
        started = STARTED + timedelta(days=days)
        add_boots(context, {"id": str(days), "digest": digest * 64, "started_at": started})

    profiles = get_json(context, "/api/profiles")["profiles"]

    assert [(found["digest"][0], found["boots"]) for found in profiles] == [("a", 3), ("b", 1)]
    assert profiles[0]["first_seen"] == "2026-11-24T12:30:00.250000+00:00"
    assert profiles[0]["last_seen"] == "2026-11-27T12:30:00.250000+00:00"


def test_profiles_of_one_digest_are_told_apart(context: StepBench) -> None:
    """Two files may say the same under two names; each has its own role and times."""
    apply_step(context, "journal")
    make_table(context)
    for number, profile in enumerate(("web", "shop", "web", "till")):
        started = STARTED + timedelta(days=number)
        add_boots(
            context,
            {"id": str(number), "profile": profile, "role": profile, "started_at": started},
        )

    profiles = get_json(context, "/api/profiles")["profiles"]

    assert [(one["profile"], one["role"], one["boots"]) for one in profiles] == [
        ("till", "till", 1),
        ("web", "web", 2),
        ("shop", "shop", 1),
    ]


def test_no_boots_are_no_profiles(context: StepBench) -> None:
    """Where the index has nothing to start from."""
    apply_step(context, "journal")
    make_table(context)

    assert get_json(context, "/api/profiles") == {"profiles": []}


def test_profiles_are_read_without_scanning_the_table(context: StepBench) -> None:
    """A crash loop writes hundreds of thousands of boots, and of these few differ."""
    apply_step(context, "journal")
    make_table(context)
    db, table = get_table(context)
    asked: list[tuple[Any, ...]] = []
    with context.app.app_context():
        engine = db.engine
    usual = {"role": "web", "duration_ms": 1, "outcome": "done", "host": "h", "pid": 1}
    rows = [
        {
            **usual,
            "id": str(number),
            "profile": "web",
            "digest": str(number % 5),
            "started_at": STARTED + timedelta(seconds=number),
            "versions": {},
            "report": {},
        }
        for number in range(20_000)
    ]
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if is_sqlite else "VACUUM ANALYZE")
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2:4]))

    profiles = get_json(context, "/api/profiles")["profiles"]

    assert {one["boots"] for one in profiles} == {1000}
    assert len(profiles) == 5
    sql, values = asked[-1]
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    with engine.connect() as connection:
        plan = str(connection.exec_driver_sql(f"{explain} {sql}", values).all())
    assert "SCAN assembler_boots" not in plan
    assert "Seq Scan on assembler_boots" not in plan


@pytest.mark.parametrize(
    ("path", "method", "status", "title", "detail"),
    [
        ("/api/boots/none", "GET", 404, "Not Found", 'no boot has the id "none"'),
        ("/api/boots/%00", "GET", 404, "Not Found", 'no boot has the id "\0"'),
        ("/api/boots/a%00b", "GET", 404, "Not Found", 'no boot has the id "a\0b"'),
        ("/api/boots/%ff", "GET", 404, "Not Found", 'no boot has the id "\ufffd"'),
        (
            f"/api/boots?cursor={NULL_CURSOR}",
            "GET",
            400,
            "Bad Request",
            f'the cursor "{NULL_CURSOR}" cannot be read: expected the `next` of an earlier page',
        ),
        (
            "/api/boots?cursor=xyz",
            "GET",
            400,
            "Bad Request",
            'the cursor "xyz" cannot be read: expected the `next` of an earlier page',
        ),
        (
            "/api/boots?limit=0",
            "GET",
            400,
            "Bad Request",
            'expected a limit from 1 to 100, got "0"',
        ),
        (
            "/api/boots?limit=\u0661",
            "GET",
            400,
            "Bad Request",
            'expected a limit from 1 to 100, got "\u0661"',
        ),
        (
            "/api/profiles",
            "DELETE",
            405,
            "Method Not Allowed",
            "the journal is read-only, expected GET, HEAD, OPTIONS, got DELETE",
        ),
    ],
)
def test_errors_are_problem_details(  # noqa: PLR0913, PLR0917 - the columns of the table
    context: StepBench, path: str, method: str, status: int, title: str, detail: str
) -> None:
    """RFC 9457, whole: type, title, status, detail, instance."""
    apply_step(context, "journal")
    make_table(context)

    answer = context.app.test_client().open(path, method=method)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.data) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": unquote(path.partition("?")[0]),
    }
    assert (answer.headers.get("Allow") == "GET, HEAD, OPTIONS") == (status == 405)


@pytest.mark.parametrize("path", ["/api/boots", "/api/boots/b1", "/api/profiles"])
def test_a_database_that_is_behind_is_a_problem_and_the_page_is_there(
    context: StepBench, path: str
) -> None:
    """What runs here is known without the database."""
    apply_step(context, "journal")
    client = context.app.test_client()

    answer = client.get(path)

    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "behind this code" in json.loads(answer.data)["detail"]
    assert client.get("/").status_code == 200


def test_the_apps_own_errors_stay_its_own(context: StepBench) -> None:
    """Problem details are for the journal's routes only."""
    context.app.add_url_rule("/mine", view_func=lambda: "mine")
    context.app.register_error_handler(404, lambda _: ("my 404", 404))
    apply_step(context, "journal")
    client = context.app.test_client()

    assert client.get("/api/elsewhere").text == "my 404"
    assert client.post("/mine").content_type == "text/html; charset=utf-8"


def test_options_and_head_are_answered(context: StepBench) -> None:
    """OPTIONS names what there is, not what is refused."""
    apply_step(context, "journal")
    make_table(context)
    client = context.app.test_client()

    assert client.options("/api/boots").headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.head("/api/boots").status_code == 200


@pytest.mark.parametrize(
    ("request_options", "is_shown"),
    [
        ({}, True),
        ({"environ_base": ELSEWHERE}, False),
        ({"headers": {"X-Forwarded-For": "127.0.0.1"}}, False),
        ({"headers": {"Host": "shop.example"}}, False),
    ],
)
def test_host_pid_and_versions_are_for_this_machine_only(
    context: StepBench, request_options: dict[str, Any], *, is_shown: bool
) -> None:
    """In the list, in one boot and on the page; everything else is for anybody."""
    apply_step(context, "journal")
    make_table(context)
    add_boots(context, {"id": "b1"})

    (listed,) = get_json(context, "/api/boots", **request_options)["boots"]
    boot = get_json(context, "/api/boots/b1", **request_options)
    page = context.app.test_client().get("/", **request_options).text

    for found in (listed, boot):
        assert PRIVATE & set(found) == (PRIVATE if is_shown else set())
        assert found["profile"] == "web"
    assert ("<dt>Host</dt>" in page) == is_shown
    assert (f"<dd>{os.getpid()}</dd>" in page) == is_shown


def test_behind_proxy_fix_a_forged_address_shows_nothing(context: StepBench) -> None:
    """The header makes the app see loopback; that it is there at all is what counts."""
    apply_step(context, "proxy_fix")
    apply_step(context, "journal")
    make_table(context)
    add_boots(context, {"id": "b1"})

    boot = get_json(
        context,
        "/api/boots/b1",
        environ_base=ELSEWHERE,
        headers={"X-Forwarded-For": "127.0.0.1"},
    )

    assert PRIVATE.isdisjoint(boot)


@pytest.mark.parametrize(
    ("authorize", "is_shown"),
    [
        (lambda request: request.headers.get("X-Staff") == "yes", True),
        (lambda _: False, False),
        (lambda _: None, False),
        (lambda _: ("log in first", 401), False),
    ],
)
@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.9"])
def test_authorize_alone_decides_where_it_is_given(
    context: StepBench, authorize: Callable[[Any], object], address: str, *, is_shown: bool
) -> None:
    """Behind a proxy that says nothing of itself, loopback means nothing."""
    apply_step(context, "journal", authorize=authorize)
    make_table(context)
    add_boots(context, {"id": "b1"})

    boot = get_json(
        context,
        "/api/boots/b1",
        environ_base={"REMOTE_ADDR": address},
        headers={"X-Staff": "yes"},
    )

    assert PRIVATE & set(boot) == (PRIVATE if is_shown else set())


class Page(HTMLParser):
    """What is on a page: texts by tag, attributes by tag."""

    def __init__(self, text: str) -> None:
        """Read the page."""
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element's attributes."""
        self.attributes.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost element ends."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text that is seen."""
        if data.strip():
            self.texts.append((self._open[-1], data.strip()))


def get_page(context: StepBench) -> Page:
    """Return the page, which must be well-formed."""
    return Page(context.app.test_client().get("/").text)


def test_the_page_says_what_runs_here_and_where_to_look(context: StepBench) -> None:
    """Each link on it leads somewhere."""
    apply_step(context, "health")
    apply_step(context, "journal")
    make_table(context)
    context.report.steps.append(StepReport("extension", "mail", "mail", Outcome.PARTIAL, "why"))

    page = get_page(context)

    links = [attributes["href"] for tag, attributes in page.attributes if tag == "a"]
    assert links == ["/api/boots", "/api/profiles", "/health/live", "/health/ready"]
    for link in links:
        get_json(context, str(link))
    assert ("h1", "web") in page.texts
    assert ("dd", DIGEST) in page.texts
    assert ("li", "mail") in page.texts
    assert "why" not in [text for _, text in page.texts]


def test_the_page_can_be_read_by_everyone_and_loads_nothing(context: StepBench) -> None:
    """A language, one main heading, headings without a gap, no asset, no script."""
    apply_step(context, "journal")

    page = get_page(context)

    tags = [tag for tag, _ in page.attributes]
    assert dict(page.attributes)["html"] == {"lang": "en"}
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert {"viewport"} <= {attributes.get("name") for _, attributes in page.attributes}
    answer = context.app.test_client().get("/")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "hidden" not in answer.text


def test_what_a_profile_is_called_cannot_write_the_page(tmp_path: Path) -> None:
    """Names are text, whatever is in them."""
    context = build_context(tmp_path)
    context.report = Report("<script>x</script>", "p", "web", DIGEST)
    apply_step(context, "database", url="sqlite://")
    apply_step(context, "journal")

    page = get_page(context)

    assert ("h1", "<script>x</script>") in page.texts
    assert "script" not in [tag for tag, _ in page.attributes]
    context.close()


def test_the_routes_can_be_moved_or_left_out(context: StepBench) -> None:
    """A host app keeps its own page."""
    context.app.add_url_rule("/", view_func=lambda: "mine")
    apply_step(context, "journal", url_prefix="/-/journal")
    make_table(context)
    client = context.app.test_client()

    assert client.get("/").text == "mine"
    assert 'href="/-/journal/api/boots"' in client.get("/-/journal/").text
    assert get_json(context, "/-/journal/api/boots") == {"boots": [], "next": None}


def test_without_routes_there_are_none(context: StepBench) -> None:
    """The boots are recorded all the same."""
    apply_step(context, "journal", routes=False)
    make_table(context)
    context.finish()

    assert [rule.rule for rule in context.app.url_map.iter_rules()] == ["/static/<path:filename>"]
    assert len(read_boots(context)) == 1


def test_the_apps_own_page_is_not_shadowed(context: StepBench) -> None:
    """The fault says which option moves ours."""
    context.app.add_url_rule("/", view_func=lambda: "mine")

    with pytest.raises(StepFault) as raised:
        apply_step(context, "journal")

    assert raised.value.message == 'the app already has a route "/"'
    assert raised.value.option == ("url_prefix",)


@pytest.mark.parametrize("binds", [None, {"other": "sqlite://"}])
def test_without_a_database_it_says_what_is_missing(
    tmp_path: Path, binds: dict[str, str] | None
) -> None:
    """Binds alone are no default database to keep a journal in."""
    context = build_context(tmp_path)
    if binds is not None:
        context.app.config["SQLALCHEMY_BINDS"] = binds
        apply_step(context, "database")

    with pytest.raises(StepFault) as raised:
        apply_step(context, "journal")

    assert raised.value.hint == "Put a `database` step before it."


@pytest.mark.parametrize("options", [{"authorize": "shop.auth:is_staff"}, {"page_size": 0}])
def test_options_that_make_no_sense_are_refused(options: dict[str, object]) -> None:
    """A text is no callable, however it looks."""
    with pytest.raises(ValidationError):
        JournalOptions.model_validate(options)
