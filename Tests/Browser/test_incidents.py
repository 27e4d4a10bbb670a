"""An incident is reported at Nam Định; who may know it has it, the others have nothing."""

from cluster import PASSWORD
from house import PHONE, WIDE
from journeys import WORDS, fill_report, report, report_and_share

ARRIVED = "/incidents"


def walk(house, language, javascript, size):
    """Report, share GREEN to the cluster, see it at Hải Dương signed and from whom."""
    words = WORDS[language]
    title = f"Ví dụ: thư lừa đảo, {language} {'có' if javascript else 'không'} JavaScript"
    with house.visit("H40", "xu-ly", language=language, javascript=javascript, size=size) as visitor:
        path, readers = report_and_share(visitor, title, language)
        assert len(readers) == 1 and words["hai-duong"] in readers[0], f"the only other member gets it: {readers}"

        with house.visit("H23", "xu-ly", language=language, javascript=javascript, size=size) as reader:
            seconds = reader.waits_for(ARRIVED, title)
            reader.send(reader.page.get_by_role("link", name=title).first)
            assert reader.page.locator("h1").inner_text() == title
            facts = reader.page.locator("dl.summary").inner_text()
            assert words["nam-dinh"] in facts, "from whom"
            assert words["signature"] in facts, "and signed"
            reader.shot(f"arrived-{language}-{size['width']}")

        visitor.waits_for(path, words["received"])
        row = visitor.page.locator("table", has_text=words["who"]).locator("tbody tr")
        assert row.count() == 1
        assert row.locator("time").count() == 1, "when it was taken"
        assert row.locator("code").inner_text().strip(), "under which checkpoint"
        visitor.shot(f"shared-{language}-{size['width']}")
    return seconds


def test_a_report_is_shared_and_arrives_in_vietnamese(house):
    seconds = walk(house, "vi", True, WIDE)
    print(f"     arrived within {seconds:.2f} s of looking")


def test_a_report_is_shared_and_arrives_in_english(house):
    walk(house, "en", True, PHONE)


def test_a_report_is_shared_and_arrives_without_javascript(house):
    walk(house, "vi", False, PHONE)


def test_amber_to_the_cluster_stays_in_the_cluster_and_red_goes_nowhere(house):
    amber, red, green = "Ví dụ: AMBER cho Cụm", "Ví dụ: RED không gửi", "Ví dụ: GREEN cho mạng lưới"
    with house.visit("H40", "xu-ly") as visitor:
        report_and_share(visitor, amber, label="TLP:AMBER")
        visitor.go("/incidents/new")
        fill_report(visitor, red, label="TLP:RED", to="nobody")
        visitor.click(WORDS["vi"]["send"])
        assert visitor.path == "/incidents" and visitor.page.locator(".banner").count() == 1, "it says that it is kept"
        visitor.shot("red-needs-two-factors")
        assert not visitor.says(red), "a session that knows a password alone lists no RED"
        _, readers = report_and_share(visitor, green, to="network")
        assert len(readers) == 2

    # What was shared last has arrived, so what was shared before it would have too.
    with house.visit("VNCERT", "xu-ly") as coordinator:
        coordinator.waits_for(ARRIVED, green)
        assert not coordinator.says(amber) and not coordinator.says(red)
        assert coordinator.go(ARRIVED + "?q=AMBER+cho+Cum").ok
        assert not coordinator.says(amber)
    with house.visit("H23", "xu-ly") as member:
        member.waits_for(ARRIVED, green)
        assert member.says(amber) and not member.says(red)
    with house.visit("H40", "can-bo") as officer:
        officer.go("/incidents")
        assert not officer.says(red), "at home RED is for named eyes"


def test_named_by_name_the_coordinator_gets_amber(house):
    title = "Ví dụ: AMBER, nêu tên VNCERT/CC"
    with house.visit("H40", "xu-ly") as visitor:
        _, readers = report_and_share(visitor, title, label="TLP:AMBER", to="named", named=["VNCERT"])
        assert len(readers) == 1
    with house.visit("VNCERT", "xu-ly") as coordinator:
        coordinator.waits_for(ARRIVED, title)
        with house.visit("H23", "xu-ly") as member:
            member.go(ARRIVED)
            assert not member.says(title)


