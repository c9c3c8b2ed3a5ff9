"""Factories of what every room needs; the demo site and the tests are built of them."""

from io import BytesIO

import factory
import wagtail_factories
from django.core.files.images import ImageFile
from wagtail.models import Collection, Locale, Site

from portal.folding import ascii_slug
from portal.models import FormerName, Identity, PortalDocument, PortalImage, SigningBody, User


def locale(code: str) -> Locale:
    """Return the Locale of a language code, made when it is missing."""
    return Locale.objects.get_or_create(language_code=code)[0]


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody with a password, by default of no group."""

    username = factory.Sequence(lambda n: f"user-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password("a long enough password")

    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True


class BasePageFactory(wagtail_factories.PageFactory):
    """A live page below ``parent``, in the parent's language."""

    slug = factory.LazyAttribute(lambda page: ascii_slug(page.title))

    class Meta:
        abstract = True


class ImageFactory(wagtail_factories.ImageFactory):
    """A picture of the library."""

    collection = factory.LazyFunction(Collection.get_first_root_node)

    class Meta:
        model = PortalImage


class DocumentFactory(wagtail_factories.DocumentFactory):
    """A file of the library."""

    collection = factory.LazyFunction(Collection.get_first_root_node)

    class Meta:
        model = PortalDocument


class SigningBodyFactory(factory.django.DjangoModelFactory):
    """An office that signs, in the source language unless told otherwise."""

    name = factory.Sequence(lambda n: f"Văn phòng {n}")
    locale = factory.LazyFunction(lambda: locale("vi"))

    class Meta:
        model = SigningBody


class IdentityFactory(factory.django.DjangoModelFactory):
    """The identity of the default site, in the source language unless told otherwise."""

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    locale = factory.LazyFunction(lambda: locale("vi"))
    name = "Cơ quan ví dụ"

    class Meta:
        model = Identity


class FormerNameFactory(factory.django.DjangoModelFactory):
    """A name in time of an identity."""

    locale = factory.SelfAttribute("identity.locale")
    name = factory.Sequence(lambda n: f"Tên gọi {n}")

    class Meta:
        model = FormerName


def image_file(picture, name: str) -> ImageFile:
    """Return a Pillow image as a file to be given to ImageFactory(file=…)."""
    kind = "PNG" if picture.mode == "RGBA" else "JPEG"
    data = BytesIO()
    picture.save(data, kind, **({"quality": 90} if kind == "JPEG" else {}))
    data.seek(0)
    return ImageFile(data, name=f"{name}.{kind.lower()}")
