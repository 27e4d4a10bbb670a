"""Indicators: typed in, pasted, imported, shared."""

import json

from journeys import WORDS

BUNDLE = {
    "type": "bundle", "id": "bundle--0b2f2c1e-6a51-4a36-9f67-2c6a4b3f1d10", "objects": [
        {"type": "indicator", "spec_version": "2.1", "id": f"indicator--0b2f2c1e-6a51-4a36-9f67-2c6a4b3f1d{n:02d}",
         "created": "2020-11-01T00:00:00.000Z", "modified": "2020-11-01T00:00:00.000Z", "name": f"vi-du-{n}.example",
         "pattern": f"[domain-name:value = 'vi-du-{n}.example']", "pattern_type": "stix",
         "valid_from": "2020-11-01T00:00:00Z"} for n in range(11, 15)],
}


def test_an_indicator_is_typed_in_shared_and_arrives(house):
    with house.visit("H40", "xu-ly") as visitor:
        visitor.go("/threats/new")
        visitor.page.select_option("[name=kind]", "domain")
        visitor.fill(value="lua-dao[.]example")
        visitor.tick("label", "TLP:GREEN")
        visitor.tick("to", "nobody")
        visitor.click(WORDS["vi"]["save"])
        assert "lua-dao.example" in visitor.page.locator("h1").inner_text()
        threat = visitor.path
        visitor.click(WORDS["vi"]["share"], "link")
        visitor.tick("label", "TLP:GREEN")
        visitor.tick("to", "cluster")
        visitor.click(WORDS["vi"]["share"])
        assert visitor.path == threat

        with house.visit("H23", "xu-ly") as member:
            member.waits_for("/threats", "lua-dao.example")
            member.send(member.page.get_by_role("link", name="lua-dao.example").first)
            facts = member.page.locator("dl.summary").first.inner_text()
            assert WORDS["vi"]["nam-dinh"] in facts and WORDS["vi"]["signature"].lower() in facts.lower()
            assert member.go(threat).ok

        visitor.waits_for(threat, WORDS["vi"]["received"])
        row = visitor.page.locator("table", has_text=WORDS["vi"]["who"]).locator("tbody tr")
        assert row.count() == 1 and row.locator("time").count() == 1 and row.locator("code").inner_text().strip()
        visitor.shot("who-has-it")


def test_a_list_is_pasted_with_a_bad_line(house):
    lines = "198.51.100.7\nkhông phải chỉ dấu\nxau[.]example\n198.51.100.7"
    for javascript in [True, False]:
        with house.visit("H40", "xu-ly", javascript=javascript) as visitor:
            visitor.go("/threats/paste")
            visitor.fill(lines=lines)
            visitor.tick("label", "TLP:AMBER")
            visitor.tick("to", "nobody")
            visitor.click(WORDS["vi"]["preview"])
            assert visitor.page.locator("table tbody tr").count() == 4, "every line is judged"
            visitor.send(visitor.page.locator("button[name=do][value=save]"))
            summary = visitor.page.locator(".errors")
            assert WORDS["vi"]["bad-line"] in summary.inner_text()
            assert summary.get_by_role("link").first.get_attribute("href") == "#field-lines"
            if javascript:
                assert visitor.page.evaluate("document.activeElement.classList.contains('errors')")
                summary.get_by_role("link").first.click()
                assert visitor.page.evaluate("document.activeElement.name") == "lines"
                visitor.shot("paste-bad-line")
            assert visitor.page.input_value("[name=lines]") == lines, "what was pasted stands there still"
            visitor.page.check("[name=pass-over]")
            visitor.send(visitor.page.locator("button[name=do][value=save]"))
            assert visitor.path == "/threats" and visitor.says("xau.example")


def test_a_file_is_imported_with_its_faults(house):
    with house.visit("H40", "xu-ly") as visitor:
        visitor.go("/threats/import")
        visitor.page.set_input_files(
            "[name=file]", {"name": "vi-du.json", "mimeType": "application/json", "buffer": json.dumps(BUNDLE).encode()})
        visitor.tick("to", "nobody")
        visitor.send()
        assert visitor.path.startswith("/threats/import/")
        visitor.page.locator("#progress .tag.done").wait_for(timeout=15_000)
        visitor.go("/threats?q=vi-du-12")
        assert visitor.says("vi-du-12.example")
