"""An editor's day: write, preview, save, submit, get it published, all in Vietnamese."""

import re

import pytest

from portal.folding import fold

# Names and signs that are the same in Vietnamese.
SAME_IN_VIETNAMESE = {
    "wagtail", "url", "html", "csv", "xlsx", "pdf", "rss", "slug", "seo", "id", "qr", "web",
    "app", "store", "google", "play", "https", "http", "banner", "tab", "alt", "ctrl", "kb", "mb",
    "gb", "x", "px", "docx", "doc", "jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "zip",
    "file", "editors", "moderators", "bientap", "duyet", "vinh", "iphone", "ipad", "android",
    "gps", "word", "tcvn", "vni", "unicode", "email", "localhost", "title", "menu", "bytes",
    "en", "english", "vi", "tin", "trang",
}  # fmt: skip
ENGLISH = re.compile(
    r"\b(the|this|that|your|you|page|pages|save|draft|publish|published|unpublish|edit|delete|add|"
    r"new|choose|image|images|document|upload|search|filter|status|history|preview|settings|log|"
    r"out|more|options|actions|move|copy|view|live|schedule|set|date|time|expiry|go|comments?|"
    r"close|open|cancel|select|all|none|yes|no|submit|approve|reject|workflow|tasks?|reports?|"
    r"help|keyboard|shortcuts|toggle|sidebar|notes?|content|promote|checks?|usage|locale|"
    r"privacy|public|and|with|from|of|to|is|are|in|on|by|for)\b",
    re.IGNORECASE,
)


def english_words(tab) -> list[str]:
    """Return the lines visible on the screen that hold English words of the interface."""
    lines = tab.evaluate("document.body.innerText").splitlines()
    attributes = tab.evaluate(
        """[...document.querySelectorAll('[aria-label],[title],[placeholder]')]
           .filter(e => e.checkVisibility())
           .flatMap(e => ['aria-label', 'title', 'placeholder'].map(n => e.getAttribute(n)))
           .filter(text => text)"""
    )
    found = []
    for line in {text.strip() for text in [*lines, *attributes]}:
        words = [w for w in ENGLISH.findall(line) if w.lower() not in SAME_IN_VIETNAMESE]
        if words and fold(line) == line:
            found.append(line)
    return sorted(found)


EDITOR_SCREENS = [
    "/admin/",
    "/admin/pages/",
    "/admin/images/",
    "/admin/images/add/",
    "/admin/documents/",
    "/admin/documents/multiple/add/",
    "/admin/account/",
    "/admin/reports/",
]


def test_the_login_page_speaks_vietnamese(page):
    page.goto("/admin/login/")
    assert english_words(page) == []


@pytest.mark.parametrize("path", EDITOR_SCREENS)
def test_screens_of_an_editor_speak_vietnamese(log_in, path):
    tab = log_in("bientap")
    tab.goto(path)
    tab.wait_for_load_state("networkidle")
    assert english_words(tab) == []


def click_in_footer(tab, label: str) -> None:
    """Open the menu beside the main button of the form and choose from it."""
    tab.get_by_role("button", name="Thao tác khác").click()
    tab.locator("footer").get_by_role("button", name=label, exact=True).click()


def test_an_article_from_first_word_to_publication_without_an_english_word(log_in, page):
    title = "Ra quân trồng cây mùa xuân"
    tab = log_in("bientap")

    tab.goto("/admin/pages/")
    tab.locator("a[href='/admin/pages/4/']").first.click()
    tab.wait_for_load_state("networkidle")
    assert english_words(tab) == []
    tab.goto("/admin/pages/add/news/newspage/4/")
    tab.fill("#id_title", title)
    tab.fill("#id_lead", "Sáng nay, hai trăm đoàn viên đã trồng cây.")
    assert english_words(tab) == []

    tab.get_by_role("button", name="Chọn chuyên mục tin tức").click()
    choice = tab.locator(".modal-content a").filter(has_text="Chuyên mục").first
    choice.wait_for()
    assert english_words(tab) == []
    choice.click()
    tab.wait_for_selector(".modal-content", state="detached")

    tab.get_by_role("button", name="Chọn một hình ảnh").first.click()
    picture = tab.locator(".modal-content a").filter(has_text="Vịnh Hạ Long").first
    picture.wait_for()
    assert english_words(tab) == []
    picture.click()
    tab.wait_for_selector(".modal-content", state="detached")
    tab.fill("#id_lead_image_alt", "Vịnh nhìn từ trên cao")

    tab.get_by_role("button", name="Chèn khối nội dung").click()
    tab.get_by_role("option", name="Đoạn văn").wait_for()
    assert english_words(tab) == []
    tab.get_by_role("option", name="Đoạn văn").click()
    tab.locator(".public-DraftEditor-content").first.click()
    tab.keyboard.type("Hai trăm cây xanh đã được trồng.")

    tab.get_by_role("button", name="Ẩn/hiện xem trước").click()
    shown = tab.frame_locator("iframe[id*=preview]").first.locator("h1")
    shown.filter(has_text=title).wait_for()
    assert english_words(tab) == []
    tab.get_by_role("button", name="Ẩn/hiện xem trước").click()

    tab.get_by_role("button", name="Lưu bản nháp").first.click()
    tab.wait_for_url("**/edit/")
    tab.wait_for_load_state("networkidle")
    assert english_words(tab) == []
    assert page.goto("/tin-tuc/ra-quan-trong-cay-mua-xuan/").status == 404

    click_in_footer(tab, "Gửi duyệt đến người duyệt")
    tab.wait_for_load_state("networkidle")
    assert english_words(tab) == []

    moderator = log_in("duyet")
    assert english_words(moderator) == []
    moderator.get_by_role("link", name=title).first.click()
    moderator.wait_for_selector("#id_title")
    moderator.wait_for_load_state("networkidle")
    assert english_words(moderator) == []
    click_in_footer(moderator, "Phê duyệt và xuất bản")
    moderator.wait_for_load_state("networkidle")
    assert english_words(moderator) == []

    assert page.goto("/tin-tuc/ra-quan-trong-cay-mua-xuan/").status == 200
    assert page.get_by_role("heading", level=1).inner_text() == title
    picture = page.get_by_role("img", name="Vịnh nhìn từ trên cao")
    assert picture.evaluate("img => img.complete && img.naturalWidth > 0")
