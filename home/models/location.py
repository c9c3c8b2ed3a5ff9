"""Where to find the organisation: places on a map, with addresses to reach them."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from portal.blocks import BODY
from portal.maps import exports
from portal.maps.fields import CoordinatesField
from portal.maps.places import PlainPlace
from portal.models import BasePage, PortalRendition, StreamField
from portal.models.identity import phone_validator
from portal.pictures import USES
from portal.surroundings import current


class LocationMapPage(RoutablePageMixin, BasePage):
    """One or more places: locator picture, addresses, hours, ways to get there.

    Below its address: ``places.geojson``, ``places.kml`` and ``place-<number>.vcf`` for each place.
    """

    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences.")
    )
    body = StreamField(
        BODY,
        blank=True,
        verbose_name=_("body"),
        help_text=_("What else visitors should know; stands beneath the places."),
    )

    parent_page_types = ["home.HomePage"]
    subpage_types = []
    max_count_per_parent = 1

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
    ]

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("lead"),
        InlinePanel(
            "places",
            heading=_("Places"),
            label=_("place"),
            min_num=1,
            help_text=_("The first one is where the map begins."),
        ),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("map page")
        verbose_name_plural = _("map pages")

    @property
    def list_summary(self) -> str:
        return super().list_summary or self.lead

    def pictures(self) -> Iterator[tuple[object, str]]:
        yield from super().pictures()
        for place in self.places.all():
            if place.entrance_photo:
                yield place.entrance_photo, "body"

    @cached_property
    def places_shown(self) -> list["Place"]:
        """The places with their pictures, read once: for a page that answers a request."""
        made = PortalRendition.objects.filter(filter_spec__in=USES["body"].specs)
        pictures = Prefetch("entrance_photo__renditions", made, to_attr="prefetched_renditions")
        return list(self.places.select_related("entrance_photo").prefetch_related(pictures))

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["places"] = self.places_shown
        return context

    @path("places.geojson", name="geojson")
    def geojson(self, request):
        """The places as GeoJSON (RFC 7946)."""
        content = exports.geojson(self.places.all())
        return _download(content, exports.GEOJSON_TYPE, "places.geojson")

    @path("places.kml", name="kml")
    def kml(self, request):
        """The places as KML 2.2."""
        content = exports.kml(self.places.all(), title=self.title)
        return _download(content, exports.KML_TYPE, "places.kml")

    @path("place-<int:number>.vcf", name="vcard")
    def vcard(self, request, number):
        """The place that stands at ``number``, counted from 1, as a vCard."""
        places = list(self.places.all())
        if not 1 <= number <= len(places):
            raise Http404
        around = current()
        organisation = (around.identity if around else None) or PlainPlace(name=self.title)
        content = exports.vcard(organisation, places[number - 1])
        return _download(content, exports.VCARD_TYPE, f"place-{number}.vcf")

    def json_ld(self, request) -> dict:
        """Return the schema.org description, with a https://schema.org/Place for each place."""
        places = [
            {
                "@type": "Place",
                "name": place.name,
                "address": place.address,
                "geo": {
                    "@type": "GeoCoordinates",
                    "latitude": str(place.coordinates.lat),
                    "longitude": str(place.coordinates.lng),
                },
            }
            for place in self.places_shown
        ]
        return {**super().json_ld(request), "@type": "ContactPage", "about": places}


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class Place(TranslatableMixin, Orderable):
    """A place on a map page. Its point is the same in every language, its words are not."""

    page = ParentalKey(LocationMapPage, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(_("name"), max_length=120, help_text=_("As visitors know it."))
    address = models.CharField(
        _("address"), max_length=250, help_text=_("Floor, building, street, ward, province.")
    )
    coordinates = CoordinatesField(_("coordinates"))
    zoom = models.PositiveSmallIntegerField(
        _("zoom"),
        default=15,
        validators=[MinValueValidator(9), MaxValueValidator(18)],
        help_text=_("How near the interactive map begins: 9 shows a province, 18 a building."),
    )
    phone = models.CharField(
        _("telephone"),
        max_length=25,
        blank=True,
        validators=[phone_validator],
        help_text=_("Such as 0203.3835678."),
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Of this place."))
    hours = models.TextField(
        _("opening hours"), max_length=300, blank=True, help_text=_("A line for each rule.")
    )
    transport = models.TextField(
        _("how to get there"), max_length=500, blank=True, help_text=_("Bus, parking, landmarks.")
    )
    note = models.CharField(
        _("note"), max_length=250, blank=True, help_text=_("Such as: by appointment.")
    )
    entrance_photo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture of the entrance"),
        help_text=_("So that visitors recognise it from the street."),
    )
    entrance_alt = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_("What is to be seen, for those who cannot see it."),
    )

    override_translatable_fields = [
        SynchronizedField("coordinates", overridable=False),
        SynchronizedField("zoom", overridable=False),
        SynchronizedField("phone"),
        SynchronizedField("email"),
        SynchronizedField("entrance_photo"),
    ]

    panels = [
        FieldPanel("name"),
        FieldPanel("address"),
        FieldPanel("coordinates"),
        FieldPanel("zoom"),
        MultiFieldPanel(
            [
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("hours"),
                FieldPanel("transport"),
                FieldPanel("note"),
            ],
            heading=_("For visitors"),
        ),
        MultiFieldPanel(
            [FieldPanel("entrance_photo"), FieldPanel("entrance_alt")], heading=_("Entrance")
        ),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.entrance_photo_id and not self.entrance_alt:
            raise ValidationError({"entrance_alt": _("Describe the picture of the entrance.")})
