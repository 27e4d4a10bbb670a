"""Every page of the route table, as somebody who may see it, in both languages, on a phone and a wide screen, by day and
by night: axe finds nothing, nothing scrolls sideways at 320 px, titles tell pages apart, and tongues are marked.

The route table is read from the sources; a page that this walk does not open fails it.
"""

import json
import os
import re
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from cluster import ROOT
from house import PHONE, WIDE
from journeys import fill_report, one_time_code
from services import add_application, approve, register_service, request_far_grant, request_grant, take_on_trust
from test_threats import BUNDLE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# PICTURES=yes leaves a picture of every page as it is by day, for whoever wants to look at them.
PICTURES = os.environ.get("PICTURES")
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """(only) => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then((it) =>
  it.violations.map((v) => `${v.id}: ${v.help}: ` + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')))"""

LETTERS = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
# Words of a label that do not fit into it, or a label that sticks out of what it stands in.
SPILLS = """() => [...document.querySelectorAll('.tag, .tlp, .btn')].filter((it) => {
  const box = it.getBoundingClientRect(), around = it.parentElement.closest('td, th, li, dd, p, div, main');
  return box.width > 1 && (it.scrollWidth > it.clientWidth + 2 || box.right > around.getBoundingClientRect().right + 1);
}).map((it) => it.innerText.trim())"""
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
    r"|Cán bộ mẫu|Người xử lý(?: hai bước)? mẫu|Lãnh đạo mẫu|Quản trị mẫu|Kiểm toán mẫu|Đơn vị vận hành mẫu|Chuyên viên|Địa chỉ mẫu"
    # Names of services and applications, a decree's number, a feast, a language in its own words, the policies' text.
    r"|Dịch vụ (?:vi|en)|Cổng dịch vụ công mẫu|Cổng thông tin|Phòng mẫu|Đầu mối mẫu|\(ví dụ\)|Đơn vị hành chính|NĐ-CP|Tết|Tiếng Việt"
    r"|Hồ sơ thay đổi|Hiển thị địa chỉ trên cổng|NĐ 47|Điều 35|Hùng Kings"
    r"|// Who may do what at a node.*"
    # The operator of a system, as whoever reported wrote it.
    r"|Cụm 3|Ví dụ.*|.*Đã ngắt mạng.*|Sở Thông tin và Truyền thông tỉnh Nam Định", re.S)


def doors():
    """The patterns of all pages, as the rooms hang them; a pattern that has a name is looked up in its file."""
    patterns = set()
    for source in sorted((ROOT / "Sources").rglob("*.swift")):
        text = re.sub(r"^\s*///.*$", "", source.read_text(), flags=re.M)
        patterns |= set(re.findall(r'\bsite\.(?:page|form|crossing)\(\s*"([^"]+)"', text))
        patterns |= set(re.findall(r'^\s*(?:page|form)\(\s*"(/[^"]*)"', text, flags=re.M))
        for name in re.findall(r"\bsite\.(?:page|form|crossing)\(\s*(?:\w+\.)?(\w+),", text):
            patterns.add(re.search(rf'static let {name} = "(/[^"]*)"', text).group(1))
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
        if pattern is None or pattern in seen or pattern in ELSEWHERE:
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
        if re.search(r"</?\w+( class=\S*)?>", page.locator("body").inner_text()):
            self.fault(at, "shows markup as text")
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
            if PICTURES and scheme == "light":
                visitor.shot("-".join([self.language, str(size["width"]), re.sub(r"[^a-z0-9-]+", "-", visitor.path)]))
            # Only colours can differ by night.
            for violation in page.evaluate(RUN, ALL if scheme == "light" else COLOURS):
                self.fault(f"{at} {size['width']} {scheme}", violation)
        page.set_viewport_size({"width": 320, "height": 640})
        # What a button asks before it does something is looked at as well.
        page.evaluate("document.querySelectorAll('details.ask').forEach((it) => it.open = true)")
        spills = page.evaluate(SPILLS)
        if spills:
            self.fault(at, f"does not fit at 320 px: {spills[:4]}")
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
        visitor.go("/incidents/new")
        fill_report(visitor, title)
        visitor.tick("confidential", "no")
        visitor.click("Gửi báo cáo")
        incident = visitor.path
        visitor.click("Chia sẻ", "link")
        visitor.page.check("[name=names-contact]")
        visitor.send()
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
    return [incident + end for end in ["", "/share", "/audience", "/state", "/contact", "/people"]] + [
        draft, draft + "/edit", threat, threat + "/share", imported], arrived


STAFF = """login;name;unit;role
di.het;Ví dụ: người đi hết các trang;H40;officer
sai;Ví dụ: dòng có lỗi;H99;king
"""


