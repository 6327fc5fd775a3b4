"""What `adopt` says and writes, beside the profile itself."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from functools import partial
from textwrap import dedent
from typing import TYPE_CHECKING

import yaml

from tests.support.processes import build_env, run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

NESTED = """\
import socket

from flask import Flask


def create_app(port=None, testing=False):
    app = Flask("shop")
    app.config["SHOP_TITLE"] = "Shop"

    @app.route("/")
    def home():
        return app.config["SHOP_TITLE"]

    if testing:
        app.testing = True
    if port is not None:
        socket.create_connection(("127.0.0.1", port), timeout=5)
    app.config["AFTER"] = True
    app.logger.info("made")
    return app
"""


# What returns a call's result has no name for the app.
RETURNED = """\
from flask import Flask


def build(name):
    app = Flask(name)
    app.config["SHOP_TITLE"] = "Shop"
    return app


def create_app():
    return build("shop")
"""


# Expressions that mean one of several things, where no statement can be read once for each.
FORKED = """\
import os
import sys

from flask import Flask

sys.modules["shop.blocked"] = None


def hide(app):
    app.config["BLOG"] = False


def create_app(colour="red" if os.environ.get("SHOP_RED") else "blue"):
    app = Flask("shop")
    url = os.environ.get("SHOP_URL")
    url = url if url else "http://localhost"
    app.config["SHOP_URL"] = url
    try:
        import shop_blog

        shop_blog.init_app(app)
    except ImportError:
        hide(app)
    if True if os.environ.get("SHOP_BARE") else False:
        return app
    if not app.config.get("SHOP_BARE"):

        @app.route("/")
        def home():
            return \"\"\"<p>
  shop
</p>\"\"\"

    return app
"""


SETTINGS = """\
import os

BIG = os.environ.get("SHOP_BIG")
KIND = os.environ.get("SHOP_KIND")
MAILS = False
NOTHING = None
"""


# Names at the top of a module, which a condition asks for.
FLAGGED = """\
import random

from flask import Flask

from settings import BIG, KIND, MAILS, NOTHING

try:
    import flask_login

    HAS_LOGIN = True
except ImportError:
    HAS_LOGIN = False

HAS_BLOG = False
try:
    import shop_blog
except ImportError:
    pass
else:
    HAS_BLOG = True

LUCKY = False
if random.random() > 2:
    LUCKY = True


def create_app():
    app = Flask("shop")
    if HAS_LOGIN:
        app.config["LOGIN"] = True
    if HAS_BLOG:
        app.config["BLOG"] = True
    if MAILS:
        app.config["MAILS"] = True
    if BIG:
        app.config["BIG"] = True
    if LUCKY:
        app.config["LUCKY"] = True
    if NOTHING is None:
        app.config["PLAIN"] = True
    if KIND == "east":
        app.config["EAST"] = True
    return app
"""


# Leftovers, one after the other, each in a statement of its own.
APART = """\
from flask import Flask, current_app

KINDS = {"": {"KIND": "none"}, "empty": {"KIND": "void"}, "eu/west": {"KIND": "west"}}


def create_app(kind="eu/west"):
    app = Flask("shop")
    app.config.from_mapping(KINDS[kind])
    app.config["A"] = "abc".split("b", maxsplit=1)
    del app.config["TESTING"]
    for number in (1, 2):
        app.config["SHOP_" + "x" * number] = number
        del app.config["SHOP_" + "x" * number]
        app.config["SHOP_%d" % number] = number
    del app.config["DEBUG"]
    app.before_request(lambda: None)
    app.before_request(lambda: app.logger.debug("asked"))
    with app.app_context():
        del current_app.config["MAX_COOKIE_SIZE"]
    return app
"""

ITEMS = """\
from flask import Blueprint, Flask

pages = Blueprint("pages", __name__)


class Part:
    title = ""


@pages.route("/pages")
def index():
    return "pages"


def keep(app, title):
    app.extensions["kept"] = title


