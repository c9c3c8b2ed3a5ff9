"""Files that the library must refuse, in words that an editor understands."""

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.models import PortalDocument, PortalImage
from portal.roles import EDITORS
from tests.editing import Says, errors_at, fill_in, sign_in, stored, typed

pytestmark = pytest.mark.django_db

TOO_MANY_PIXELS = Says(
    "The picture has too many pixels: at most %(millions)d million are allowed. "
    "Make it smaller, then upload it again.",
    millions=60,
)
NO_PICTURE = Says(
    "Upload a valid image. The file you uploaded was either not an image or a corrupted image."
)
EMPTY = Says("The submitted file is empty.")


def png(mode: str, size: tuple[int, int]) -> bytes:
    data = BytesIO()
    Image.new(mode, size).save(data, "PNG")
    return data.getvalue()


def jpeg(size: tuple[int, int]) -> bytes:
    data = BytesIO()
    Image.effect_noise(size, 80).save(data, "JPEG")
    return data.getvalue()


def mismatch(extension: str, kind: str) -> Says:
    return Says(
        "Not a valid .%(extension)s image. "
        "The extension does not match the file format (%(image_format)s)",
        extension=extension,
        image_format=kind,
    )


def forbidden(extension: str) -> Says:
    return Says(
        "File extension “%(extension)s” is not allowed. "
        "Allowed extensions are: %(allowed_extensions)s.",
        extension=extension,
        allowed_extensions=", ".join(settings.WAGTAILDOCS_EXTENSIONS),
    )


