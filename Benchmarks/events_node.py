"""A node whose events are measured: a type, applications under grants, and the control socket for what there is no page for."""
import http.client
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TRUC", str(ROOT / ".build/release/truc"))
sys.path.insert(0, str(ROOT / "Tests/Nodes"))

from served import ServedNode, at_the_conference, free_ports  # noqa: E402,F401

KIND = "vn.example.dossier.changed"
SCHEMA = {"type": "object", "required": ["code", "state"], "properties": {
    "code": {"type": "string", "maxLength": 40}, "state": {"enum": ["received", "answered", "returned"]},
    "unit": {"type": "string"}, "note": {"type": "string"}, "sent": {"type": "integer"}}}


class EventsNode(ServedNode):
    def more(self):
        return at_the_conference()

    def __enter__(self):
        super().__enter__()
        schema = self.folder / "schema.json"
        schema.write_text(json.dumps(SCHEMA))
        self.command("event", "register", "dossier-changed", KIND, "Hồ sơ thay đổi (ví dụ)", str(schema), "--owner", "H49")
        self.publisher = self.application("registry", f"publish:{KIND}")
        until(lambda: self.ask("OPTIONS", "", key=self.publisher, headers={"WebHook-Request-Origin": "bench.example"})[0] == 200)
        return self

    def application(self, code, operation):
        key = self.command("application", "add", f"H49/{code}", code).strip().splitlines()[-1]
        self.command("grant", "issue", f"H49/{code}", "dossier-changed/v1", "--purpose", "bench", "--basis", "bench",
                     "--until", "2021-06-30", "--operation", operation)
        return key

    def ask(self, method, path, body=None, key=None, headers=()):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.web}/events/v1{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"X-Api-Key": key, "Content-Type": "application/json", **dict(headers)})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def publish(self, event):
        status, answer = self.ask("POST", "", event, self.publisher, {"Content-Type": "application/cloudevents+json"})
        assert status == 200, (status, answer)

    def control(self, verb, **what):
        """As the `truc` command does, without starting one."""
        connection = http.client.HTTPConnection("control")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(120)
        connection.sock.connect(str(self.folder / "node/control.sock"))
        connection.request("POST", f"/control/{verb}", json.dumps(what), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status == 200, (verb, answer.status, text)
        return json.loads(text)


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
