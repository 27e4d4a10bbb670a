#!/usr/bin/env python3
"""Takes the pictures of the README, docs/pictures, from a demo of the whole cluster. `pictures.py vi` speaks Vietnamese."""

import os
import sys
from pathlib import Path

HERE = Path(os.path.abspath(__file__)).parent
sys.path.insert(0, str(HERE))

from cluster import ROOT, Cluster  # noqa: E402
from house import PHONE, House  # noqa: E402
from journeys import report_and_share  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
ALL = ["H40", "H23", "H49", "H24", "H31", "H54", "H42", "H25", "H28", "VNCERT"]
SCREEN = {"width": 960, "height": 720}
LIMIT_BYTES = 200 * 1024


def take(visitor, name, part=None):
    """The window as a person sees it, with `part` of the page at its top."""
    if part:
        visitor.page.evaluate("(part) => document.querySelector(part).scrollIntoView({block: 'start'})", part)
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = PICTURES / f"{name}.png"
    visitor.page.evaluate("document.fonts.ready.then(() => 0)")
    visitor.page.screenshot(path=picture)
    size = picture.stat().st_size
    print(f"{picture.relative_to(ROOT)}: {size // 1024} KB")
    assert size <= LIMIT_BYTES, f"{picture} has {size} bytes"


def main(language="en"):
    with Cluster(nodes=ALL) as cluster, House(cluster) as house:
        with house.visit("H40", "xu-ly", language=language, size=SCREEN) as visitor:
            visitor.go("/")
            take(visitor, "home")
            path, _ = report_and_share(visitor, "Ví dụ: thư giả mạo đòi cập nhật mật khẩu", language)
            for _ in range(100):
                if visitor.page.locator(".tag.waiting").count() == 0:
                    break
                visitor.page.wait_for_timeout(100)
                visitor.go(path)
            take(visitor, "who-has-it", "#sharing")
        with house.visit("H24", "xu-ly", language=language, size=SCREEN) as visitor:
            visitor.waits_for("/incidents", "Ví dụ: thư giả mạo đòi cập nhật mật khẩu")
            visitor.send(visitor.page.locator("main a[href^='/incidents/arrived/']").first)
            take(visitor, "arrived")
            visitor.go("/exchange")
            take(visitor, "cluster", "figure")
        with house.visit("H40", "xu-ly", language=language, size=PHONE) as visitor:
            visitor.go("/incidents")
            take(visitor, "phone")


if __name__ == "__main__":
    main(*sys.argv[1:])
