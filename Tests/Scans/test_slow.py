"""Debian's slowhttptest at the pages and at the gateway: whoever dawdles is hung up on, and meanwhile everybody else is
served.

That a dawdler is gone is seen at the server: a socket that the process holds no more. What the dawdler itself sees
comes later, for it reads slowly.
"""

import csv
import os
import signal
import ssl
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

# All modes at one time come to fewer connections than one address may open (250), so that the probes of the same
# address find room.
CONNECTIONS = 50
# The longest that a server waits: 60 s for a body at the pages, 75 s for the next call at the gateway; and some more.
PATIENCE, SECONDS = 95, 120
MODES = {
    # Heads that never end.
    "header": ["-H", "-i", "5"],
    # Bodies that never end.
    "body": ["-B", "-i", "5", "-s", "8192", "-x", "8", "-t", "POST"],
    # Many overlapping ranges in one head.
    "range": ["-R", "-a", "10", "-b", "3000", "-t", "HEAD"],
    # A long answer that is taken a few bytes at a time.
    "read": ["-X", "-w", "256", "-y", "512", "-n", "5", "-z", "16"],
}


class Server:
    """One of the two, as slowhttptest and the probes reach it."""

    def __init__(self, name, port, origin, paths, probe, key=None):
        self.name, self.port, self.origin, self.paths, self.probe, self.key = name, port, origin, paths, probe, key
        self.times, self.faults = [], set()

    def probing(self, until):
        trusting = ssl._create_unverified_context() if self.origin.startswith("https") else None
        request = urllib.request.Request(self.origin + self.probe, headers={"X-API-Key": self.key} if self.key else {})
        while time.monotonic() < until():
            begun = time.monotonic()
            try:
                with urllib.request.urlopen(request, timeout=10, context=trusting) as answer:
                    self.times.append(time.monotonic() - begun if answer.status == 200 else float("inf"))
            except OSError as fault:
                self.times.append(float("inf"))
                self.faults.add(repr(fault))
            time.sleep(0.25)

    def dawdle(self, folder, mode):
        # slowhttptest has no option for a header: the key rides in the address, which it writes as it stands.
        rider = f" HTTP/1.1\r\nX-API-Key: {self.key}\r\nX-Rest:" if self.key else ""
        with open(folder / f"slow-{self.name}-{mode}.txt", "wb") as said:
            return subprocess.Popen(
                ["slowhttptest", *MODES[mode], "-c", str(CONNECTIONS), "-r", "50", "-l", str(SECONDS),
                 "-p", "5", "-g", "-o", str(folder / f"slow-{self.name}-{mode}"),
                 "-u", self.origin + self.paths[mode] + rider], stdin=subprocess.DEVNULL, stdout=said, stderr=said)


def sockets():
    """(local port, other port) by inode, of every TCP connection of this machine."""
    found = {}
    lines = [line for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    for line in lines:
        columns = line.split()
        ports = tuple(int(it.rsplit(":", 1)[1], 16) for it in columns[1:3])
        found[columns[9]] = ports
    return found


def held_by(pid, known):
    """The connections whose sockets the process holds."""
    found = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            name = os.readlink(handle)
        except OSError:
            continue
        if name.startswith("socket:["):
            found.add(known.get(name[8:-1]))
    return found - {None}


def watch(node, servers, dawdlers):
    """How many connections of each attack the server held at most, and when it let go of the last."""
    begun = time.monotonic()
    theirs, most, gone = {it: set() for it in dawdlers}, dict.fromkeys(dawdlers, 0), {}
    while time.monotonic() - begun < PATIENCE:
        known = sockets()
        ours = held_by(node.process.pid, known)
        for attack, process in dawdlers.items():
            server, _ = attack
            if process.poll() is None:
                theirs[attack] |= {mine for mine, other in held_by(process.pid, known) if other == server.port}
            still = len({other for mine, other in ours if mine == server.port} & theirs[attack])
            most[attack] = max(most[attack], still)
            if still:
                gone.pop(attack, None)
            elif most[attack] or process.poll() is not None:
                gone.setdefault(attack, time.monotonic() - begun)
        if len(gone) == len(dawdlers) and time.monotonic() - begun > 15:
            break
        time.sleep(0.5)
    return theirs, most, gone


def connected(folder, server, mode):
    """How many of them there were by slowhttptest's own count: those that are answered at once nobody sees in passing."""
    report = folder / f"slow-{server.name}-{mode}.csv"
    lines = list(csv.DictReader(report.read_text().splitlines())) if report.exists() else []

    def count(line):
        return sum(int(value) for name, value in line.items() if (name or "").strip().lower() in ("closed", "connected"))

    return max(map(count, lines), default=0)


def test_whoever_dawdles_is_hung_up_on(node):
    servers = [
        Server("pages", node.web, node.origin, {
            "header": "/sign-in", "body": "/identity/oauth/token", "range": "/sign-in", "read": "/css/truc.css"},
            "/healthz"),
        Server("gateway", node.gateway, f"https://127.0.0.1:{node.gateway}", {
            "header": "/scanned/v1/large", "body": "/scanned/v1/notes", "range": "/scanned/v1/large",
            "read": "/scanned/v1/large"},
            "/scanned/v1/large", node.application_key),
    ]
    lasts = {"until": time.monotonic() + PATIENCE}
    probes = [threading.Thread(target=it.probing, args=(lambda: lasts["until"],)) for it in servers]
    dawdlers = {(server, mode): server.dawdle(node.folder, mode) for server in servers for mode in server.paths}
    for probe in probes:
        probe.start()
    try:
        theirs, most, gone = watch(node, servers, dawdlers)
    finally:
        lasts["until"] = 0
        for process in dawdlers.values():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in dawdlers.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for probe in probes:
            probe.join()
    came = {it: max(len(theirs[it]), connected(node.folder, *it)) for it in dawdlers}
    for server, mode in dawdlers:
        attack = (server, mode)
        after = f"{gone[attack]:.0f} s" if attack in gone else "never"
        print(f"     {server.name} {mode}: {came[attack]} came, {most[attack]} at one time, all gone after {after}",
              flush=True)
    for server in servers:
        lost, ordered = sum(it == float("inf") for it in server.times), sorted(server.times)
        print(f"     {server.name}: {len(ordered)} probes, {lost} lost, slowest {ordered[-1] * 1000:.0f} ms", flush=True)
    for attack in dawdlers:
        name = f"{attack[0].name} {attack[1]}"
        # Ranges are answered at once, and slowhttptest stops asking when it is served: how many came is chance.
        assert attack[1] == "range" or came[attack] >= CONNECTIONS // 2, f"{name}: only {came[attack]} dawdlers came"
        assert attack in gone, f"{name}: dawdlers are still there after {PATIENCE} s"
    for server in servers:
        ordered = sorted(server.times)
        assert len(ordered) >= 20 and ordered[-1] < float("inf"), f"{server.name}: {server.faults}"
        assert ordered[int(len(ordered) * 0.95)] < 2, f"{server.name}: others waited: {ordered[-5:]}"
