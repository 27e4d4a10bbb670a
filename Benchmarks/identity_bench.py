"""The figures of the identity rooms beside Debian's Glewlwyd, in interleaved rounds; `scripts/bench-identity` runs it.

Each file `identity_*.py` in this folder may add figures of its own: a function `one_round(figures, options)`.
"""
import argparse
import base64
import importlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import machine
from figures import Figures
from peer_glewlwyd import Glewlwyd

ROOT = Path(__file__).resolve().parents[1]
SESSIONS = 100_000
FORM = "application/x-www-form-urlencoded"
LUA = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/x-www-form-urlencoded"
wrk.headers["authorization"] = "{basic}"
local bodies = {{{bodies}}}
local at = 0
request = function()
    at = at % #bodies + 1
    return wrk.format(nil, nil, nil, bodies[at])
end
"""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def post(address, basic, body):
    request = urllib.request.Request(address, body.encode(), {"authorization": basic, "content-type": FORM})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def load(address, basic, bodies, options, connections=64):
    """Calls a second and the 99th percentile in milliseconds; every answer must be 2xx."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA.format(basic=basic, bodies=", ".join(json.dumps(body) for body in bodies)))
        script.flush()
        said = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{options.seconds}s", "--latency", "-s", script.name, address],
            check=True, capture_output=True, text=True, timeout=options.seconds + 60).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    value, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)\b", said).groups()
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", said).group(1))
    return rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


class Node:
    """One node of ours with a service, a gateway, and 100,000 people's sessions in its table."""

    basic = None
    token_path, introspect_path, token_body = (
        "/identity/oauth/token", "/identity/oauth/introspect", "grant_type=client_credentials")

    def __init__(self, options, *more):
        self.program, self.port, self.more = options.program, free_port(), more
        self.origin = f"http://localhost:{self.port}"

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bench-identity-"))
        self.settings = ["--folder", str(self.folder / "node"), "--organisation", "H49", "--web-port", str(self.port),
                         "--exchange-port", "0", "--gateway-port", "0", "--exchange-address", "127.0.0.1",
                         "--language", "en", *self.more]
        self.truc("person", "add", "bench", "Bench", "--role", "officer", "--password", "a sentence for the bench")
        said = self.truc("client", "create", "Bench", "--acts-alone", "--introspects", "--scope", "records")
        name, secret = (re.search(rf"^{key}\s+(\S+)$", said, re.M).group(1) for key in ("client_id", "client_secret"))
        self.basic = "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()
        fill(self.folder / "node/truc.sqlite")
        self.start()
        return self

    def start(self, *more):
        """Until it answers; how long that took."""
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [self.program, "serve", *self.settings, *more], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "TRUC_WEB_PUBLIC_FOLDER": os.path.realpath(ROOT / "Public")})
        while True:
            try:
                with urllib.request.urlopen(self.origin + "/healthz", timeout=5):
                    break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - begun > 60:
                    raise RuntimeError("the node does not start") from None
                time.sleep(0.005)
        self.start_ms = (time.perf_counter() - begun) * 1000

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def truc(self, *words):
        return subprocess.run([self.program, *words, *self.settings], cwd=ROOT, check=True, capture_output=True,
                              text=True, timeout=120).stdout

    def resident_mb(self):
        return machine.resident_mb(self.process.pid)


def fill(path):
    """Sessions as browsers hold them, of one person; they last as long as the bench."""
    database = sqlite3.connect(path)
    person = database.execute("SELECT id FROM identity_person LIMIT 1").fetchone()[0]
    now = int(time.time() * 1000)
    until = now + 12 * 3_600_000
    database.executemany(
        "INSERT INTO identity_session (digest, id, person, stage, created_at, issued_at, seen_at, idle_until, "
        "expires_at, attempts, device, address) VALUES (?, ?, ?, 'full', ?, ?, ?, ?, ?, 0, 'Firefox, Linux', '192.0.2.1')",
        ((f"{number:064x}", f"s{number}", person, now, now, now, until, until) for number in range(SESSIONS)))
    database.commit()
    database.close()


def one_round(figures, options):
    with Node(options) as ours, Glewlwyd(free_port()) as peer:
        figures.add("start, ms", ours.start_ms, "≤ 150")
        figures.add("Glewlwyd: start, ms", peer.start_ms)
        figures.add(f"resident with {SESSIONS:,} sessions, in the first moment, MB", ours.resident_mb(), "≤ 64")
        time.sleep(2)
        figures.add(f"resident with {SESSIONS:,} sessions, 2 s later, MB", ours.resident_mb(), "≤ 64")
        for name, server in [("", ours), ("Glewlwyd: ", peer)]:
            rate, slow = load(server.origin + server.token_path, server.basic, [server.token_body], options)
            figures.add(name + "client-credentials tokens a second (ES256)", rate, "" if name else "≥ 2,500")
            figures.add(name + "client-credentials tokens, p99 ms", slow)
        for name, server in [("", ours), ("Glewlwyd: ", peer)]:
            tokens = [post(server.origin + server.token_path, server.basic, server.token_body)["access_token"]
                      for _ in range(100)]
            rate, slow = load(server.origin + server.introspect_path, server.basic,
                              ["token=" + token for token in tokens], options)
            figures.add(name + "introspections a second", rate, "" if name else "≥ 15,000")
            figures.add(name + "introspections, p99 ms", slow, "" if name else "< 10")
        figures.add("resident after the load, MB", ours.resident_mb(), "≤ 64")
        figures.add("Glewlwyd: resident after the load, MB", peer.resident_mb())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each load")
    parser.add_argument("--sign-ins", type=int, default=10_000, help="prepared before the clock starts")
    parser.add_argument("--program", default=str(ROOT / ".build/release/truc"))
    options = parser.parse_args()
    figures = Figures()
    others = [importlib.import_module(path.stem) for path in sorted(Path(__file__).parent.glob("identity_*.py"))
              if path.stem != Path(__file__).stem]
    print(machine.describe())
    for number in range(options.rounds):
        for rounds in [one_round, *(other.one_round for other in others)]:
            rounds(figures, options)
        print(f"round {number + 1} of {options.rounds} done, load {os.getloadavg()[0]:.1f}", flush=True)
    print(figures.table())
    figures.save(ROOT / "Benchmarks/last-identity-run.json")


if __name__ == "__main__":
    main()
