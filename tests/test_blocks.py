"""What every block that editors can pick promises: to readers, to editors, to the picker."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override
from wagtail import blocks, hooks
from wagtail.embeds.embeds import get_embed_hash
from wagtail.embeds.models import Embed
from wagtail.images.blocks import ImageBlock
from wagtail_localize.segments import StringSegmentValue

from home.blocks import BANNERS, DATED
from home.models import HistoryPage, HomePage, InfoPage, LocationMapPage
from news.models import NewsPage
from portal.blocks import EmbedBlock, LinkBlock, PartialDateBlock, SignatureBlock, TableBlock
from portal.checks import pickable as pickable_in
from portal.factories import DocumentFactory, ImageFactory, SigningBodyFactory
from portal.roles import EDITORS
from tests.editing import Says, sign_in
from tests.placing import EMBEDDED, PICKABLE, Marked, Sparse, place, shown

every_block = pytest.mark.parametrize("pickable", PICKABLE, ids=str)

# Names that are the same in every language.
SAME_IN_EVERY_LANGUAGE = {"App Store", "Google Play"}
# What would be read out or leave a gap though it says nothing.
NEVER_EMPTY = (
    "h1 h2 h3 h4 p ul ol dl li dt dd figure figcaption blockquote cite caption aside a nav"
)


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
def test_a_box_of_visits_says_so_when_nobody_has_come_yet(site, client):
    pickable = next(p for p in PICKABLE if str(p) == "sections-statistics")
    path = place(site, pickable, Marked(site))
    site.identity.carried_visits = 0
    site.identity.save()
    numbers = shown(client, path, pickable).select(".section .visits dd")
    assert [number.get_text() for number in numbers] == ["0", "0", "0", "0"]


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
            # Without one, a field bears the English name that it has in the code.
            assert block.meta.label
            assert all(child.meta.label for child in block.child_blocks.values())
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
    folders = [Path(folder) for engine in project.TEMPLATES for folder in engine["DIRS"]]
    files = [file for folder in folders for file in folder.rglob("*.html")]
    assert len(files) > 40
    assert [file.name for file in files if "block_type" in file.read_text(encoding="utf-8")] == []


def test_every_block_has_a_template_of_its_own():
    for pickable in PICKABLE:
        assert pickable.block.meta.template, pickable
    tables = [p.block for p in PICKABLE if isinstance(p.block, TableBlock)]
    assert len(tables) == 1


# What is refused


def refused(block, value) -> dict[str, list[str]]:
    """Return what an editor is told in Vietnamese of a raw value: by field, "" for the whole."""
    with override("vi"), pytest.raises(blocks.StructBlockValidationError) as error:
        block.clean(block.to_python(value))
    found = {name: list(error.messages) for name, error in error.value.block_errors.items()}
    return found | (
        {"": list(error.value.non_block_errors)} if error.value.non_block_errors else {}
    )


@pytest.mark.django_db
def test_a_link_leads_to_exactly_one_thing(site):
    link = LinkBlock()
    page, address = site.home.pk, "https://example.org/"
    none = Says("Choose where the link leads: a page, a document or an address.")
    many = Says("Choose only one: a page, a document or an address.")
    assert refused(link, {"text": "Chữ"}) == {"page": [str(none)]}
    assert refused(link, {}) == {"page": [str(none)]}
    assert refused(link, {"page": page, "address": address}) == {"page": [str(many)]}
    for target in ({"page": page}, {"address": address}):
        assert link.clean(link.to_python(target)).url


@pytest.mark.django_db
def test_a_link_that_is_not_required_may_be_left_empty_but_not_half_written(site):
    link = LinkBlock(required=False)
    assert link.clean(link.to_python({})).url == ""
    assert list(refused(link, {"text": "Chữ"})) == ["page"]
    both = {"page": site.home.pk, "address": "https://example.org/"}
    assert list(refused(link, both)) == ["page"]


@pytest.mark.django_db
def test_a_link_without_words_says_where_it_leads(site):
    link, document = LinkBlock(), DocumentFactory(title="Hướng dẫn")
    for value, words, url in (
        ({"page": site.home.pk}, "Trang chủ", "/"),
        ({"document": document.pk}, "Hướng dẫn", document.url),
        ({"address": "https://example.org/"}, "https://example.org/", "https://example.org/"),
    ):
        found = link.to_python(value)
        assert (found.words, found.url) == (words, url)
        assert found.is_external == ("address" in value)
        assert link.to_python({**value, "text": "Chữ"}).words == "Chữ"


@pytest.mark.django_db
def test_a_signature_is_of_somebody():
    block = SignatureBlock()
    nobody = Says("Choose a signing body or write a person.")
    assert refused(block, {"role": "Bí thư"}) == {"": [str(nobody)]}
    for value in ({"person": "Nguyễn Văn A"}, {"body": SigningBodyFactory().pk}):
        block.clean(block.to_python(value))


@pytest.mark.django_db
def test_a_banner_ends_after_it_begins():
    block = dict(BANNERS)["banner"]
    eight, nine = (f"2026-09-04T0{hour}:00:00+07:00" for hour in (8, 9))
    image = {"image": ImageFactory().pk, "decorative": True, "alt_text": ""}
    message = str(Says("The end must lie after the beginning."))
    for begin, end in ((nine, eight), (nine, nine)):
        value = {"image": image, "show_from": begin, "show_until": end}
        assert refused(block, value) == {"show_until": [message]}
    for begin, end in ((eight, nine), (eight, None), (None, nine), (None, None)):
        value = {"image": image, "show_from": begin, "show_until": end}
        block.clean(block.to_python(value))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("04/09/1964", "1964-09-04"), ("09/1964", "1964-09"), ("1964", "1964"), ("31/02/1964", None)],
)
@pytest.mark.parametrize("name", DATED)
def test_what_has_a_date_has_it_as_precisely_as_it_is_typed(name, typed, stored):
    block = DATED[name]
    posted = {"b-date": typed, "b-title": "Mốc", "b-name": "Tên", "b-text": "null"}
    value = block.value_from_datadict({**posted, "b-image-image": ""}, {}, "b")
    if stored is None:
        with override("vi"), pytest.raises(blocks.StructBlockValidationError) as error:
            block.clean(value)
        message = Says("Write a day as 04/09/1964, a month as 09/1964 or a year as 1964.")
        assert error.value.block_errors["date"].messages == [str(message)]
        # What was typed is there to be put right.
        assert block.child_blocks["date"].value_for_form(value["date"]) == typed
    else:
        cleaned = block.clean(value)
        assert block.get_prep_value(cleaned)["date"] == stored
        assert block.child_blocks["date"].value_for_form(cleaned["date"]) == typed


@pytest.mark.django_db
def test_nothing_is_embedded_unless_the_administrator_allowed_a_provider(settings):
    Embed.objects.create(url=EMBEDDED, hash=get_embed_hash(EMBEDDED), html="<i>Video</i>")
    block = EmbedBlock()
    with override("vi"), pytest.raises(ValidationError) as error:
        block.clean(block.to_python(EMBEDDED))
    message = Says("Embedding from other sites is not allowed on this site.")
    assert error.value.messages == [str(message)]
    settings.PORTAL_EMBED_PROVIDERS = [{"endpoint": "https://example.org/oembed", "urls": [".*"]}]
    assert "<i>Video</i>" in block.clean(block.to_python(EMBEDDED)).html


# What translators get of a table


def test_every_cell_with_text_is_translated_in_its_place():
    table = TableBlock().child_blocks["table"]
    value = {"data": [["Quý", None, " "], ["I", "", "212"]], "table_caption": "Kết quả"}
    segments = table.get_translatable_segments(value)
    assert [(s.path, s.string.data) for s in segments] == [
        ("0.0", "Quý"), ("1.0", "I"), ("1.2", "212"), ("caption", "Kết quả"),
    ]  # fmt: skip
    english = {"0.0": "Quarter", "1.0": "I", "1.2": "212", "caption": "Results"}
    translated = [StringSegmentValue(path, text) for path, text in english.items()]
    restored = table.restore_translated_segments(value, translated)
    assert restored == {
        "data": [["Quarter", None, " "], ["I", "", "212"]], "table_caption": "Results",
    }  # fmt: skip
    assert value["data"][0][0] == "Quý"


@pytest.mark.parametrize("value", [None, {}, {"data": None}, {"data": [[None, ""]]}])
def test_a_table_without_text_gives_translators_nothing(value):
    assert TableBlock().child_blocks["table"].get_translatable_segments(value) == []
