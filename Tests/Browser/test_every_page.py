"""Every page of the route table, as somebody who may see it, in both languages, on a phone and a wide screen, by day and
by night: axe finds nothing, nothing scrolls sideways at 320 px, titles tell pages apart, and tongues are marked.

The route table is read from the sources; a page that this walk does not open fails it.
"""

import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from cluster import ROOT
from house import PHONE, WIDE
from journeys import fill_report, one_time_code, report, report_and_share
from test_threats import BUNDLE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """(only) => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then((it) =>
  it.violations.map((v) => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')))"""

LETTERS = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
FETCH = """(path) => fetch(path, {redirect: 'manual'}).then((it) =>
  it.status === 200 && it.headers.get('content-type').startsWith('text/html') ? it.text() : null)"""

# Text that an English page shows without saying that it is Vietnamese. What people wrote stands under data-as-written
# or in lang="" (of unknown language).
FOREIGN = """(letters) => {
  const marked = new RegExp('[' + letters + ']', 'i'), found = [];
  const walk = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  const tongue = (it) => it.closest('[lang]')?.lang;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const it = node.parentElement;
    if (it && !['SCRIPT', 'STYLE'].includes(it.tagName) && marked.test(node.data) && tongue(it) === 'en')
      found.push(node.data.trim());
  }
  for (const it of document.querySelectorAll('[aria-label], [alt], [title], [placeholder], [data-label]'))
    for (const name of ['aria-label', 'alt', 'title', 'placeholder', 'data-label'])
      if (marked.test(it.getAttribute(name) ?? '') && tongue(it) === 'en') found.push(it.getAttribute(name));
  return found;
}"""
# Proper names stay as they are in an English sentence; what the tests and the demo wrote is nobody's translation.
NAMES = re.compile(
    r"Trục|Nam Định|Hải Dương|Quảng Ninh|Hải Phòng|Hưng Yên|Thái Bình|Ninh Bình|Hà Nam|Hòa Bình|Phú Thọ"
    r"|Cán bộ mẫu|Người xử lý mẫu|Lãnh đạo mẫu|Quản trị mẫu|Kiểm toán mẫu|Đơn vị vận hành mẫu|Chuyên viên|Địa chỉ mẫu"
    # The operator of a system, as whoever reported wrote it.
    r"|Cụm 3|Ví dụ.*|.*Đã ngắt mạng.*|^Sở Thông tin và Truyền thông tỉnh Nam Định$", re.S)


def doors():
    """The patterns of all pages, as the rooms hang them."""
    patterns = set()
    for source in sorted((ROOT / "Sources").rglob("*.swift")):
        text = re.sub(r"^\s*///.*$", "", source.read_text(), flags=re.M)
        patterns |= set(re.findall(r'\bsite\.(?:page|form)\(\s*"([^"]+)"', text))
        patterns |= set(re.findall(r'^\s*(?:page|form)\(\s*"(/[^"]*)"', text, flags=re.M))
    return patterns


def matches(pattern, path):
    return re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(pattern)), path)


def pattern_of(path, patterns):
    """The door behind a path: of those that fit, the one with the fewest names to fill in."""
    return min((it for it in patterns if matches(it, path)), key=lambda it: it.count("{"), default=None)


def links(visitor, start="/"):
    """All pages that can be reached by links from `start`, one per door."""
    patterns, seen, waiting = doors(), {}, [start]
    while waiting:
        path = waiting.pop(0)
        pattern = pattern_of(urlsplit(path).path, patterns)
        if pattern is None or pattern in seen:
            continue
        text = visitor.page.evaluate(FETCH, path)
        if text is None:
            continue
        seen[pattern] = path
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', text):
            waiting.append(link.replace("&amp;", "&"))
    return seen


class Walk:
    """One language's way through all pages; collects what is wrong instead of stopping at the first."""

    def __init__(self, house, language):
        self.house, self.language, self.faults = house, language, []
        self.patterns, self.visited, self.titles, self.axes = doors(), set(), {}, 0

    def fault(self, at, words):
        self.faults.append(f"{at}: {words}")

    def look(self, visitor, at):
        """Examines the page on which the visitor is."""
        page = visitor.page
        if page.locator("html").get_attribute("lang") != self.language:
            self.fault(at, "has the wrong lang")
        if page.locator("h1").count() != 1:
            self.fault(at, f"has {page.locator('h1').count()} h1")
        if self.language == "en":
            foreign = [words for words in page.evaluate(FOREIGN, LETTERS)
                       if re.search(f"[{LETTERS}]", NAMES.sub("", words), re.I)]
            if foreign:
                self.fault(at, f"Vietnamese without lang: {foreign[:4]}")
        page.evaluate(AXE)
        for size, scheme in [(PHONE, "light"), (PHONE, "dark"), (WIDE, "dark"), (WIDE, "light")]:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.axes += 1
            # Only colours can differ by night.
            for violation in page.evaluate(RUN, ALL if scheme == "light" else COLOURS):
                self.fault(f"{at} {size['width']} {scheme}", violation)
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            self.fault(at, f"needs {wide} px at 320 px")
        page.set_viewport_size(WIDE)

    def open(self, visitor, path, status=200):
        answer = visitor.go(path)
        at = f"{visitor.node} {path} {self.language}"
        if answer.status != status:
            return self.fault(at, f"answers {answer.status}")
        self.look(visitor, at)
        pattern = pattern_of(urlsplit(path).path, self.patterns)
        self.visited.add(pattern)
        # The page of a thing has the thing's title.
        if "{" not in (pattern or "{"):
            other = self.titles.setdefault(visitor.page.title(), pattern)
            if other != pattern:
                self.fault(at, f"has the title of {other}: {visitor.page.title()}")

    def visit(self, node, login=None):
        return self.house.visit(node, login, language=self.language)

    def done(self):
        assert not self.faults, f"{len(self.faults)} faults:\n" + "\n".join(self.faults)


