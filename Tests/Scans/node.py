"""One real node with people, a client and a service account: started once, stopped by process id."""

import http.cookiejar
import re
import sys
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from served import ROOT, ServedNode  # noqa: E402

PASSWORD = "canh dong lua chin 2020"


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
        super().__enter__()
        made = self.command("service-account", "add", "Scans", "for a test", "--scope", "scim")
        self.service_key = made.strip().splitlines()[-1]
        return self

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
