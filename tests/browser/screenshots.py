"""Pictures of every kind of page at every size, for people to look at: `make screenshots`.

They are written to var/screenshots; nothing is compared. The portal must have been set up.
"""

import os
import sys
from pathlib import Path

from tests.browser.chromium import browser
from tests.browser.server import ROOT, served

SIZES = {"phone": (390, 844), "tablet": (768, 1024), "desktop": (1280, 900), "wide": (1920, 1080)}
PAGES = {
    "home": "/",
    "home-en": "/en/",
    "news": "/tin-tuc/",
    "news-year": "/tin-tuc/2023/",
    "news-month": "/tin-tuc/2023/8/",
    "article": "/tin-tuc/chao-mung-ky-niem-59-nam/",
    "article-blocks": "/tin-tuc/ngay-chuyen-doi-so-2023/",
    "history": "/lich-su/",
    "map": "/ban-do-truc-tuyen/",
    "info": "/quyen-rieng-tu/",
    "statistics": "/thong-ke/",
    "not-found": "/khong-co-trang-nay/",
    "not-found-en": "/en/no-such-page/",
    "not-translated": "/en/tin-tuc/thanh-nien-chuyen-doi-so-2024/",
}


def first_history_page(page, address: str) -> str:
    """Return the path of the first history page of the list."""
    page.goto(f"{address}/lich-su/")
    return page.locator("main a[href^='/lich-su/']").first.get_attribute("href")


def main() -> int:
    var = Path(os.environ.get("PORTAL_VAR", ROOT / "var"))
    target = var / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[1:])
    with served(var) as (address, _process), browser() as chromium:
        pages = {**PAGES, "history-page": first_history_page(chromium.new_page(), address)}
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = chromium.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page = context.new_page()
                for name, path in pages.items():
                    if only and name not in only:
                        continue
                    page.goto(f"{address}{path}")
                    # Pictures further down are loaded when they come near.
                    page.evaluate(
                        "document.querySelectorAll('img').forEach(i => i.loading='eager')"
                    )
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=target / f"{name}-{size}-{scheme}.png", full_page=True)
                    if scheme == "light" and size == "desktop":
                        page.pdf(path=target / f"{name}-print.pdf", format="A4")
                context.close()
    print(f"Screenshots are in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
