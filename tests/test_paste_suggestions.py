"""The paste doctor's offers: lines of text that are captions, credits or signatures."""

import pytest

from portal.paste import apply, suggest


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
