"""From the blocks of the content files to the raw form of a StreamField."""

import uuid

from django.utils.timezone import datetime, make_aware


class Streams:
    """Turns blocks of the content files into StreamField data.

    ``images`` maps the names of pictures to PortalImage, ``signing`` the keys of signing bodies
    to SigningBody. The ids of blocks follow from ``seed``, so that the demo is the same each time.
    """

    def __init__(self, images: dict, signing: dict, seed: str):
        self.images = images
        self.signing = signing
        self.seed = seed
        self.count = 0

    def block(self, kind: str, value) -> dict:
        """Return one child of a stream, with an id of its own."""
        self.count += 1
        block_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{self.seed}/{self.count}")
        return {"type": kind, "value": value, "id": str(block_id)}

    def items(self, values) -> list[dict]:
        """Return the children of a ListBlock, with ids of their own."""
        return [self.block("item", value) for value in values]

    def body(self, entries: list[dict]) -> list[dict]:
        """Return the data of a body; each entry names its kind as ``type``."""
        return [getattr(self, f"_{entry['type']}")(entry) for entry in entries]

    def picture(self, name: str, alt: str) -> dict:
        """Return the value of a PictureBlock."""
        return {"image": self.images[name].pk, "decorative": not alt, "alt_text": alt}

    def link(self, text: str, *, page=None, url: str = "") -> dict:
        """Return the value of a LinkBlock."""
        return {"text": text, "page": page.pk if page else None, "document": None, "address": url}

    def captioned(self, entry: dict) -> dict:
        """Return the value of a CaptionedPictureBlock."""
        return {
            "image": self.picture(entry["picture"], entry["alt"]),
            "caption": entry.get("caption", ""),
            "credit": entry.get("credit", ""),
            "date": entry.get("date") if len(entry.get("date", "")) == 10 else None,
        }

    def _paragraph(self, entry):
        return self.block("paragraph", entry["html"])

    def _heading(self, entry):
        return self.block("heading", {"text": entry["text"], "level": str(entry["level"])})

    def _quote(self, entry):
        return self.block("quote", {k: entry.get(k, "") for k in ("text", "attribution", "source")})

    def _image(self, entry):
        return self.block("image", self.captioned(entry))

    _photo = _image

    def _gallery(self, entry):
        images = self.items(self.captioned(image) for image in entry["images"])
        return self.block("gallery", {"title": entry.get("title", ""), "images": images})

    def _callout(self, entry):
        value = {"tone": entry["tone"], "title": entry.get("title", ""), "text": entry["html"]}
        return self.block("callout", value)

    def _numbers(self, entry):
        items = self.items({"note": "", **item} for item in entry["items"])
        return self.block("numbers", {"title": entry.get("title", ""), "items": items})

    def _table(self, entry):
        table = {
            "data": [entry["header"], *entry["rows"]],
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "table_header_choice": "row",
            "table_caption": "",
        }
        return self.block("table", {"caption": entry.get("caption", ""), "table": table})

    def _links(self, entry):
        links = self.items(self.link(x["text"], url=x["url"]) for x in entry["links"])
        return self.block("links", {"title": entry.get("title", ""), "links": links})

    def _signature(self, entry):
        body = self.signing[entry["body"]].pk if entry.get("body") else None
        value = {"body": body, "person": entry.get("person", ""), "role": entry.get("role", "")}
        return self.block("signature", value)

    def _milestone(self, entry):
        value = {
            "date": entry["date"],
            "title": entry["title"],
            "text": entry.get("html", ""),
            "document_number": entry.get("document", ""),
            "image": {"image": None, "decorative": False, "alt_text": ""},
        }
        return self.block("milestone", value)

    def _name_change(self, entry):
        value = {
            "date": entry["date"],
            "name": entry["name"],
            "document_number": entry.get("document", ""),
            "text": entry.get("html", ""),
        }
        return self.block("name_change", value)

    def _honour(self, entry):
        value = {
            "date": entry["date"],
            "name": entry["name"],
            "document_number": entry.get("document", ""),
            "note": entry.get("note", ""),
        }
        return self.block("honour", value)


def moment(text: str) -> datetime:
    """Return a local date and time of the content files as an aware datetime."""
    return make_aware(datetime.fromisoformat(text))
