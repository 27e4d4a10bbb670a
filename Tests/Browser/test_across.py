"""Going over to another node, as a person does it: their own node vouches, the other one knows them by name."""

from house import PHONE
from urllib.parse import urlsplit


def guest_of(house, code="H23"):
    return house.cluster.command(
        "H40", "guest", "add", f"xu-ly@{code}", "Người xử lý mẫu", "--role", "incident-handler", "--until",
        "2020-12-31", "--reason", "Ví dụ: giúp xử lý sự cố")


def go_over(visitor):
    visitor.go("/exchange/across")
    visitor.send(visitor.page.locator("main a[href='/exchange/across/H40']"))


def test_a_person_helps_at_another_node(house):
    there = house.cluster.origin("H40")
    guest_of(house)
    for size in [None, PHONE]:
        with house.visit("H23", **({"size": size} if size else {})) as visitor:
            visitor.welcome.append(there)
            visitor.go("/sign-in")
            visitor.sign_in("xu-ly")
            go_over(visitor)
            assert visitor.page.url.startswith(there), visitor.page.url
            visitor.page.goto(there + "/identity/account")
            assert visitor.says("xu-ly@H23"), visitor.page.locator("main").inner_text()[:400]
            assert "khách của H23" in visitor.page.locator("header").inner_text() or size
            visitor.page.goto(there + "/incidents")
            assert urlsplit(visitor.page.url).path == "/incidents", "with the rights that this node gave"

            visitor.go("/")
            visitor.page.locator("header button", has_text="Đăng xuất").first.evaluate("(it) => it.form.submit()")
            visitor.page.wait_for_url("**/sign-in")
            for _ in range(100):
                visitor.page.goto(there + "/identity/account")
                if urlsplit(visitor.page.url).path == "/sign-in":
                    break
                visitor.page.wait_for_timeout(100)
            assert urlsplit(visitor.page.url).path == "/sign-in", "signing out at home ends the visit"
            assert visitor.page.get_by_role("link", name="Vào lại qua nút của tôi").count() == 1


def test_nobody_comes_who_was_not_registered(house):
    there = house.cluster.origin("H40")
    for language, words in [("vi", "Chưa ai ở nút này đăng ký bạn"), ("en", "has registered you as a guest")]:
        with house.visit("H23", "can-bo", language=language) as visitor:
            visitor.welcome.append(there)
            if language == "en":
                visitor.context.add_cookies([house.language_cookie("H40", language)])
            go_over(visitor)
            assert visitor.says(words), visitor.page.locator("main").inner_text()[:400]
            assert visitor.says("identity.guest-unknown")
