"""One real node with people, a client, a service account and a service behind its gateway: started once, stopped by
process id."""

import datetime
import http.cookiejar
import http.server
import json
import re
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from served import ROOT, ServedNode, free_ports  # noqa: E402

PASSWORD = "canh dong lua chin 2020"
CONTRACT = {
    "openapi": "3.1.0", "info": {"title": "Scanned (example)", "version": "1.0.0"},
    "paths": {
        "/large": {"get": {"operationId": "large", "responses": {"200": {"description": "Many lines"}}}},
        "/notes": {"post": {"operationId": "note", "responses": {"200": {"description": "Taken"}}}},
    },
}

EVENT = "vn.example.note.taken"
EVENT_SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}


class Backend(http.server.BaseHTTPRequestHandler):
    """The service: a long answer, and whatever is sent is read."""

    protocol_version = "HTTP/1.1"
    LARGE = json.dumps(["x" * 100] * 60_000).encode()

    def do_GET(self):
        self.answer(self.LARGE)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.answer(b"{}")

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Service(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """The gateway hangs up on it when it hangs up on a consumer."""


class Node(ServedNode):
    environment = {"TRUC_WEB_PUBLIC_FOLDER": str((ROOT / "Public").resolve())}

    def more(self):
        return ["--identity-administrators-two-steps", "optional"]

    def prepare(self):
        for role in ["officer", "incident-handler", "node-administrator", "auditor"]:
            self.command("person", "add", role, role, "--role", role, "--password", PASSWORD)
        said = self.command("client", "create", "Scans", "--acts-alone", "--introspects", "--scope", "records")
        self.client = tuple(re.search(rf"^{it}\s+(\S+)$", said, re.M).group(1) for it in ("client_id", "client_secret"))

    def __enter__(self):
        self.gateway = free_ports(1)[0]
        super().__enter__()
        self.service_key = self.account("scim")
        self.reader_key = self.account("scim.read")
        self.axis_key = self.account("axis.read", "axis.services", "axis.ask", "axis.keys")
        self.axis_reader_key = self.account("axis.read")
        self.backend = Service(("127.0.0.1", 0), Backend)
        threading.Thread(target=self.backend.serve_forever, daemon=True).start()
        self.open_service()
        return self

    def __exit__(self, *it):
        super().__exit__(*it)
        self.backend.shutdown()

    def account(self, *scopes):
        given = [word for scope in scopes for word in ("--scope", scope)]
        made = self.command("service-account", "add", f"Scans {scopes[-1]}", "for a test", *given)
        return made.strip().splitlines()[-1]

    def open_service(self):
        """A service with an application that may call it: whoever dawdles at the gateway has a key."""
        (self.folder / "contract.json").write_text(json.dumps(CONTRACT))
        self.command(
            "service", "register", "scanned", "Scanned (example)", str(self.folder / "contract.json"), "--owner", "H49",
            "--contact", "Scans", "--class", "open", "--instance",
            f"http://127.0.0.1:{self.backend.server_address[1]}", "--allow-private")
        self.application_key = self.command(
            "application", "add", "H49/scans", "Scans (example)").strip().splitlines()[-1]
        (self.folder / "event.json").write_text(json.dumps(EVENT_SCHEMA))
        self.command(
            "event", "register", "note-taken", EVENT, "A note was taken (example)", str(self.folder / "event.json"),
            "--owner", "H49")
        for service in ["scanned", "note-taken"]:
            self.command(
                "grant", "issue", "H49/scans", f"{service}/v1", "--purpose", "a test", "--basis", "a test", "--until",
                str(datetime.date.today() + datetime.timedelta(days=30)))

    def sign_in(self, login):
        """The session cookie of a person, and the token that changes must carry."""
        jar = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

        def token(path):
            with browser.open(self.origin + path, timeout=20) as page:
                return re.search(r'name="csrf" value="([^"]+)"', page.read().decode()).group(1)

        form = urllib.parse.urlencode({"csrf": token("/sign-in"), "login": login, "password": PASSWORD})
        with browser.open(self.origin + "/sign-in", form.encode(), timeout=60):
            pass
        cookie = next(it for it in jar if it.name.endswith("session"))
        return f"{cookie.name}={cookie.value}", token("/help")
