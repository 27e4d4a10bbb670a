"""Somebody with a browser at one node."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from cluster import PASSWORD

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


class Person:
    def __init__(self, browser, origin, language="vi", javascript=True, size=PHONE):
        self.origin = origin
        self.context = browser.new_context(
            java_script_enabled=javascript, viewport=size, locale="vi-VN" if language == "vi" else "en-US")
        self.page = self.context.new_page()
        self.open("/?lang=" + language)

    def open(self, path):
        """Opens a page of the node; returns its status."""
        return self.page.goto(self.origin + path, wait_until="load").status

    def sign_in(self, login="xu-ly"):
        self.open("/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.submit()
        assert self.page.locator("form[action='/sign-out']").count() > 0, f"{login} is not signed in: {self.page.url}"

    def submit(self):
        """Presses the button of the page's own form."""
        self.page.locator("main form button[type=submit], main form button:not([type])").first.click()
        self.page.wait_for_load_state("load")

    def report(self, title, label, to, named=()):
        """Fills in the short form as somebody would, and shares what may be shared. Returns the path of the incident."""
        self.open("/incidents/new")
        page = self.page
        texts = {
            "title": title, "summary": "Ví dụ để thử trong trình duyệt.", "operator": "Đơn vị vận hành mẫu",
            "detected": "2020-11-09T08:00", "reporter-name": "Người mẫu", "reporter-address": "Địa chỉ mẫu",
            "reporter-phone": "0200000000", "reporter-email": "mau@example.vn", "contact-name": "Người mẫu",
            "contact-position": "Chuyên viên", "contact-phone": "0200000000", "contact-email": "mau@example.vn",
        }
        for name, text in texts.items():
            page.fill(f"main [name='{name}']", text)
        for name, value in {
            "kind": "phishing", "present": "handled", "detections": "log", "notified": "nobody", "confidential": "yes",
            "tlp": label, "to": to,
        }.items():
            page.check(f"main [name='{name}'][value='{value}']", force=True)
        for code in named:
            page.check(f"main [name='named'][value='{code}']", force=True)
        self.submit()
        found = re.search(r"/incidents/[0-9a-f-]+", page.url)
        assert found, f"the report was not taken: {page.url}: {page.locator('main').inner_text()[:600]}"
        if label != "TLP:RED":
            self.open(found.group(0) + "/share")
            self.submit()
        return found.group(0)

    def shows(self, path, text):
        self.open(path)
        return text in self.page.locator("main").inner_text()

    def violations(self):
        """What axe finds on the page as it is, one line each."""
        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]

    def overflows(self):
        """Whether the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def picture(self, name):
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def close(self):
        self.context.close()
