"""A demo cluster of real processes: begun once, stopped by process id whatever happens."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(os.path.abspath(__file__)).parents[2]
NODES = ["H40", "H23", "VNCERT"]
PASSWORD = "sen-ho-tay-2020"
START_SECONDS = 120


def die_with_parent():
    """In the child: the kernel sends SIGTERM when this process dies, even of a SIGKILL (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Cluster:
    """`truc demo` with some of its nodes, in a folder of its own, without the large feed."""

    def __init__(self, program=None, nodes=None, feed=False):
        self.program = program or os.environ.get("TRUC") or str(ROOT / ".build/debug/truc")
        self.nodes = nodes or NODES
        self.feed = feed
        self.folder = None
        self.process = None

    def __enter__(self):
        for attempt in range(3):
            try:
                self.start()
                return self
            except BaseException:
                # Another demo may have taken a port between the look and the leap.
                taken = "already in use" in self.logs()
                self.stop()
                if attempt == 2 or not taken:
                    raise

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.folder = Path(tempfile.mkdtemp(prefix="truc-browser-"))
        command = [self.program, "demo", "--fresh", "--folder", str(self.folder / "demo"), "--nodes", ",".join(self.nodes)]
        with open(self.folder / "demo.log", "wb") as log:
            self.process = subprocess.Popen(
                command + ([] if self.feed else ["--without-feed"]), cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=die_with_parent,
                env={**os.environ, "TRUC_WEB_PUBLIC_FOLDER": os.path.realpath(ROOT / "Public")})
        deadline = time.monotonic() + START_SECONDS
        while not (self.folder / "demo" / "ready").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the demo did not start:\n" + self.logs())
            time.sleep(0.05)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                # Its nodes hold a pipe to it and end when it does.
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self):
        lines = []
        for log in [self.folder / "demo.log", *sorted(self.folder.glob("demo/*/node.log"))]:
            if log.exists():
                lines += [f"--- {log.name} of {log.parent.name}", log.read_text(errors="replace")[-2000:]]
        return "\n".join(lines)

    def setting(self, node, name):
        text = (self.folder / "demo" / node / "truc.conf").read_text()
        return re.search(rf"^{re.escape(name)} *= *(.+)$", text, re.M).group(1).strip()

    def origin(self, node):
        return self.setting(node, "web.public-url")

    def command(self, node, *words):
        """What a command says that works on a running node."""
        done = subprocess.run(
            [self.program, *words, "--folder", str(self.folder / "demo" / node), "--language", "en"],
            capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    def say(self, *words):
        """What a command says that asks no node."""
        return subprocess.run([self.program, *words], capture_output=True, text=True, timeout=60, check=True).stdout.strip()

    def first_link(self, node):
        """The link that makes the first administrator; the node prints it once."""
        text = (self.folder / "demo" / node / "node.log").read_text(errors="replace")
        return re.search(r"http://\S+(/identity/first\?token=\S+)", text).group(1)
