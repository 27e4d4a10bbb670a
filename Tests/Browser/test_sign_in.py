"""Signing in and out, the second step, the language."""

import time

from house import PHONE
from journeys import WORDS, one_time_code


def test_a_person_signs_in_and_out(house):
    for javascript in [True, False]:
        with house.visit("H40", javascript=javascript) as visitor:
            visitor.go("/incidents")
            assert visitor.path == "/sign-in", "a stranger is sent to sign in"
            visitor.sign_in("can-bo")
            assert visitor.path == "/incidents", "and comes where he was going"
            visitor.send(visitor.page.locator("header").get_by_role("button", name="Đăng xuất").first)
            assert visitor.path == "/sign-in"
            visitor.go("/incidents")
            assert visitor.path == "/sign-in", "the session is over"


def test_a_wrong_password_is_told_at_the_top_and_at_the_field(house):
    for language in ["vi", "en"]:
        with house.visit("H23", language=language) as visitor:
            visitor.go("/sign-in")
            visitor.sign_in("can-bo", "khong-phai-mat-khau")
            words = WORDS[language]
            assert visitor.page.title().startswith(words["title"])
            summary = visitor.page.locator(".errors")
            assert words["wrong"] in summary.inner_text()
            assert visitor.page.evaluate("document.activeElement.classList.contains('errors')"), "summary has focus"
            summary.get_by_role("link").first.click()
            assert visitor.page.evaluate("document.activeElement.name") == "password", "its link leads to the field"
            assert words["wrong"] in visitor.page.locator("#field-password-error").inner_text()
            assert visitor.page.input_value("[name=login]") == "can-bo", "the name need not be typed again"
            assert visitor.page.input_value("[name=password]") == ""
            visitor.sign_in("can-bo")
            assert visitor.path == "/"


def test_two_steps(house):
    """The code of an authenticator app is computed here, from the secret that the page shows."""
    with house.visit("VNCERT") as visitor:
        visitor.go("/sign-in")
        visitor.sign_in("lanh-dao")
        visitor.go("/identity/account/authenticator")
        secret = visitor.page.locator("#secret").inner_text()
        visitor.fill(code="000000")
        visitor.send()
        assert WORDS["vi"]["wrong-code"] in visitor.page.locator(".errors").inner_text()
        assert visitor.page.locator("#secret").inner_text() == secret, "a mistyped code does not change the secret"
        now = time.time()  # apps live on the real day, whatever day the node lives on
        visitor.fill(code=one_time_code(secret, now))
        visitor.send()
        recovery = visitor.page.locator("main li code").all_inner_texts()
        assert len(recovery) >= 8, visitor.page.locator("main").inner_text()[:400]
        visitor.shot("recovery-codes")

    with house.visit("VNCERT", size=PHONE) as visitor:
        visitor.go("/sign-in")
        visitor.sign_in("lanh-dao")
        assert visitor.path == "/identity/second-step"
        visitor.go("/incidents")
        assert visitor.path == "/sign-in", "half a sign-in opens nothing"
        visitor.sign_in("lanh-dao")
        visitor.fill(code=one_time_code(secret, now))
        visitor.send()
        assert WORDS["vi"]["wrong-code"] in visitor.page.locator(".errors").inner_text(), "a code is good once"
        visitor.fill(code=one_time_code(secret, now + 30))
        visitor.send()
        assert visitor.path == "/incidents", "he comes where he was going"

    with house.visit("VNCERT", javascript=False) as visitor:
        visitor.go("/sign-in")
        visitor.sign_in("lanh-dao")
        visitor.fill(code=recovery[0])
        visitor.send()
        assert visitor.path == "/", "a recovery code opens too"


def test_the_demo_has_an_account_with_two_steps_that_reads_red(house):
    title = "Ví dụ: nghi lộ tài khoản quản trị"
    with house.visit("H40") as visitor:
        visitor.go("/")
        assert visitor.says("hai-buoc"), "the guided page says how"
        visitor.sign_in("hai-buoc")
        assert visitor.path == "/identity/second-step"
        visitor.fill(code=house.cluster.say("demo", "code"))
        visitor.send()
        visitor.go("/incidents")
        assert visitor.says(title) and visitor.says("TLP:RED")
        visitor.click(title, role="link")
        assert visitor.says("Nhãn RED: chỉ nói trực tiếp")
    with house.visit("H40", "xu-ly") as visitor:
        visitor.go("/incidents")
        assert not visitor.says(title)


def test_the_language_is_one_button_away(house):
    for javascript in [True, False]:
        with house.visit("H40", javascript=javascript, size=PHONE) as visitor:
            visitor.go("/sign-in")
            assert visitor.page.locator("html").get_attribute("lang") == "vi"
            visitor.send(visitor.page.get_by_role("button", name="English"))
            assert visitor.path == "/sign-in", "the page stays"
            assert visitor.page.locator("html").get_attribute("lang") == "en"
            assert "Sign in" in visitor.page.locator("h1").inner_text()
            visitor.send(visitor.page.get_by_role("button", name="Tiếng Việt"))
            assert visitor.page.locator("html").get_attribute("lang") == "vi"


def test_one_browser_is_signed_in_at_two_nodes(house):
    with house.visit("H40") as visitor:
        visitor.go("/sign-in")
        visitor.sign_in("xu-ly")
        here, there = visitor.origin, house.cluster.origin("H23")
        visitor.welcome.append(there)
        visitor.origin = there
        visitor.go("/sign-in")
        visitor.sign_in("can-bo")
        assert "Cán bộ mẫu" in visitor.page.locator("header").inner_text()
        visitor.page.goto(here + "/")
        assert "Người xử lý mẫu" in visitor.page.locator("header").inner_text()
        visitor.go("/")
        visitor.send(visitor.page.locator("header").get_by_role("button", name="Đăng xuất").first)
        visitor.page.goto(here + "/")
        assert "Người xử lý mẫu" in visitor.page.locator("header").inner_text(), "signing out there is not out here"
