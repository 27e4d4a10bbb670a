"""Debian's Glewlwyd 2.7 as the peer of the identity figures: OpenID Connect in C over SQLite, ES256 tokens."""
import base64
import gzip
import json
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import machine

CLIENT, SECRET, SCOPE = "bench", "a-secret-of-the-bench", "records"
SCHEMA = "/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz"
SAMPLE = "/usr/share/doc/glewlwyd/glewlwyd.conf.sample.gz"


def configuration(port, folder):
    """The package's own sample with our port, folder and log."""
    lines = [line for line in gzip.open(SAMPLE, "rt").read().splitlines() if not line.lstrip().startswith("#")]
    changes = {
        "port=": f"port={port}", "external_url=": f'external_url="http://localhost:{port}"', "cookie_secure=": "cookie_secure=0",
        "log_mode=": 'log_mode="file"', "log_level=": 'log_level="ERROR"', "log_file=": f'log_file="{folder}/glewlwyd.log"',
        "  path =": f'  path = "{folder}/glewlwyd.db"', "user_middleware_module_path": "",
        # Even without TLS, 2.7.5 wants to see a certificate.
        "secure_connection_key_file": f'secure_connection_key_file="{folder}/key.pem"',
        "secure_connection_pem_file": f'secure_connection_pem_file="{folder}/certificate.pem"',
        "secure_connection_ca_file": f'secure_connection_ca_file="{folder}/certificate.pem"',
    }
    for start, change in changes.items():
        lines = [change if line.startswith(start) else line for line in lines]
    return "\n".join(lines) + "\n"


class Glewlwyd:
    def __init__(self, port):
        self.port = port
        self.origin = f"http://localhost:{port}"
        self.cookie = ""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bench-glewlwyd-"))
        database = sqlite3.connect(self.folder / "glewlwyd.db")
        database.executescript(gzip.open(SCHEMA, "rt").read())
        database.close()
        (self.folder / "glewlwyd.conf").write_text(configuration(self.port, self.folder))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "key.pem", "-out",
             self.folder / "certificate.pem", "-days", "3", "-subj", "/CN=localhost"], check=True, capture_output=True)
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            ["glewlwyd", "--config-file=" + str(self.folder / "glewlwyd.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                urllib.request.urlopen(self.origin + "/config", timeout=1)
                break
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - begun > 20:
                    raise RuntimeError("glewlwyd does not start") from None
                time.sleep(0.005)
        self.start_ms = (time.perf_counter() - begun) * 1000
        try:
            self.set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def resident_mb(self):
        return machine.resident_mb(self.process.pid)

    def ask(self, path, body):
        request = urllib.request.Request(
            self.origin + "/api" + path, json.dumps(body).encode(), 
            {"content-type": "application/json", "cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=20) as answer:
            # Its cookie is for the domain "localhost", which Python's own jar does not send back.
            self.cookie = (answer.headers.get("set-cookie") or self.cookie).split(";")[0]

    def set_up(self):
        """An OpenID Connect plugin that signs with ES256, and a client that asks for its own tokens."""
        self.ask("/auth/", {"username": "admin", "password": "password"})
        key = subprocess.run(
            ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"], check=True, capture_output=True).stdout
        public = subprocess.run(["openssl", "ec", "-pubout"], input=key, check=True, capture_output=True).stdout
        self.ask("/mod/plugin/", {
            "module": "oidc", "name": "bench", "display_name": "bench", "parameters": {
                "iss": self.origin, "jwt-type": "ecdsa", "jwt-key-size": "256", "key": key.decode(),
                "cert": public.decode(), "access-token-duration": 600, "refresh-token-duration": 1209600,
                "code-duration": 600, "refresh-token-rolling": True, "allow-non-oidc": True,
                "auth-type-code-enabled": True, "auth-type-token-enabled": False, "auth-type-id-token-enabled": True,
                "auth-type-password-enabled": False, "auth-type-client-enabled": True,
                "auth-type-refresh-enabled": True, "introspection-revocation-allowed": True,
                "introspection-revocation-allow-target-client": True, "scope": [], "additional-parameters": [],
                "claims": [], "subject-type": "public"}})
        self.ask("/scope/", {"name": SCOPE, "display_name": "bench", "description": "bench", "password_required": False,
                             "scheme": {}})
        self.ask("/client/", {
            "client_id": CLIENT, "name": "bench", "confidential": True, "password": SECRET,
            "enabled": True, "authorization_type": ["client_credentials"], "redirect_uri": ["http://localhost/"], "token_endpoint_auth_method": ["client_secret_basic"], "scope": [SCOPE]})

    basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    token_path, introspect_path = "/api/bench/token", "/api/bench/introspect"
    token_body = "grant_type=client_credentials&scope=" + SCOPE
