"""Without a mouse: the order of the tab key, a focus that is seen, nothing in its way, nothing too small to hit."""

from house import PHONE, WIDE
from journeys import WORDS

PAGES = ["/", "/incidents", "/incidents/new", "/threats", "/threats/paste", "/exchange", "/identity/account"]

# Where the focus is, whether it can be seen and what lies over it. Checked at the middle of the element's first line.
FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body || it === document.documentElement) return null;
  const box = it.getClientRects()[0] ?? it.getBoundingClientRect();
  const style = getComputedStyle(it), tile = it.closest('.tile') ? getComputedStyle(it.closest('.tile')) : style;
  const drawn = (s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
  // A tall field may reach over the edge of the window (2.4.11 asks that it is not hidden entirely).
  const upper = Math.max(box.top, 0), lower = Math.min(box.bottom, innerHeight);
  const x = box.left + box.width / 2, y = (upper + lower) / 2;
  const top = document.elementFromPoint(x, y);
  const shape = it.querySelector?.('rect');
  return {
    name: (it.tagName + ' ' + (it.name || it.getAttribute('href') || it.textContent || '')).trim().slice(0, 60),
    isDrawn: drawn(style) || drawn(tile) || (shape && parseFloat(getComputedStyle(shape).strokeWidth) >= 4),
    isInside: lower - upper >= Math.min(box.height - 2, 40),
    isFree: top !== null && (it.contains(top) || top.contains(it) || top.closest('label')?.contains(it)),
  };
}"""

SMALL = """(least) => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((it) => it.checkVisibility({visibilityProperty: true}) && !it.closest('.skip'))
  .map((it) => ({it, box: (it.closest('label') ?? it).getBoundingClientRect()}))
  .filter(({it, box}) => (box.width < least || box.height < least) && getComputedStyle(it).display !== 'inline')
  .map(({it, box}) => `${it.outerHTML.slice(0, 90)} ${Math.round(box.width)}×${Math.round(box.height)}`)"""


def tab_through(visitor, most=200):
    """Presses Tab from the top of the page to its end; returns the stations."""
    stations = []
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        here = visitor.page.evaluate(FOCUS)
        if here is None:
            return stations
        stations.append(here)
    raise AssertionError(f"{visitor.path}: the tab key does not come to an end")


def tab_to(visitor, wanted):
    """Presses Tab until the focus is on what has these words or this name; fails when it never is."""
    for _ in range(120):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(
                "(wanted) => { const it = document.activeElement;"
                " return it.name === wanted || it.textContent.trim() === wanted }", wanted):
            return
    raise AssertionError(f"{visitor.path}: the tab key does not reach “{wanted}”")


def test_every_station_of_the_tab_key_is_seen(house):
    for size in [PHONE, WIDE]:
        with house.visit("H40", "xu-ly", size=size) as visitor:
            for path in PAGES:
                visitor.go(path)
                stations = tab_through(visitor)
                assert len(stations) > 5, path
                for station in stations:
                    at = f"{path} at {size['width']} px: {station['name']}"
                    assert station["isDrawn"], f"the focus is not seen: {at}"
                    assert station["isInside"], f"the focus is outside the window: {at}"
                    assert station["isFree"], f"something lies over the focus: {at}"


def test_the_skip_link_leads_to_the_content(house):
    for path in ["/sign-in", "/help"]:
        with house.visit("H40", size=PHONE) as visitor:
            visitor.go(path)
            visitor.page.keyboard.press("Tab")
            assert visitor.page.evaluate("document.activeElement.className") == "skip"
            assert visitor.page.locator(".skip").bounding_box()["y"] >= 0, "it is seen when it has the focus"
            visitor.page.keyboard.press("Enter")
            assert visitor.page.evaluate("document.activeElement.id") == "main"


def test_a_report_is_written_without_a_mouse(house):
    words = WORDS["vi"]
    with house.visit("H40") as visitor:
        keys = visitor.page.keyboard
        visitor.go("/sign-in")
        tab_to(visitor, "login")
        keys.type("xu-ly")
        tab_to(visitor, "password")
        keys.type("sen-ho-tay-2020")
        with visitor.page.expect_navigation():
            keys.press("Enter")
        assert visitor.path == "/"
        tab_to(visitor, "Sự cố")
        with visitor.page.expect_navigation():
            keys.press("Enter")
        tab_to(visitor, words["report"])
        with visitor.page.expect_navigation():
            keys.press("Enter")
        tab_to(visitor, "title")
        keys.type("Ví dụ: chỉ bằng bàn phím")
        tab_to(visitor, "kind")
        keys.press("Space")
        tab_to(visitor, "summary")
        keys.type("Ví dụ để thử.")
        tab_to(visitor, "present")
        keys.press("Space")
        tab_to(visitor, words["draft"])
        with visitor.page.expect_navigation():
            keys.press("Enter")
        assert visitor.page.locator("h1").inner_text() == "Ví dụ: chỉ bằng bàn phím"


def test_nothing_is_too_small_to_hit(house):
    """24 px is the rule (WCAG 2.2, 2.5.8; links inside a sentence are excepted)."""
    for size in [PHONE, WIDE]:
        with house.visit("H40", "xu-ly", size=size) as visitor:
            for path in PAGES:
                visitor.go(path)
                small = visitor.page.evaluate(SMALL, 24)
                assert not small, f"{path} at {size['width']} px: {small}"
