"""A person at a node, over plain HTTP: keeps cookies, fills the forms' token in, times what the server takes."""
import gzip
import http.client
import re
import time
import urllib.parse


class Visitor:
    def __init__(self, origin):
        address = urllib.parse.urlsplit(origin)
        self.host, self.origin, self.cookies = address.netloc, origin, {}
        self.connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=60)

    def request(self, method, path, fields=None):
        """(status, body, milliseconds until the last byte)"""
        headers = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin,
                        "Sec-Fetch-Site": "same-origin"}
        begin = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        took = (time.perf_counter() - begin) * 1000
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return answer.status, content, took

    def get(self, path):
        return self.request("GET", path)

    def weigh(self, path):
        """(bytes of the answer as a browser gets it, its text)"""
        cookies = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        self.connection.request("GET", path, None, {"Host": self.host, "Cookie": cookies, "Accept-Encoding": "gzip"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        plain = gzip.decompress(body) if answer.getheader("content-encoding") == "gzip" else body
        return head + len(body), plain.decode(errors="replace")

    def post(self, path, fields):
        page = self.get(path)[1].decode()
        token = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        status, body, took = self.request("POST", path, {"csrf": token, **fields})
        if status not in (200, 303):
            raise RuntimeError(f"POST {path} answered {status}: {body[:300]!r}")
        return status, body, took

    def sign_in(self, login, password):
        self.post("/sign-in", {"login": login, "password": password})
        return self
