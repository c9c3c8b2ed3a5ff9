"""The message catalogues: sound in themselves, compiled, and the words that people really see."""

import json
import os
import re
import unicodedata
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from django.views.i18n import JavaScriptCatalog

from tests import messages

CATALOGUES = sorted(
    file for folder in settings.LOCALE_PATHS for file in Path(folder).glob("*/LC_MESSAGES/*.po")
)
VIETNAMESE = [file for file in CATALOGUES if file.parts[-3] == "vi"]

# printf-style and format-style placeholders, as Django's and Wagtail's messages carry them.
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-z]|%(?:\d+\$)?[sd]|\{\w*\}")
# The mark of oa, oe and uy at the end of a syllable stands on the last vowel: hoá, khoẻ, uỷ. In
# "quý" the u belongs to the consonant.
OLD_TONE_MARK = re.compile(r"[óòỏõọ][ae](?!\w)|(?<!q)[úùủũụ]y(?!\w)", re.IGNORECASE)


def name_of(file: Path) -> str:
    return "/".join(file.parts[-4:])


def every_catalogue(function):
    return pytest.mark.parametrize("file", CATALOGUES, ids=name_of)(function)


def entries(file: Path) -> list[polib.POEntry]:
    """Return the entries of a catalogue, obsolete ones left out; a message twice is refused."""
    parsed = polib.pofile(str(file), check_for_duplicates=True)
    return [entry for entry in parsed if not entry.obsolete]


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def message(msgid: str, msgstr: str = "", **kwargs) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **kwargs)


def test_the_portal_and_the_admin_have_vietnamese_catalogues():
    assert {name_of(file) for file in VIETNAMESE} >= {
        "locale/vi/LC_MESSAGES/django.po",
        "locale_admin/vi/LC_MESSAGES/django.po",
        "locale_admin/vi/LC_MESSAGES/djangojs.po",
    }


@every_catalogue
def test_it_parses_and_names_its_language(file):
    metadata = polib.pofile(str(file)).metadata
    assert entries(file)
    assert metadata["Language"] == file.parts[-3]
    assert metadata["Content-Type"] == "text/plain; charset=UTF-8"


@every_catalogue
def test_every_message_is_translated(file):
    open_ones = [e.msgid for e in entries(file) if e.fuzzy or not all(translations(e))]
    assert open_ones == []


@every_catalogue
def test_letters_and_marks_are_stored_together(file):
    text = file.read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)


@every_catalogue
def test_placeholders_are_those_of_the_message(file):
    wrong = []
    for entry in entries(file):
        # A singular may say "one" where the plural has the number.
        needed = placeholders(entry.msgid_plural or entry.msgid)
        wrong += [text for text in translations(entry) if placeholders(text) != needed]
    assert wrong == []


@every_catalogue
def test_spaces_and_line_ends_around_a_message_are_kept(file):
    def edges(text):
        return (text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :])

    # Django puts the pieces of some sentences together, so a lost space joins two words.
    wrong = [
        e.msgid for e in entries(file) if any(edges(t) != edges(e.msgid) for t in translations(e))
    ]
    assert wrong == []


@pytest.mark.parametrize("file", VIETNAMESE, ids=name_of)
def test_tone_marks_stand_where_the_house_style_puts_them(file):
    words = [
        text[max(0, found.start() - 6) : found.end()]
        for entry in entries(file)
        for text in translations(entry)
        for found in OLD_TONE_MARK.finditer(text)
    ]
    assert words == []


@pytest.mark.parametrize("word", ["xóa", "Khóa", "hủy", "tùy", "ủy", "hòa", "khỏe", "thủy"])
def test_the_old_spelling_is_recognised(word):
    assert OLD_TONE_MARK.search(word)


@pytest.mark.parametrize("word", ["xoá", "khoá", "huỷ", "tuỳ", "quý", "hoàn", "toàn", "của", "mùa"])
def test_the_new_spelling_passes(word):
    assert not OLD_TONE_MARK.search(word)


@every_catalogue
def test_the_compiled_form_says_the_same(file):
    compiled = file.with_suffix(".mo")
    assert compiled.exists(), "run: manage.py compile_catalogues"
    said = {(e.msgctxt, e.msgid): translations(e) for e in polib.mofile(str(compiled))}
    assert said == {(e.msgctxt, e.msgid): translations(e) for e in entries(file)}


# What people see


def test_wagtail_speaks_vietnamese_where_its_own_catalogue_does_not():
    with translation.override("vi"):
        assert gettext("Unpublish") == "Gỡ xuất bản"


def test_the_words_of_the_portal_are_used():
    with translation.override("vi"):
        assert gettext("Signing body") == "Đơn vị ký tên"
        assert pgettext("north, on a map", "N") == "B"
        years = ngettext(
            "year since the founding on %(founded)s", "years since the founding on %(founded)s", 59
        )
        assert years == "năm kể từ ngày thành lập %(founded)s"


