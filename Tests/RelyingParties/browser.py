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
    context = chromium.new_context(locale="vi-VN")
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


def fetch_code(chromium, address, redirect):
    """Signs a person in for an application that is not there: the address to which the browser is sent."""
    with person(chromium) as page:
        page.route(redirect + "**", lambda route: route.fulfill(status=200, body="back"))
        page.goto(address)
        sign_in(page)
        return arrive(page, redirect)
