"""A real demo cluster of a few nodes: the same `truc demo` that a newcomer starts, in a folder of its own."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "sen-ho-tay-2020"


class Cluster:
    """Starts on entering, stops all its processes on leaving."""

    def __init__(self, codes):
        self.codes = codes
        self.folder = tempfile.mkdtemp(prefix="truc-browser-")
        self.pages = {}

    def __enter__(self):
        program = os.environ.get("TRUC", str(ROOT / ".build/debug/truc"))
        self.process = subprocess.Popen(
            [program, "demo", "--folder", self.folder + "/demo", "--nodes", ",".join(self.codes), "--without-feed", "--language", "en"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            found = re.match(r"(\w+)\s+(http://\S+)", line)
            if found:
                self.pages[found.group(1)] = found.group(2)
            if line.startswith("Ctrl-C"):
                return self
        raise RuntimeError("the demo did not start:\n" + "".join(lines))

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            self.process.stdout.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def eventually(condition, seconds=10):
    """Waits until `condition()` is true, and says whether it became so."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
