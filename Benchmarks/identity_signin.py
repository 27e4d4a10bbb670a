"""Signing in: passkeys as fast as they come, and a flood of passwords that must not hurt.

The passkeys are in software (ES256 by PyPI's or Debian's `cryptography`). Challenges are fetched and signed before the
clock starts, so that the client, which is on the same machine, costs the node little while it runs: `wrk` sends what
was prepared, each body once.
"""
import base64
import hashlib
import http.client
import json
import os
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

import machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from identity_bench import FORM, Node

PEOPLE = 64
LUA = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/x-www-form-urlencoded"
local file = io.open("{path}", "r")
local taken, refused = 0, 0
local cookies, next_cookie = {{{cookies}}}, 0
request = function()
    local line = file:read("*l")
    if not line then return wrk.format("GET", "/healthz") end
    local place, body = line:match("^(%d+) (.*)$")
    return wrk.format(nil, "/identity/passkey", {{["content-type"] = "application/x-www-form-urlencoded",
        ["cookie"] = cookies[tonumber(place)]}}, body)
end
response = function(status, headers, body)
    if status == 303 and headers["set-cookie"] then taken = taken + 1 elseif status ~= 200 then refused = refused + 1 end
    if (taken + refused) % 50 == 0 then
        local out = io.open("{out}", "w") out:write(taken .. " " .. refused) out:close()
    end
