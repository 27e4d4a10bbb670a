"""Pages that no link leads to: those between an application and the node, those between two nodes, those by mail, and
what is shown this once after a button. In both languages, on a phone and a wide screen, by day and by night, axe finds
nothing there.

Which there are is read from the sources; one that this walk does not see fails it, as does a door that
test_every_page leaves to it.
"""

import re
import time
from urllib.parse import quote, urlencode, urlsplit

from between import Alone
from cluster import PASSWORD, ROOT
from house import House
from journeys import one_time_code
from services import CONTRACT, register_service
from test_across import go_over
from test_every_page import ELSEWHERE, Walk, pattern_of
from test_passkeys import NO_OFFERS, add, authenticator

REDIRECT = "http://localhost:1/cb"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def shown():
    """What doors show that stands at no address of its own, as `File.view` or, where the view has no name, as
    `File.phrase` of its banner."""
    found = set()
    for source in sorted((ROOT / "Sources").rglob("*.swift")):
        if source.is_relative_to(ROOT / "Sources/Web"):
            continue
        text = re.sub(r"^\s*///.*$", "", source.read_text(), flags=re.M)
        for call in re.finditer(r"(?<![\w.])show\(\s*page,\s*|\.stay\(\s*", text):
            rest = text[call.end():call.end() + 400]
            name = re.match(r"(?:try )?(?:await )?(\w+)\(", rest).group(1)
            if name == "View":
                name = re.search(r"banner\(\s*page, \.\w+, \.?(\w+)", rest).group(1)
            found.add(f"{source.stem}.{name}")
    return found


class Between(Walk):
    def __init__(self, house, language):
        super().__init__(house, language)
        self.seen = set()

    def see(self, visitor, name):
        """Examines the page on which the visitor is, which is the one of that name."""
        self.look(visitor, f"{name} {self.language}")
        self.seen.add(name)
        self.visited.add(pattern_of(visitor.path, self.patterns))

    def go(self, visitor, path, status):
        answer = visitor.go(path)
        if answer.status != status:
            self.fault(path, f"answers {answer.status}")


def press(visitor, action):
    """The button of the form that goes to such an address."""
    visitor.send(visitor.page.locator(f"main form[action$='{action}'] button").last)


def made(house, login, name, role="officer", node="H40"):
    house.cluster.command(node, "person", "add", login, name, "--role", role, "--password", PASSWORD)


