"""What many tests need: a small course of its own for each, one sandbox for all that only use it, a browser."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from grader.authoring.sync import sync
from grader.course import Workspace, load, root
from grader.notes.index import sync_index
from grader.sandbox.ours.sandbox import Sandbox

# a shell lets what it starts in the background ignore Ctrl-C, and so would all that is started here
signal.signal(signal.SIGINT, signal.default_int_handler)

SOLUTION = '''\
"""Twice a number."""


def double(x):
    """Return 2 * x.

    Parameters
    ----------
    x : ndarray, any shape

    Returns
    -------
    ndarray, same shape as ``x``

    Examples
    --------
    >>> double(3)
    6
    """
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''

CHECKS = '''\
import numpy as np

from grader.checks import assert_close, assert_pure, from_torch, misconception


@from_torch
def expected(x):
    return 2 * x


def test_agrees_with_torch(student, rng):
    """Agrees with torch."""
    x = rng.normal(size=rng.integers(3, 9, size=2))
    assert_close(student.double(x), expected(x))


def test_pure(student, rng):
    """Leaves its input alone."""
    student.double(rng.normal(size=4))
    assert_pure(student)


@misconception("squares the number, which is twice the number for 0 and 2 only")
def squared(x):
    return x * x


@misconception("returns the number as it is")
def once(x):
    return 1 * x
'''

ENTRY = """
[[topics.exercises]]
name = "{name}"
title = "{title}"
difficulty = {difficulty}
points = {points}
prerequisites = {prerequisites}
questions = {questions}
hints = {hints}
{forbidden}"""


IMPORTED = """\
import atexit, sys
slow = {"numpy", "pytest", "rich", "typer", "torch", "jinja2", "grader.cli", "grader.checks"}
atexit.register(lambda: print(sorted(slow & set(sys.modules)), file=sys.stderr))
"""


class MiniCourse:
    """A repository with a small course, in a folder of its own, which may hold a copy of the program as well.

    Its files are written at once: change them, take them away, add to them.
    """

    def __init__(self, folder):
        self.root = folder
        self._topics = {}
        self.terminals = []
        (folder / "exercises").mkdir(parents=True)
        self._write_table()

    def add(
        self,
        name="double",
        *,
        topic="basics",
        title="Twice a number",
        difficulty=1,
        points=1,
        prerequisites=(),
        questions=(),
        hints=("Think.", "Multiply by two."),
        forbidden=(),
        solution=SOLUTION,
        checks=CHECKS,
    ):
        """Add an exercise, by default one that passes `kata verify`, and return it; its stub is written, too."""
        table = ENTRY.format(
            name=name,
            title=title,
            difficulty=difficulty,
            points=points,
            prerequisites=_toml(prerequisites),
            questions=_toml(questions),
            hints=_toml(hints),
            forbidden=f"forbidden = {_toml(forbidden)}\n" if forbidden else "",
        )
        self._topics.setdefault(topic, []).append(table)
        self._write_table()
        self.write(f"solutions/{topic}/{name}.py", solution)
        self.write(f"tests/{topic}/test_{name}.py", checks)
        self.sync()
        return self.course.find(name)

    def add_topic(self, topic):
        """Add a topic without exercises."""
        self._topics.setdefault(topic, [])
        self._write_table()

    def _write_table(self):
        text = 'title = "Katas"\n'
        for topic, entries in self._topics.items():
            text += f'\n[[topics]]\nname = "{topic}"\ntitle = "{topic.title()}"\nsummary = "{topic.title()}."\n'
            text += "".join(entries)
        self.write("exercises/course.toml", text)

    @property
    def course(self):
        """The course as its files are now."""
        return load(self.root)

    @property
    def workspace(self):
        """The files that a learner edits in it."""
        return Workspace(self.root)

    def sync(self):
        """Make the stubs and the index."""
        course = self.course
        sync(course, self.workspace, course.exercises, force=course.exercises)
        sync_index(course)

    def write(self, path, text):
        """Write a file, by its path from the root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def read(self, path):
        """Return the text of a file, by its path from the root."""
        return (self.root / path).read_text()

    def change(self, path, old, new):
        """Replace what stands once in a file."""
        text = self.read(path)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def note(self, topic="basics"):
        """Write notes for a topic, with a link to each of its exercises."""
        (found,) = (each for each in self.course.topics if each.name == topic)
        links = "".join(f"\n[`{exercise.name}`]({exercise.name}.py)\n" for exercise in found.exercises)
        self.write(f"exercises/{topic}/README.md", f"# {found.title}\n{links}")
        self.sync()

    def with_program(self):
        """Copy the program into the folder, of which it is then the checkout."""
        if not (self.root / "grader").exists():
            texts = shutil.ignore_patterns("README.md")  # which link to what is not here
            shutil.copytree(root() / "grader", self.root / "grader", ignore=texts)  # what is compiled as well
        return self

    def says_what_it_imports(self):
        """Let every command end with a line on its standard error that lists the slow modules that it has imported."""
        self.write("sitecustomize.py", IMPORTED)

    def kata(self, *words, **options):
        """Run a command of the program in this folder, and return what came of it, as text."""
        return self.python("-m", "grader.cli", *words, **options)

    def terminal(self, *words, **options):
        """Start a command of the program in a terminal of its own, which is closed after the test."""
        from .terminals import Terminal

        command = [sys.executable, "-m", "grader.cli", *words]
        self.terminals.append(Terminal(command, self.with_program().root, **options))
        return self.terminals[-1]

    def python(self, *words, cwd=None, **options):
        """Run Python with the program of this folder, and return what came of it, as text."""
        variables = {**options.pop("env", {})}
        return subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=cwd or self.with_program().root,
            env=environment(PYTHONPATH=str(self.root), **variables),
            text=True,
            **{"capture_output": True, "timeout": 120, **options},
        )