end
"""


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cpu_seconds(process_id):
    fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Passkey:
    """One person's key and the browser it is used from: a visit cookie with its form token, a device known before."""

    def __init__(self, number, person, origin):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(f"bench {number}".encode()).digest()
        self.person, self.origin = person, origin
        self.device = url64(hashlib.sha256(f"device {number}".encode()).digest())
        self.data = hashlib.sha256(b"localhost").digest() + bytes([0x1D]) + bytes(4)

    def cose(self):
        point = self.key.public_key().public_numbers()
        return (bytes.fromhex("a5010203262001215820") + point.x.to_bytes(32, "big") + bytes.fromhex("225820")
                + point.y.to_bytes(32, "big"))

    def store(self, database):
        now = int(time.time() * 1000)
        database.execute(
            "INSERT INTO identity_passkey (id, person, name, public_key, counter, is_synced, created_at) "
            "VALUES (?, ?, 'bench', ?, 0, 1, ?)", (url64(self.id), self.person, self.cose(), now))
        database.execute(
            "INSERT INTO identity_device (digest, person, expires_at) VALUES (?, ?, ?)",
            (hashlib.sha256(self.device.encode()).hexdigest(), self.person, now + 86_400_000))

    def body(self, challenge, token):
        said = json.dumps(
            {"type": "webauthn.get", "challenge": challenge, "origin": self.origin, "crossOrigin": False},
            separators=(",", ":")).encode()
        signature = self.key.sign(self.data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return urllib.parse.urlencode({
            "csrf": token, "challenge": challenge, "id": url64(self.id), "client-data": url64(said),
            "authenticator-data": url64(self.data), "signature": url64(signature)})


def people(node):
    """More people in the tables, each with a passkey of which this program has the private half."""
    database = sqlite3.connect(node.folder / "node/truc.sqlite")
    first = database.execute("SELECT id FROM identity_person ORDER BY created_at LIMIT 1").fetchone()[0]
    columns = [it[1] for it in database.execute("PRAGMA table_info(identity_person)")]
    found = []
    for number in range(PEOPLE):
        person = f"{first[:-6]}{number:06x}"
        row = dict(zip(columns, database.execute("SELECT * FROM identity_person WHERE id = ?", (first,)).fetchone()))
        row.update(id=person, login=f"bench{number}", email=None)
        database.execute(
            f"INSERT INTO identity_person ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        passkey = Passkey(number, person, node.origin)
        passkey.store(database)
        found.append(passkey)
    database.commit()
    database.close()
    return found


def pages(node, passkeys, count):
    """Prepared sign-ins, and how many pages with a fresh challenge were fetched a second by one reader."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port)
    cookies, tokens, lines = [], [], []
    for passkey in passkeys:
        connection.request("GET", "/sign-in", headers={"host": f"localhost:{node.port}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        visit = next(it.split(";")[0] for it in answer.headers.get_all("set-cookie") if "-visit=" in it)
        prefix = visit.split("-visit=")[0]
        cookies.append(f"{visit}; {prefix}-device={passkey.device}")
        tokens.append(re.search(r'name="csrf" value="([0-9a-f]+)"', text).group(1))
    begun = time.perf_counter()
    for number in range(count):
        place = number % len(passkeys)
        connection.request(
            "GET", "/sign-in", headers={"host": f"localhost:{node.port}", "cookie": cookies[place]})
        challenge = re.search(r'name="challenge" value="([^"]+)"', connection.getresponse().read().decode()).group(1)
        lines.append(f"{place + 1} {passkeys[place].body(challenge, tokens[place])}")
    rate = count / (time.perf_counter() - begun)
    connection.close()
    return cookies, lines, rate


def passkey_sign_ins(figures, node, options):
    passkeys = people(node)
    cookies, lines, _ = pages(node, passkeys, options.sign_ins)
    with tempfile.TemporaryDirectory() as folder:
        bodies, out, script = (Path(folder) / it for it in ("bodies", "out", "script.lua"))
        bodies.write_text("\n".join(lines) + "\n")
        script.write_text(LUA.format(
            path=bodies, out=out, cookies=", ".join(json.dumps(it) for it in cookies)))
        count = sqlite3.connect(f"file:{node.folder / 'node/truc.sqlite'}?mode=ro", uri=True)
        # What the node holds, not what the client believes: every challenge that was used up is one sign-in.
        used = lambda: count.execute("SELECT COUNT(*) FROM identity_challenge").fetchone()[0]  # noqa: E731
        done, before, begun = 0, cpu_seconds(node.process.pid), time.perf_counter()
        client = subprocess.Popen(
            ["wrk", "-t1", "-c64", "-d60s", "--latency", "-s", str(script), node.origin],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        last = begun
        # wrk asks for its first request once more than it sends it: the count may end one or two short.
        while time.perf_counter() - last < 2:
            time.sleep(0.05)
            if (now := used()) > done:
                done, last = now, time.perf_counter()
                seconds, spent = last - begun, cpu_seconds(node.process.pid) - before
                client_cpu = cpu_seconds(client.pid)
        client.kill()
        client.wait()
        count.close()
        sessions = out.read_text() if out.exists() else "0 0"
    if done < len(lines) * 0.99:
        raise RuntimeError(f"{done} of {len(lines)} sign-ins succeeded; taken and refused: {sessions}")
    figures.add("passkey sign-ins a second", done / seconds, "≥ 1,500")
    figures.add("passkey sign-ins: milliseconds of the node's CPU each", spent / done * 1000)
    figures.add("passkey sign-ins: milliseconds of the client's CPU each", client_cpu / done * 1000)


def password_flood(figures, node, options):
    """Wrong passwords of many names from many addresses: a few are tried, the rest is told to come back."""
    answers, times, lock = {}, {}, threading.Lock()
    most = [0.0]
    until = time.monotonic() + options.seconds

    def knock(lane):
        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
        headers = {"host": f"localhost:{node.port}", "content-type": FORM}
        connection.request("GET", "/sign-in", headers=headers)
        answer = connection.getresponse()
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', answer.read().decode()).group(1)
        headers["cookie"] = next(it.split(";")[0] for it in answer.headers.get_all("set-cookie") if "-visit=" in it)
        number = 0
        while time.monotonic() < until:
            number += 1
            # A trusted proxy in front says where each comes from: a flood from everywhere.
            headers["x-forwarded-for"] = f"10.{lane}.{number // 250 % 250}.{number % 250 + 1}"
            body = urllib.parse.urlencode(
                {"csrf": token, "login": f"nobody{lane}x{number}", "password": "wrong wrong wrong"})
            begun = time.monotonic()
            connection.request("POST", "/sign-in", body, headers)
            answer = connection.getresponse()
            answer.read()
            with lock:
                answers[answer.status] = answers.get(answer.status, 0) + 1
                times.setdefault(answer.status, []).append(time.monotonic() - begun)
                most[0] = max(most[0], machine.resident_mb(node.process.pid))
        connection.close()

    lanes = [threading.Thread(target=knock, args=(lane,)) for lane in range(64)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    unknown = set(answers) - {422, 429, 503}
    if unknown or not answers.get(503) or not answers.get(422):
        raise RuntimeError(f"a flood was answered with {answers}")
    figures.add("flood of wrong passwords: tried a second (Argon2id)", answers[422] / options.seconds)
    figures.add("flood of wrong passwords: 503 a second", answers[503] / options.seconds)
    refused = sorted(times[503])
    figures.add("flood of wrong passwords: 503 after, p99 ms", refused[int(len(refused) * 0.99)] * 1000)
    figures.add("flood of wrong passwords: most resident, MB", most[0], "bounded")


def one_round(figures, options):
    with Node(options, "--web-trusted-proxies", "127.0.0.1") as node:
        passkey_sign_ins(figures, node, options)
        password_flood(figures, node, options)