def administration_exists(house, language):
    """A service account and a list of staff that waits; the paths to them."""
    with house.visit("H40", "quan-tri") as visitor:
        visitor.go("/identity/services/new")
        visitor.fill(name=f"Ví dụ: phần mềm nhân sự {language}", purpose="Ví dụ: đi hết các trang")
        visitor.tick("scope", "scim")
        visitor.send()
        service = visitor.page.get_by_role("link").filter(has_text="Về trang tài khoản dịch vụ").get_attribute("href")
        visitor.go("/identity/people/import")
        visitor.page.set_input_files(
            "[name=file]", {"name": "can-bo.csv", "mimeType": "text/csv", "buffer": STAFF.encode()})
        visitor.send()
        imported = visitor.path
        visitor.go("/identity/clients/new")
        visitor.fill(name=f"Ví dụ: ứng dụng {language}", redirects="https://ung-dung.example/ve",
                     purposeVi="Ví dụ: đi hết các trang", purposeEn="An example: going through all pages")
        visitor.send()
        visitor.go("/identity/clients")
        client = visitor.page.locator(
            'a[href^="/identity/clients/"]:not([href$="/new"])').first.get_attribute("href")
        house.cluster.command(
            "H40", "guest", "add", "lanh-dao@H23", "Lãnh đạo mẫu", "--role", "officer", "--until", "2020-12-31",
            "--reason", "Ví dụ: đi hết các trang")
        visitor.go("/identity/guests")
        guest = visitor.page.locator('main td a, main th a').first.get_attribute("href")
        house.cluster.command("H40", "review", "open", "H40")
        visitor.go("/identity/reviews")
        review = visitor.page.locator('main th a').first.get_attribute("href")
        return [service, service + "/rotate", imported, client, client + "/edit", client + "/rotate", guest, "/identity/guests/new", review,
                "/identity/policies/0", "/identity/policies/new"]


def services_exist(house, language):
    """A service, an application and a waiting grant; the pages of who provides and of who asks."""
    code = f"moi-trang-{language}"
    with house.visit("H40", "lanh-dao", language) as lead:
        service = register_service(lead, code)
        lead.go(service)
        version = lead.page.locator("main a[href$='/instance']").get_attribute("href").rsplit("/", 1)[0]
        instance = lead.page.locator("main a[href*='/instances/']").first.get_attribute("href")
        application, _ = add_application(lead, code)
    take_on_trust(house, "H40", application, code)
    with house.visit("H40", "can-bo", language) as officer:
        grant = request_grant(officer, code, application)
    held = "/exchange/grants/" + house.cluster.command(
        "H40", "grant", "issue", f"H40/{code}", f"{code}/v1", "--purpose", "Ví dụ", "--basis", "47/2020/NĐ-CP", "--until",
        "2021-06-30").strip()
    provider = [
        "/exchange/services", "/exchange/services/new", service, service + "/edit", service + "/version",
        version + "/document", version + "/instance", version + "/close", instance, "/exchange/applications", "/exchange/applications/new", application,
        application + "/credential", application + "/contact", "/exchange/grants", grant, grant + "/decide", held + "/suspend", held + "/end",
    ]
    return provider, ["/exchange/catalogue", f"/exchange/catalogue/{code}/v1", f"/exchange/grants/new?version={version[19:]}"]


def requests_exist(house, language):
    """A grant of H40 that H23 asked for and holds; the pages of it at H23."""
    code = f"moi-trang-{language}"
    with house.visit("H23", "quan-tri", language) as administrator:
        application, _ = add_application(administrator, code, "H23")
    with house.visit("H23", "can-bo", language) as officer:
        request = request_far_grant(officer, "H40", code, application)
        officer.waits_for(request, {"vi": "Chờ duyệt", "en": "Waiting"}[language], seconds=40)
    with house.visit("H40", "lanh-dao", language) as lead:
        lead.go("/exchange/grants")
        lead.send(lead.page.locator("main tr", has_text=f"Cổng thông tin {code} (ví dụ)").filter(has_text="H23").locator("a").first)
        approve(lead, lead.path)
    # Another one that nobody here asked for; what is said beside its id is of no use.
    given = house.cluster.command(
        "H40", "grant", "issue", f"H23/{code}", f"{code}/v1", "--purpose", "Ví dụ", "--basis", "47/2020/NĐ-CP", "--until",
        "2021-06-30").split()[0]
    with house.visit("H23", "can-bo", language) as officer:
        officer.waits_for("/exchange/grants", {"vi": "Quyền do nút khác cấp", "en": "Given by other nodes"}[language], seconds=40)
    service = f"/exchange/members/H40/services/{code}/v1"
    return ["/exchange/catalogue", "/exchange/grants", service, service + "/request", request, request + "/end",
            f"/exchange/held/H40/{given}", f"/exchange/held/H40/{given}/end"]


