"""Mail servers on loopback: aiosmtpd in each of its moods, and one that lies."""

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = b"truc", "mật khẩu của máy chủ".encode()


class Mailbox:
    """What arrived, and how. Recipients `no-such…` are refused for good, `later…` for now."""

    def __init__(self):
        self.mails, self.secure, self.signed_in = [], [], []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no-such"):
            return "550 5.1.1 no such user"
        if address.startswith("later"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope)
        self.secure.append(session.ssl is not None)
        self.signed_in.append(session.authenticated)
        return "250 2.0.0 taken"


def authenticator(ways):
    def check(server, session, envelope, mechanism, data):
        good = mechanism in ways and data.login == USER and data.password == PASSWORD
        return AuthResult(success=good, handled=False)
    return check


@contextmanager
def server(**options):
    """An aiosmtpd controller with a mailbox; the port is any free one."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, server_hostname="localhost", **options)
    controller.start()
    try:
        mailbox.port = port
        yield mailbox
    finally:
        controller.stop()


def certificate(folder, name):
    """A self-signed certificate for a name: (context, file)."""
    key, file = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", file],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


@contextmanager
def liar(script):
    """A server that says what `script` says: pairs of what to wait for and what to answer. Keeps what it heard."""
    heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        try:
            link, _ = listener.accept()
        except OSError:
            return
        with link:
            link.settimeout(20)
            try:
                for awaited, answer in script:
                    line = b""
                    while awaited and not line.startswith(awaited):
                        line = link.recv(4096)
                        if not line:
                            return
                        heard.append(line)
                    link.sendall(answer)
                while data := link.recv(4096):
                    heard.append(data)
            except OSError:
                pass

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.close()
        thread.join(5)
