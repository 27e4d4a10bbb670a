"""Chromium over a real cluster: people report, share and see it arrive; every page is looked at. Prints `N passed, N failed`."""

import sys
import time
import traceback

from playwright.sync_api import sync_playwright

from cluster import Cluster, eventually
from person import DESK, PHONE, Person

PAGES_OF_STRANGERS = ["/", "/sign-in", "/help", "/ledger", "/design", "/identity/second-step"]
PAGES_OF_PEOPLE = {
    "xu-ly": [
        "/", "/incidents", "/incidents/new", "/threats", "/threats/new", "/threats/paste", "/threats/import", "/exchange",
        "/exchange/shared", "/exchange/received", "/exchange/alarms", "/identity/account", "/identity/account/password",
        "/identity/account/authenticator", "/identity/organisations",
    ],
    "quan-tri": ["/", "/identity/people", "/identity/people/new", "/exchange", "/exchange/cluster", "/ledger"],
}
FIRST_LOAD_BYTES = 50 * 1024


def told_and_heard(browser, cluster):
    """Reported at Nam Định, it is at Hải Dương within seconds; what is RED stays. In both languages, also without scripts."""
    for language in ("vi", "en"):
        for javascript in (True, False):
            how = f"{language}{'' if javascript else ', no scripts'}"
            teller = Person(browser, cluster.pages["H40"], language, javascript)
            teller.sign_in()
            told = f"Thư giả mạo {how}"
            secret = f"Chuyện kín {how}"
            teller.report(told, "TLP:AMBER", "cluster")
            teller.report(secret, "TLP:RED", "nobody")
            hearer = Person(browser, cluster.pages["H23"], language, javascript)
            hearer.sign_in()
            started = time.monotonic()
            assert eventually(lambda: hearer.shows("/incidents", told)), f"{how}: did not arrive"
            print(f"    {how}: arrived within {time.monotonic() - started:.2f} s")
            assert not hearer.shows("/incidents", secret), f"{how}: RED arrived"
            assert hearer.page.locator("html").get_attribute("lang") == language
            hearer.page.get_by_text(told).first.click()
            hearer.page.wait_for_load_state("load")
            assert {"vi": "Hợp lệ", "en": "Holds"}[language] in hearer.page.locator("main").inner_text()
            hearer.picture(f"arrived-{language}{'' if javascript else '-plain'}")
            teller.close()
            hearer.close()


def strict_reaches_only_the_named(browser, cluster):
    teller = Person(browser, cluster.pages["H40"])
    teller.sign_in()
    teller.report("Chỉ cho Quảng Ninh", "TLP:AMBER+STRICT", "named", ["H49"])
    named, other = Person(browser, cluster.pages["H49"]), Person(browser, cluster.pages["H23"])
    named.sign_in()
    other.sign_in()
    assert eventually(lambda: named.shows("/incidents", "Chỉ cho Quảng Ninh")), "it did not reach the one named"
    assert not other.shows("/incidents", "Chỉ cho Quảng Ninh"), "it reached another"
    for person in (teller, named, other):
        person.close()


def wrong_password_is_said(browser, cluster):
    person = Person(browser, cluster.pages["H40"], "en")
    person.open("/sign-in")
    person.page.fill("[name=login]", "xu-ly")
    person.page.fill("[name=password]", "not-the-password")
    person.submit()
    summary = person.page.locator("main a[href^='#']").first
    assert summary.count() > 0, "there is no error summary with links"
    assert person.page.locator("[aria-invalid=true]").count() > 0, "no field says that it is wrong"
    person.close()


def every_page_is_for_everyone(browser, cluster):
    """axe finds nothing at 390 and 1280 px; nothing is wider than the window at 320 px; in both languages."""
    faults = []
    for language in ("vi", "en"):
        for login, paths in [(None, PAGES_OF_STRANGERS), *PAGES_OF_PEOPLE.items()]:
            person = Person(browser, cluster.pages["H40"], language)
            if login:
                person.sign_in(login)
            more = details(person) if login == "xu-ly" else []
            for path in paths + more:
                faults += look_at(person, path, language, login or "stranger")
            person.close()
    assert not faults, "\n" + "\n".join(faults)


def details(person):
    """One page of each kind that a list leads to."""
    found = []
    for path, start in [("/incidents", "/incidents/0"), ("/exchange", "/exchange/members/"), ("/exchange/shared", "/exchange/facts/")]:
        person.open(path)
        link = person.page.locator(f"main a[href^='{start}']").first
        if link.count():
            found.append(link.get_attribute("href"))
    return found + [found[0] + "/share", found[0] + "/audience"] if found and found[0].startswith("/incidents/") else found


def look_at(person, path, language, who):
    faults = []
    for size in (PHONE, DESK):
        person.page.set_viewport_size(size)
        status = person.open(path)
        if status != 200:
            return [f"{path} as {who}: {status}"]
        where = f"{path} as {who}, {language}, {size['width']} px"
        faults += [f"{where}: {one}" for one in person.violations()]
        name = (path.strip("/").replace("/", "-") or "home")[:60]
        person.picture(f"{who}-{name}-{language}-{size['width']}")
    person.page.set_viewport_size({"width": 320, "height": 640})
    if person.overflows():
        faults.append(f"{path} as {who}, {language}: wider than 320 px")
    return faults


def first_load_is_light(browser, cluster):
    """Everything that an empty cache fetches for a page, as it goes over the wire."""
    for path in ("/", "/sign-in"):
        context = browser.new_context(viewport=PHONE)
        page = context.new_page()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        sizes = []
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(cluster.pages["H40"] + path, wait_until="networkidle")
        print(f"    {path}: {sum(sizes) / 1024:.1f} KiB in {len(sizes)} answers")
        assert sum(sizes) <= FIRST_LOAD_BYTES, f"{path}: {sum(sizes)} bytes"
        context.close()


TESTS = [
    told_and_heard, strict_reaches_only_the_named, wrong_password_is_said, every_page_is_for_everyone, first_load_is_light,
]


def main():
    wanted = sys.argv[1:]
    passed = failed = 0
    with Cluster(["H40", "H23", "H49"]) as cluster, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for test in TESTS:
            if wanted and test.__name__ not in wanted:
                continue
            try:
                print(f"  {test.__name__}")
                test(browser, cluster)
                passed += 1
            except Exception:
                failed += 1
                traceback.print_exc()
        browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
