"""The page that checks a receipt of a call in a browser without network: `Public/verify-receipt.html`, opened as a file."""
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = (HERE.parents[1] / "Public/verify-receipt.html").as_uri()
RECEIPT = (HERE / "fixtures/receipt.json").read_text()
KEY = (HERE / "fixtures/receipt.key").read_text()


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
    kind, told = verdict(page, RECEIPT, KEY.replace("bench.example", "other.example"))
    assert kind == "fails", told
    context.close()


def test_any_flipped_bit_of_a_receipt_is_found(house):
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
        }""", [RECEIPT, KEY])
    assert not missed, [RECEIPT[max(0, place - 10):place + 10] for place in missed]
    context.close()
