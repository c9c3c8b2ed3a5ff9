"""Visits as a browser tells them: once for each page that is opened, with script or without."""

import time
from contextlib import closing

import pytest

from tests.browser import chromium

# The name that a headless Chromium gives itself is that of a program.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari"
# Within so many seconds the same page in the same tab is one view.
REPEAT_SECONDS = 10
BOX = ".side .section--statistics"


@pytest.fixture
def reader(browser, address):
    """A function that opens a browser of a reader, with nothing remembered, and gives its tab."""
    opened = []

    def open_browser(**options):
        own = browser.new_context(base_url=address, user_agent=AGENT, **options)
        own.set_default_timeout(15_000)
        opened.append(own)
        return own.new_page()

    yield open_browser
    for own in opened:
        own.close()


class Counter:
    """The numbers that the portal at ``address`` tells whoever asks."""

    def __init__(self, request, address):
        self._request = request
        self._address = address
        self.before = self.total

    @property
    def total(self) -> int:
        return self._request.get(f"{self._address}/_v").json()["total"]

    @property
    def more(self) -> int:
        """How many views more there are than when this began; waits for those under way."""
        time.sleep(1.5)
        return self.total - self.before


@pytest.fixture
def counter(browser, address):
    asker = browser.new_context()
    yield Counter(asker.request, address)
    asker.close()


def shown(tab, name: str) -> int:
    return int(tab.locator(f'{BOX} [data-visits="{name}"]').inner_text().replace(".", ""))


def open_page(tab, path: str):
    """Open a page and return the answer to its script."""
    with tab.expect_response("**/_v") as told:
        tab.goto(path)
    told.value.finished()
    return told.value


def test_each_page_that_is_opened_is_one_view(reader, counter):
    tab = reader()
    for path in ("/lich-su/", "/", "/tin-tuc/"):
        assert open_page(tab, path).json()["counted"]
    assert counter.more == 3


def test_the_box_shows_what_was_answered(reader, counter):
    tab = reader()
    told = open_page(tab, "/lich-su/").json()
    assert told["total"] > counter.before
    tab.wait_for_function(
        "total => document.querySelector('[data-visits=total]').textContent === total",
        arg=f"{told['total']:,}".replace(",", "."),
    )
    assert {name: shown(tab, name) for name in ("online", "today", "week", "total")} == {
        name: told[name] for name in ("online", "today", "week", "total")
    }
    assert told["online"] >= 1
    assert "lúc bạn mở trang này" in tab.locator(f"{BOX} [data-visits=at]").inner_text()


def test_a_page_out_of_the_cache_counts_as_any_other(reader, counter):
    first = reader()
    open_page(first, "/ban-do-truc-tuyen/")
    tab = reader()
    with tab.expect_response("**/ban-do-truc-tuyen/") as page:
        open_page(tab, "/ban-do-truc-tuyen/")
    assert page.value.headers["cache-status"].startswith("portal; hit")
    assert counter.more == 2


def test_without_script_the_picture_counts_and_the_box_stands(reader, counter):
    tab = reader(java_script_enabled=False)
    with tab.expect_response("**/_v.gif?p=/lich-su/") as told:
        tab.goto("/lich-su/")
    assert told.value.status == 200
    assert counter.more == 1
    assert shown(tab, "total") >= 0
    assert "Số liệu lúc" in tab.locator(f"{BOX} [data-visits=at]").inner_text()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_same_page_at_once_again_is_no_second_view(reader, counter):
    tab = reader()
    assert open_page(tab, "/").json()["counted"]
    assert not open_page(tab, "/").json()["counted"]
    assert counter.more == 1


def test_nothing_is_left_in_the_browser_but_a_word_of_the_tab(reader):
    tab = reader()
    with tab.expect_request("**/_v") as first:
        open_page(tab, "/lich-su/")
    with tab.expect_request("**/_v") as second:
        open_page(tab, "/")
    other = tab.context.new_page()
    with other.expect_request("**/_v") as third:
        open_page(other, "/lich-su/")
    words = [told.value.post_data_json["n"] for told in (first, second, third)]
    assert words[0] == words[1] != words[2]
    assert first.value.post_data_json.keys() == {"p", "n"}
    assert tab.context.cookies() == []
    assert tab.evaluate("Object.keys(localStorage)") == []


def test_of_the_page_that_led_here_the_host_alone_is_told(reader, address):
    tab = reader()
    tab.goto("/lich-su/")
    with tab.expect_request("**/_v") as told:
        tab.locator("main a").first.click()
    assert told.value.post_data_json["r"] == address.removeprefix("http://")


def test_editors_at_work_do_not_count(reader, log_in, counter):
    logged_in = log_in("bientap").context.storage_state()
    tab = reader(storage_state=logged_in)
    assert not open_page(tab, "/lich-su/").json()["counted"]
    assert counter.more == 0


def test_a_page_made_ready_in_advance_counts_when_it_is_looked_at(reader, counter):
    tab = reader()
    tab.add_init_script("Object.defineProperty(document, 'prerendering', {value: true})")
    tab.goto("/lich-su/", wait_until="networkidle")
    assert counter.more == 0
    with tab.expect_response("**/_v") as told:
        tab.evaluate("document.dispatchEvent(new Event('prerenderingchange'))")
    assert told.value.json()["counted"]


def test_going_back_to_a_page_that_was_kept_alive_counts_again(browser, address, counter):
    own = chromium.launch(browser.browser_type, without=("--disable-back-forward-cache",))
    with closing(own):
        tab = own.new_context(base_url=address, user_agent=AGENT).new_page()
        open_page(tab, "/lich-su/")
        tab.evaluate("window.wasAlive = true")
        tab.wait_for_timeout(REPEAT_SECONDS * 1000)
        open_page(tab, "/")
        with tab.expect_response("**/_v") as told:
            tab.evaluate("history.back()")
        assert told.value.json()["counted"]
        assert tab.evaluate("window.wasAlive")
    assert counter.more == 3


def test_the_page_of_the_visits_shows_its_drawings(reader):
    tab = reader(viewport={"width": 390, "height": 844})
    open_page(tab, "/thong-ke/")
    assert tab.locator("main .plot__drawing").count() == 2
    assert tab.locator("main .plot__bar").count() == 42
    for drawing in tab.locator("main .plot__drawing").all():
        box = drawing.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.locator("main .plot__summary").first.click()
    assert tab.locator("main .plot tbody tr").first.is_visible()