def test_strict_reaches_the_named_member_alone(house):
    title = "Ví dụ: AMBER+STRICT, chỉ Hải Dương"
    with house.visit("H40", "xu-ly", language="en") as visitor:
        _, readers = report_and_share(visitor, title, "en", label="TLP:AMBER+STRICT", to="named", named=["H23"])
        assert len(readers) == 1
        with house.visit("H23", "xu-ly") as member:
            member.waits_for(ARRIVED, title)
        report_and_share(visitor, "Ví dụ: GREEN sau STRICT", "en", to="network")
    with house.visit("VNCERT", "xu-ly") as coordinator:
        coordinator.waits_for(ARRIVED, "Ví dụ: GREEN sau STRICT")
        assert not coordinator.says(title)


def test_an_open_page_shows_what_arrives(house):
    title = "Ví dụ: hiện ra không cần tải lại"
    with house.visit("H23", "xu-ly") as member:
        member.go(ARRIVED)
        with house.visit("H40", "xu-ly") as visitor:
            report_and_share(visitor, title)
        member.page.get_by_role("link", name=title).wait_for(timeout=10_000)


def test_a_half_filled_report_says_what_is_missing(house):
    for javascript in [True, False]:
        with house.visit("H40", "xu-ly", javascript=javascript, size=PHONE) as visitor:
            visitor.go("/incidents/new")
            visitor.fill(title="Ví dụ: còn thiếu")
            visitor.click(WORDS["vi"]["send"])
            summary = visitor.page.locator(".errors")
            assert WORDS["vi"]["summary"] in summary.inner_text()
            for link in summary.get_by_role("link").all():
                target = link.get_attribute("href")
                assert visitor.page.locator(target).count() == 1, f"{target} is a field"
            assert visitor.page.input_value("[name=title]") == "Ví dụ: còn thiếu", "what was typed is kept"
            if javascript:
                visitor.shot("report-missing-390")


def test_a_draft_is_kept_and_continued(house):
    with house.visit("H40", "xu-ly") as visitor:
        visitor.go("/incidents/new")
        visitor.fill(title="Ví dụ: bản nháp")
        visitor.click(WORDS["vi"]["draft"])
        assert visitor.page.locator(".banner.success").count() == 1
        draft = visitor.path
        visitor.go(draft + "/edit")
        assert visitor.page.input_value("[name=title]") == "Ví dụ: bản nháp"
        with house.visit("H40", "kiem-toan") as other:
            assert other.go(draft).status == 404, "a draft is its writer's"


def test_a_form_that_was_open_too_long_comes_back_filled(house):
    with house.visit("H23", "xu-ly", size=PHONE) as visitor:
        visitor.go("/incidents/new")
        fill_report(visitor, "Ví dụ: mở quá lâu")
        visitor.page.evaluate("document.querySelectorAll('[name=csrf]').forEach((it) => { it.value = '00' })")
        visitor.click("Gửi báo cáo")
        assert visitor.says("mở quá lâu") and visitor.path == "/incidents/new"
        assert visitor.page.input_value("[name=title]") == "Ví dụ: mở quá lâu"
        visitor.click("Gửi báo cáo")
        assert visitor.says("Đã gửi báo cáo"), visitor.page.locator("main").inner_text()[:600]


def test_a_session_that_ended_does_not_cost_the_report(house):
    with house.visit("H23", "can-bo", javascript=False) as visitor:
        visitor.go("/incidents/new")
        fill_report(visitor, "Ví dụ: phiên đã hết")
        visitor.context.clear_cookies()
        visitor.click("Gửi báo cáo")
        assert visitor.says("Phiên làm việc đã hết")
        with visitor.context.expect_page() as opened:
            visitor.page.get_by_role("link", name="Đăng nhập lại ở thẻ mới").click()
        tab = opened.value
        tab.fill("[name=login]", "can-bo")
        tab.fill("[name=password]", PASSWORD)
        with tab.expect_navigation(wait_until="load"):
            tab.locator("main button[type=submit]").last.click()
        visitor.click("Tiếp tục")
        assert visitor.page.input_value("[name=title]") == "Ví dụ: phiên đã hết"
        visitor.click("Gửi báo cáo")
        assert visitor.says("Đã gửi báo cáo"), visitor.page.locator("main").inner_text()[:600]


def test_a_share_that_reaches_nobody_is_not_offered(house):
    with house.visit("H23", "xu-ly") as visitor:
        path = report(visitor, "Ví dụ: STRICT cho cả Cụm", label="TLP:AMBER+STRICT", to="cluster")
        visitor.go(path + "/share")
        assert visitor.says(WORDS["vi"]["nobody"])
        assert visitor.page.locator("main button[type=submit]").count() == 0
