"""One node of real processes on free loopback ports, with people and clients: begun once, stopped by process id."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from served import PROGRAM, ROOT, die_with_parent, free_ports  # noqa: E402

PASSWORD = "canh dong lua chin 2020"
LOGIN = "canbo.mau"


def free_port():
    return free_ports(1)[0]


def start(command, log, **more):
    with open(log, "ab") as out:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=die_with_parent, **more)


def stop(process):
    if process and process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(address, process, seconds=60):
    """Until somebody answers there, with whatever status."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nobody answers at {address}") from None
            time.sleep(0.1)


class Node:
    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="truc-relying-"))
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.settings = [
            "--folder", str(self.folder / "node"), "--web-port", str(self.port), "--exchange-port", "0", "--gateway-port", "0",
            "--exchange-address", "127.0.0.1", "--identity-administrators-two-steps", "optional", "--language", "en"]
        self.truc("person", "add", LOGIN, "Cán bộ mẫu", "--role", "officer", "--password", PASSWORD)
        self.process = start(
            [PROGRAM, "serve", *self.settings], self.folder / "node.log", cwd=ROOT,
            env={**os.environ, "TRUC_WEB_PUBLIC_FOLDER": os.path.realpath(ROOT / "Public")})
        wait_for(self.origin + "/healthz", self.process)
        return self

    def __exit__(self, *_):
        stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def truc(self, *words):
        """Runs a command on the node's folder; what it says."""
        more = [] if "--organisation" in words or (self.folder / "node").exists() else ["--organisation", "H40"]
        done = subprocess.run(
            [PROGRAM, *words, *self.settings, *more], cwd=ROOT, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f"truc {' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout

    def client(self, name, *options):
        """Registers a client; its id and its secret, or None."""
        said = self.truc("client", "create", name, *options)
        values = dict(re.findall(r"^(client_id|client_secret)\s+(\S+)$", said, re.M))
        return values["client_id"], values.get("client_secret")

    def log(self):
        return (self.folder / "node.log").read_text(errors="replace")[-3000:]
