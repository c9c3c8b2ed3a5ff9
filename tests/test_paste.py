"""The paste doctor: the repair of plain text and the clean-up of HTML."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.paste import clean_html, clean_text
from portal.paste.charsets import TCVN3
from tests.pasting import SENTENCES, codes

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