def create_app():
    app = Flask("shop")
    app.register_blueprint(pages)
    app.extensions["shop"] = Part()
    app.extensions["shop"].title = "Shop"
    app.extensions["shop.parts"] = 2
    app.add_url_rule("/", "index", app.view_functions["pages.index"])
    keep(app, title=app.extensions["shop"].title)
    return app
"""

CONFIGURED = """\
from flask import Flask


def create_app():
    app = Flask("shop")

    # What only Python can tell.
    before = reversed(app.import_name)
    app.config.from_mapping(
        TITLE="".join(before),
    )
    app.config.from_prefixed_env("SHOP")
    for name in reversed(("A", "B")):
        app.config[name] = app.logger.name
    app.config["LAST"] = 1
    return app
"""


def adopt(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return run_cli(["-m", "assembler", "adopt", *args], folder)


def test_adopt_marks_what_has_no_name_and_what_did_not_run(tmp_path: Path) -> None:
    """Without glue, a place stands where a step is missing; a flag is a second profile."""
    write_files(tmp_path, {"shop.py": NESTED})

    done = adopt(tmp_path, "shop:create_app", "--no-verify")

    assert done.returncode == 0, done.stderr
    assert "shop:create_app is called once now, in a scratch folder" in done.stderr
    assert "web.yaml: left over: shop.py:10-12: 'home' is nested in a function" in done.stdout
    assert "`--glue` moves what is left over into a module of its own" in done.stdout
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    assert "# TODO shop.py:10-12: 'home' is nested in a function" in text
    assert "config:\n  - use: values  # shop.py:8, confirmed\n" in text
    testing = (tmp_path / "profiles" / "web-testing.yaml").read_text("utf-8")
    assert testing.startswith("# Adopted from shop:create_app.\nversion: 1\nextends: web.yaml\n")
    assert "  - {name: values, with: {TESTING: true}}  # shop.py:8, source only\n" in testing
    again = "next:\n  assembler adopt shop:create_app --glue\n  assembler lint profiles\n"
    assert again in done.stdout


def test_adopt_masks_what_it_was_given(tmp_path: Path) -> None:
    """In the command that it names for the next time."""
    source = """\
        from flask import Flask

        def create_app(config=None):
            app = Flask("shop")
            app.config.update(config or {})

            @app.get("/")
            def home():
                return "hello"

            return app
        """
    write_files(tmp_path, {"shop.py": dedent(source)})

    given = ("--config", '{"API_KEY": "planted-secret-4711"}')
    done = adopt(tmp_path, "shop:create_app", "--no-verify", *given)

    assert done.returncode == 0, done.stderr
    assert """--glue --config '{"API_KEY": "***"}'""" in done.stdout
    assert "planted" not in done.stdout + done.stderr
    assert "planted" not in (tmp_path / "profiles" / "web.yaml").read_text("utf-8")


def test_adopt_verifies_and_writes_what_differs_by_intent(tmp_path: Path) -> None:
    """A view that was moved has another module; that is announced, and `verify` then agrees."""
    write_files(tmp_path, {"shop.py": NESTED})

    done = adopt(tmp_path, "shop:create_app", "--glue")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "profiles/web.yaml makes the app of shop:create_app" in done.stdout
    assert "profiles/web-testing.yaml makes the app of shop:create_app" in done.stdout
    assert "web-port.yaml: not compared, what is passed as 'port' is open" in done.stdout
    listed = yaml.safe_load((tmp_path / "profiles" / "web.differences.yaml").read_text("utf-8"))
    found = [(one["kind"], one["key"]) for one in listed["differences"]]
    assert found == [("view", "home"), ("log_handler", "shop")]
    again = ["verify", "profiles/web.yaml", "--against", "shop:create_app"]
    assert run_cli(["-m", "assembler", *again], tmp_path).returncode == 0


def test_adopt_finds_what_differs(tmp_path: Path) -> None:
    """A step that does something else when a profile calls it, and another lambda of a line."""
    write_files(
        tmp_path,
        {
            "shop.py": (
                "import sys\n\nfrom flask import Flask\n\n\n"
                "def prepare(app):\n"
                "    if sys._getframe(1).f_code.co_name != 'create_app':\n"
                "        app.config['SEEN'] = True\n\n\n"
                "def create_app():\n    app = Flask('shop')\n    prepare(app)\n"
                "    app.before_request((lambda: 1) if 'SEEN' in app.config else (lambda: 0))\n"
                "    return app\n"
            )
        },
    )

    done = adopt(tmp_path, "shop:create_app", "--glue")

    assert done.returncode == 1
    assert "config SEEN: only the profile has it" in done.stdout
    assert "hook before_request: not the same" in done.stdout


def test_adopt_writes_over_its_own_files_alone(tmp_path: Path) -> None:
    """One that is changed is left alone, and then the others are not written either."""
    own = "version: 1\n"
    files = {"profiles/web-testing.yaml": own, "other/web.yaml": own}
    write_files(tmp_path, {"shop.py": NESTED, **files})
    testing, glue = tmp_path / "profiles" / "web-testing.yaml", tmp_path / "shop_glue.py"
    run = ("shop:create_app", "--glue", "--no-verify")

    early = adopt(tmp_path, *run, "-o", "other")
    assert early.returncode == 1
    assert "other/web.yaml:1:1: error[ASM127] it exists, and is not" in early.stderr
    assert "is called once" not in early.stderr

    foreign = adopt(tmp_path, *run)
    assert foreign.returncode == 1
    assert "profiles/web-testing.yaml:1:1: error[ASM127] it exists, and is not" in foreign.stderr
    assert [file.name for file in (tmp_path / "profiles").iterdir()] == ["web-testing.yaml"]

    testing.unlink()
    first = adopt(tmp_path, "shop:create_app", "--no-verify")
    second = adopt(tmp_path, *run)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert "shop_glue:block_10" in (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    glue.write_text(glue.read_text("utf-8").replace("return app.config", "return 1 or app.config"))

    changed = adopt(tmp_path, *run)
    assert changed.returncode == 1
    assert changed.stderr.count("error[ASM127]") == 1
    assert "shop_glue.py:1:1: error[ASM127] it exists, and is not as `adopt`" in changed.stderr
    assert "`--force` write over it" in changed.stderr
    assert "1 or" in glue.read_text("utf-8")

    assert adopt(tmp_path, *run, "--force").returncode == 0
    assert "1 or" not in glue.read_text("utf-8")


def test_adopt_keeps_the_network_away(tmp_path: Path) -> None:
    """A factory that connects fails in its watched call, at the place that is told."""
    write_files(tmp_path, {"shop.py": NESTED})

    done = adopt(tmp_path, "shop:create_app", "--config", "9", "--no-verify")

    assert done.returncode == 1
    assert "warning[ASM537] the factory failed: " in done.stderr
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    assert "socket:create_connection" in text
    assert "AFTER: true" in text


def test_adopt_tells_what_is_no_factory(tmp_path: Path) -> None:
    """Wrong usage is 2; a name that is not there is the user's fault, with a hint."""
    write_files(tmp_path, {"shop.py": f"{NESTED}\n\ndef make():\n    create_app()\n"})

    usage, missing = adopt(tmp_path, "shop"), adopt(tmp_path, "shop:create_ap")
    other = adopt(tmp_path, "shop:make", "--no-verify")

    assert usage.returncode == 2
    assert missing.returncode == 1
    assert "Did you mean 'create_app'?" in missing.stderr
    assert other.returncode == 1
    assert "warning[ASM537] the factory failed: it gave a NoneType, not a Flask" in other.stderr


