"""Request, decision, call, receipt, suspension and end of a grant, each by who may, in Chromium."""

import json
import time
from pathlib import Path

from backend import Backend
from house import PHONE, WIDE
from services import (
    CONTRACT, add_application, approve, call, register_service, request_far_grant, request_grant)
from test_receipt import verdict


def test_a_grant_from_the_catalogue_to_its_end(house):
    with house.visit("H40", "lanh-dao") as lead:
        # A document with a fault comes back, and says where.
        assert register_service(lead, "vi-du", CONTRACT.replace("type: string}, example", "type: text}, example")) is None
        assert lead.says("dòng 9") and lead.says("/paths/~1units~1{code}/get/parameters/0/schema/type")
        service = register_service(lead, "vi-du")
        assert service, lead.page.locator("main").inner_text()[:800]
        application, key = add_application(lead, "vi-du")
        assert key.startswith("tk_")
        assert not lead.says(key)
    with house.visit("H40", "can-bo") as officer:
        officer.go("/exchange/catalogue?q=don+vi+hanh+chinh")
        assert officer.says("/vi-du/v1")
        # The class of data and what it is called stand in a line each, on the smallest phone as on a desk.
        for width in (320, 390, 1280):
            officer.page.set_viewport_size({"width": width, "height": 844})
            cell = officer.page.locator("td[data-label='Loại dữ liệu']").first
            lines = cell.evaluate("""cell => {
                const style = getComputedStyle(cell), box = innerWidth > 600 ? cell.firstElementChild : cell
                const room = box === cell ? parseFloat(style.paddingTop) + parseFloat(style.paddingBottom) : 0
                return (box.clientHeight - room) / parseFloat(style.lineHeight)
            }""")
            assert lines < 1.5, f"{lines} lines at {width} px"
        officer.page.set_viewport_size(WIDE)
        officer.go("/exchange/catalogue/vi-du/v1")
        assert "/vi-du/v1/units/356" in officer.page.locator("main").inner_text()
        grant = request_grant(officer, "vi-du", application)
        assert officer.says("Chờ duyệt")
        assert officer.go(grant + "/decide").status == 403
    with house.visit("H40", "lanh-dao") as lead:
        lead.go("/exchange/grants")
        assert lead.says("Chờ bạn quyết định")
        approve(lead, grant)
        assert lead.says("Hoạt động") and lead.says("vừa kiểm tra lại")
        lead.go(grant + "/suspend")
        lead.tick("kind", "security")
        lead.fill(reason="Nghi lộ khóa (ví dụ)")
        lead.send()
        assert lead.says("Tạm ngừng")
        lead.click("Mở lại")
        assert lead.says("Hoạt động")
    with house.visit("H40", "can-bo") as officer:
        officer.go(grant + "/end")
        officer.fill(reason="Không còn nhu cầu (ví dụ)")
        officer.send()
        assert officer.says("Chấm dứt") and officer.says("Không còn nhu cầu (ví dụ)")


def test_nobody_decides_what_they_asked_for(house):
    with house.visit("H40", "lanh-dao") as lead:
        service = register_service(lead, "tu-duyet")
        application, _ = add_application(lead, "tu-duyet")
        grant = request_grant(lead, "tu-duyet", application)
        assert service and lead.says("Chờ duyệt")
        assert lead.page.locator("main a[href$='/decide']").count() == 0
        assert lead.go(grant + "/decide").status == 403


def verify_receipt(visitor, leaf, *words):
    """Opens the exchange, downloads its receipt, and has the page that it links to check it, without network."""
    visitor.go(f"/gateway/exchanges/{leaf}")
    for word in words:
        assert visitor.says(word), visitor.page.locator("main").inner_text()[:900]
    key = visitor.page.locator("#verifier-key").inner_text()
    with visitor.page.expect_download() as waiting:
        visitor.page.locator("main a[href^='/gateway/receipt/']:not([href$='/other'])").first.click()
    receipt = Path(waiting.value.path()).read_text()
    visitor.send(visitor.page.locator("main a[href^='/assets/verify-receipt']"))
    visitor.context.set_offline(True)
    kind, told = verdict(visitor.page, receipt, key)
    assert kind == "holds" and all(word in told for word in words), told
    spoilt = json.loads(receipt)
    spoilt["index"] += 1
    kind, told = verdict(visitor.page, json.dumps(spoilt), key)
    assert kind == "fails", told
    visitor.context.set_offline(False)


