"""The sample of this repository does what its README says."""

import sys
import time
from contextlib import contextmanager

from browser import arrive, person, sign_in
from node import ROOT, free_port, start, stop, wait_for


@contextmanager
def sample(node):
    """The sample, running; its address."""
    port = free_port()
    origin = f"http://localhost:{port}"
    app, secret = node.client(
        "Ví dụ", "--redirect", origin + "/callback", "--sign-out-redirect", origin + "/",
        "--logout-uri", origin + "/back-channel-logout", "--no-consent")
    process = start(
        [sys.executable, str(ROOT / "Samples/relying-party/app.py"), "--node", node.origin, "--client", app,
         "--secret", secret, "--port", str(port)], node.folder / f"sample-{port}.log")
    try:
        wait_for(origin + "/", process)
        yield origin
    finally:
        stop(process)


def enter(page, origin):
    page.goto(origin + "/")
    page.get_by_role("link", name="Đăng nhập").click()
    sign_in(page)
    arrive(page, origin + "/")
    page.wait_for_selector("text=Cán bộ mẫu")


def test_sample(node, chromium):
    with sample(node) as origin, person(chromium) as page:
        enter(page, origin)
        page.get_by_role("link", name="Đăng xuất").click()
        arrive(page, origin + "/")
        page.wait_for_selector("text=Đăng nhập")


def test_sample_is_told_when_the_session_ends_elsewhere(node, chromium):
    with sample(node) as origin, person(chromium) as page, person(chromium) as other:
        enter(page, origin)
        enter(other, origin)
        page.goto(node.origin + "/identity/account")
        page.get_by_role("button", name="Đăng xuất", exact=True).last.click()
        page.wait_for_url("**/sign-in**")
        deadline = time.monotonic() + 20
        while True:
            page.goto(origin + "/")
            if page.get_by_role("link", name="Đăng nhập").count():
                break
            assert time.monotonic() < deadline, "the application was not told"
            page.wait_for_timeout(200)
        other.goto(origin + "/")
        assert other.get_by_role("link", name="Đăng xuất").count(), "another session of the same person goes on"
