"""Two nodes of a cluster of their own, of which the second is away by now; the first has mail, to a server that is away
as well, and lets people in by it."""

import sys
from contextlib import ExitStack
from pathlib import Path

from cluster import PASSWORD

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from served import ROOT, ServedNode, at_the_conference  # noqa: E402


class Node(ServedNode):
    environment = {"TRUC_WEB_PUBLIC_FOLDER": str((ROOT / "Public").resolve())}

    def __init__(self, code):
        self.code = code

    def more(self):
        return [
            *at_the_conference(), "--organisation", self.code, "--web-cookie-prefix", self.code.lower(),
            "--identity-administrators-two-steps", "optional", "--identity-mail-links", "on", "--mail-server",
            "127.0.0.1:1", "--mail-security", "none", "--mail-from", "truc@example.vn"]

    def prepare(self):
        self.command(
            "person", "add", "quan-tri", "Quản trị mẫu", "--role", "node-administrator", "--password", PASSWORD)


class Alone:
    """Stands where a demo cluster does for visitors: the founder by its code."""

    def __enter__(self):
        self.stack = ExitStack()
        self.founder = self.stack.enter_context(Node("H40"))
        with Node("H23") as member:
            self.founder.command("cluster", "create", "Cụm mẫu")
            said = self.founder.command("cluster", "invite", "H23", "member")
            member.command("cluster", "join", said.split()[-1])
        return self

    def __exit__(self, *_):
        self.stack.close()

    def origin(self, _):
        return self.founder.origin

    def setting(self, _, name):
        return {"web.cookie-prefix": "h40"}[name]
