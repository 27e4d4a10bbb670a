"""One node with an officer and clients, and whatever else stands beside it: begun once, stopped by process id."""

import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from served import ROOT, ServedNode, die_with_parent, free_ports  # noqa: E402
from tls import TLSNode  # noqa: E402

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


class WithClients:
    """A node with an officer, at which clients are registered."""

    def more(self):
        return [*super().more(), "--identity-administrators-two-steps", "optional"]

    def prepare(self):
        self.command("person", "add", LOGIN, "Cán bộ mẫu", "--role", "officer", "--password", PASSWORD)

    def client(self, name, *options):
        """Registers a client; its id and its secret, or None."""
        said = self.command("client", "create", name, *options)
        values = dict(re.findall(r"^(client_id|client_secret)\s+(\S+)$", said, re.M))
        return values["client_id"], values.get("client_secret")


class Node(WithClients, ServedNode):
    environment = {"TRUC_WEB_PUBLIC_FOLDER": str((ROOT / "Public").resolve())}


class CertificateNode(WithClients, TLSNode):
    """One that asks programs for a certificate."""

    def more(self):
        return [*super().more(), "--web-client-certificates", "optional"]