def no_content(extension: str) -> Says:
    return Says(
        "The content of this file is not that of a .%(extension)s file.", extension=extension
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'

BAD_PICTURES = {
    "of 30 000 by 30 000 pixels": ("to.png", lambda: png("1", (30_000, 30_000)), TOO_MANY_PIXELS),
    "just over the limit": ("vua.png", lambda: png("1", (8000, 7501)), TOO_MANY_PIXELS),
    "an SVG": (
        "hinh.svg",
        lambda: SVG,
        Says(
            "Not a supported image format. Supported formats: %(supported_formats)s.",
            supported_formats=", ".join(settings.WAGTAILIMAGES_EXTENSIONS).upper(),
        ),
    ),
    "an SVG named .png": ("hinh.png", lambda: SVG, mismatch("png", "svg")),
    "a text named .jpg": ("anh.jpg", lambda: "Không phải ảnh".encode(), NO_PICTURE),
    "a PNG named .jpg": (
        "anh.jpg",
        lambda: png("RGB", (9, 9)),
        mismatch("jpeg", "png"),
    ),
    "a PNG cut off": ("cut.png", lambda: png("RGB", (90, 90))[:60], NO_PICTURE),
    "a JPEG cut off": ("cut.jpg", lambda: jpeg((200, 200))[:3000], NO_PICTURE),
    "empty": ("rong.png", lambda: b"", EMPTY),
}


@pytest.fixture(params=BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
def bad_picture(request):
    """A (file, message) that must be answered to it."""
    name, make, message = request.param
    return SimpleUploadedFile(name, make()), message


def test_a_bad_picture_is_refused_at_its_field(site, bad_picture):
    browser = sign_in(EDITORS)
    file, message = bad_picture
    form = fill_in(browser, "/admin/images/add/", title="Ảnh lễ kỷ niệm")
    before = stored()
    response = browser.post("/admin/images/add/", {**form, "file": file})
    assert response.status_code == 200
    assert errors_at(response, "file") == [str(message)]
    assert typed(response)["title"] == "Ảnh lễ kỷ niệm"
    assert stored() == before


def test_a_bad_picture_is_refused_among_many(site, bad_picture):
    browser = sign_in(EDITORS)
    file, message = bad_picture
    before = stored()
    response = browser.post(
        "/admin/images/multiple/add/",
        {"title": "Ảnh", "collection": "1", "files[]": file},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    answer = response.json()
    assert not answer["success"]
    assert answer["error_message"] == str(message)
    assert stored() == before


def test_a_bad_picture_is_refused_in_the_chooser_of_a_page(site, bad_picture):
    browser = sign_in(EDITORS)
    file, message = bad_picture
    before = stored()
    response = browser.post(
        "/admin/images/chooser/create/",
        {"image-chooser-upload-title": "Ảnh lễ", "image-chooser-upload-file": file},
    )
    form = BeautifulSoup(response.json()["htmlFragment"], "html.parser")
    field = form.find(attrs={"name": "image-chooser-upload-file"}).find_parent(class_="w-field")
    assert field.select_one(".error-message").get_text().strip() == str(message)
    assert form.find(attrs={"name": "image-chooser-upload-title"})["value"] == "Ảnh lễ"
    assert stored() == before


def test_a_good_picture_is_taken(site):
    browser = sign_in(EDITORS)
    form = fill_in(browser, "/admin/images/add/", title="Vịnh Hạ Long")
    file = SimpleUploadedFile("vinh.jpg", jpeg((400, 300)))
    assert browser.post("/admin/images/add/", {**form, "file": file}).status_code == 302
    picture = PortalImage.objects.get()
    assert (picture.width, picture.height) == (400, 300)


def test_the_words_of_a_picture_change_without_its_file(site):
    browser = sign_in(EDITORS)
    form = fill_in(browser, "/admin/images/add/", title="Vịnh Hạ Long")
    file = SimpleUploadedFile("vinh.jpg", jpeg((400, 300)))
    browser.post("/admin/images/add/", {**form, "file": file})
    picture = PortalImage.objects.get()
    response = browser.post(
        f"/admin/images/multiple/{picture.pk}/",
        {f"image-{picture.pk}-title": "Bình minh", f"image-{picture.pk}-collection": "1"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.json()["success"]
    picture.refresh_from_db()
    assert picture.title == "Bình minh"


BAD_DOCUMENTS = {
    "a program": ("chay.exe", b"MZ", forbidden("exe")),
    "a web page": ("trang.html", b"<p>", forbidden("html")),
    "no extension": ("khong-ten", b"abc", forbidden("")),
    "too big": ("to.pdf", b"%PDF-" + b"x" * 2000, Says(
        "This file is too big (%(file_size)s). Maximum filesize %(max_filesize)s.",
        file_size="2,0\xa0KB", max_filesize="1000\xa0byte",
    )),
    "empty": ("rong.pdf", b"", EMPTY),
    "a script named .pdf": (
        "nguy.pdf", b"<script>alert(1)</script>", no_content("pdf"),
    ),
    "a text named .docx": (
        "van-ban.docx", "Kính gửi".encode(), no_content("docx"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"), BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys()
)
def test_a_bad_document_is_refused_at_its_field(site, settings, name, content, message):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1000
    browser = sign_in(EDITORS)
    form = fill_in(browser, "/admin/documents/add/", title="Công văn")
    before = stored()
    file = SimpleUploadedFile(name, content)
    response = browser.post("/admin/documents/add/", {**form, "file": file})
    assert response.status_code == 200
    assert errors_at(response, "file") == [" ".join(str(message).split())]
    assert typed(response)["title"] == "Công văn"
    assert stored() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cong-van.pdf", b"%PDF-1.7\n"),
        ("cong-van.docx", b"PK\x03\x04word"),
        ("cong-van.doc", b"{\\rtf1 xin}"),
        ("ghi-chu.txt", "Lời nhắn".encode()),
        ("CONG-VAN.PDF", b"%PDF-1.4\n"),
    ],
)
def test_a_good_document_is_taken_whole(site, name, content):
    browser = sign_in(EDITORS)
    form = fill_in(browser, "/admin/documents/add/", title="Công văn")
    file = SimpleUploadedFile(name, content)
    assert browser.post("/admin/documents/add/", {**form, "file": file}).status_code == 302
    document = PortalDocument.objects.get()
    assert document.file_size == len(content)
    with document.open_file() as stream:
        assert stream.read() == content


def test_the_title_of_a_document_changes_without_its_file(site):
    browser = sign_in(EDITORS)
    form = fill_in(browser, "/admin/documents/add/", title="Công văn")
    file = SimpleUploadedFile("cong-van.pdf", b"%PDF-1.7\n")
    browser.post("/admin/documents/add/", {**form, "file": file})
    url = f"/admin/documents/edit/{PortalDocument.objects.get().pk}/"
    form = {**fill_in(browser, url), "title": "Công văn số 2"}
    assert browser.post(url, form).status_code == 302
    assert PortalDocument.objects.get().title == "Công văn số 2"
