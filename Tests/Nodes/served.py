"""`truc serve` for the department of Nam Định in a folder of its own, on loopback, stopped by process id whatever happens."""

import ctypes
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(os.path.abspath(__file__)).parents[2]
PROGRAM = os.environ.get("TRUC") or str(ROOT / ".build/debug/truc")
START_SECONDS = 60
# 9 November 2020, 08:30 in Vietnam: the department of Nam Định exists.
CONFERENCE_MS = 1_604_885_400_000


def die_with_parent():
    """In the child: the kernel sends SIGTERM when this process dies, even of a SIGKILL (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


GIVEN = set()


def free_ports(count):
    """Below those that the system hands to outgoing connections, which could take one before a node does. None twice."""
    found = []
    while len(found) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as it:
            it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                it.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in GIVEN:
            GIVEN.add(port)
            found.append(port)
    return found


def at_the_conference():
    """Settings that put a node's clock there."""
    return ["--clock-offset-ms", str(CONFERENCE_MS - int(time.time() * 1000))]


class ServedNode:
    """Suites add settings with `more()` and do with `prepare()` what must be done before it serves."""

    environment = {}
    scheme = "http"
    # 0 is any free one; a suite that calls the gateway asks for one that it knows.
    gateway = 0

    def more(self):
        return []

    def prepare(self):
        pass

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="truc-node-"))
        self.web, self.peer = free_ports(2)
        self.origin = f"{self.scheme}://localhost:{self.web}"
        self.settings = [
            "--folder", str(self.folder / "node"), "--organisation", "H49", "--web-port", str(self.web),
            "--exchange-address", "127.0.0.1", "--exchange-port", str(self.peer),
            "--gateway-address", "127.0.0.1", "--gateway-port", str(self.gateway), "--web-drain-seconds", "0",
            "--language", "en", *self.more()]
        self.prepare()
        self.log = open(self.folder / "node.log", "wb")
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", *self.settings], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            preexec_fn=die_with_parent, env={**os.environ, **self.environment})
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the node did not start:\n" + self.said())
            time.sleep(0.1)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self, seconds=2):
        try:
            # Its certificate, where it has one, is nobody's authority's.
            trusting = ssl._create_unverified_context() if self.scheme == "https" else None
            with urllib.request.urlopen(
                    f"{self.scheme}://127.0.0.1:{self.web}/healthz", timeout=seconds, context=trusting) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def said(self):
        return (self.folder / "node.log").read_text(errors="replace")[-4000:]

    def command(self, *words):
        done = subprocess.run([PROGRAM, *words, *self.settings], cwd=ROOT, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"truc {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout
