"""Everything that editors can write reaches the translators and comes back in its place."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    PlaceFactory,
    StatisticsPageFactory,
)
from home.models import (
    HistoryIndexPage,
    HistoryPage,
    HomePage,
    InfoPage,
    LocationMapPage,
    Place,
    StatisticsPage,
)
from news.factories import NewsCategoryFactory, NewsPageFactory
from news.models import NewsCategory, NewsIndexPage, NewsPage, RelatedNews
from portal.factories import FormerNameFactory, SigningBodyFactory, locale
from portal.models import FormerName, Identity, SigningBody
from portal.routing import concrete_pages
from tests.translating import (
    ENGLISH,
    VIETNAMESE,
    Filling,
    edit,
    raw,
    record,
    submit,
    translated,
    write,
)

pytestmark = pytest.mark.django_db

NUMBERED = re.compile(rf"{VIETNAMESE} \d+\.")


@pytest.fixture
def filling(site):
    """Something to fill pages with, and everything that a chooser may choose."""
    return Filling(
        {
            Page: InfoPageFactory(parent=site.home),
            LocationMapPage: LocationMapPageFactory(parent=site.home),
            NewsCategory: NewsCategoryFactory(),
            SigningBody: SigningBodyFactory(),
        }
    )


@pytest.fixture
def make(site, filling):
    """Return a function that makes a page or snippet of a model, every field of it filled."""

    def history():
        return HistoryPageFactory(parent=HistoryIndexPageFactory(parent=site.home))

    def article():
        page = NewsPageFactory(
            parent=site.news,
            is_pinned=True,
            date=datetime(2024, 8, 20, 9, tzinfo=UTC),
            lead_image=filling.image,
            lead_image_alt="Ảnh",
        )
        page.related_news.add(RelatedNews(page=NewsPageFactory(parent=site.news), locale_id=1))
        return page

    def location():
        page = filling.chosen[LocationMapPage]
        place = PlaceFactory.build(page=page, locale=page.locale, entrance_photo=filling.image)
        filling.fill(place)
        page.places.add(place)
        return page

    def identity():
        FormerNameFactory(
            identity=site.identity, name=filling.text(), from_date=date(1964, 9, 4), decision="1/QĐ"
        )
        site.identity.founding_date = date(1964, 9, 4)
        site.identity.phone = "0203.3835678"
        return site.identity

    makers = {
        HomePage: lambda: site.home,
        NewsIndexPage: lambda: site.news,
        NewsPage: article,
        HistoryIndexPage: lambda: HistoryIndexPageFactory(parent=site.home),
        HistoryPage: history,
        LocationMapPage: location,
        InfoPage: lambda: InfoPageFactory(parent=site.home),
        StatisticsPage: lambda: StatisticsPageFactory(parent=site.home),
        NewsCategory: lambda: filling.chosen[NewsCategory],
        SigningBody: lambda: filling.chosen[SigningBody],
        Identity: identity,
    }

    def build(model):
        instance = makers[model]()
        filling.fill(instance)
        if isinstance(instance, Page):
            instance.last_reviewed = date(2024, 8, 20)
            instance.listing_image = filling.image
            instance.expire_at = timezone.now().replace(microsecond=0) + timedelta(days=30)
            edit(instance)
        else:
            instance.save()
            instance.save_revision()
        return type(instance).objects.get(pk=instance.pk)

    return build


PAGES = concrete_pages()
SNIPPETS = [NewsCategory, SigningBody, Identity]
CHILDREN = {LocationMapPage: ("places", Place), Identity: ("former_names", FormerName)}


def test_every_page_type_is_filled_here(make):
    assert {HomePage, NewsIndexPage, NewsPage, HistoryIndexPage, HistoryPage, LocationMapPage,
            InfoPage, StatisticsPage} == set(PAGES)  # fmt: skip


@pytest.mark.parametrize("model", [*PAGES, *SNIPPETS], ids=lambda m: m.__name__)
def test_every_text_is_offered_to_the_translators_and_nothing_else(make, filling, model):
    original = make(model)
    made = submit(original)
    segments = made.source.stringsegment_set.select_related("string", "context")
    slugs = [s for s in segments if s.context.path == "slug"]
    assert bool(slugs) == (model not in (SigningBody, Identity))
    offered = [s.string.data for s in segments if s not in slugs]
    missing = set(filling.texts) - set(NUMBERED.findall(" ".join(offered)))
    assert not missing, [line for line in where(raw(original)) if missing & set(line[1:])]
    left = {re.sub(r"<[^>]+>", "", NUMBERED.sub("", text)).strip() for text in offered}
    assert left <= {"", "7.405"}


@pytest.mark.parametrize("model", [*PAGES, *SNIPPETS], ids=lambda m: m.__name__)
def test_what_is_translated_stands_in_its_place_and_everything_else_is_the_same(make, model):
    original = make(model)
    english = translated(original)
    assert VIETNAMESE not in json.dumps(raw(english), default=str, ensure_ascii=False)
    assert without_choices(raw(english)) == in_english(without_choices(raw(original)))
    assert getattr(english, "live", True)


@pytest.mark.parametrize("model", CHILDREN, ids=lambda m: m.__name__)
def test_rows_that_belong_to_a_page_are_translated_with_it(make, model):
    name, child_model = CHILDREN[model]
    original = make(model)
    english = translated(original)
    rows = [list(getattr(version, name).all()) for version in (original, english)]
    assert len(rows[0]) == len(rows[1]) > 0
    for source, target in zip(*rows, strict=True):
        assert raw(target) == in_english(raw(source))
        assert target.locale == locale("en")
        assert isinstance(target, child_model)


def test_chosen_categories_and_offices_follow_in_their_language(make, filling):
    english = translated(make(HomePage))
    chosen = [b.value["category"] for b in english.sections if b.block_type == "latest_news"]
    assert chosen == [filling.chosen[NewsCategory].get_translation(locale("en"))]
    english = translated(make(InfoPage))
    signed = [b.value["body"] for b in english.body if b.block_type == "signature"]
    assert signed == [filling.chosen[SigningBody].get_translation(locale("en"))]


def test_the_category_of_an_article_follows_in_its_language(make):
    original = make(NewsPage)
    english = translated(original)
    assert english.category == original.category.get_translation(locale("en"))
    assert [row.page_id for row in english.related_news.all()] == [
        row.page_id for row in original.related_news.all()
    ]


@pytest.mark.parametrize("model", [InfoPage, HistoryPage, HomePage], ids=lambda m: m.__name__)
def test_no_block_has_the_id_of_another_on_the_same_page(make, site, model):
    original = make(model)
    english = translated(original)
    copied = original.copy(
        update_attrs={"slug": "ban-sao", "title": "Bản sao"}, copy_revisions=False
    )
    for page in (original, english, copied.specific):
        ids = block_ids(raw(page))
        assert len(ids) > 5
        assert len(ids) == len(set(ids))


def test_a_copy_is_translated_for_itself(make, site):
    original = make(InfoPage)
    english = translated(original)
    copied = original.copy(update_attrs={"slug": "ban-sao", "title": "Bản sao"}).specific
    assert copied.translation_key != original.translation_key
    second = submit(copied)
    assert record(original).pk != second.pk
    write(second, words=lambda text: text.replace(VIETNAMESE, "Another"))
    second.save_target(publish=True)
    english.refresh_from_db()
    assert "Another" not in json.dumps(raw(english), default=str)
    assert "Another" in json.dumps(raw(copied.get_translation(locale("en"))), default=str)


@pytest.mark.parametrize("model", [HistoryPage, HomePage, InfoPage], ids=lambda m: m.__name__)
def test_blocks_whose_optional_parts_are_missing_are_translated(make, model):
    """Blocks saved before a part was added to them have no such part in the database."""
    original = make(model)
    for name, value in raw(original).items():
        if isinstance(value, list):
            setattr(original, name, json.dumps([nearly_empty(child) for child in value]))
    edit(original)
    english = translated(original)
    assert english.live
    assert VIETNAMESE not in json.dumps(raw(english), default=str, ensure_ascii=False)


@pytest.mark.parametrize("model", [HomePage, NewsPage, HistoryPage, InfoPage])
def test_what_was_deleted_since_does_not_keep_a_translation_back(make, filling, model):
    original = make(model)
    translated(original)
    filling.image.delete()
    filling.document.delete()
    again = record(original)
    again.save_target(publish=True)
    english = again.get_target_instance()
    assert english.live
    assert VIETNAMESE not in json.dumps(raw(english), default=str, ensure_ascii=False)


def nearly_empty(child: dict) -> dict:
    value = child["value"]
    if isinstance(value, dict):
        optional = ("image", "phone_image", "icon", "text", "caption", "note", "link", "category")
        value = {k: v for k, v in value.items() if k not in optional or child["type"] == "image"}
    return {**child, "value": value}


def in_english(value):
    """Return raw values as they are to be after translation."""
    if isinstance(value, dict):
        return {key: in_english(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_english(inner) for inner in value]
    return value.replace(VIETNAMESE, ENGLISH) if isinstance(value, str) else value


def without_choices(value):
    """Leave out what has its own value in each language: slug, category, office."""
    if isinstance(value, dict):
        return {
            key: without_choices(inner)
            for key, inner in value.items()
            if key not in ("slug", "listing", "category") and not (key == "body" and is_key(inner))
        }
    return [without_choices(inner) for inner in value] if isinstance(value, list) else value


def is_key(value) -> bool:
    return isinstance(value, int)


def block_ids(value) -> list[str]:
    if isinstance(value, dict):
        own = [value["id"]] if {"id", "type", "value"} <= value.keys() else []
        return own + [found for inner in value.values() for found in block_ids(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in block_ids(inner)]
    return []


def where(value, path: str = "") -> list[tuple[str, ...]]:
    """Return the path of every text in raw values, with the numbered sentences in it."""
    if isinstance(value, dict):
        return [found for k, inner in value.items() for found in where(inner, f"{path}.{k}")]
    if isinstance(value, list):
        return [found for k, inner in enumerate(value) for found in where(inner, f"{path}.{k}")]
    return [(path, *NUMBERED.findall(value))] if isinstance(value, str) else []
