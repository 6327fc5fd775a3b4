"""The catalogue step `storage`, in a folder and in a bucket that moto serves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from obstore.exceptions import BaseError

from assembler.steps.object_storage import Storage
from tests.support.one_object import serve_object
from tests.support.processes import free_port
from tests.support.projects import assemble_text, get_diagnostics
from tests.support.s3 import TOGETHER, S3Server, serve_s3
from tests.support.scripts import run_script, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

STEP = "extensions:\n  - use: storage\n    with: "


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """Return a server of S3 with a bucket."""
    with serve_s3() as server:
        yield server


def assemble(folder: Path, options: str) -> Storage:
    """Return the storage of an app with the step."""
    app = assemble_text(folder, f"{STEP}{options}\n  - health\n")
    storage = app.extensions["storage"]
    assert isinstance(storage, Storage)
    assert app.test_client().get("/health/ready").status_code == 200
    return storage


@pytest.fixture(params=["folder", "file", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Return a storage; the test runs on every kind."""
    if request.param == "s3":
        s3: S3Server = request.getfixturevalue("s3")
        return assemble(tmp_path, f"{{url: 's3://shop/{tmp_path.name}', {s3.options}}}")
    url = "memory://" if request.param == "memory" else f"file://{tmp_path}/a%20b/files"
    return assemble(
        tmp_path, "{folder: files}" if request.param == "folder" else f"{{url: '{url}'}}"
    )


def test_files_are_read_and_written(storage: Storage) -> None:
    """The same wherever they are."""
    storage.put("a/one.txt", b"1")
    storage.put("a/one.txt", b"one")
    storage.copy("a/one.txt", "b/two.txt")
    storage.move("a/one.txt", "b/three.txt")
    big = bytes(range(256)) * 8192
    storage.put("big", big)

    assert storage.get("b/two.txt") == b"one"
    assert b"".join(storage.iter_chunks("big", 1000)) == big
    assert sorted((one["path"], one["size"]) for one in storage.list("b")) == [
        ("b/three.txt", 3),
        ("b/two.txt", 3),
    ]
    assert (storage.exists("b/two.txt"), storage.exists("a/one.txt")) == (True, False)
    storage.delete("b/two.txt")
    assert not storage.exists("b/two.txt")
    with pytest.raises(FileNotFoundError):
        storage.get("b/two.txt")


def test_a_folder_is_the_instance_s(tmp_path: Path) -> None:
    """And is made."""
    assemble(tmp_path, "{folder: kept/files}").put("a.txt", b"a")
    assert (tmp_path / "instance" / "kept" / "files" / "a.txt").read_bytes() == b"a"


def test_a_url_lets_anybody_read_for_a_time(tmp_path: Path, s3: S3Server) -> None:
    """Of a bucket; the settings are nowhere in it."""
    storage = assemble(tmp_path, f"{{url: 's3://shop', {s3.options}}}")
    storage.put("signed.txt", b"signed")
    url = storage.sign("signed.txt", timedelta(minutes=5))
    assert "hunter2" not in url
    with urlopen(url) as answer:  # noqa: S310 - of the storage
        assert answer.read() == b"signed"


def test_readiness_needs_the_bucket(tmp_path: Path, s3: S3Server) -> None:
    """It must be there; what the app itself waits for is not tried again for this."""
    away = s3.options.replace(str(s3.port), str(free_port()))
    for url, options in (("s3://nowhere", s3.options), ("s3://shop", away)):
        app = assemble_text(tmp_path, f"{STEP}{{url: '{url}', retries: 100, {options}}}\n")
        with pytest.raises((BaseError, FileNotFoundError)):
            app.extensions["assembler"].checks["storage"]()

    text = f"{STEP}{{url: 's3://nowhere', check: false, {s3.options}}}\n"
    assert "storage" not in assemble_text(tmp_path, text).extensions["assembler"].checks


def test_threads_read_at_once(tmp_path: Path, s3: S3Server) -> None:
    """Where gevent has patched nothing: none of the 16 is answered before all are asked."""
    storage = assemble(tmp_path, f"{{url: 's3://shop/{tmp_path.name}', {s3.options}}}")
    storage.put("together", b"x")
    with ThreadPoolExecutor(TOGETHER) as pool:
        assert [*pool.map(storage.get, ["together"] * TOGETHER)] == [b"x"] * TOGETHER