def test_adopt_takes_patches_and_server_from_where_the_app_is_served(tmp_path: Path) -> None:
    """Of the entry module, gunicorn's file and the Procfile."""
    write_files(
        tmp_path,
        {
            "shop.py": "from flask import Flask\n\n\ndef create_app():\n    return Flask('shop')\n",
            "serve.py": (
                "from gevent import monkey\n\nmonkey.patch_all()\n\n"
                "import grpc.experimental.gevent\n\n"
                "grpc.experimental.gevent.init_gevent()\n\n"
                "from shop import create_app\n\napp = create_app()\n"
            ),
            "Procfile": (
                "web: gunicorn -c conf.py --timeout 90 serve:app\n"
                "mails: celery -A serve:celery worker -c 2\n"
            ),
            "conf.py": (
                "import multiprocessing\nimport os\n\n"
                "bind = '0.0.0.0:' + os.environ.get('PORT', '8080')\n"
                "workers = multiprocessing.cpu_count() * 2 + 1\n"
                "timeout = 30\nworker_class = 'gevent'\n\n\n"
                "def post_fork(server, worker):\n    pass\n"
            ),
        },
    )

    done = adopt(tmp_path, "shop:create_app", "--no-verify")

    assert done.returncode == 0, done.stderr
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    profile = yaml.safe_load(text)
    assert profile["patches"] == ["gevent", "grpc"]
    assert profile["server"] == {
        "use": "gunicorn",
        "bind": "0.0.0.0:${PORT-8080}",
        "workers": "auto",
        "with": {"timeout": 90},
    }
    assert "# TODO conf.py:10: the hook `post_fork`" in text
    assert "# TODO Procfile:2: `mails` is a profile of the role worker, see docs/celery.md" in text


