"""Drive a headless Chromium as a person would: open a page, wait for what is in it, type."""

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.request

import pytest


def chromium():
    """Return the path of a Chromium; without one a test is skipped, but for CI, where it fails."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        assert os.environ.get("CI") != "true", "there is no Chromium"
        pytest.skip("there is no Chromium")
    return found


class Browser:
    """One page of a headless Chromium whose profile is in a folder of its own."""

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
            pass  # what happens meanwhile
        return answer["result"]

    def open(self, address):
        self._ask("Page.navigate", url=address)

    def value(self, script):
        """Return what an expression of JavaScript gives in the page."""
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def type(self, text):
        """Type into what has the focus."""
        self._ask("Input.insertText", text=text)

    def wait_for(self, script):
        """Wait until an expression holds in the page, and return its value."""
        return self.until(lambda: self.value(script), script)

    def picture(self, path):
        """Write what the page looks like as a PNG."""
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))

    @staticmethod
    def until(found, what, seconds=60):
        end = time.monotonic() + seconds
        while not (value := found()):
            assert time.monotonic() < end, f"waited in vain until {what}"
            time.sleep(0.1)
        return value
