"""The paste doctor and old encodings: Vietnamese syllables, the two charts, recognition."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.paste import clean_html, clean_text
from portal.paste.charsets import CHARSETS, TCVN3, VNI
from portal.paste.legacy import recognise
from portal.paste.syllable import is_syllable, syllables
from tests.pasting import SENTENCES, codes

# Proper text in which every non-ASCII letter is also a code of one of the old encodings.
INNOCENT = [
    "The café near the Ångström laboratory is naïve about its résumé.",
    "Où est la bibliothèque ? Là-bas, près de la mairie, où l'on a goûté le thé thaï.",
    "Elle a été très gênée par l'arrivée de Noël à l'aéroport d'Orly.",
    "Tôt ou tard, il a dû",
    "Loïc Thaï",
    "Loïc Thaï où di choi voi Zoë Noël",
    "We met Loïc in a Thaï place où there is a big table",
    "§¶ng bé Khèi c¸c c¬ quan tØnh Qu¶ng Ninh, Đảng bộ",
    "où",
    "El niño comió piña mañana en la montaña; ¿qué té? ¡Olé!",
    "Müller fährt für schöne Grüße nach Köln.",
    "Rødgrød med fløde på Ærø",
    "Hyvää yötä, Jyväskylä ja Äänekoski",
    "Tôi là cô giáo, bà tôi già, con chó và con mèo.",
    "Hoà toàn khoá loài toán",
    "Quê tôi",
    "dai 5 µm va 3 µg",
    "dai 5 µm",
    "«Bonjour» dit-il, § 5, 25 °C, 3 × 4 = 12, © 2023 Windows®, 50 £",
    "数据 café 北京·上海，2024 年",
    "§ 5 · 3 ÷ 4",
    "13 216 / 1 522 258",
    "./.",
    *SENTENCES,
]


# The syllables


@pytest.mark.parametrize(
    "word", ["nghiêng", "quốc", "giếng", "gì", "khuya", "hoà", "hòa", "thuở", "Uỷ", "uỷ", "ĐƯỜNG"]
)
def test_vietnamese_spellings_are_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word",
    ["nghang", "kang", "cê", "hoạch́", "tich", "các̀", "café", "nguyen", "hạo1", "où", "thàu1"],
)
def test_what_spelling_forbids_is_no_syllable(word):
    assert not is_syllable(unicodedata.normalize("NFC", word))


def test_a_stopped_syllable_takes_only_the_two_short_tones():
    assert is_syllable("mát")
    assert is_syllable("mạt")
    assert not any(is_syllable(word) for word in ("mat", "màt", "mảt", "mãt"))


# The two encodings

vietnamese_words = st.sampled_from(sorted(syllables()))
in_any_case = st.sampled_from([str.lower, str.upper, str.capitalize])


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
@given(words=st.lists(st.tuples(vietnamese_words, in_any_case), min_size=1, max_size=12))
def test_decoding_undoes_encoding(charset, words):
    text = " ".join(case(word) for word, case in words)
    encoded = charset.encode(text)
    assert max(map(ord, encoded)) < 256
    assert charset.decode(encoded) == text


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
def test_every_vietnamese_letter_has_a_code(charset):
    letters = {
        case(char) for word in syllables() for char in word for case in (str.lower, str.upper)
    }
    assert {charset.decode(charset.encode(letter)) for letter in letters} == letters
    assert all(charset.encode(letter).isascii() == letter.isascii() for letter in letters)


@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        ("TiÕng ViÖt", "Tiếng Việt"),
        ("®­êng", "đường"),
        ("Tieáng Vieät", "Tiếng Việt"),
        ("ñöôøng", "đường"),
        ("kyõ thuaät", "kỹ thuật"),
        ("Aùo daøi, AÙO DAØI", "Áo dài, ÁO DÀI"),
    ],
)
def test_known_spellings_of_the_charts(encoded, text):
    assert text in (TCVN3.decode(encoded), VNI.decode(encoded))


# Recognition


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
@pytest.mark.parametrize("sentence", [*SENTENCES, "Hà Nội", "Việt Nam", "Đảng bộ Khối"])
def test_old_encodings_become_unicode(charset, sentence):
    result = clean_text(charset.encode(sentence))
    assert result.text == sentence
    assert codes(result) == [charset.name]


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda charset: charset.name)
@given(words=st.lists(vietnamese_words, min_size=6, max_size=20))
def test_any_text_whose_words_are_no_syllables_as_encoded_is_recognised(charset, words):
    (other,) = (one for one in CHARSETS if one is not charset)
    encoded = [charset.encode(word) for word in words]
    # A word that reads as Vietnamese without decoding, or in the other encoding, proves nothing.
    telling = [w for w in encoded if not is_syllable(w) and not is_syllable(other.decode(w))]
    assume(len(telling) >= 3)
    assert recognise(" ".join(telling)) is charset


@pytest.mark.parametrize("text", INNOCENT)
def test_text_that_is_in_order_is_never_touched(text):
    assert recognise(text) is None
    assert clean_text(text).text == text
    assert clean_html(f"<p>{text}</p>").html == f"<p>{text}</p>"


@given(words=st.lists(st.tuples(vietnamese_words, in_any_case), max_size=12))
def test_unicode_vietnamese_is_never_touched(words):
    text = " ".join(case(word) for word, case in words)
    assert recognise(text) is None
    assert clean_text(text).text == text


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.just("·")))
def test_chinese_is_never_touched(text):
    assert clean_text(text).text == text


def test_each_line_is_judged_by_itself():
    mixed = "\n".join([SENTENCES[0], TCVN3.encode(SENTENCES[1]), "Où est le café ?"])
    assert clean_text(mixed).text == "\n".join([SENTENCES[0], SENTENCES[1], "Où est le café ?"])


def test_a_doubtful_line_is_converted_when_the_document_is_in_that_encoding():
    assert clean_text("Tin tøc").text == "Tin tøc"
    assert clean_text(f"Tin tøc\n{TCVN3.encode(SENTENCES[0])}").text == f"Tin tức\n{SENTENCES[0]}"


def test_a_word_that_reads_both_ways_follows_a_document_wholly_in_one_encoding():
    assert clean_text("Khoái").text == "Khoái"
    assert clean_text(f"{VNI.encode(SENTENCES[0])}\nKhoái").text == f"{SENTENCES[0]}\nKhối"
    mixed = f"{VNI.encode(SENTENCES[0])}\n{SENTENCES[1]}\nKhoái"
    assert clean_text(mixed).text == f"{SENTENCES[0]}\n{SENTENCES[1]}\nKhoái"


def test_the_icelandic_eth_is_reported():
    assert codes(clean_text("Ðảng uỷ")) == codes(clean_html("<p>Ðảng uỷ</p>")) == ["eth"]


def test_capitals_of_a_capital_font_stay_capitals():
    assert clean_text("§¶NG Bé KHèI C¸C C¥ QUAN").text == "ĐẢNG BỘ KHỐI CÁC CƠ QUAN"


def test_a_lost_u_horn_is_put_back():
    assert clean_text("nh÷ng ng-êi ®-îc th-ëng").text == "những người được thưởng"


def test_a_bullet_before_converted_text_stays_a_bullet():
    assert clean_text("· §¶ng bé Khèi").text == "· Đảng bộ Khối"