def test_adopt_reads_a_procfile_as_a_shell_does(tmp_path: Path) -> None:
    """A variable gets braces, an address is no module; what cannot be said of a file is told."""
    write_files(
        tmp_path,
        {
            "shop.py": "from flask import Flask\n\n\ndef create_app():\n    return Flask('shop')\n",
            "web/serve.py": "from gevent import monkey\n\nmonkey.patch_all()\n",
            "Procfile": "web: gunicorn -b 0.0.0.0:$PORT --reload -n 'shop web.serve:app\n",
            "gunicorn.conf.py": (
                "import os\n\nworkers = 4 if os.environ.get('SHOP_KIND') == 'big' else 2\n"
                "timeout = 30 if os.path.exists('slow') else 10\nthreads = 2\n"
            ),
        },
    )

    done = adopt(tmp_path, "shop:create_app", "--no-verify")

    assert done.returncode == 0, done.stderr
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    profile = yaml.safe_load(text)
    assert profile["patches"] == ["gevent"]
    assert profile["server"] == {
        "use": "gunicorn",
        "bind": "0.0.0.0:${PORT}",
        "with": {"threads": 2},
    }
    assert "# TODO gunicorn.conf.py:3: `workers`, it means one of several things" in text
    assert "# TODO gunicorn.conf.py:4: `timeout`, " in text


def test_adopt_reads_what_means_several_things(tmp_path: Path) -> None:
    """In a default, in a way out and in a local that is in its own new value; texts stay."""
    said, glue = _adopt_with_glue(tmp_path, FORKED)

    assert "profiles/web.yaml makes the app of shop:create_app" in said
    assert 'return """<p>\n  shop\n</p>"""\n' in glue
    assert "    except ImportError:\n        hide(app)\n" in glue


def test_adopt_moves_a_loop_as_a_whole_and_keeps_the_context(tmp_path: Path) -> None:
    """Whatever is left over right before it; a name that fits no file, or is taken, is changed."""
    said, glue = _adopt_with_glue(tmp_path, APART)

    assert "profiles/web.yaml makes the app of shop:create_app" in said
    assert "profiles/web-empty.yaml makes the app of shop:create_app" in said
    assert "profiles/web-empty-2.yaml makes the app of shop:create_app" in said
    assert glue.count("    for number in (1, 2):\n        ") == 1
    assert "app_context: true" in (tmp_path / "profiles" / "web.yaml").read_text("utf-8")