def events_exist(house, language):
    """A type of event and a queue of it, to which nothing comes any more; their pages."""
    code, kind = f"su-kien-{language}", f"vn.example.{language}.changed"
    schema = Path(house.cluster.folder) / f"{code}.json"
    schema.write_text('{"type": "object", "properties": {"code": {"type": "string"}}}')
    command = house.cluster.command
    command("H40", "event", "register", code, kind, "Hồ sơ thay đổi (ví dụ)", str(schema), "--owner", "H40")
    key = command("H40", "application", "add", f"H40/{code}", "Cổng thông tin (ví dụ)").strip().splitlines()[-1]
    grant = command(
        "H40", "grant", "issue", f"H40/{code}", f"{code}/v1", "--purpose", "Ví dụ", "--basis", "47/2020/NĐ-CP",
        "--until", "2021-06-30", "--operation", f"follow:{kind}").strip()
    ask = urllib.request.Request(
        f"http://127.0.0.1:{urlsplit(house.cluster.origin('H40')).port}/events/v1/subscriptions", json.dumps({"types": [kind]}).encode(),
        {"content-type": "application/json", "x-api-key": key})
    for _ in range(50):
        try:
            with urllib.request.urlopen(ask, timeout=10) as answer:
                queue = f"/events/queues/{json.load(answer)['id']}"
                command("H40", "grant", "revoke", grant, "--because", "Ví dụ: thôi nhận")
                return [f"/exchange/catalogue/{code}/v1", f"/events/types/{code}", "/events", queue, queue + "/replay"]
        except urllib.error.HTTPError as error:
            refusal = error.read()
            time.sleep(0.2)
    raise AssertionError(refusal)


def walk_all(house, language):
    events = events_exist(house, language)
    administration = administration_exists(house, language) + ["/exchange/holidays"]
    provider, asker = services_exist(house, language)
    requests = requests_exist(house, language)
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
        for path in ["/sign-in", "/design", house.cluster.first_link("H40"), "/identity/set-password?token=gone",
                     "/identity/lost", "/identity/oauth/errors", "/identity/signed-out"]:
            walk.open(visitor, path)
        walk.open(visitor, "/nowhere", status=404)
        for kind in ["not-found", "invalid"]:
            walk.open(visitor, f"/problems/{kind}")
    with walk.visit("H40", "xu-ly") as visitor:
        for path in ["/identity/confirm", *paths]:
            walk.open(visitor, path)
    with walk.visit("H40", "quan-tri") as visitor:
        for path in administration + events + ["/exchange/applications/unproven"]:
            walk.open(visitor, path)
        # What will come of a day is said before it is set; nobody sets it here.
        visitor.fill(**{"from": "2030-01-01"})
        visitor.send()
        walk.look(visitor, "the day from which proofs are needed, to be confirmed")
    for login, pages in [("lanh-dao", provider), ("can-bo", asker)]:
        with walk.visit("H40", login) as visitor:
            for path in pages:
                walk.open(visitor, path)
    with walk.visit("H40", "kiem-toan") as visitor:
        walk.open(visitor, "/threats/new", status=403)
        walk.open(visitor, f"/identity/explain/readers?resource={paths[0].removeprefix('/')}")
    with walk.visit("H23", "can-bo") as visitor:
        for path in requests:
            walk.open(visitor, path)
    with walk.visit("H23", "xu-ly") as visitor:
        walk.open(visitor, arrived)
        walk.open(visitor, arrived + "/contact")
    with walk.visit("H40", "quan-tri") as visitor:
        walk.open(visitor, "/identity/confirm")
    # Looked at in a test of its own.
    left = sorted(walk.patterns - walk.visited - SECOND_STEP - ELSEWHERE)
    if left:
        walk.fault("the walk", f"did not open {left}")
    print(f"     {len(walk.visited)} doors, {walk.axes} runs of axe, {time.monotonic() - begun:.0f} s")
    walk.done()


SECOND_STEP = {
    "/identity/second-step", "/identity/account/authenticator/remove", "/identity/account/recovery-codes",
    # The same pages as /sign-in and /identity/confirm, where their passkey forms are answered.
    "/identity/passkey", "/identity/confirm/passkey",
}
# Looked at in test_between, which goes by no links.
ELSEWHERE = {
    "/identity/mail-link", "/identity/mail-link/use", "/identity/oauth/authorize", "/identity/oauth/consent",
    "/identity/oauth/sign-out", "/identity/oauth/account", "/identity/clients/{id}/certificate", "/exchange/across/{code}", "/exchange/visit/{code}", "/exchange/visit",
}


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
            for path in ["/identity/people/new", "/identity/people/import", "/identity/services/new", "/exchange/cluster",
                         "/exchange/applications/unproven"]:
                visitor.go(path)
                visitor.send()
                assert visitor.page.locator(".errors").count() == 1, path
                walk.look(visitor, f"{path} empty")
        walk.done()
