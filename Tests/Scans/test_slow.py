"""Debian's slowhttptest: whoever dawdles is hung up on, and meanwhile everybody else is served."""

import csv
import subprocess
import threading
import time
import urllib.request

# Fewer than one address may open (250), so that the probes of the same address find room; longer than every deadline
# of a head (30 s) and shorter than twice that.
CONNECTIONS, SECONDS = 150, 40
MODES = {
    # Heads that never end.
    "slowloris": ["-H", "-i", "5"],
    # Bodies that never end, announced longer than a door reads before it asks who calls.
    "body": ["-B", "-i", "5", "-s", "8192", "-t", "POST"],
    # Many overlapping ranges in one head.
    "range": ["-R", "-a", "10", "-b", "3000", "-t", "HEAD"],
    # An answer that is taken a few bytes at a time.
    "read": ["-X", "-w", "256", "-y", "512", "-n", "5", "-z", "16", "-k", "3"],
}


def probing(node, until, times):
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(f"{node.origin}/healthz", timeout=10) as answer:
                times.append(time.monotonic() - begun if answer.status == 200 else float("inf"))
        except OSError:
            times.append(float("inf"))
        time.sleep(0.25)


def attack(node, mode):
    path = {"body": "/identity/oauth/token", "read": "/css/truc.css"}.get(mode, "/sign-in")
    out, times = node.folder / f"slow-{mode}", []
    probe = threading.Thread(target=probing, args=(node, time.monotonic() + SECONDS, times))
    probe.start()
    done = subprocess.run(
        ["slowhttptest", *MODES[mode], "-c", str(CONNECTIONS), "-r", "50", "-l", str(SECONDS), "-p", "5", "-g", "-o",
         str(out), "-u", node.origin + path], capture_output=True, text=True, timeout=SECONDS + 60)
    probe.join()
    lines = list(csv.DictReader((node.folder / f"slow-{mode}.csv").read_text().splitlines()))
    assert lines, done.stdout[-2000:]
    lost = sum(it == float("inf") for it in times)
    ordered = sorted(times)
    print(f"     {mode}: {len(times)} probes, {lost} lost, slowest {ordered[-1] * 1000:.0f} ms; "
          f"at the end {lines[-1]}", flush=True)
    assert len(times) >= 20 and lost == 0, f"{lost} of {len(times)} probes found nobody"
    assert ordered[int(len(ordered) * 0.95)] < 2, f"others waited: {ordered[-5:]}"
    column = next(name for name in lines[0] if name and name.strip().lower() == "closed")
    opened = next(name for name in lines[0] if name and name.strip().lower() == "connected")
    most = max(int(line[opened]) for line in lines)
    closed = max(int(line[column]) for line in lines)
    assert most + closed >= CONNECTIONS // 2, f"only {most} dawdlers came"
    return most, closed, int(lines[-1][opened])


def held(node, mode):
    _, closed, still = attack(node, mode)
    assert closed > 0 and still < CONNECTIONS // 2, f"{still} dawdlers are still there, {closed} were hung up on"


def test_slowloris(node):
    held(node, "slowloris")


def test_slow_body(node):
    """A body has 60 seconds; what counts here is that others are served meanwhile."""
    attack(node, "body")


def test_range(node):
    """Answered at once and without ranges."""
    attack(node, "range")


def test_slow_read(node):
    attack(node, "read")