def applications(walk):
    """Signing in for an application: asked, let go on, refused; and signing out because one asks."""
    said = walk.house.cluster.command(
        "H40", "client", "create", f"Cổng thông tin {walk.language} (ví dụ)", "--redirect", REDIRECT,
        "--purpose", "Ví dụ: nhận ra bạn", "--purpose-en", "An example: to know you again")
    client = re.search(r"^client_id\s+(\S+)$", said, re.M).group(1)
    fields = {"response_type": "code", "client_id": client, "redirect_uri": REDIRECT, "scope": "openid profile",
              "state": "s", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    place = "/identity/oauth/authorize?"
    for name in ["ConsentPages.leavingView", "Leaving.leavingView"]:
        with walk.visit("H40") as visitor:
            # The application answers 204, so that the page that leads on stays to be looked at.
            visitor.welcome.append("http://localhost:1")
            visitor.page.route(REDIRECT + "**", lambda route: route.fulfill(status=204))
            visitor.go(place + urlencode(fields))
            visitor.sign_in("can-bo")
            if visitor.path == "/identity/oauth/consent":
                walk.look(visitor, "consent")
                walk.visited.add(visitor.path)
                visitor.send(visitor.page.locator("main form button").first)
            walk.see(visitor, name)
    said = walk.house.cluster.command(
        "H40", "client", "create", f"Dịch vụ {walk.language} (ví dụ)", "--acts-alone", "--certificate", CHALLENGE)
    service = re.search(r"^client_id\s+(\S+)$", said, re.M).group(1)
    with walk.visit("H40", "quan-tri") as visitor:
        walk.go(visitor, f"/identity/clients/{service}/certificate", 200)
        walk.look(visitor, "another certificate")
        walk.visited.add("/identity/clients/{id}/certificate")
    with walk.visit("H40", "can-bo") as visitor:
        visitor.go(place + urlencode(fields | {"prompt": "select_account"}))
        walk.look(visitor, "select account")
        walk.visited.add(visitor.path)
        walk.go(visitor, place + urlencode(fields | {"redirect_uri": "https://vi-du.example/"}), 400)
        walk.see(visitor, "Identity+authorize.faultView")
        walk.go(visitor, "/identity/oauth/sign-out?post_logout_redirect_uri=" + quote("https://vi-du.example/"), 400)
        walk.see(visitor, "Identity+endSession.faultView")
        walk.go(visitor, "/identity/oauth/sign-out", 200)
        walk.see(visitor, "Identity+endSession.confirmView")


def shown_once(walk):
    """Secrets, keys, links and codes that an administrator or their owner sees this once."""
    language = walk.language
    with walk.visit("H40", "quan-tri") as visitor:
        visitor.go("/identity/clients/new")
        visitor.fill(name=f"Cổng thông tin {language} (ví dụ)", redirects=REDIRECT,
                     purposeVi="Ví dụ: nhận ra bạn", purposeEn="An example: to know you again")
        visitor.send()
        walk.see(visitor, "ClientPages.secretView")
        visitor.send(visitor.page.locator("main a.btn").last)
        visitor.send(visitor.page.locator("main a[href$='/rotate']"))
        visitor.send()
        walk.see(visitor, "ClientChangePages.secretView")
        visitor.go("/identity/people/new")
        visitor.fill(login=f"nguoi-moi-{language}", name="Cán bộ mẫu")
        visitor.send()
        walk.see(visitor, "PeoplePages.linkView")
        visitor.go("/identity/services/new")
        visitor.fill(name=f"Phòng mẫu {language}", purpose="Ví dụ")
        visitor.tick("scope", "scim.read")
        visitor.send()
        walk.see(visitor, "ServicePages.keyView")
        visitor.go("/exchange/applications/new")
        visitor.fill(code=f"mot-lan-{language}", name="Cổng thông tin (ví dụ)")
        visitor.page.select_option("[name='organisation']", "H40")
        visitor.send()
        walk.see(visitor, "ApplicationPages.keyView")
        visitor.go("/exchange/applications/unproven")
        visitor.fill(**{"from": "2021-06-30"})
        visitor.send()
        walk.see(visitor, "ProofRulePages.confirmation")
        service = register_service(visitor, f"thay-{language}")
        visitor.go(service)
        visitor.send(visitor.page.locator("main a[href$='/document']"))
        shorter = CONTRACT.replace(", name: {type: string}", "")
        visitor.page.set_input_files(
            "[name='document']", {"name": "units.yaml", "mimeType": "application/yaml", "buffer": shorter.encode()})
        visitor.send()
        walk.see(visitor, "RegistryPages.replacedView")
        visitor.go("/exchange/cluster")
        visitor.fill(organisation="H36", name_vi="Phòng mẫu", name_en="An example")
        visitor.send()
        walk.see(visitor, "ClusterPages.invitationView")


def reset(walk):
    """Somebody asks to be let in again, and two officers agree."""
    login, name, second = f"quen-{walk.language}", f"Cán bộ mẫu {walk.language}", f"quan-tri-{walk.language}"
    made(walk.house, login, name)
    made(walk.house, second, "Quản trị mẫu", "node-administrator")
    with walk.visit("H40") as visitor:
        visitor.go("/identity/lost")
        visitor.fill(login=login)
        visitor.send()
        walk.see(visitor, "ResetPages.askedForReset")
    with walk.visit("H40", "quan-tri") as visitor:
        visitor.waits_for("/identity/resets", name)
    for officer in ["quan-tri", second]:
        with walk.visit("H40", officer) as visitor:
            visitor.go("/identity/resets")
            visitor.send(visitor.page.locator("main tr", has_text=name).locator("form[action$='/approve'] button"))
            if officer == second:
                walk.see(visitor, "ResetPages.resetLink")


def codes(walk):
    """The recovery codes that come with a first authenticator app, and with a first passkey."""
    for number, name in enumerate(["AuthenticatorPages.codesView", "PasskeyPages.codesView"]):
        login = f"ma-{number}-{walk.language}"
        made(walk.house, login, "Cán bộ mẫu")
        with walk.visit("H40", login) as visitor:
            if number == 0:
                visitor.go("/identity/account/authenticator")
                visitor.fill(code=one_time_code(visitor.page.locator("#secret").inner_text(), time.time()))
                visitor.send()
            else:
                visitor.page.add_init_script(NO_OFFERS)
                with authenticator(visitor):
                    add(visitor, "Cán bộ mẫu")
            walk.see(visitor, name)


def across(walk):
    """At another node: not let in, and a guest who cannot go on from there."""
    house = walk.house
    there = house.cluster.origin("H40")
    house.cluster.command(
        "H40", "guest", "add", "kiem-toan@H23", "Kiểm toán mẫu", "--role", "officer", "--until", "2020-12-31",
        "--reason", "Ví dụ: đi hết các trang")
    for login, name in [("can-bo", "Across+arriving.why"), ("kiem-toan", "Across+going.onlyOwnPeople")]:
        with walk.visit("H23") as visitor:
            visitor.welcome.append(there)
            visitor.context.add_cookies([house.language_cookie("H40", walk.language)])
            visitor.go("/sign-in")
            visitor.sign_in(login)
            go_over(visitor)
            if login == "kiem-toan":
                answer = visitor.page.goto(there + "/exchange/across/H23")
                assert answer.status == 403, visitor.page.locator("main").inner_text()[:400]
            walk.see(visitor, name)
    with walk.visit("H40") as visitor:
        walk.go(visitor, "/exchange/visit/H99", 403)
        walk.see(visitor, "Across+arriving.why")


def away(walk):
    """A node with mail that lets people in by it, in a cluster whose other node is away."""
    with walk.visit("H40") as visitor:
        for path in ["/identity/mail-link", "/identity/mail-link/use?token=gone"]:
            walk.open(visitor, path)
        visitor.send()
        assert visitor.page.locator(".errors").count() == 1
        walk.look(visitor, "a link by mail that is gone")
        visitor.go("/identity/mail-link")
        visitor.fill(login="khong-ai")
        visitor.send()
        walk.see(visitor, "ResetPages.mailLinkIsOnItsWay")
        walk.open(visitor, "/sign-in")
    with walk.visit("H40", "quan-tri") as visitor:
        walk.go(visitor, "/exchange/across/H23", 503)
        walk.see(visitor, "Across+going.nodeIsAway")


def test_pages_between(house):
    with Alone() as alone:
        other = House(alone)
        other.chromium = house.chromium
        for language in ["vi", "en"]:
            begun, walk, far = time.monotonic(), Between(house, language), Between(other, language)
            for part in [applications, shown_once, reset, codes, across]:
                part(walk)
            away(far)
            wanted, seen = shown(), walk.seen | far.seen
            assert len(wanted) > 15, wanted
            if wanted != seen:
                walk.fault("the walk", f"did not see {sorted(wanted - seen)}, saw {sorted(seen - wanted)}")
            left = sorted(ELSEWHERE - walk.visited - far.visited)
            if left:
                walk.fault("the walk", f"did not open {left}")
            print(f"     {len(seen)} pages, {walk.axes + far.axes} runs of axe, {time.monotonic() - begun:.0f} s")
            walk.faults += far.faults
            walk.done()
