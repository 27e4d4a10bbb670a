"""Ten real nodes: how soon they answer, what they weigh, how soon a published fact is at all entitled nodes, and pages."""
import re
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

import machine
from figures import percentile
from visitor import Visitor

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/Browser"))
from cluster import PASSWORD, Cluster  # noqa: E402

ALL = ["H40", "H23", "H49", "H24", "H31", "H54", "H42", "H25", "H28", "VNCERT"]
PAGES = {  # by who reads them
    "xu-ly": ["/", "/incidents", "/incidents/new", "/threats", "/threats/new", "/exchange", "/exchange/shared"],
    "kiem-toan": ["/ledger"],
}


def start(program):
    """A running demo cluster and the seconds until each of its ten nodes answered."""
    begin = time.perf_counter()
    cluster = Cluster(program=program, nodes=ALL)
    cluster.__enter__()
    for node in ALL:
        wait_for_health(cluster, node)
    return cluster, time.perf_counter() - begin


def wait_for_health(cluster, node):
    port = cluster.origin(node).rsplit(":", 1)[1]
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read()
            return
        except OSError:
            time.sleep(0.02)


def rest(seconds=20):
    """Until the nodes have done what they do after a start, or for `seconds`."""
    time.sleep(seconds)


def resident(program, folder):
    """Megabytes of each node whose data is under `folder`."""
    return [machine.resident_mb(p.name) for p in Path("/proc").iterdir()
            if p.name.isdigit() and runs_under(p, program, folder)]


def runs_under(process, program, folder):
    try:
        words = (process / "cmdline").read_bytes().decode().split("\0")
    except OSError:
        return False
    return Path(words[0]).name == Path(program).name and "serve" in words and any(str(folder) in w for w in words)


def publish_latency(cluster, count=20):
    """Milliseconds from each release to the last entitled node's acknowledgement that the fact is stored and verified."""
    handler = Visitor(cluster.origin("H40")).sign_in("xu-ly", PASSWORD)
    before = releases(cluster)
    for number in range(count):
        handler.post("/threats/new", {
            "kind": "domain", "value": f"bench-{time.time_ns()}-{number}.example", "description": "",
            "valid-until": "", "label": "TLP:GREEN", "to": "network"})
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        waits = {}
        for release, wait in arrivals(cluster):
            if release not in before:
                waits.setdefault(release, []).append(wait)
        if len(waits) == count and all(len(peers) == len(ALL) - 1 for peers in waits.values()):
            return [max(peers) for peers in waits.values()]
        time.sleep(0.1)
    raise RuntimeError(f"{sum(map(len, waits.values()))} of {count * (len(ALL) - 1)} deliveries were acknowledged")


def releases(cluster):
    return {release for release, _ in arrivals(cluster)}


def arrivals(cluster):
    database = next((cluster.folder / "demo" / "H40").glob("*.sqlite*"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute("""
            SELECT r.id, (SELECT MIN(a.at) FROM exchange_ack a WHERE a.peer = d.peer AND a.last_seq >= d.seq) - r.released_at
            FROM exchange_delivery d JOIN exchange_release r ON r.id = d.release
            WHERE EXISTS (SELECT 1 FROM exchange_ack a WHERE a.peer = d.peer AND a.last_seq >= d.seq)""").fetchall()


def page_times(cluster, rounds=10):
    """Milliseconds (p95) of the whole answer, over one connection a person, of each page of PAGES."""
    pages = signed_in(cluster, "H40")
    return percentile([time_of(page) for _ in range(rounds) for page in pages], 0.95)


def signed_in(cluster, node):
    """Each page of PAGES with somebody who may read it, signed in at `node`."""
    people = {login: Visitor(cluster.origin(node)).sign_in(login, PASSWORD) for login in PAGES}
    return [(people[login], path) for login, paths in PAGES.items() for path in paths]


def time_of(page):
    """Milliseconds of the whole answer of one of `signed_in`."""
    visitor, path = page
    status, _, took = visitor.get(path)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return took


def pages_during_import(cluster, command):
    """Milliseconds (p95, longest) of pages of people signed in while `command` imports at the same node."""
    pages = signed_in(cluster, "H23")
    times = []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None:
        times += [time_of(page) for page in pages]
    if process.returncode != 0:
        raise RuntimeError(process.stderr.read().decode(errors="replace"))
    return percentile(times, 0.95), max(times)


def first_loads(cluster):
    """Kilobytes (1,024 bytes) of each page and all that it loads, compressed, headers included."""
    return [first_load(visitor, path) / 1024 for visitor, path in signed_in(cluster, "H40")]


def first_load(visitor, path):
    total, page = visitor.weigh(path)
    wanted = set(re.findall(r'(?:src|href)="(/[^"]+\.(?:css|js|svg|png|ico|webmanifest)(?:\?[^"]*)?)"', page))
    for part in wanted:
        bytes_, text = visitor.weigh(part)
        total += bytes_
        # The browser takes the fonts that a style sheet names.
        fonts = {urljoin(part, font) for font in re.findall(r'url\("?([^)"]+\.woff2[^)"]*)', text)}
        total += sum(visitor.weigh(font)[0] for font in fonts)
    return total
