"""Request, decision, suspension and end of a grant, each by who may, in Chromium."""

from services import CONTRACT, add_application, approve, register_service, request_grant


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