def test_adopt_tells_a_key_of_the_app_s_mappings_from_an_attribute(tmp_path: Path) -> None:
    """No dotted path of the app leads to one, and to set one with a dot in it is glue."""
    said, glue = _adopt_with_glue(tmp_path, ITEMS)

    assert "profiles/web.yaml makes the app of shop:create_app" in said
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    assert "args: [{$app: view_functions}, pages.index]" in text
    assert "extensions.shop.title: Shop" in text
    assert 'app.extensions["shop.parts"] = 2' in glue


def test_adopt_keeps_what_sets_config_before_what_overrides_it(tmp_path: Path) -> None:
    """A block that only sets config becomes a source; where it cannot, both places are told."""
    said, glue = _adopt_with_glue(tmp_path, CONFIGURED)

    assert "profiles/web.yaml makes the app of shop:create_app" in said
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    first, env, values = yaml.safe_load(text)["config"]
    assert first["use"] == "shop_glue:config_9"
    assert first["with"]["app"] == {"$app": "."}
    assert env == {"use": "env", "with": {"prefix": "SHOP"}}
    assert values["with"] == {"LAST": 1}
    told = "the factory does this after shop.py:13, which sets config too"
    assert text.count(f"# TODO {told}\n") == 1
    assert f"web.yaml: order: shop.py:15: {told}\n" in said
    assert "(app, before):\n    config_before = dict(app.config)\n    app.config" in glue
    code = "import assembler; print(assembler.create_app('profiles/web.yaml').config['TITLE'])"
    assert run_cli(["-c", code], tmp_path).stdout == "pohs\n"
    assert run_cli(["-c", code], tmp_path, {"SHOP_TITLE": "mine"}).stdout == "mine\n"


def test_adopt_tells_of_a_helper_that_sets_config_before_what_overrides_it(tmp_path: Path) -> None:
    """It stays a step, which comes after all sources."""
    source = CONFIGURED.replace("    # What only", "    configure(app)\n    # What only")
    value = '"".join(reversed(app.name))'
    helper = f'def configure(app):\n    app.config["HERE"] = {value}\n\n\ndef create_app'
    write_files(tmp_path, {"shop.py": source.replace("def create_app", helper)})

    done = adopt(tmp_path, "shop:create_app", "--no-verify")

    assert done.returncode == 0, done.stderr
    told = "the factory does this after shop.py:11, which sets config too"
    assert f"web.yaml: order: shop.py:17: {told}\n" in done.stdout


def _adopt_with_glue(folder: Path, source: str) -> tuple[str, str]:
    """Return what was said, and the module that was written."""
    write_files(folder, {"shop.py": source})
    done = adopt(folder, "shop:create_app", "--glue")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, (folder / "shop_glue.py").read_text("utf-8")


def test_adopt_asks_what_a_module_has_assigned(tmp_path: Path) -> None:
    """A name that is tested is what it was set to, in another module too, and not just there."""
    write_files(tmp_path, {"shop.py": FLAGGED, "settings.py": SETTINGS})

    done = adopt(tmp_path, "shop:create_app")

    assert done.returncode == 0, done.stdout + done.stderr
    profile = yaml.safe_load((tmp_path / "profiles" / "web.yaml").read_text("utf-8"))
    steps = [(one.get("when", True), one["with"]) for one in profile["config"]]
    assert steps == [
        ({"installed": "flask_login"}, {"LOGIN": True}),
        ({"installed": "shop_blog"}, {"BLOG": True}),
        ("${SHOP_BIG:-}", {"BIG": True}),
        (True, {"PLAIN": True}),
        ({"equals": ["${SHOP_KIND-}", "east"]}, {"EAST": True}),
    ]
    assert "web.yaml: left over: shop.py:37-38: " in done.stdout


