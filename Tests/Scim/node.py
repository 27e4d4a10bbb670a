"""A node as of 9 November 2020, and calls of its SCIM doors."""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from served import ServedNode, at_the_conference  # noqa: E402


class Node(ServedNode):
    def more(self):
        return at_the_conference()

    def key(self, name, *options):
        """A new service account's key: the last line that the command prints."""
        return self.command("service-account", "add", name, "for a test", *options).strip().splitlines()[-1]

    @property
    def base(self):
        return f"http://127.0.0.1:{self.web}/scim/v2"

    def call(self, method, path, body=None, key=None, headers=None):
        """Status, headers and JSON of one call, whatever the status."""
        request = urllib.request.Request(
            self.base + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/scim+json")
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read()
        return answer.status, answer.headers, json.loads(text) if text else None
