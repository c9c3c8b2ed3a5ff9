"""The paste doctor: recognition of old encodings, clean-up of HTML, suggestions, the address."""

import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from django.test import RequestFactory
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.paste import apply, clean_html, clean_text, suggest
from portal.paste.charsets import CHARSETS, TCVN3, VNI
from portal.paste.legacy import recognise
from portal.paste.syllable import is_syllable, syllables
from portal.paste.views import MAX_BYTES, paste

SENTENCES = [
    "Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh Quảng Ninh được thành lập ngày 04/9/1964.",
    "Những thành tựu nổi bật của Đảng bộ là kết quả của tinh thần đoàn kết, sáng tạo.",
    "Người chịu trách nhiệm: ông Nguyễn Văn A, điện thoại 080.33205.",
    "Ngày 12/4/2022, Ban Thường vụ Tỉnh uỷ ban hành Quyết định 536-QĐ/TU.",
    "Hội nghị kết thúc lúc 17 giờ 30 phút cùng ngày./.",
]

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


def codes(result):
    return [notice.code for notice in result.notices]


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


# Plain fields


def test_plain_text_is_composed_and_tidied():
    decomposed = unicodedata.normalize("NFD", "Đảng bộ")
    result = clean_text(f"  {decomposed}\u200b \u00a0 Khối\x07 ")
    assert result.text == "Đảng bộ Khối"
    assert codes(result) == ["nfc", "invisible", "spaces"]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("một\r\nhai", "một\r\nhai"),
        ("Quyết định số\u00a09", "Quyết định số\u00a09"),
        ("một \n  hai", "một\nhai"),
        ("\x93Đảng\x94", "“Đảng”"),
        ("Ðảng uỷ", "Đảng uỷ"),
        ("Thái Bình Dươ\u00adng", "Thái Bình Dương"),
        ("", ""),
    ],
)
def test_plain_text_repairs(text, cleaned):
    assert clean_text(text).text == cleaned


ODD_TEXT = st.text(alphabet="abé\u0301\u00ad\u00a0 \n\t¸§µ®-ëÐ\x93\u200b·.", max_size=40)


@given(ODD_TEXT | st.text(max_size=40))
def test_cleaning_plain_text_twice_changes_nothing(text):
    once = clean_text(text).text
    again = clean_text(once)
    assert again.text == once
    assert again.notices == ()
    assert unicodedata.is_normalized("NFC", once)


# HTML

FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta charset=utf-8>
<style><!-- p.MsoNormal {font-family:".VnTime"} p.Large {font-family:".VnTimeH"} --></style>
<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--></head>
<body lang=EN-US><!--StartFragment-->
<p class=MsoNormal style='text-align:justify'><b style='mso-bidi-font-weight:normal'><span
style='font-size:14.0pt'>§¶ng bé<o:p></o:p></span></b><b> Khèi</b> c¸c&nbsp;&nbsp; c¬ quan</p>
<p class=Large>§¶ng bé tØnh Qu¶ng Ninh</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<!--EndFragment--></body></html>"""


def word_item(marker, text, level=1, list_id="l0", lfo=1):
    return (
        f"<p class=MsoListParagraph style='text-indent:-.25in;mso-list:{list_id} level{level} "
        f"lfo{lfo}'><![if !supportLists]><span style='mso-list:Ignore'>{marker}"
        f"<span>&nbsp;&nbsp; </span></span><![endif]>{text}</p>"
    )


def test_word_residue_goes_and_the_text_stays():
    result = clean_html(FROM_WORD)
    assert result.html == ("<p><b>Đảng bộ Khối</b> các cơ quan</p><p>ĐẢNG BỘ TỈNH QUẢNG NINH</p>")
    assert codes(result) == ["tcvn3", "word"]


def test_typed_bullets_of_word_become_a_nested_list():
    html = word_item("·", "một") + word_item("o", "con", level=2) + word_item("·", "hai")
    result = clean_html(html)
    assert result.html == "<ul><li>một<ul><li>con</li></ul></li><li>hai</li></ul>"
    assert "list" in codes(result)


def test_typed_numbers_of_word_become_a_list_where_html_counts_the_same():
    assert clean_html(word_item("1.", "a") + word_item("2.", "b")).html == (
        "<ol><li>a</li><li>b</li></ol>"
    )


@pytest.mark.parametrize("markers", [["3.", "4."], ["a)", "b)"], ["II.", "III."], ["1."], ["1.1."]])
def test_numbers_that_html_would_change_stay_text(markers):
    html = "".join(word_item(marker, "x") for marker in markers)
    result = clean_html(html)
    assert result.html == "".join(f"<p>{marker} x</p>" for marker in markers)
    assert "list" not in codes(result)


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<h2>Tiêu đề</h2>", "<p><b>Tiêu đề</b></p>"),
        ("<p>a</p><p>&nbsp;</p><p><br></p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a &nbsp; b</p>", "<p>a b</p>"),
        ('<p><span style="font-weight:700">a</span></p>', "<p><b>a</b></p>"),
        ('<b style="font-weight:normal"><p>a</p></b>', "<p>a</p>"),
        ("<p>m<span style='vertical-align:super'>2</span></p>", "<p>m<sup>2</sup></p>"),
        ("<div>a<div>b</div></div>", "<p>a</p><p>b</p>"),
        ("<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>",
         "<ul><li>a</li><li>b<br/>c</li></ul>"),
        ("<table><tr><td>a<td>b</table>", "<p>a | b</p>"),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "<p>a</p><p>b</p>"),
        ('<p><a href="javascript:x()">a</a></p>', "<p>a</p>"),
        ('<p><a href="file:///C:/a.doc">a</a></p>', "<p>a</p>"),
        ('<p><a name="_Toc1">a</a><a href="#_ftn1">[1]</a></p>', "<p>a[1]</p>"),
        ('<p><a href="https://x.vn/?a=1&amp;b" target="_blank">a</a></p>',
         '<p><a href="https://x.vn/?a=1&amp;b">a</a></p>'),
        ("<script>x</script><style>p{}</style><title>t</title><p>a</p>", "<p>a</p>"),
        ("<span>a</span> b", "a b"),
        ("<p>a</p><!-- b <p>c</p>", "<p>a</p>"),
        ("<p>a<![if !x]>b<![endif]>c</p>", "<p>abc</p>"),
        ("<p>a<![x y]>b</p>", "<p>ab</p>"),
        ("<p><br>a<br></p>", "<p>a</p>"),
        ("<p><b>a<i>b</b>c</i></p>", "<p><b>a<i>b</i></b><i>c</i></p>"),
        ('<p><font face="VNI-Times">Vieät</font></p>', "<p>Việt</p>"),
        ('<p><span style="font-family:.VnTimeH">quan</span></p>', "<p>QUAN</p>"),
        ("<p><b>§</b>¶ng b<i>é</i> Khèi</p>", "<p><b>Đ</b>ảng b<i>ộ</i> Khối</p>"),
        ("<p>e<b>\u0301</b>t</p>", "<p>ét</p>"),
    ],
)  # fmt: skip
def test_html_repairs(html, cleaned):
    assert clean_html(html).html == cleaned


@pytest.mark.parametrize(
    "html",
    [
        "",
        'a "b" &amp; c',
        '<p data-block-key="k1">Đảng bộ <b>Khối</b> <i>các</i> c<sup>2</sup><br/>cơ quan./.</p>',
        '<p><a linktype="page" id="3">trang</a> <a linktype="document" id="4">tệp</a></p>',
        '<p><a href="mailto:vp@example.vn">thư</a>&nbsp;!</p>',
        '<embed alt="Ảnh" embedtype="image" format="left" id="1"/><p>a &lt; b</p>',
        '<ul><li data-block-key="a">a<ol><li data-block-key="b">b</li></ol></li><li>c</li></ul>',
        "<ol><li>a</li></ol><ol><li>b</li></ol><p><strong>c</strong> <em>d</em></p>",
        "<p>một</p>\n<p>hai</p>\n",
    ],
)
def test_clean_html_comes_back_as_the_same_string(html):
    result = clean_html(html)
    assert result.html is html
    assert result.notices == ()


def pieces(text):
    """Return the pieces of ``text`` between spaces; a | in a piece stands for a space."""
    return [piece.replace("|", " ") for piece in re.findall(r"\S+", text)]


TAGS = """
    <p> </p> <b> </b> <i> </i> <ul> </ul> <ol> <li> <br> <a|href='/x'> <a|linktype=page|id=3> </a>
    <span|style='font-family:.VnTimeH'> </span> <font|face='VNI-Times'> <table> <tr> <td> </table>
    <div> </div> <h2> </h2> <![if|x]> <![endif]> <!--x--> <embed|id=1> <sup> </sup> <o:p>
    <p|style='mso-list:l0|level1|lfo1'> <span|style='mso-list:Ignore'>1.</span> <p|class=x>
    <p|data-block-key=a> <style>p.x{font-family:.VnTime}</style>
