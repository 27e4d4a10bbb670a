"""The sample of this repository does what its README says."""

import sys

from browser import arrive, person, sign_in
from node import ROOT, free_port, start, stop, wait_for


def test_sample(node, chromium):
    port = free_port()
    origin = f"http://localhost:{port}"
    app, secret = node.client(
        "Ví dụ", "--redirect", origin + "/callback", "--sign-out-redirect", origin + "/",
        "--logout-uri", origin + "/back-channel-logout", "--no-consent")
    process = start(
        [sys.executable, str(ROOT / "Samples/relying-party/app.py"), "--node", node.origin, "--client", app,
         "--secret", secret, "--port", str(port)], node.folder / "sample.log")
    try:
        wait_for(origin + "/", process)
        with person(chromium) as page:
            page.goto(origin + "/")
            page.get_by_role("link", name="Đăng nhập").click()
            sign_in(page)
            arrive(page, origin + "/")
            page.wait_for_selector("text=Cán bộ mẫu")
            page.get_by_role("link", name="Đăng xuất").click()
            arrive(page, origin + "/")
            page.wait_for_selector("text=Đăng nhập")
    finally:
        stop(process)
