"""The page that checks a receipt of a call in a browser without network: `Public/verify-receipt.html`, opened as a file."""
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = (HERE.parents[1] / "Public/verify-receipt.html").as_uri()
RECEIPT = (HERE / "fixtures/receipt.json").read_text()
KEY = (HERE / "fixtures/receipt.key").read_text()
# Of one call: its opening and its closing leaf.
RECEIPTS = (HERE / "fixtures/receipts.json").read_text()
RECEIPTS_KEY = (HERE / "fixtures/receipts.key").read_text()


def opened(house):
    context = house.chromium.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(PAGE)
    return context, page


def verdict(page, receipt, key):
    page.set_input_files("#file", {"name": "receipt.json", "mimeType": "application/json", "buffer": receipt.encode()})
    page.fill("#key", key)
    page.click("button")
    page.locator("#verdict:not(:empty)").wait_for()
    return page.get_attribute("#verdict", "class"), page.inner_text("#verdict")


def test_a_receipt_checks_in_a_browser_without_network(house):
    context, page = opened(house)
    kind, told = verdict(page, RECEIPT, KEY)
    assert kind == "holds", told
    assert "exchange.call" in told and "47/2020/NĐ-CP" in told, told
    # Members have names, and moments are read as a clock in Vietnam shows them.
    assert "Căn cứ pháp lý · Legal basis" in told and "Trọn lần trao đổi · The whole exchange" in told, told
    assert "29/11/2026 00:06:39.251 (UTC+7)" in told, told
    # Whoever reads it learns who called what before the digests, and what kind of leaf it is in words.
    assert "Lượt gọi dịch vụ · A call of a service (exchange.call)" in told, told
    places = [told.index(name) for name in ["Ứng dụng khai thác ·", "Dịch vụ ·", "Bắt đầu ·", "Mục đích ·", "SHA-256 của yêu cầu"]]
    assert places == sorted(places), told
    # On a phone, too, the values have room.
    narrow = page.evaluate("Math.min(...[...document.querySelectorAll('dd')].map((it) => it.getBoundingClientRect().width))")
    assert narrow > 250, narrow
    kind, told = verdict(page, RECEIPT, KEY.replace("bench.example", "other.example"))
    assert kind == "fails" and "khóa không khớp với tên" in told and "the key’s hash" in told, told
    kind, told = verdict(page, "[]", KEY)
    assert kind == "fails" and "không phải biên nhận" in told, told
    kind, told = verdict(page, "{", KEY)
    assert kind == "fails" and "tệp không đọc được" in told, told
    context.close()


def test_all_receipts_of_a_call_check_as_one_file(house):
    context, page = opened(house)
    kind, told = verdict(page, RECEIPTS, RECEIPTS_KEY)
    assert kind == "holds" and "opening" in told and "closing" in told, told
    receipts = json.loads(RECEIPTS)["receipts"]
    for wrong in ([], receipts[::-1], receipts[:1] * 2):
        file = json.dumps({"format": "truc-receipts-1", "receipts": wrong})
        kind, told = verdict(page, file, RECEIPTS_KEY)
        assert kind == "fails", told
    context.close()


def test_any_flipped_bit_of_a_receipt_is_found(house):
    for receipt, key in ((RECEIPT, KEY), (RECEIPTS, RECEIPTS_KEY)):
        flip_each(house, receipt, key)


def flip_each(house, receipt, key):
    context, page = opened(house)
    missed = page.evaluate(
        """async ([receipt, key]) => {
            const missed = [];
            for (let place = 0; place < receipt.length; place += 3) {
                const letter = String.fromCharCode(receipt.charCodeAt(place) ^ (1 << (place % 7)));
                const spoilt = receipt.slice(0, place) + letter + receipt.slice(place + 1);
                try { await verify(spoilt, key); missed.push(place); } catch { }
            }
            return missed;
        }""", [receipt, key])
    assert not missed, [receipt[max(0, place - 10):place + 10] for place in missed]
    context.close()
