"""Debian's Apache signs a person in and out through the node, and asks it about the tokens of others."""

import time
import urllib.error
import urllib.request

from apache import Apache
from authlib.integrations.requests_client import OAuth2Session
from browser import arrive, person, sign_in


def status(address, token):
    request = urllib.request.Request(address, headers={"authorization": "Bearer " + token})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def enter(page, apache):
    """Opens the protected page and signs in; the answer that showed it."""
    page.goto(apache.origin + "/inside/")
    sign_in(page)
    arrive(page, apache.origin + "/inside/")
    page.wait_for_selector("text=Bên trong")
    return page.goto(apache.origin + "/inside/")


def test_signs_in_and_out(node, chromium):
    with Apache(node) as apache:
        try:
            with person(chromium) as page:
                inside = enter(page, apache)
                assert inside.header_value("x-user") == "canbo.mau", inside.all_headers()
                page.goto(f"{apache.origin}/inside/redirect_uri?logout={apache.origin}/bye/")
                arrive(page, apache.origin + "/bye/")
                page.goto(node.origin + "/identity/account")
                assert page.url.startswith(node.origin + "/sign-in"), "signed out at the node as well"

            with person(chromium) as page:
                enter(page, apache)
                page.goto(node.origin + "/identity/account")
                page.get_by_role("button", name="Đăng xuất", exact=True).last.click()
                page.wait_for_url("**/sign-in**")
                deadline = time.monotonic() + 20
                while "/sign-in" not in page.goto(apache.origin + "/inside/").url:
                    assert time.monotonic() < deadline, "the application was not told"
                    time.sleep(0.3)

            caller, secret = node.client(
                "Máy gọi mẫu", "--acts-alone", "--scope", "records.read", "--audience", apache.service)
            session = OAuth2Session(caller, secret)
            token = session.fetch_token(
                node.origin + "/identity/oauth/token", grant_type="client_credentials")["access_token"]
            assert status(apache.origin + "/records/", token) == 200
            assert status(apache.origin + "/records/", "not-a-token") == 401
        except Exception as fault:
            raise AssertionError(f"{fault}\n{apache.log()}") from fault
