"""Changes that readers may see, the tags that they touch, and how hard."""

from PIL import Image

from home.factories import InfoPageFactory
from news.factories import NewsCategoryFactory
from portal.factories import image_file
from portal.pagecache import journal


def touched(act) -> dict[str, bool]:
    """Return the tags that ``act`` touches, with whether any of it is hard."""
    before = journal.position()
    act()
    found = {}
    for tag, is_hard in journal.since(before).changes:
        found[tag] = found.get(tag, False) or is_hard
    return found


def soft(*tags) -> dict[str, bool]:
    """What `touched` returns of ``tags`` none of which is hard."""
    return dict.fromkeys(tags, False)


def hard(*tags) -> dict[str, bool]:
    """What `touched` returns of ``tags`` all of which are hard."""
    return dict.fromkeys(tags, True)


def own(page) -> str:
    """The tag of a page itself."""
    return f"wagtailcore.page:{page.pk}"


def below(page) -> str:
    """The tag of what is made of a page and the tree beneath it."""
    return f"below:{page.pk}"


def children(page) -> str:
    """The tag of what lists the children of a page."""
    return f"children:{page.pk}"


def languages(instance) -> str:
    """The tag of what leads to the translations of a page or row."""
    return f"translations:{instance.translation_key}"


def named(instance) -> tuple[str, str]:
    """The tags of a row and of all rows of its model."""
    label = instance._meta.label_lower
    return f"{label}:{instance.pk}", f"rows:{label}"


def placed(page, *parents) -> dict[str, bool]:
    """What a page touches that comes to stand in the lists of ``parents``, or leaves them."""
    return soft("pages", "missing", "structure", languages(page), *map(children, parents))


def fresh(page):
    """Return a page as the database knows it now."""
    return type(page).objects.get(pk=page.pk)


def set_and_save(instance, **values):
    """Change the fields of a row and save it."""
    for name, value in values.items():
        setattr(instance, name, value)
    instance.save()


def plain_page(site):
    """Make a live page below the home page, and a category for articles."""
    NewsCategoryFactory()
    page = InfoPageFactory(parent=site.home, title="Trang", slug="trang")
    return fresh(page)


def picture(colour: str):
    """Return the file of a picture of one colour."""
    return image_file(Image.new("RGB", (40, 30), colour), colour)