def chromium():
    """Return the path of a Chromium; without one a test is skipped, but for CI, where it fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        assert os.environ.get("CI") != "true", "there is no Chromium"
        pytest.skip("there is no Chromium")
    return found


class Browser:
    """One page of a headless Chromium, driven as a person would; its profile is in a folder of its own."""

    def __init__(self, folder):
        import websocket

        words = ["--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--window-size=1200,900"]
        words += ["--disable-gpu", f"--user-data-dir={folder}", "about:blank"]
        self._process = subprocess.Popen([chromium(), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = folder / "DevToolsActivePort"
        self.until(lambda: port.exists() and port.read_text().count("\n"), "the browser starts")
        pages = f"http://127.0.0.1:{port.read_text().split()[0]}/json"
        page = next(page for page in json.load(urllib.request.urlopen(pages)) if page["type"] == "page")
        self._socket = websocket.create_connection(page["webSocketDebuggerUrl"], timeout=60, suppress_origin=True)
        self._number = 0
        self._events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
        self._process.terminate()
        self._process.wait(30)

    def _ask(self, method, **parameters):
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            self._events.append(answer)  # what happens meanwhile
        return answer["result"]

    def open(self, address):
        """Go to an address."""
        self._ask("Page.navigate", url=address)

    def value(self, script):
        """Return what an expression of JavaScript gives in the page."""
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)["result"].get(
            "value"
        )

    def watch(self, theme, width):
        """Be so wide, prefer a theme, cut the network off, and from now on note what the page asks for and reports."""
        for domain in ("Network", "Log", "Runtime"):
            self._ask(f"{domain}.enable")
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._ask("Network.emulateNetworkConditions", offline=True, **speed)

    def seen(self, method):
        """Return what has happened of one kind since it is noted."""
        return [event["params"] for event in self._events if event.get("method") == method]

    def type(self, text):
        """Type into what has the focus."""
        self._ask("Input.insertText", text=text)

    def press(self, key, text=""):
        """Press a key, by its name in JavaScript; ``text`` is what it types."""
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, **({"text": text} if text else {}))

    def wait_for(self, script):
        """Wait until an expression holds in the page, and return its value."""
        return self.until(lambda: self.value(script), script)

    def picture(self, path):
        """Write what the page looks like as a PNG."""
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    @staticmethod
    def until(found, what, seconds=60):
        """Wait until something is found, and return it."""
        end = time.monotonic() + seconds
        while not (value := found()):
            assert time.monotonic() < end, f"waited in vain until {what}"
            time.sleep(0.1)
        return value


def environment(**variables):
    """Return an environment in which a command prints what it prints everywhere: 80 columns, no colours."""
    kept = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR", "PYTHONPATH")}
    return {**kept, "COLUMNS": "80", **variables}


def _toml(words):
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


@pytest.fixture
def mini(tmp_path):
    """A course without exercises yet; `mini.add()` gives it one."""
    course = MiniCourse(tmp_path / "katas")
    yield course
    for terminal in course.terminals:
        terminal.close()


@pytest.fixture(scope="module")
def sandbox():
    """One sandbox, as a command starts it, for tests that do nothing to it."""
    with Sandbox("auto") as sandbox:
        yield sandbox


@pytest.fixture
def browser(tmp_path):
    """A page of a headless Chromium."""
    with Browser(tmp_path / "browser") as browser:
        yield browser


@pytest.fixture
def look(browser):
    """Opens a page with the network off and returns what is there, with what axe-core finds serious in it.

    Skips without the npm package axe-core, in the folder that NODE_PATH names or in node_modules; fails in CI.
    """
    axe = Path(os.environ.get("NODE_PATH", str(root() / "node_modules")), "axe-core", "axe.min.js")
    if not axe.is_file():
        assert os.environ.get("CI") != "true", "needs the npm package axe-core, which .ci/run installs"
        pytest.skip("needs the npm package axe-core")

    def at(path, theme="light", width=1000):
        address = path.resolve().as_uri()
        browser.watch(theme, width)
        browser.open(address)
        browser.wait_for(f"location.href == {json.dumps(address)} && document.readyState == 'complete'")
        browser.value("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        found = {
            "text": browser.value("document.body.innerText"),
            "width": browser.value("document.documentElement.scrollWidth"),
        }
        browser.value(axe.read_text("utf-8"))  # not as a script of the page, whose policy may allow none
        violations = json.loads(
            browser.value("axe.run({preload: false}).then((found) => JSON.stringify(found.violations))")
        )
        found["serious"] = [each for each in violations if each["impact"] in ("serious", "critical")]
        found["requests"] = browser.seen("Network.requestWillBeSent")
        found["errors"] = browser.seen("Log.entryAdded") + browser.seen("Runtime.exceptionThrown")
        return found

    return at


@pytest.fixture(scope="session")
def without_times():
    """A function that returns a report as text, but for its times."""

    def text(report):
        data = report.to_dict()
        del data["run"]["started"], data["run"]["seconds"]
        for exercise in data["exercises"]:
            del exercise["seconds"]
        return json.dumps(data)

    return text


# Python takes a file of the same size, written in the same second, for the one that it has compiled
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