def test_adopt_confirms_only_what_the_run_used_and_says_what_comes_next(tmp_path: Path) -> None:
    """Of several config classes one is confirmed; a health route and a worker class are told."""
    write_files(
        tmp_path,
        {
            "shop.py": (
                "import os\n\nfrom flask import Flask\n\n\n"
                "class Develop:\n    COLOUR = 'red'\n\n\n"
                "class Produce:\n    COLOUR = 'blue'\n\n\n"
                "CONFIGS = {'develop': Develop, 'produce': Produce}\n\n\n"
                "def well():\n    return 'well'\n\n\n"
                "def create_app():\n    app = Flask('shop')\n"
                "    app.config.from_object(CONFIGS[os.environ.get('SHOP_KIND', 'develop')])\n"
                "    app.add_url_rule('/healthz', view_func=well)\n"
                "    return app\n"
            ),
            "gunicorn.conf.py": "worker_class = 'sync'\nworkers = 2\n",
        },
    )

    done = adopt(tmp_path, "shop:create_app", "--no-verify")

    assert done.returncode == 0, done.stderr
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    assert done.stdout.endswith(
        "next:\n  assembler lint profiles\n"
        "  assembler verify profiles/web.yaml --against shop:create_app\n"
        "  assembler run profiles/web.yaml\n"
    )
    lines = text.splitlines()
    marks = [line.rpartition(", ")[2] for line in lines if line.startswith("  - use: object")]
    assert marks == ["confirmed", "source only"]
    assert "worker_class" not in text.partition("version: 1")[2]
    assert "gunicorn's worker class 'sync' is left out" in text
    assert "# A reload may ask its route: `server: {canary: {path: /healthz}}`." in text


def test_a_helper_that_does_more_before_the_app_stays_one(tmp_path: Path) -> None:
    """Steps come after the app: what the helper imports would, too."""
    helper = """\
from importlib import import_module

from flask import Flask


def build():
    import_module("shop_parts")
    return Flask("shop")


def create_app():
    return build()
"""
    write_files(tmp_path, {"shop.py": helper, "shop_parts.py": ""})

    done = adopt(tmp_path, "shop:create_app", "--no-verify")

    assert done.returncode == 0, done.stderr
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    assert "app:  # shop.py:12, confirmed\n  use: shop:build\n" in text
    assert "shop_parts" not in text


def test_a_terminal_shows_what_is_being_done(tmp_path: Path) -> None:
    """A line that is written over and gone in the end; a pipe has none of it."""
    write_files(tmp_path, {"shop.py": RETURNED})
    args = ["-m", "assembler", "adopt", "shop:create_app"]
    lines = [
        "reading shop:create_app",
        "calling shop:create_app",
        "writing profiles",
        "comparing web.yaml with shop:create_app",
    ]

    reader, writer = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *args],
        cwd=tmp_path,
        env=build_env({"TERM": "xterm"}),
        stdout=subprocess.DEVNULL,
        stderr=writer,
    ) as adopting:
        os.close(writer)
        shown = b"".join(iter(partial(_read_terminal, reader), b"")).decode()
    os.close(reader)
    piped = adopt(tmp_path, "shop:create_app")

    assert (adopting.returncode, piped.returncode) == (0, 0), piped.stdout + piped.stderr
    drawn = [part.partition(",")[0] for part in shown.split("\r\x1b[K")]
    begun = list(dict.fromkeys(part.strip() for part in drawn[1:] if part.strip()))
    assert begun == lines
    assert drawn[-1] == ""
    assert "\x1b" not in piped.stderr
    text = (tmp_path / "profiles" / "web.yaml").read_text("utf-8")
    assert "app:  # shop.py:5, confirmed\n  with: {import_name: shop}\n" in text
    assert "  - use: values  # shop.py:6, confirmed\n    with: {SHOP_TITLE: Shop}\n" in text
    assert not [line for line in lines if line in piped.stderr]


def _read_terminal(reader: int) -> bytes:
    try:
        return os.read(reader, 10_000)
    except OSError:  # nobody has its other end any more
        return b""
