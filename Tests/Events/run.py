#!/usr/bin/env python3
"""Events of a node that runs: PyPI's `cloudevents` reads what it sends and it reads what that sends; signatures hold by
another library; kill -9 during publishing and delivery loses nothing and repeats nothing that (source, id) cannot tell.

The last line is `N passed, N failed`; the exit code is 0 when none failed.
"""

import base64
import datetime
import hashlib
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from cloudevents.core.bindings.http import HTTPMessage, from_http_event, to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from served import ROOT, ServedNode, at_the_conference

TYPE = "vn.gov.test.dossier.changed"
SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}, "name": {"type": "string"}}}


STARTED = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def from_batch(body):
    return [JSONFormat().read(CloudEvent, json.dumps(it)) for it in json.loads(body)]


class Hook:
    """An endpoint that agrees, keeps what it gets, and drops what it has by (source, id)."""

    def __init__(self):
        hook = self
        self.calls, self.events, self.repeated, self.is_down = [], {}, 0, False

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_OPTIONS(self):
                self.answer(200, WebHook_Allowed_Origin=self.headers["WebHook-Request-Origin"], WebHook_Allowed_Rate="*")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.is_down:
                    return self.answer(503)
                headers = {name.lower(): value for name, value in self.headers.items()}
                hook.calls.append((self.path, headers, body))
                if "batch" in headers.get("content-type", ""):
                    found = from_batch(body)
                else:
                    found = [from_http_event(HTTPMessage(headers=headers, body=body))]
                for event in found:
                    key = (event.get_source(), event.get_id())
                    hook.repeated += key in hook.events
                    hook.events[key] = event
                self.answer(204)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Suite:
    def __init__(self, node):
        self.node = node
        schema = node.folder / "schema.json"
        schema.write_text(json.dumps(SCHEMA))
        node.command("event", "register", "dossier-changed", TYPE, "Hồ sơ thay đổi", str(schema), "--owner", "H49")
        self.publisher = self.application("registry", f"publish:{TYPE}")
        self.follower = self.application("portal", f"follow:{TYPE}")
        assert until(self.is_ready), "the node does not know the applications"

    def application(self, code, operation):
        key = self.node.command("application", "add", f"H49/{code}", code).strip().splitlines()[-1]
        self.node.command(
            "grant", "issue", f"H49/{code}", "dossier-changed/v1", "--purpose", "test", "--basis", "test", "--until",
            "2021-06-30", "--operation", operation)
        return key

    def is_ready(self):
        """Whether the node knows the type and both keys with what they are good for: it learns after it answers."""
        asking = {"WebHook-Request-Origin": "test.example"}
        return (self.send("GET", "/types/dossier-changed")[0] == 200
                and self.send("OPTIONS", "", headers=asking, key=self.publisher)[0] == 200
                and self.send("GET", "/subscriptions", key=self.follower)[0] == 200)

    def send(self, method, path, body=None, headers=None, key=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.node.web}/events/v1{path}", method=method, data=body, headers=dict(headers or {}))
        if key:
            request.add_header("X-Api-Key", key)
        try:
            answer = urllib.request.urlopen(request, timeout=40)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, answer.read()

    def publish(self, event, form):
        message = form(event)
        status, _, answer = self.send("POST", "", message.body, message.headers, self.publisher)
        assert status == 200, (status, answer)
        return json.loads(answer)["positions"]

    def subscribe(self, **more):
        status, _, answer = self.send(
            "POST", "/subscriptions", json.dumps({"types": [TYPE], **more}).encode(),
            {"Content-Type": "application/json"}, self.follower)
        assert status == 201, (status, answer)
        return json.loads(answer)

    def webhook(self, hook, mode):
        made = self.subscribe(url=hook.url, mode=mode)
        assert made["state"] == "asked", made
        self.node.command("event", "allow-private", made["id"])
        assert until(lambda: self.state(made["id"]) == "active"), self.state(made["id"])
        return made["id"]

    def state(self, subscription):
        _, _, answer = self.send("GET", "/subscriptions", key=self.follower)
        return next((it["state"] for it in json.loads(answer) if it["id"] == subscription), None)

    def pull(self, subscription, limit):
        """What waits, and where it ends."""
        status, headers, body = self.send(
            "GET", f"/subscriptions/{subscription}/events?limit={limit}", key=self.follower)
        assert status == 200, (status, body)
        return [it["id"] for it in json.loads(body)], int(headers["truc-next"])

    def acknowledge(self, subscription, position):
        return self.send(
            "POST", f"/subscriptions/{subscription}/ack", json.dumps({"position": position}).encode(),
            {"Content-Type": "application/json"}, self.follower)[0]


def event(number, **more):
    attributes = {"specversion": "1.0", "type": TYPE, "source": "/test/dossiers", "id": f"e-{number}",
                  "subject": "Hà Nội 50% \"x\"", "time": STARTED, "datacontenttype": "application/json", **more}
    return CloudEvent(attributes, {"n": number, "name": "Nguyễn"})


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def both_ways(suite):
    pulling = suite.subscribe()["id"]
    assert suite.publish(event(1), to_structured_event) == [1]
    assert suite.publish(event(2), to_binary_event) == [2]
    assert suite.publish(event(1), to_structured_event) == [1], "the same event is stored once"
    status, headers, body = suite.send("GET", f"/subscriptions/{pulling}/events", key=suite.follower)
    assert status == 200 and headers["Content-Type"] == "application/cloudevents-batch+json"
    read = from_batch(body)
    assert [it.get_id() for it in read] == ["e-1", "e-2"], read
    for sent, got in zip((event(1), event(2)), read):
        assert got.get_attributes() == sent.get_attributes() and got.get_data() == sent.get_data(), got
    suite.send("DELETE", f"/subscriptions/{pulling}", key=suite.follower)