def test_a_call_under_a_grant_its_receipt_and_its_end(house):
    with Backend() as backend:
        with house.visit("H40", "quan-tri") as administrator:
            assert register_service(
                administrator, "goi-that", address=backend.address, is_private=True, data_class="personal")
            application, key = add_application(administrator, "goi-that")
        call(house.cluster, "H40", "/goi-that/v1/units/36", key, 403)
        with house.visit("H40", "can-bo") as officer:
            grant = request_grant(officer, "goi-that", application)
        with house.visit("H40", "lanh-dao") as lead:
            lead.go(grant + "/decide")
            lead.tick("decision", "approve")
            lead.fill(fields="code\nname")
            lead.send()
            assert lead.says("Hoạt động"), lead.page.locator("main").inner_text()[:600]
            # Who did what stands there by name.
            assert lead.says("Cán bộ mẫu") and lead.says("Lãnh đạo mẫu")
        _, head, body = call(house.cluster, "H40", "/goi-that/v1/units/36", key, 200)
        assert json.loads(body) == {"code": "36", "name": "Đơn vị (ví dụ)"}, body
        assert backend.heard == ["/units/36"]
        with house.visit("H40", "quan-tri", size=PHONE) as administrator:
            verify_receipt(administrator, int(head["truc-evidence"]), "get-unit", grant.rsplit("/", 1)[1])
        with house.visit("H40", "can-bo") as officer:
            officer.go(grant + "/end")
            officer.fill(reason="Không còn nhu cầu (ví dụ)")
            begun = time.monotonic()
            officer.send()
        call(house.cluster, "H40", "/goi-that/v1/units/36", key, 403, seconds=1)
        assert time.monotonic() - begun < 3
        assert backend.heard == ["/units/36"]


def test_a_grant_asked_for_at_another_node_from_home(house):
    with Backend() as backend:
        with house.visit("H40", "quan-tri") as administrator:
            assert register_service(administrator, "o-xa", address=backend.address, is_private=True)
        with house.visit("H23", "quan-tri") as administrator:
            application, key = add_application(administrator, "o-xa", "H23")
        with house.visit("H23", "can-bo", size=PHONE) as officer:
            request = request_far_grant(officer, "H40", "o-xa", application)
            officer.waits_for(request, "Chờ duyệt", seconds=40)
        with house.visit("H40", "lanh-dao") as lead:
            lead.go("/exchange/grants")
            lead.send(lead.page.locator("main tr", has_text="Cổng thông tin o-xa (ví dụ)").filter(has_text="H23").locator("a").first)
            assert lead.says("Cán bộ mẫu, nút"), lead.page.locator("main").inner_text()[:1500]
            approve(lead, lead.path)
        with house.visit("H23", "can-bo") as officer:
            officer.waits_for(request, "Hoạt động", seconds=40)
            assert officer.says("Đúng, theo khóa trong danh sách thành viên")
        _, head, body = call(house.cluster, "H23", "/o-xa/v1/units/36", key, 200, seconds=40)
        assert json.loads(body)["name"] == "Đơn vị (ví dụ)", body
        with house.visit("H23", "quan-tri") as administrator:
            verify_receipt(administrator, int(head["truc-evidence"]), "get-unit", "VN/GOV/H23/o-xa")
        with house.visit("H23", "can-bo") as officer:
            officer.go(request + "/end")
            officer.fill(reason="Không còn nhu cầu (ví dụ)")
            officer.send()
            officer.waits_for(request, "Chấm dứt", seconds=40)
        _, _, body = call(house.cluster, "H23", "/o-xa/v1/units/36", key, 403, seconds=40)
        assert json.loads(body)["code"] == "no-grant", body


def test_a_second_press_and_a_second_tab_do_nothing_twice(house):
    with house.visit("H40", "lanh-dao") as lead:
        assert register_service(lead, "hai-the")
        application, _ = add_application(lead, "hai-the")
    with house.visit("H40", "can-bo") as officer:
        grant = request_grant(officer, "hai-the", application)
        # Back, and sent once more: what was typed stays, and nothing new waits.
        officer.page.go_back()
        officer.page.select_option("[name='application']", application.rsplit("/", 1)[1])
        officer.fill(purpose="Hiển thị địa chỉ trên cổng (ví dụ)", basis="NĐ 47/2020/NĐ-CP, Điều 35", until="2029-12-31")
        officer.send()
        assert officer.page.locator(".errors").inner_text().count("đang chờ quyết định") == 1
        assert officer.page.input_value("[name='purpose']") == "Hiển thị địa chỉ trên cổng (ví dụ)"
        officer.go("/exchange/grants")
        assert officer.page.locator("main tr", has_text="Cổng thông tin hai-the").count() == 1
    with house.visit("H40", "lanh-dao") as lead:
        other = lead.context.new_page()
        other.goto(lead.origin + grant + "/decide")
        approve(lead, grant)
        # The other tab still shows the form of before.
        other.check("[name='decision'][value='refuse']")
        other.fill("[name='reason']", "Chậm tay (ví dụ)")
        with other.expect_navigation():
            other.locator("main button[type=submit]").last.click()
        assert "Đề nghị này đã được xử lý" in other.locator("main").inner_text()
        lead.go(grant)
        assert lead.says("Hoạt động")


def test_an_application_ends_only_after_it_said_what_comes_of_it(house):
    for javascript in [True, False]:
        code = f"ket-thuc-{str(javascript).lower()}"
        with house.visit("H40", "lanh-dao", size=PHONE, javascript=javascript) as lead:
            application, _ = add_application(lead, code)
            lead.go(application)
            ask, button = lead.page.locator("summary", has_text="Chấm dứt ứng dụng"), lead.page.get_by_role(
                "button", name="Chấm dứt ứng dụng", exact=True)
            assert not button.is_visible()
            ask.click()
            assert lead.says("không khôi phục được")
            lead.send(button)
            assert lead.path == "/exchange/applications"
            lead.go(application)
            assert lead.page.locator("summary", has_text="Chấm dứt ứng dụng").count() == 0