"""
TEXTS = """
    &nbsp; &shy; abc §¶ng|bé Khèi|c¸c|c¬|quan Ñaûng|boä Đảng|bộ e\u0301 \u0301 café &amp;
    &lt;p&gt; \x93 Ð - \u00ad ë µ 2. ·|x | || \u200b
"""
FRAGMENTS = st.sampled_from([*pieces(TAGS), *pieces(TEXTS)])
ODD_HTML = st.lists(FRAGMENTS, max_size=14).map("".join) | st.text(
    alphabet="<>![]-&;/pbali =\"'\u00ad¸§µé\u0301 \n", max_size=40
)


@given(ODD_HTML)
@settings(max_examples=400, deadline=None)
def test_cleaning_html_twice_changes_nothing(html):
    once = clean_html(html).html
    again = clean_html(once)
    assert again.html == once
    assert again.notices == ()


class Words(HTMLParser):
    """Gathers the ASCII letters that HTML shows."""

    def __init__(self):
        super().__init__()
        self.shown = ""

    def handle_data(self, data):
        self.shown += "".join(char for char in data if char.isascii() and char.isalpha())


@given(
    st.lists(
        st.sampled_from(
            pieces(
                "<p> </p> <b> </b> <div> </div> <ul> <li> </ul> <h3> </h3> <td> <tr> <table> "
                "</table> <u> </u> <a|href=x:y> </a> <br> <o:p> </o:p> abc xyz q"
            )
        ),
        max_size=20,
    )
)
@settings(deadline=None)
def test_no_word_is_lost_or_moved(parts):
    before, after = Words(), Words()
    before.feed("".join(parts))
    after.feed(clean_html("".join(parts)).html)
    assert after.shown == before.shown


@pytest.mark.parametrize("tag", ["b", "div", "p", "ul", "table"])
def test_absurd_nesting_is_survived(tag):
    depth = 20_000
    html = clean_html(f"<{tag}>" * depth + "x" + f"</{tag}>" * depth).html
    assert re.sub("<[^>]*>", "", html) == "x"


def test_notices_speak_the_editors_language():
    with translation.override("en"):
        notice = clean_text(TCVN3.encode(SENTENCES[0])).notices[0]
    assert notice.code == "tcvn3"
    assert notice.message == (
        "Text typed in the TCVN3 (ABC) encoding was converted to Unicode: please read it through."
    )


# Suggestions


def image(caption="", credit="", block_id="i1"):
    return {
        "type": "image",
        "value": {"image": 1, "caption": caption, "credit": credit},
        "id": block_id,
    }


def paragraph(html, block_id="p1"):
    return {"type": "paragraph", "value": html, "id": block_id}


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("Ảnh: Đại biểu dự lễ kỷ niệm 59 năm.", "Đại biểu dự lễ kỷ niệm 59 năm.", ""),
        ("Ảnh – Quang cảnh hội nghị sáng 4/9", "Quang cảnh hội nghị sáng 4/9", ""),
        ("Ảnh: Nguyễn Văn A", "", "Nguyễn Văn A"),
        ("Ảnh: TTXVN", "", "TTXVN"),
        ("(Ảnh: Trần Thị B)", "", "Trần Thị B"),
        ("Nguồn ảnh: báo Quảng Ninh", "", "báo Quảng Ninh"),
        ("Ảnh: Các đại biểu tặng hoa. Ảnh: Lê Văn C", "Các đại biểu tặng hoa.", "Lê Văn C"),
        ("Ảnh: Toàn cảnh buổi lễ (Ảnh: Lê Văn C)", "Toàn cảnh buổi lễ", "Lê Văn C"),
    ],
)  # fmt: skip
def test_a_picture_line_beneath_a_picture_is_offered_and_moved(line, caption, credit):
    body = [image(), paragraph(f"<p data-block-key='x'><i>{line}</i></p><p>Nội dung.</p>")]
    offers = suggest(body)
    assert [(o.kind, o.text, o.credit, o.target_id) for o in offers] == [
        ("caption", caption, credit, "i1")
    ]
    assert offers[0].message
    assert apply(body, offers) == [image(caption, credit), paragraph("<p>Nội dung.</p>")]


def test_a_paragraph_that_was_only_the_caption_goes():
    body = [image(), paragraph("<p>Ảnh: Quang cảnh hội nghị.</p>"), paragraph("<p>B.</p>", "p2")]
    assert apply(body, suggest(body)) == [
        image("Quang cảnh hội nghị."),
        paragraph("<p>B.</p>", "p2"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        [image("có rồi"), paragraph("<p>Ảnh: Quang cảnh hội nghị.</p>")],
        [image(credit="có rồi"), paragraph("<p>Ảnh: Nguyễn Văn A</p>")],
        [image(), paragraph("<p>Ảnh hưởng của bão rất lớn.</p>")],
        [paragraph("<p>Ảnh: Quang cảnh hội nghị.</p>")],
        [image(), paragraph("<p>Mở đầu.</p><p>Ảnh: Quang cảnh hội nghị.</p>")],
        [image(), {"type": "quote", "value": {"text": "Ảnh: x"}, "id": "q"}],
        [image(), paragraph("<p>Ảnh: " + "rất dài " * 60 + "</p>")],
        [{"type": "image", "value": 7, "id": "i"}, paragraph("<p>Ảnh: Quang cảnh hội nghị.</p>")],
        [],
    ],
)
def test_no_caption_is_offered_where_none_belongs(body):
    assert suggest(body) == []


@pytest.mark.parametrize(
    "line", ["Ban Tuyên giáo Đảng uỷ Khối", "Nguyễn Văn A", "Phòng tổ chức cán bộ"]
)
def test_a_last_short_line_is_offered_as_signature_and_moved(line):
    body = [paragraph(f"<p>Hội nghị kết thúc./.</p><p><b>{line}</b></p>")]
    (offer,) = suggest(body)
    assert (offer.kind, offer.text, offer.source_id) == ("signature", line, "p1")
    assert apply(body, [offer]) == [
        paragraph("<p>Hội nghị kết thúc./.</p>"),
        {"type": "signature", "value": {"body": None, "person": line, "role": ""}},
    ]


@pytest.mark.parametrize(
    "last",
    [
        "Hội nghị kết thúc tốt đẹp./.",
        "Đoàn kết là sức mạnh của chúng ta",
        "Ban hành kế hoạch mới",
        "Phòng chống dịch bệnh hiệu quả",
        "Nguồn: Báo Quảng Ninh",
        "Hạ Long, ngày 4 tháng 9 năm 2023",
        "Xem thêm <a linktype='page' id='3'>Bài Khác</a>",
        "Hết",
        "Nguyễn Văn A " * 6,
    ],
)
def test_other_last_lines_are_no_signature(last):
    assert suggest([paragraph(f"<p>Nội dung bài viết.</p><p>{last}</p>")]) == []


def test_no_signature_is_offered_twice_or_for_a_lone_line():
    signed = {"type": "signature", "value": {"body": 1, "person": "", "role": ""}, "id": "s"}
    assert suggest([signed, paragraph("<p>Văn bản.</p><p>Nguyễn Văn A</p>")]) == []
    assert suggest([paragraph("<p>Nguyễn Văn A</p>")]) == []
    assert suggest([paragraph("<p>A.</p><ul><li>Nguyễn Văn A</li></ul>")]) == []


def test_a_list_after_the_last_paragraph_is_left_alone():
    html = "<p>Nguyễn Văn A</p><ul><li>Trần Thị B</li></ul>"
    assert suggest([paragraph("<p>A.</p>", "p0"), paragraph(html)]) == []


def test_an_offer_whose_line_has_changed_is_passed_over():
    body = [image(), paragraph("<p>Ảnh: Quang cảnh hội nghị.</p><p>B.</p><p>Nguyễn Văn A</p>")]
    offers = suggest(body)
    assert [offer.kind for offer in offers] == ["caption", "signature"]
    edited = [image(), paragraph("<p>Khác.</p><p>B.</p><p>Khác</p>")]
    assert apply(edited, offers) == edited
    filled = [image("có rồi"), paragraph(body[1]["value"])]
    assert apply(filled, offers[:1]) == filled


def test_offers_follow_their_blocks_by_id_and_leave_the_given_body_alone():
    body = [image(), paragraph("<p>Ảnh: Quang cảnh hội nghị.</p><p>B.</p>")]
    offers = suggest(body)
    moved = [{"type": "heading", "value": {"text": "T"}, "id": "h"}, *body]
    assert apply(moved, offers)[1]["value"]["caption"] == "Quang cảnh hội nghị."
    assert moved[1]["value"]["caption"] == ""


def test_blocks_without_id_are_found_by_place():
    body = [image(), paragraph("<p>Ảnh: Quang cảnh hội nghị.</p><p>B.</p>")]
    for block in body:
        del block["id"]
    assert apply(body, suggest(body))[0]["value"]["caption"] == "Quang cảnh hội nghị."


# The address


def post(body, **headers):
    request = RequestFactory().post("/paste/", body, content_type="application/json", **headers)
    response = paste(request)
    return response.status_code, json.loads(response.content)


def test_the_address_cleans_html_and_text():
    encoded = TCVN3.encode(SENTENCES[0])
    with translation.override("en"):
        status, answer = post(json.dumps({"html": f"<p class=x>{encoded}</p>", "text": encoded}))
    assert status == 200
    assert answer["html"] == f"<p>{SENTENCES[0]}</p>"
    assert answer["text"] == SENTENCES[0]
    assert [notice["code"] for notice in answer["notices"]] == ["tcvn3", "format"]
    assert all(notice["message"] for notice in answer["notices"])


def test_the_address_answers_only_what_it_was_given():
    assert post('{"text": "a"}') == (200, {"text": "a", "notices": []})


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"html": 3}', '{"text": null}', "\xff"])
def test_what_is_no_clipboard_is_refused(body):
    status, answer = post(body.encode("latin-1"))
    assert status == 400
    assert answer["error"]


@pytest.mark.parametrize("length", [MAX_BYTES, 4 * MAX_BYTES])
def test_a_clipboard_over_the_limit_is_refused(length):
    status, answer = post(json.dumps({"text": "a" * length}))
    assert status == 413
    assert answer["error"]


def test_a_clipboard_over_the_limit_that_hides_its_length_is_refused():
    body = json.dumps({"text": "a" * MAX_BYTES})
    request = RequestFactory().post("/paste/", body, content_type="application/json")
    assert len(request.body) > MAX_BYTES
    del request.META["CONTENT_LENGTH"]
    assert paste(request).status_code == 413


def test_the_address_takes_only_posts_and_is_never_cached():
    assert paste(RequestFactory().get("/paste/")).status_code == 405
    request = RequestFactory().post("/", '{"text": "a"}', content_type="application/json")
    assert "no-store" in paste(request)["Cache-Control"]
