"""Takes the pictures of the README from a demo of the whole cluster."""

from playwright.sync_api import sync_playwright

from cluster import ROOT, Cluster
from person import Person

PICTURES = ROOT / "docs/pictures"
NODES = ["H40", "H23", "H49", "H24", "H31", "H54", "H42", "H25", "H28", "VNCERT"]


def main():
    PICTURES.mkdir(exist_ok=True)
    with Cluster(NODES) as cluster, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        reader = Person(browser, cluster.pages["H24"], size={"width": 1100, "height": 760})
        reader.sign_in()
        reader.open("/incidents")
        reader.open(reader.page.locator("main a[href^='/incidents/arrived/']").first.get_attribute("href"))
        reader.page.screenshot(path=PICTURES / "arrived.png")
        reader.open("/exchange")
        reader.page.screenshot(path=PICTURES / "cluster.png")
        browser.close()


if __name__ == "__main__":
    main()
