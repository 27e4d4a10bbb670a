"""Visitors with browsers: who they are, at which node, in which language, with or without JavaScript.

A visitor that leaves is asked what her browser complained of: a console error, a broken content-security-policy or a
request to a third party fails the test that made it, whichever test that is.
"""

import re
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from cluster import PASSWORD

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_SECONDS = 10
SCREENSHOTS = Path(__file__).parent / "screenshots"


class Visitor:
    def __init__(self, house, context, node):
        self.house, self.context, self.node = house, context, node
        self.origin = house.cluster.origin(node)
        self.complaints = []
        self.welcome = [self.origin]
        context.on("console", self.heard)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        context.on("request", self.asked)
        self.page = context.new_page()

    def heard(self, message):
        # A page that comes back with 422 or 404 is told to the console too; its own test looks at the status.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.path}: console: {message.text}")

    def asked(self, request):
        if not request.url.startswith((*[origin + "/" for origin in self.welcome], "data:", "about:", "blob:")):
            self.complaints.append(f"{self.path} asks a third party: {request.url}")

    def go(self, path):
        return self.page.goto(self.origin + path, wait_until="load")

    @property
    def path(self):
        return urlsplit(self.page.url).path

    def says(self, words):
        return words in self.page.locator("main").inner_text()

    def click(self, words, role="button"):
        self.send(self.page.locator("main").get_by_role(role, name=words, exact=True).first)

    def send(self, control=None):
        """Presses a button or follows a link, and waits for the page to which it leads."""
        with self.page.expect_navigation(wait_until="load"):
            (control or self.page.locator("main button[type=submit]").last).click()

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"[name='{name.replace('_', '-')}']", value)

    def tick(self, name, value):
        self.page.check(f"input[name='{name}'][value='{value}']")

    def waits_for(self, path, words, seconds=PATIENCE_SECONDS):
        """Opens a page until the words stand on it; returns how long that took."""
        begun = time.monotonic()
        while True:
            self.go(path)
            if self.says(words):
                return time.monotonic() - begun
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"{self.node} {path}: “{words}” did not appear in {seconds} s")
            self.page.wait_for_timeout(100)

    def sign_in(self, login, password=PASSWORD):
        if self.path != "/sign-in":
            self.go("/sign-in")
        self.fill(login=login, password=password)
        self.send()

    def shot(self, name):
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


class House:
    """The cluster and one browser over it."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.sessions = {}

    def __enter__(self):
        self.playwright = sync_playwright().start()
        self.chromium = self.playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], headless=True)
        return self

    def __exit__(self, *_):
        self.chromium.close()
        self.playwright.stop()

    @contextmanager
    def visit(self, node, login=None, language="vi", javascript=True, size=WIDE, scheme="light", **more):
        """A new visitor, signed in when `login` is given. A name signs in once; later visits carry its cookies."""
        context = self.chromium.new_context(
            java_script_enabled=javascript, viewport=size, color_scheme=scheme, locale="vi-VN", reduced_motion="reduce",
            storage_state=self.session(node, login) if login else None, **more)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        if language != "vi":
            context.add_cookies([self.language_cookie(node, language)])
        visitor = Visitor(self, context, node)
        try:
            yield visitor
            if visitor.complaints:
                raise AssertionError("the browser complains: " + "; ".join(visitor.complaints[:5]))
        except Exception:
            try:
                visitor.shot(f"failed-{node}-{re.sub('[^a-z0-9]+', '-', visitor.path.lower()).strip('-')}")
            except Exception:
                pass
            raise
        finally:
            context.close()

    def session(self, node, login):
        if (node, login) not in self.sessions:
            context = self.chromium.new_context(locale="vi-VN")
            visitor = Visitor(self, context, node)
            visitor.sign_in(login)
            if visitor.path != "/":
                raise AssertionError(f"{login} cannot sign in at {node}: {visitor.page.locator('main').inner_text()}")
            self.sessions[node, login] = context.storage_state()
            context.close()
        return self.sessions[node, login]

    def language_cookie(self, node, language):
        prefix = self.cluster.setting(node, "web.cookie-prefix")
        return {"name": f"{prefix}-language", "value": language, "url": self.cluster.origin(node)}
