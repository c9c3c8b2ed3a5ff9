"""What the tests of the paste doctor share: proper sentences, and the codes of notices."""

SENTENCES = [
    "Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh Quảng Ninh được thành lập ngày 04/9/1964.",
    "Những thành tựu nổi bật của Đảng bộ là kết quả của tinh thần đoàn kết, sáng tạo.",
    "Người chịu trách nhiệm: ông Nguyễn Văn A, điện thoại 080.33205.",
    "Ngày 12/4/2022, Ban Thường vụ Tỉnh uỷ ban hành Quyết định 536-QĐ/TU.",
    "Hội nghị kết thúc lúc 17 giờ 30 phút cùng ngày./.",
]


def codes(result) -> list[str]:
    """Return the codes of the notices of ``result``."""
    return [notice.code for notice in result.notices]