def test_one_gevent_worker_reads_at_once(
    tmp_path: Path, process: StartProcess, s3: S3Server
) -> None:
    """In threads of its own, beside readiness and other requests; chunks come as well."""
    write_files(
        tmp_path,
        {
            "shop_routes.py": """
            from flask import Response

            def add_routes(app):
                storage = app.extensions["storage"]
                app.get("/put")(lambda: storage.put("together", b"x" * 99999) or "well")
                app.get("/get", endpoint="get")(lambda: storage.get("together"))
                app.get("/list", endpoint="list")(lambda: str(len(storage.list())))
                app.get("/all", endpoint="all")(lambda: Response(storage.iter_chunks("big", 999)))
                app.get("/big", endpoint="big")(lambda: storage.put("big", b"y" * 99999) or "well")
            """
        },
    )
    text = f"""patches: [gevent]
extensions:
  - tests.runner_app:add_routes
  - use: storage
    with: {{url: 's3://shop/{tmp_path.name}', threads: 17, {s3.options}}}
  - health
  - shop_routes:add_routes
server: {{use: gunicorn, workers: 1}}
"""
    served = Served.start(process, tmp_path, text)
    assert (served.get("/put").text, served.get("/big").text) == ("well", "well")
    with ThreadPoolExecutor(TOGETHER) as pool:
        waiting = [pool.submit(served.get, "/get") for _ in range(TOGETHER - 1)]
        assert served.get("/list").text == "2"
        assert served.get("/health/ready").status == 200
        assert not any(one.done() for one in waiting)
        answers = [served.get("/get"), *(one.result() for one in waiting)]
    assert [answer.text for answer in answers] == ["x" * 99999] * TOGETHER
    assert served.get("/all").text == "y" * 99999


def test_a_child_of_a_process_that_used_it_is_told(tmp_path: Path, s3: S3Server) -> None:
    """The library would wait for ever; a child of one that only made it is well."""
    assemble_text(tmp_path, f"{STEP}{{url: 's3://shop/{tmp_path.name}', {s3.options}}}\n")
    first, second = run_script(
        """
        import json, os
        from assembler import create_app

        def ask_child():
            reader, writer = os.pipe()
            if os.fork() == 0:
                try:
                    create_app("profile.yaml").extensions["storage"].put("a", b"1")
                    said = "well"
                except Exception as error:
                    said = type(error).__name__
                os.write(writer, said.encode())
                os._exit(0)
            os.wait()
            return os.read(reader, 99).decode()

        storage = create_app("profile.yaml").extensions["storage"]
        first = ask_child()
        storage.get("a")
        print(json.dumps([first, ask_child()]))
        """,
        folder=tmp_path,
    )
    assert (first, second) == ("well", "StorageForkedError")


@pytest.mark.parametrize(
    ("url", "settings", "path"),
    [
        ("gs://files/shop", "skip_signature: true, base_url: '{server}'", "/files/shop%2Flamp"),
        (
            "az://files/shop",
            "account_name: one, account_key: a2V5, endpoint: '{server}/one'",
            "/one/files/shop/lamp",
        ),
        (
            "abfss://files@one.dfs.core.windows.net/shop",
            "skip_signature: true, endpoint: '{server}/one'",
            "/one/files/shop/lamp",
        ),
    ],
)
def test_other_services_are_asked_as_their_urls_say(
    tmp_path: Path, url: str, settings: str, path: str
) -> None:
    """Google's and Azure's, each in its own protocol; what answers here is neither."""
    with serve_object(b"light") as (server, asked):
        given = settings.format(server=server)
        options = f"{{url: '{url}', allow_http: true, settings: {{{given}}}}}"
        app = assemble_text(tmp_path, f"{STEP}{options}\n")

        assert app.extensions["storage"].get("lamp") == b"light"
        app.extensions["assembler"].close()
    assert asked == [path]


@pytest.mark.parametrize(
    ("options", "said", "column"),
    [
        ("{}", "expected one of `url` and `folder`", 11),
        ("{url: 'memory://', folder: a}", "expected one of `url` and `folder`", 11),
        ("{url: 'ftp://a'}", "expected file://, s3://, gs://, az:// or memory://", 17),
        ("{url: 'gs:///files'}", "expected the name of a bucket or container, as gs://NAME", 17),
        ("{url: 'az://'}", "expected the name of a bucket or container, as az://NAME", 17),
        ("{url: 'az://files'}", "the storage cannot be made: ", 17),
        ("{url: 'file:files'}", "a relative one is a `folder`", 17),
        ("{url: 'file:///dev/null/a'}", "the storage cannot be made: ", 17),
        (
            "{url: 's3://a', settings: {regoin: b, secret_access_key: hunter2}}",
            "Configuration key: 'regoin' is not valid for store 'S3'",
            37,
        ),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: str, said: str, column: int) -> None:
    """With their place, and without what is secret."""
    (found,) = get_diagnostics(tmp_path, f"{STEP}{options}\n")
    assert said in found.message
    assert found.place.span.column == column
    assert "hunter2" not in str(found)


def test_the_policy_is_asked_about_folders(tmp_path: Path) -> None:
    """Also where a URL names one; a bucket is none."""
    policy = '[tool.assembler]\nallow = ["project"]\n'
    project = {"pyproject.toml": policy}
    for options in ("{url: 'file:///srv/x'}", "{folder: ../../other}"):
        (found,) = get_diagnostics(tmp_path, f"{STEP}{options}\n", project)
        assert found.name == "file-not-allowed"
    assemble_text(tmp_path, f"{STEP}{{url: 'file://{tmp_path}/files/a'}}\n", project)
    assemble_text(tmp_path, f"{STEP}{{url: 's3://shop', settings: {{region: a}}}}\n", project)
