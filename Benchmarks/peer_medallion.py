"""The peer: OASIS' medallion (TAXII 2.1, in memory, so without any durability) on loopback, fed with the same objects."""
import base64
import json
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
MEDIA_TYPE = "application/taxii+json;version=2.1"


class Medallion:
    """A fresh server for one round; use it in a `with` statement."""

    def __init__(self, python):
        self.python = python

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        data = pathlib.Path(self.folder.name, "data.json")
        data.write_text(json.dumps({
            "/discovery": {"title": "peer", "default": "http://127.0.0.1/feed/", "api_roots": []},
            "feed": {
                "information": {"title": "feed", "versions": [MEDIA_TYPE], "max_content_length": 100_000_000},
                "status": [],
                "collections": [{
                    "id": COLLECTION, "title": "all", "can_read": True, "can_write": True,
                    "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": []}]}}))
        config = pathlib.Path(self.folder.name, "config.json")
        config.write_text(json.dumps({
            "backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                        "filename": str(data)},
            "users": {"peer": "peer"}, "taxii": {"max_page_size": 1000}}))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        program = pathlib.Path(self.python).with_name("medallion")
        self.process = subprocess.Popen(
            [str(program), "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "ERROR", str(config)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.request("GET", "/feed/collections/")
                return self
            except urllib.error.URLError:
                time.sleep(0.05)
        raise RuntimeError("medallion does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def request(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body, method=method, headers={
            "Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE,
            "Authorization": "Basic " + base64.b64encode(b"peer:peer").decode()})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read()

    def ingest_per_second(self, objects, batch=100):
        begin = time.perf_counter()
        for start in range(0, len(objects), batch):
            body = json.dumps({"objects": objects[start:start + batch]}).encode()
            self.request("POST", f"/feed/collections/{COLLECTION}/objects/", body)
        return len(objects) / (time.perf_counter() - begin)

    def anything_new_ms(self):
        begin = time.perf_counter()
        self.request("GET", f"/feed/collections/{COLLECTION}/objects/?added_after=2099-01-01T00:00:00.000Z")
        return (time.perf_counter() - begin) * 1000
