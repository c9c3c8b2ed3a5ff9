"""What every block that editors can pick promises: to readers, to editors, to the picker."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from wagtail import blocks, hooks
from wagtail.images.blocks import ImageBlock

from home.models import HistoryPage, HomePage, InfoPage, LocationMapPage
from news.models import NewsPage
from portal.blocks import PartialDateBlock, TableBlock
from portal.checks import pickable as pickable_in
from portal.roles import EDITORS
from tests.editing import sign_in
from tests.placing import PICKABLE, Marked, Sparse, place, shown

every_block = pytest.mark.parametrize("pickable", PICKABLE, ids=str)

# Names that are the same in every language.
SAME_IN_EVERY_LANGUAGE = {"App Store", "Google Play"}
# What would be read out or leave a gap though it says nothing.
NEVER_EMPTY = "h1 h2 h3 h4 p ul ol dl li dt dd figure figcaption blockquote cite caption aside a nav"


def test_every_block_of_every_page_is_asked_here():
    asked = {id(pickable.block) for pickable in PICKABLE}
    streams = [
        (HomePage, "banners"), (HomePage, "sections"), (HomePage, "sidebar"), (InfoPage, "body"),
        (HistoryPage, "body"), (LocationMapPage, "body"), (NewsPage, "body"),
    ]  # fmt: skip
    for model, name in streams:
        for child, block in pickable_in(model._meta.get_field(name).stream_block):
            assert id(block) in asked, (model, name, child)


# To readers


@pytest.mark.django_db
@every_block
def test_a_full_block_shows_everything_and_nothing_as_markup(site, client, pickable):
    filling = Marked(site)
    part = shown(client, place(site, pickable, filling), pickable)
    read = " ".join(part.stripped_strings)
    pictures = {image.get("alt") for image in part.select("img")}
    for text in filling.texts:
        if text in filling.alts:
            # The icon of an app stands beside its name and says no more.
            assert text in pictures or pickable.name == "app_link"
        else:
            assert " ".join(text.split()) in " ".join(read.split()), text
    assert part.select("u") == []
    assert part.select(".picture-missing") == []
    for child in all_blocks(pickable.block):
        if isinstance(child, PartialDateBlock):
            assert "04/09/1964" in read
        elif type(child) is blocks.DateBlock:
            assert "20/08/2024" in read
            assert part.select_one('time[datetime="2024-08-20"]')
    assert (pickable.name != "embed") or part.select_one(".embed i")
    assert (pickable.name != "signature") or "Văn phòng <Đảng uỷ>" in read


@pytest.mark.django_db
@every_block
@pytest.mark.parametrize("missing", [False, True], ids=["left-empty", "never-saved"])
def test_a_nearly_empty_block_leaves_no_gaps(site, client, pickable, missing):
    filling = Sparse(site, missing=missing)
    part = shown(client, place(site, pickable, filling), pickable)
    read = " ".join(" ".join(part.stripped_strings).split())
    for text in filling.texts:
        assert " ".join(text.split()) in read
    assert "None" not in str(part)
    assert [tag for tag in part.select(NEVER_EMPTY.replace(" ", ",")) if says_nothing(tag)] == []
    for tag in part.find_all(True):
        for name in ("aria-label", "datetime", "href", "id", "src"):
            assert tag.get(name) != "", (tag, name)


def says_nothing(tag) -> bool:
    return not tag.get_text(strip=True) and tag.select_one("img, picture, svg, iframe") is None


@pytest.mark.django_db
def test_a_box_of_visits_without_visits_is_not_shown(site, client):
    pickable = next(p for p in PICKABLE if str(p) == "sections-statistics")
    part = shown(client, place(site, pickable, Marked(site)), pickable)
    assert part.select(".section") == []


@pytest.mark.django_db
def test_pictures_of_a_gallery_keep_their_own_words_though_it_is_the_same_picture(site, client):
    filling = Marked(site)
    pickable = next(p for p in PICKABLE if p.name == "gallery")
    part = shown(client, place(site, pickable, filling), pickable)
    assert len(filling.alts) == 2
    assert [image["alt"] for image in part.select(".figure img")] == filling.alts


@pytest.mark.django_db
@pytest.mark.parametrize("missing", [False, True], ids=["left-empty", "never-saved"])
def test_the_credit_of_the_library_stands_where_none_is_written(site, client, missing):
    filling = Sparse(site, missing=missing)
    filling.image.credit = "Ảnh: <Tư liệu> & người khác"
    filling.image.save()
    pickable = next(p for p in PICKABLE if p.name == "image")
    part = shown(client, place(site, pickable, filling), pickable)
    assert part.select_one("figcaption").get_text(strip=True) == filling.image.credit


# To the picker


@pytest.mark.django_db
@every_block
def test_the_picker_shows_a_preview(site, pickable):
    assert pickable.block.is_previewable
    browser = sign_in(EDITORS)
    url = reverse("wagtailadmin_block_preview")
    response = browser.get(url, {"id": pickable.block.definition_prefix})
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.html["lang"] == "vi"
    with override("vi"):
        assert str(pickable.block.label) in soup.title.get_text()
    main = soup.main
    assert main.get_text(strip=True) or main.select_one("img")
    assert "None" not in str(main)
    assert main.select("h1:empty, h2:empty, h3:empty, p:empty, figcaption:empty") == []


@pytest.mark.django_db
def test_the_preview_is_for_those_who_may_enter_the_admin(site, client):
    response = client.get(
        reverse("wagtailadmin_block_preview"), {"id": PICKABLE[0].block.definition_prefix}
    )
    assert response.status_code == 302


@every_block
def test_its_icon_is_one_of_the_set(pickable):
    icons = []
    for register in hooks.get_hooks("register_icons"):
        icons = register(icons)
    names = {Path(icon).stem for icon in icons}
    for block in all_blocks(pickable.block):
        assert block.meta.icon in names, block


# To editors


@every_block
def test_its_words_are_vietnamese(pickable):
    untranslated = []
    for block in [pickable.block, *all_blocks(pickable.block)]:
        for text in words_of(block):
            with override("en"):
                english = str(text)
            with override("vi"):
                vietnamese = str(text)
            if english == vietnamese and english not in SAME_IN_EVERY_LANGUAGE:
                untranslated.append((block.name, english))
    assert untranslated == []


@every_block
def test_it_and_each_of_its_fields_is_named_and_explained(pickable):
    assert pickable.block.get_description()
    for block in all_blocks(pickable.block):
        if isinstance(block, ImageBlock):
            assert block.meta.label
            continue
        if block is pickable.block or not block.name or block.name == "item":
            continue
        assert block.meta.label, f"{block.name} has no label of its own"
        if isinstance(block, blocks.FieldBlock):
            assert block.field.help_text, f"{block.name} has no help text"


def words_of(block) -> list:
    """Return everything that an editor reads of a block; a name made of its key is left out."""
    words = [block.meta.label, block.get_description(), getattr(block.meta, "help_text", "")]
    if isinstance(block, blocks.FieldBlock):
        words.append(block.field.help_text)
    if isinstance(block, blocks.ChoiceBlock):
        words += [label for value, label in block.field.choices if value]
    return [text for text in words if text]


def all_blocks(block) -> list:
    """Return a block and all that is within it; the parts of Wagtail's picture block are not ours.

    The block itself comes first.
    """
    if isinstance(block, ImageBlock):
        return [block]
    if isinstance(block, blocks.ListBlock):
        return [block, *all_blocks(block.child_block)]
    children = getattr(block, "child_blocks", {}).values()
    return [block, *(found for child in children for found in all_blocks(child))]


# To those who work on it


def test_no_template_asks_for_the_type_of_a_block():
    """Blocks answer for themselves, with a template or a value of their own."""
    folders = [Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]]
    files = [file for folder in folders for file in folder.rglob("*.html")]
    assert len(files) > 40
    assert [file.name for file in files if "block_type" in file.read_text(encoding="utf-8")] == []


def test_every_block_has_a_template_of_its_own():
    for pickable in PICKABLE:
        assert pickable.block.meta.template, pickable
    tables = [p.block for p in PICKABLE if isinstance(p.block, TableBlock)]
    assert len(tables) == 1
