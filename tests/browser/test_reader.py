"""What readers meet: nothing from elsewhere, no cookie, no script needed, every width."""

import pytest

PAGES = [
    "/",
    "/tin-tuc/",
    "/tin-tuc/tin-da-co-so-0/",
    "/lich-su/",
    "/lich-su/chang-duong-dau/",
    "/ban-do-truc-tuyen/",
    "/khong-co-trang-nay/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nobody_else_sets_no_cookie_and_breaks_no_rule(context, address, path):
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    status = page.goto(path).status
    page.wait_for_load_state("networkidle")
    own = (f"{address}/", "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert context.cookies() == []
    expected = [] if status == 200 else ["404"]
    assert [text for text in complaints if not any(word in text for word in expected)] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_no_page_is_wider_than_its_window(page, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_everything_without_script(browser, address, page, path):
    page.goto(path)
    with_script = page.locator("main").inner_text()
    plain = browser.new_context(base_url=address, java_script_enabled=False)
    try:
        reading = plain.new_page()
        reading.goto(path)
        without = reading.locator("main").inner_text()
    finally:
        plain.close()
    assert reading is not None
    title = with_script.strip().splitlines()[0]
    assert title in without
    # Script may add buttons; it must not hold back text.
    assert len(without) > 0.8 * len(with_script)


def test_the_menu_of_a_phone_opens_without_script(browser, address):
    phone = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    try:
        page = phone.new_page()
        page.goto("/")
        entry = page.locator("nav").get_by_text("Lịch sử", exact=True).first
        assert not entry.is_visible()
        page.get_by_text("Trình đơn", exact=True).click()
        assert entry.is_visible()
    finally:
        phone.close()


def test_the_interactive_map_is_loaded_only_when_asked_for(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/ban-do-truc-tuyen/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "leaflet" in url]
    page.locator("[data-place-map-open]").click()
    page.wait_for_selector(".leaflet-container")
    assert [url for url in asked if "leaflet" in url]


def test_the_first_key_leads_past_the_menu(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")


def test_the_choice_of_text_size_is_kept_without_cookie(context):
    page = context.new_page()
    page.goto("/")
    before = page.evaluate("getComputedStyle(document.querySelector('main')).fontSize")
    page.get_by_text("Tuỳ chọn đọc").first.click()
    page.get_by_role("button", name="Rất lớn").click()
    page.goto("/tin-tuc/")
    after = page.evaluate("getComputedStyle(document.querySelector('main')).fontSize")
    assert float(after.removesuffix("px")) > float(before.removesuffix("px"))
    assert context.cookies() == []