def everything_exists(house, language):
    """One of each: shared, arrived, draft, threat, import; the paths to them."""
    title = f"Ví dụ: để đi hết các trang ({language})"
    with house.visit("H40", "xu-ly") as visitor:
        incident, _ = report_and_share(visitor, title)
        visitor.go("/incidents/new")
        fill_report(visitor, "Ví dụ: nháp để đi hết các trang")
        visitor.send(visitor.page.locator("button[name=draft]"))
        draft = visitor.path
        visitor.go("/threats/new")
        visitor.page.select_option("[name=kind]", "domain")
        visitor.fill(value=f"di-het-{language}.example")
        visitor.tick("label", "TLP:GREEN")
        visitor.tick("to", "nobody")
        visitor.send()
        threat = visitor.path
        visitor.go("/threats/import")
        file = json.dumps(BUNDLE | {"x_language": language}).encode()
        visitor.page.set_input_files("[name=file]", {"name": "tep.json", "mimeType": "application/json", "buffer": file})
        visitor.tick("to", "nobody")
        visitor.send()
        imported = visitor.path
    with house.visit("H23", "xu-ly") as reader:
        reader.waits_for("/incidents", title)
        arrived = reader.page.get_by_role("link", name=title).get_attribute("href")
    return [incident + end for end in ["", "/share", "/audience", "/state", "/contact"]] + [
        draft, draft + "/edit", threat, threat + "/share", imported], arrived


def walk_all(house, language):
    paths, arrived = everything_exists(house, language)
    walk, begun = Walk(house, language), time.monotonic()
    for login in [None, "xu-ly", "quan-tri", "kiem-toan"]:
        with walk.visit("H40", login) as visitor:
            visitor.go("/")
            # What was looked at as somebody else looks the same, but for a few.
            for pattern, path in links(visitor).items():
                if pattern not in walk.visited or pattern in ["/", "/exchange"]:
                    walk.open(visitor, path)
    with walk.visit("H40") as visitor:
        for path in ["/sign-in", "/design", house.cluster.first_link("H40"), "/identity/set-password?token=gone"]:
            walk.open(visitor, path)
        walk.open(visitor, "/nowhere", status=404)
        for kind in ["not-found", "invalid"]:
            walk.open(visitor, f"/problems/{kind}")
    with walk.visit("H40", "xu-ly") as visitor:
        for path in paths:
            walk.open(visitor, path)
    with walk.visit("H40", "kiem-toan") as visitor:
        walk.open(visitor, "/threats/new", status=403)
    with walk.visit("H23", "xu-ly") as visitor:
        walk.open(visitor, arrived)
    # Looked at in a test of its own.
    left = sorted(walk.patterns - walk.visited - SECOND_STEP)
    if left:
        walk.fault("the walk", f"did not open {left}")
    print(f"     {len(walk.visited)} doors, {walk.axes} runs of axe, {time.monotonic() - begun:.0f} s")
    walk.done()


SECOND_STEP = {"/identity/second-step", "/identity/account/authenticator/remove", "/identity/account/recovery-codes"}


def test_every_page_in_vietnamese(house):
    walk_all(house, "vi")


def test_every_page_in_english(house):
    walk_all(house, "en")


def test_the_pages_of_the_second_step(house):
    """Those that only somebody with an authenticator meets."""
    walks = [Walk(house, "vi"), Walk(house, "en")]
    with walks[0].visit("H23", "lanh-dao") as visitor:
        visitor.go("/identity/account/authenticator")
        secret = visitor.page.locator("#secret").inner_text()
        visitor.fill(code=one_time_code(secret, time.time()))
        visitor.send()
        walks[0].look(visitor, "recovery codes")
    for walk in walks:
        with walk.visit("H23", "lanh-dao") as visitor:
            visitor.go("/")
            for path in ["/identity/account", "/identity/account/authenticator", *sorted(SECOND_STEP)[:2]]:
                walk.open(visitor, path)
        with walk.visit("H23") as visitor:
            visitor.go("/sign-in")
            visitor.sign_in("lanh-dao")
            assert visitor.path == "/identity/second-step"
            walk.look(visitor, "second step")
            visitor.fill(code="000000")
            visitor.send()
            walk.look(visitor, "second step, wrong")
        walk.done()


def test_pages_that_come_back_with_errors(house):
    for walk in [Walk(house, "vi"), Walk(house, "en")]:
        with walk.visit("H40") as visitor:
            visitor.go("/sign-in")
            visitor.send()
            walk.look(visitor, "/sign-in empty")
        with walk.visit("H40", "xu-ly") as visitor:
            for path in ["/incidents/new", "/threats/new", "/threats/paste", "/threats/import"]:
                visitor.go(path)
                visitor.send(visitor.page.locator("main form button[type=submit]").first)
                assert visitor.page.locator(".errors").count() == 1, path
                walk.look(visitor, f"{path} empty")
        with walk.visit("H40", "quan-tri") as visitor:
            for path in ["/identity/people/new", "/exchange/cluster"]:
                visitor.go(path)
                visitor.send()
                assert visitor.page.locator(".errors").count() == 1, path
                walk.look(visitor, f"{path} empty")
        walk.done()
