"""A person with a real browser."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from node import LOGIN, PASSWORD


@contextmanager
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], headless=True)
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def person(chromium):
    """A new visitor without cookies."""
    # One node of this suite has a certificate that nobody's authority signed.
    context = chromium.new_context(locale="vi-VN", ignore_https_errors=True)
    context.set_default_timeout(15_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page):
    """Fills in the node's sign-in page, on which the browser stands."""
    page.fill("[name=login]", LOGIN)
    page.fill("[name=password]", PASSWORD)
    page.locator("main button[type=submit]").last.click()


def arrive(page, prefix):
    """Waits until the browser stands at an address that begins so; the address."""
    page.wait_for_url(lambda url: url.startswith(prefix), wait_until="commit")
    return page.url


def agree(page):
    """On the page that asks whether an application may know who one is."""
    page.wait_for_url("**/identity/oauth/consent**")
    page.get_by_role("button", name="Đồng ý", exact=True).click()


def fetch_code(chromium, address, redirect, is_asked=False):
    """Signs a person in for an application that is not there: the address to which the browser is sent."""
    with person(chromium) as page:
        page.route(redirect + "**", lambda route: route.fulfill(status=200, body="back"))
        page.goto(address)
        sign_in(page)
        if is_asked:
            agree(page)
        return arrive(page, redirect)