def test_english_readers_get_the_words_of_the_code():
    with translation.override("en"):
        assert gettext("Signing body") == "Signing body"


def test_every_message_of_the_portal_reaches_its_reader():
    """No other catalogue stands before the portal's own."""
    own = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES" / "django.po"
    with translation.override("vi"):
        for entry in entries(own):
            found = (
                pgettext(entry.msgctxt, entry.msgid)
                if entry.msgctxt
                else ngettext(entry.msgid, entry.msgid_plural, 1)
                if entry.msgid_plural
                else gettext(entry.msgid)
            )
            assert found == translations(entry)[0]


def test_addresses_of_categories_are_translated_with_their_converter():
    with translation.override("vi"):
        assert gettext("category/<slug:slug>/") == "chuyen-muc/<slug:slug>/"


def test_the_scripts_of_the_admin_get_their_words(rf):
    with translation.override("vi"):
        response = JavaScriptCatalog.as_view()(rf.get("/"))
    text = response.content.decode()
    catalogue = json.loads(re.search(r"const newcatalog = (\{.*?\});\n", text, re.DOTALL)[1])
    assert catalogue["Alt text"] == "Mô tả thay thế"


@pytest.mark.django_db
def test_the_admin_serves_the_words_of_its_scripts(client):
    response = client.get(
        reverse("wagtailadmin_javascript_catalog"), headers={"accept-language": "vi"}
    )
    assert json.dumps("Mô tả thay thế") in response.content.decode()


# Compiling


@pytest.fixture
def catalogue(settings, tmp_path):
    """A catalogue of one message in a folder of its own, not yet compiled."""
    settings.LOCALE_PATHS = [tmp_path]
    file = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr "Language: vi\\n"\n\nmsgid "Boat"\nmsgstr "Thuyền"\n')
    return file


def compiled(file: Path) -> str:
    return polib.mofile(str(file.with_suffix(".mo"))).find("Boat").msgstr


def test_compiling_makes_what_is_missing(catalogue, capsys):
    call_command("compile_catalogues")
    assert compiled(catalogue) == "Thuyền"
    assert capsys.readouterr().out == "Compiled 1 catalogues.\n"


def test_compiling_again_changes_nothing_until_the_source_is_newer(catalogue, capsys):
    call_command("compile_catalogues")
    made = catalogue.with_suffix(".mo").stat().st_mtime
    catalogue.write_text(catalogue.read_text().replace("Thuyền", "Tàu"))
    os.utime(catalogue, (made - 10, made - 10))
    call_command("compile_catalogues")
    assert compiled(catalogue) == "Thuyền"
    os.utime(catalogue, (made + 10, made + 10))
    call_command("compile_catalogues")
    assert compiled(catalogue) == "Tàu"


# The check of the catalogue against the code


def test_a_catalogue_that_fits_the_code_has_no_problems():
    have = [message("Boat", "Thuyền"), message("%(n)s boats", "%(n)s thuyền")]
    assert messages.problems([message("Boat"), message("%(n)s boats")], have) == []


def test_a_message_that_is_missing_left_over_or_open_is_named():
    wanted = [message("Boat"), message("Bay")]
    have = [message("Bay"), message("Quay", "Bến")]
    assert messages.problems(wanted, have) == [
        "not in the catalogue: 'Boat'",
        "no longer in the code: 'Quay'",
        "not translated: 'Bay'",
    ]


def test_the_same_word_in_another_context_is_another_message():
    wanted = [message("N", msgctxt="north, on a map")]
    found = messages.problems(wanted, [message("N", "B")])
    assert found == ["not in the catalogue: 'N'", "no longer in the code: 'N'"]


def test_a_lost_placeholder_is_a_problem():
    have = [message("%(n)s boats", "thuyền")]
    assert messages.problems([message("%(n)s boats")], have) == [
        "placeholders differ: '%(n)s boats'"
    ]


def test_writing_keeps_translations_and_drops_what_is_left_over(monkeypatch, tmp_path):
    target = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    monkeypatch.setattr(messages, "CATALOGUE", target)
    have = polib.POFile()
    have.extend([message("Boat", "Thuyền", tcomment="any kind"), message("Quay", "Bến")])
    wanted = polib.POFile()
    wanted.extend([message("boat"), message("Boat"), message("bay")])
    messages.write(wanted, have)
    written = polib.pofile(str(target))
    assert [(e.msgid, e.msgstr, e.tcomment) for e in written] == [
        ("bay", "", ""),
        ("Boat", "Thuyền", "any kind"),
        ("boat", "", ""),
    ]
    assert written.metadata["Language"] == "vi"
