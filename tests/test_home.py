"""The home page: banners in their time, sections in their order, what stands beside other pages."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
import segno
from bs4 import BeautifulSoup
from django.utils import timezone
from PIL import Image
from wagtail.models import PageViewRestriction

from home.factories import InfoPageFactory, LocationMapPageFactory
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal.factories import ImageFactory, image_file
from tests.lists import english_news
from tests.translating import edit

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 4, 5, tzinfo=UTC)


def at(moment: datetime):
    """Let it be ``moment`` for everybody who asks for the time."""
    return patch("django.utils.timezone.now", return_value=moment)


def picture(colour: str = "#356", size=(320, 240)):
    return ImageFactory(file=image_file(Image.new("RGB", size, colour), "nho"))


def banner(title: str, image, begin=None, end=None, **value) -> dict:
    shown = {"image": image.pk, "decorative": False, "alt_text": f"Ảnh {title}"}
    times = {"show_from": begin and begin.isoformat(), "show_until": end and end.isoformat()}
    return {"type": "banner", "value": {"image": shown, "title": title, **times, **value}}


def put(page, field: str, *blocks: tuple[str, dict]) -> None:
    """Publish ``page`` with ``blocks`` in ``field``."""
    edit(page, **{field: json.dumps([{"type": kind, "value": value} for kind, value in blocks])})


def read(client, path: str = "/") -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def texts(soup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]


# Banners


def test_banners_are_shown_in_their_time(site, client):
    image, hour = picture(), timedelta(hours=1)
    edit(site.home, banners=json.dumps([
        banner("Luôn luôn", image),
        banner("Đã qua", image, NOON - 2 * hour, NOON - hour),
        banner("Đang hiện", image, NOON - hour, NOON + hour),
        banner("Sắp tới", image, NOON + hour),
    ]))  # fmt: skip
    shown = {}
    for hours in (-2, -1, 0, 1):
        with at(NOON + hours * hour):
            shown[hours] = texts(read(client), ".banner__title")
    assert shown == {
        -2: ["Luôn luôn", "Đã qua"],
        -1: ["Luôn luôn", "Đang hiện"],
        0: ["Luôn luôn", "Đang hiện"],
        1: ["Luôn luôn", "Sắp tới"],
    }


def test_the_first_banner_whose_time_it_is_is_loaded_before_all_else(site, client):
    image = picture()
    edit(site.home, banners=json.dumps([
        banner("Đã qua", image, end=NOON), banner("Đầu", image), banner("Sau", image),
    ]))  # fmt: skip
    with at(NOON):
        first, second = read(client).select("section.banner")
    assert first.img["alt"] == "Ảnh Đầu"
    assert (first.img["loading"], first.img["fetchpriority"]) == ("eager", "high")
    assert second.img["loading"] == "lazy"
    assert not second.img.has_attr("fetchpriority")
    assert ["banner--first" in tag["class"] for tag in (first, second)] == [True, False]


def test_phones_get_a_picture_of_their_own_or_the_wide_one_cut_upright(site, client):
    wide, upright = picture(size=(1200, 600)), picture("#821", (600, 750))
    edit(site.home, banners=json.dumps([
        banner("Riêng", wide, phone_image=upright.pk), banner("Cắt", wide),
    ]))  # fmt: skip
    own, cut = read(client).select("section.banner picture")
    for shown, image in ((own, upright), (cut, wide)):
        phone = [s for s in shown.select("source") if "max-width" in s.get("media", "")]
        assert [source["type"] for source in phone] == ["image/avif", "image/webp", "image/jpeg"]
        made = {r.url: r for r in image.renditions.all()}
        for source in phone:
            assert int(source["height"]) / int(source["width"]) == pytest.approx(5 / 4, abs=0.01)
            assert all(line.split()[0] in made for line in source["srcset"].split(", "))
        # Browsers take the first source that fits.
        assert shown.select("source")[: len(phone)] == phone
        assert shown.img["src"] in {r.url for r in wide.renditions.all()}
        assert int(shown.img["width"]) == 2 * int(shown.img["height"])


def test_a_home_page_without_banners_and_sections_is_whole(site, client):
    soup = read(client)
    assert soup.select(".banner, .banners-below, .sections > *") == []
    assert soup.h1.get_text(strip=True) == "Trang chủ"


# Sections and sidebar


def test_sections_stand_in_the_order_of_the_editor(site, client):
    written = ["Ba", "Một", "Hai"]
    put(site.home, "sections", *[("text", {"title": t, "text": "<p>x</p>"}) for t in written])
    assert texts(read(client), ".sections .section__title") == written
    put(site.home, "sections", *[("text", {"title": t, "text": "<p>x</p>"}) for t in written[1:]])
    assert texts(read(client), ".sections .section__title") == written[1:]


def test_the_sidebar_stands_beside_every_other_page_of_its_language(site, client):
    english_news(site)
    put(site.home, "sidebar", ("text", {"title": "Bên cạnh", "text": "<p>x</p>"}))
    InfoPageFactory(parent=site.home, slug="trang")
    NewsPageFactory(parent=site.news, slug="tin")
    for path in ("/trang/", "/tin-tuc/", "/tin-tuc/tin/"):
        assert texts(read(client, path), "aside.side .section__title") == ["Bên cạnh"], path
    for path in ("/", "/en/", "/en/news/"):
        assert read(client, path).select("aside.side") == [], path


def test_a_draft_of_the_home_page_changes_no_sidebar(site, client):
    site.home.sidebar = [("text", {"title": "Chưa xuất bản", "text": "<p>x</p>"})]
    site.home.save_revision()
    assert read(client, "/tin-tuc/").select("aside.side") == []


# Visits


def test_the_visits_of_the_former_site_are_carried_over(site, client):
    site.identity.carried_visits = 1_522_258
    site.identity.carried_visits_date = date(2025, 2, 1)
    site.identity.save()
    put(site.home, "sections", ("statistics", {"title": "Thống kê truy cập"}))
    put(english_news(site).get_parent().specific, "sections", ("statistics", {"title": "Visits"}))
    vietnamese, english = read(client), read(client, "/en/")
    assert texts(vietnamese, ".visits dd") == ["0", "0", "0", "1.522.258"]
    assert texts(english, ".visits dd") == ["0", "0", "0", "1,522,258"]
    assert "01/02/2025" in texts(vietnamese, ".visits__note")[1]
    assert "1 February 2025" in texts(english, ".visits__note")[1]


# Apps


@pytest.mark.parametrize(
    "address", ["https://example.org/", "https://example.org/so-tay?a=1&b=%3Cx%3E"]
)
def test_the_qr_code_of_an_app_holds_its_address(site, client, address):
    put(site.home, "sections", ("app_link", {"name": "Sổ tay", "web_url": address}))
    section = read(client).select_one(".section--app")
    wanted = [list(row) for row in segno.make(address, error="m").matrix]
    assert modules(section.svg.path["d"], border=2, size=len(wanted)) == wanted
    # Whoever cannot see it has the link.
    assert section.svg.find_parent(attrs={"aria-hidden": "true"})
    assert section.select_one(".app__stores a")["href"] == address


def modules(path: str, border: int, size: int) -> list[list[int]]:
    """Return the dark (1) and light (0) modules that an SVG path of horizontal strokes draws."""
    found = [[0] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        steps = [float(number) for number in re.findall(r"-?(?:\d+\.\d+|\.?\d+)", numbers)]
        if command == "h":
            for column in range(int(x), int(x + steps[0])):
                found[int(y) - border][column - border] = 1
            x += steps[0]
        else:
            x, y = steps if command == "M" else (x + steps[0], y + steps[1])
    return found


def test_an_app_shows_the_stores_that_have_it(site, client):
    stores = {"app_store_url": "https://example.org/ios", "play_url": ""}
    app = {"name": "Sổ tay", "web_url": "https://example.org/", **stores}
    put(site.home, "sections", ("app_link", app))
    assert texts(read(client), ".app__stores a")[1:] == ["App Store"]


# Featured pages, the map and the news


def test_featured_leaves_out_what_readers_may_not_read(site, client):
    pages = {
        name: InfoPageFactory(parent=site.home, title=name, slug=slug)
        for name, slug in (("Hai", "hai"), ("Nháp", "nhap"), ("Một", "mot"), ("Kín", "kin"))
    }
    article = NewsPageFactory(parent=site.news, title="Hết hạn", slug="het-han")
    PageViewRestriction.objects.create(
        page=pages["Kín"], restriction_type=PageViewRestriction.LOGIN
    )
    chosen = [
        {"type": "item", "value": page.pk, "id": str(page.pk)}
        for page in (*pages.values(), article)
    ]
    put(site.home, "sections", ("featured", {"title": "Tiêu điểm", "pages": chosen}))
    assert texts(read(client), ".card__title") == ["Hai", "Nháp", "Một", "Hết hạn"]
    edit(article, expire_at=timezone.now() + timedelta(hours=1))
    pages["Nháp"].unpublish()
    with at(timezone.now() + timedelta(hours=2)):
        assert texts(read(client), ".card__title") == ["Hai", "Một"]


def test_featured_is_not_shown_while_none_of_its_pages_is(site, client):
    page = InfoPageFactory(parent=site.home, live=False)
    chosen = [{"type": "item", "value": page.pk, "id": str(page.pk)}]
    put(site.home, "sections", ("featured", {"title": "Tiêu điểm", "pages": chosen}))
    assert read(client).select(".sections .section") == []


def test_the_way_to_the_map_is_shown_while_there_is_a_map(site, client):
    page = LocationMapPageFactory(parent=site.home)
    put(site.home, "sections", ("map_teaser", {"title": "Bản đồ", "text": "", "page": page.pk}))
    assert read(client).select_one(".section--map a")["href"] == page.get_url()
    edit(page, expire_at=timezone.now() + timedelta(hours=1))
    with at(timezone.now() + timedelta(hours=2)):
        assert read(client).select(".section--map") == []
    page.unpublish()
    assert read(client).select(".section--map") == []


def test_the_latest_news_are_the_newest_that_are_live(site, client):
    for days, live in ((3, True), (1, True), (0, False), (2, True)):
        NewsPageFactory(
            parent=site.news, title=f"Tin {days}", slug=f"tin-{days}", live=live,
            date=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    put(site.home, "sections", ("latest_news", {"title": "Mới", "category": None, "count": 2}))
    soup = read(client)
    assert texts(soup, ".section--latest .card__title") == ["Tin 1", "Tin 2"]
    assert soup.select_one(".section__all")["href"] == "/tin-tuc/"


def test_the_latest_news_of_a_category_are_its_own(site, client):
    category = NewsCategoryFactory(slug="dang")
    NewsPageFactory(parent=site.news, title="Của mục", slug="cua-muc", category=category)
    NewsPageFactory(parent=site.news, title="Của mục khác", slug="muc-khac")
    latest = {"title": "Mới", "category": category.pk, "count": 6}
    put(site.home, "sections", ("latest_news", latest))
    soup = read(client)
    assert texts(soup, ".section--latest .card__title") == ["Của mục"]
    (article,) = texts(read(client, soup.select_one(".section__all")["href"]), ".card__title")
    assert article == "Của mục"
