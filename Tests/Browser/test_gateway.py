"""The demo's application of one province uses services of another; an operator sees it and downloads the receipts."""

import json
from pathlib import Path

from house import PHONE

CLIENT = "VN/GOV/H23/cong-dich-vu"


def test_an_operator_sees_traffic_and_keeps_receipts(house):
    with house.visit("H23", "quan-tri", language="en") as visitor:
        visitor.waits_for("/gateway", CLIENT)
        assert visitor.says("VN/GOV/H40/services/units-v1") and visitor.says("Serving")
        # What people call them stands above what they are called on the wire; here the service is another node's.
        assert visitor.says("Administrative units as of a date v1") and visitor.says("Cổng dịch vụ công mẫu")
        before = visitor.page.locator("#traffic").inner_text()
        # Without a reload: the page follows what happens.
        visitor.page.wait_for_function(
            "(before) => document.querySelector('#traffic').innerText !== before", arg=before, timeout=20_000)
        # Evidence of personal data is there before the answer, so the own leaf names that of the other node.
        visitor.waits_for("/gateway/exchanges", "dossiers-v1", seconds=40)
        visitor.send(visitor.page.locator("main table tr", has_text="dossiers-v1").locator("a").first)
        assert visitor.says("47/2020/NĐ-CP") and visitor.says(CLIENT) and visitor.says("The status of dossiers v1")
        for link in ["a[href^='/gateway/receipt/']:not([href$='/other'])", "a[href$='/other']"]:
            with visitor.page.expect_download() as waiting:
                visitor.page.locator(f"main {link}").first.click()
            assert "checkpoint" in json.loads(Path(waiting.value.path()).read_text())
    with house.visit("H40", "quan-tri", language="en") as visitor:
        visitor.waits_for("/gateway/exchanges", "units-v1", seconds=40)
        visitor.send(visitor.page.locator("main table tr", has_text="units-v1").locator("a").first)
        # This node gave the grant: from the exchange it is one step to it.
        visitor.send(visitor.page.locator("main a[href^='/exchange/grants/']").first)
        assert visitor.says("47/2020/NĐ-CP") and visitor.says("Administrative units as of a date")
    with house.visit("H40", "can-bo", size=PHONE) as visitor:
        assert visitor.go("/gateway").status == 403