def guide(suite):
    """Every command of docs/events.md, as it stands there, one after the other in one shell."""
    text = (ROOT / "docs/events.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == text.count("```") // 2 - 1, "one block, the first, is for an administrator"
    steps = "".join(f"{block}printf '\\n--step\\n'\n" for block in blocks)
    known = {"NODE": f"http://127.0.0.1:{suite.node.web}", "PUBLISHER": suite.publisher, "FOLLOWER": suite.follower,
             "TYPE": TYPE, "PATH": os.environ["PATH"]}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", steps], env=known, cwd=suite.node.folder, capture_output=True, text=True,
        timeout=120)
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    said = ran.stdout.split("\n--step\n")
    assert [len(json.loads(it)["positions"]) for it in said[:3]] == [1, 1, 2], said
    taken = json.loads((suite.node.folder / "events.json").read_text())
    assert {"2020-0001/3", "2020-0002/1", "2020-0001/4", "2020-0001/5"} <= {it["id"] for it in taken}, taken
    listed, = json.loads(said[6])
    assert listed["position"] == listed["last"], "all that was taken is confirmed"
    assert json.loads(said[7]) == {"position": 1}
    assert json.loads(suite.send("GET", "/subscriptions", key=suite.follower)[2]) == [], "it was ended"


def hooks(suite):
    for place, mode in enumerate(["structured", "binary", "batch"]):
        hook = Hook()
        made = suite.webhook(hook, mode)
        first = 100 * (place + 1)
        for number in range(first, first + 5):
            suite.publish(event(number), to_structured_event)
        assert until(lambda: len(hook.events) == 5), (mode, len(hook.events))
        got = hook.events[("/test/dossiers", f"e-{first}")]
        assert got.get_subject() == event(first).get_subject() and got.get_data()["name"] == "Nguyễn", got
        for call in hook.calls:
            signature(suite, hook, call)
        suite.send("DELETE", f"/subscriptions/{made}", key=suite.follower)


def signature(suite, hook, call):
    """RFC 9421 with the key that the node names, by a library that is not ours."""
    path, headers, body = call
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"
    given = re.fullmatch(r"truc=(\((.*?)\);.*)", headers["signature-input"])
    target = path.split("?")
    values = {"@method": "POST", "@authority": hook.url.split("/")[2], "@path": target[0], "@query": "?" + target[1],
              **headers}
    names = re.findall(r'"([^"]+)"', given[2])
    assert {"@method", "@authority", "@path", "@query", "content-digest"} <= set(names)
    base = "".join(f'"{name}": {values[name]}\n' for name in names) + f'"@signature-params": {given[1]}'
    _, _, key = suite.send("GET", "/key")
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(json.loads(key)["x"] + "="))
    public.verify(base64.b64decode(re.fullmatch("truc=:(.*):", headers["signature"])[1]), base.encode())


def crashes(suite):
    """Kills the node again and again while events come and go."""
    hook, acknowledged, number = Hook(), set(), 1000
    made = suite.webhook(hook, "structured")
    pulling = suite.subscribe()["id"]
    confirmed, pulled = 0, []
    for round in range(6):
        stop = threading.Event()

        def work(first):
            mine = first
            while not stop.is_set():
                try:
                    if suite.publish(event(mine), to_structured_event):
                        acknowledged.add(mine)
                        mine += 1
                except (AssertionError, OSError, urllib.error.URLError):
                    stop.wait(0.02)

        threads = [threading.Thread(target=work, args=(number + 1000 * it,)) for it in range(4)]
        number += 4000
        for it in threads:
            it.start()
        # A little later in each round, so that the kill meets different work.
        wanted = len(acknowledged) + 10 + 7 * round
        assert until(lambda: len(acknowledged) >= wanted), f"{len(acknowledged)} of {wanted} events were taken"
        try:
            got, position = suite.pull(pulling, 50)
            if suite.acknowledge(pulling, position) == 204:
                pulled += got
                assert position >= confirmed, "a cursor went back"
                confirmed = position
        except (OSError, urllib.error.URLError):
            pass  # It answers late under load; what is asked of it is asked again after the last round.
        os.kill(suite.node.process.pid, signal.SIGKILL)
        suite.node.process.wait()
        stop.set()
        suite.node.start()
        for it in threads:
            it.join()
        assert until(suite.is_ready), "the node does not know the applications"
    ids = lambda: {key[1] for key in hook.events}
    wanted = {f"e-{it}" for it in acknowledged}
    assert until(lambda: wanted <= ids(), 180), f"{len(wanted - ids())} of {len(wanted)} events were not delivered"
    while True:
        got, position = suite.pull(pulling, 1000)
        if not got:
            break
        pulled += got
        status = suite.acknowledge(pulling, position)
        assert status == 204, status
    assert len(pulled) == len(set(pulled)), "a confirmed event came again"
    assert {f"e-{it}" for it in acknowledged} <= set(pulled), "an acknowledged event was not pulled"
    print(f"      {len(acknowledged)} acknowledged in 6 rounds, {hook.repeated} repeated to the webhook")
    suite.send("DELETE", f"/subscriptions/{made}", key=suite.follower)
    suite.send("DELETE", f"/subscriptions/{pulling}", key=suite.follower)


class Node(ServedNode):
    def more(self):
        return at_the_conference()


def main():
    passed = failed = 0
    with Node() as node:
        suite = Suite(node)
        for test in (both_ways, guide, hooks, crashes):
            try:
                test(suite)
                passed += 1
                print(f"ok    {test.__name__}")
            except Exception:
                failed += 1
                print(f"FAIL  {test.__name__}\n{traceback.format_exc()}{node.said() if node.process.poll() else ''}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
sys.exit(main())
