"""An article of news."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, PageManager, PageViewRestriction, TranslatableMixin
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from news import tags
from portal.blocks import BODY
from portal.models import BasePage, PortalRendition, StreamField
from portal.pagecache import collector
from portal.pictures import USES

RELATED_COUNT = 4


class NewsQuerySet(PageQuerySet):
    """Articles, newest first where order matters."""

    def shown(self) -> "NewsQuerySet":
        """Articles that their index page may list, newest first.

        That an article may be restricted by itself is asked for each row that is read; the pages
        above it are the same for all of a list and asked for by none.
        """
        now = timezone.now()
        restricted = PageViewRestriction.objects.filter(page_id=OuterRef("pk"))
        return (
            self.filter(Q(expire_at=None) | Q(expire_at__gt=now), live=True)
            .exclude(Exists(restricted))
            .select_related("lead_image", "listing_image", "category")
            .defer("body")
            .order_by("-date", "-page_ptr")
        )

    def shown_in(self, listing_id: int) -> "NewsQuerySet":
        """Articles that the index page ``listing_id`` may list, newest first.

        Read along the index (listing, date, page): neither the number of articles nor how far
        back one pages makes it slower.
        """
        return self.shown().filter(listing_id=listing_id)

    def with_card_pictures(self) -> "NewsQuerySet":
        """With all that cards show of their pictures, so that none is looked up by itself.

        Not for what is remembered: pictures that are made later would be missed.
        """
        made = PortalRendition.objects.filter(filter_spec__in=USES["card"].specs)
        return self.prefetch_related(
            *(
                Prefetch(f"{field}__renditions", made, to_attr="prefetched_renditions")
                for field in ("lead_image", "listing_image")
            )
        )

    def older_than(self, date, pk: int) -> "NewsQuerySet":
        """Those that come after the position (date, pk) in newest-first order."""
        return self.filter(Q(date__lt=date) | Q(date=date, page_ptr__lt=pk), date__lte=date)

    def newer_than(self, date, pk: int) -> "NewsQuerySet":
        """Those that come before the position (date, pk), the nearest first."""
        newer = self.filter(Q(date__gt=date) | Q(date=date, page_ptr__gt=pk), date__gte=date)
        return newer.order_by("date", "page_ptr")


class NewsPage(BasePage):
    """An article: when, about what, what happened, who signs."""

    date = models.DateTimeField(
        _("date"),
        default=timezone.now,
        help_text=_("Shown to readers; articles are listed by it, the newest first."),
    )
    category = models.ForeignKey(
        "news.NewsCategory",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category"),
        null=True,
        help_text=_("The subject under which the article is filed."),
    )
    is_pinned = models.BooleanField(
        _("keep at the top"),
        default=False,
        help_text=_("Stands above the newer articles of the list until the tick is removed."),
    )
    lead = models.TextField(
        _("lead"),
        max_length=600,
        help_text=_("Two or three sentences that tell the whole; also shown in lists."),
    )
    lead_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead picture"),
        help_text=_("Stands beneath the lead and in lists."),
    )
    lead_image_alt = models.CharField(
        _("alternative text"),
        max_length=250,
        blank=True,
        help_text=_("What is to be seen, for those who cannot see it."),
    )
    lead_image_is_decorative = models.BooleanField(
        _("the picture is decorative"),
        default=False,
        help_text=_("Tick it when the picture tells nothing that the text does not."),
    )
    lead_image_caption = models.CharField(
        _("caption"), max_length=300, blank=True, help_text=_("Who, where, when.")
    )
    body = StreamField(
        BODY, blank=True, verbose_name=_("body"), help_text=_("Add a block with the plus sign.")
    )
    source_name = models.CharField(
        _("source"),
        max_length=160,
        blank=True,
        help_text=_("Where the text was first published, if elsewhere."),
    )
    source_url = models.URLField(
        _("address of the source"), blank=True, help_text=_("Begins with https://")
    )
    # The index page above the article. It follows from the tree; kept here because an index over
    # (listing, date) is what makes lists independent of the number of articles.
    listing = models.ForeignKey(
        "news.NewsIndexPage",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )

    objects = PageManager.from_queryset(NewsQuerySet)()

    parent_page_types = ["news.NewsIndexPage"]
    subpage_types = []
    show_in_menus_default = False
    reader_relations = ("category", "lead_image")

    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("date", overridable=False),
        SynchronizedField("is_pinned"),
        SynchronizedField("lead_image"),
        SynchronizedField("lead_image_is_decorative"),
        SynchronizedField("source_url"),
        SynchronizedField("listing", overridable=False),
    ]

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("lead"),
        index.SearchField("body"),
        index.FilterField("date"),
        index.FilterField("category"),
    ]

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("date"), FieldPanel("category"), FieldPanel("is_pinned")],
            heading=_("Filing"),
        ),
        FieldPanel("lead"),
        MultiFieldPanel(
            [
                FieldPanel("lead_image"),
                FieldPanel("lead_image_alt"),
                FieldPanel("lead_image_is_decorative"),
                FieldPanel("lead_image_caption"),
            ],
            heading=_("Lead picture"),
        ),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("source_name"), FieldPanel("source_url")],
            heading=_("Source of the text"),
            classname="collapsed",
        ),
        InlinePanel(
            "related_news",
            heading=_("Related articles"),
            label=_("article"),
            max_num=RELATED_COUNT,
            help_text=_("When none is chosen, the newest of the same category are shown."),
        ),
    ]

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")
        indexes = [
            models.Index(fields=["listing", "-date", "-page_ptr"], name="news_by_date"),
            models.Index(
                fields=["listing", "category", "-date", "-page_ptr"], name="news_by_category"
            ),
            models.Index(
                fields=["listing", "-date"], name="news_pinned", condition=Q(is_pinned=True)
            ),
        ]

    def clean(self):
        super().clean()
        if self.lead_image_id and not (self.lead_image_alt or self.lead_image_is_decorative):
            raise ValidationError(
                {"lead_image_alt": _("Describe the picture, or tick that it is decorative.")}
            )

    def save(self, *args, **kwargs):
        if kwargs.get("update_fields") is None:
            self.listing = self.find_listing()
        super().save(*args, **kwargs)

    def find_listing(self):
        """Return the index page above the article by the tree, or None."""
        model = self._meta.get_field("listing").related_model
        return model.objects.filter(path=self.path[: -self.steplen]).first()

    @property
    def list_image(self):
        return self.listing_image or self.lead_image

    @property
    def list_summary(self) -> str:
        return self.listing_summary or self.lead

    def pictures(self) -> Iterator[tuple[object, str]]:
        yield from super().pictures()
        if self.lead_image:
            yield self.lead_image, "lead"

    def signatures(self) -> list:
        """The values of the signature blocks of the body."""
        return [block.value for block in self.body if block.block_type == "signature"]

    def neighbours(self) -> tuple["NewsPage | None", "NewsPage | None"]:
        """Return the previous (older) and the next (newer) article of the same list; one query.

        None for both while the article has not been saved.
        """
        if self.pk is None or self.listing_id is None:
            return None, None
        collector.note(tags.beside(self.pk))
        shown = NewsPage.objects.shown_in(self.listing_id)
        here = self.date, self.pk
        older, newer = (
            Q(pk=Subquery(side.values("pk")[:1]))
            for side in (shown.older_than(*here), shown.newer_than(*here))
        )
        found = list(NewsPage.objects.filter(older | newer).defer("body"))
        older = next((article for article in found if (article.date, article.pk) < here), None)
        newer = next((article for article in found if (article.date, article.pk) > here), None)
        return older, newer

    def related(self) -> list["NewsPage"]:
        """Return the chosen articles that are shown, in the editor's order; where there are none,
        the newest of the same category."""
        if self.pk is None or self.listing_id is None:
            return []
        found = self._chosen()
        if not found and self.category_id:
            collector.note(tags.newest(self.listing_id, RELATED_COUNT + 1, self.category_id))
            shown = NewsPage.objects.shown_in(self.listing_id)
            others = shown.filter(category_id=self.category_id)[: RELATED_COUNT + 1]
            found = [article for article in others if article.pk != self.pk][:RELATED_COUNT]
        return found

    def _chosen(self) -> list["NewsPage"]:
        chosen = RelatedNews.objects.filter(article_id=self.pk).order_by("sort_order")
        keys = list(chosen.values_list("page__translation_key", flat=True))
        if not keys:
            return []
        collector.note(*(f"translations:{key}" for key in keys))
        # The keys as values, and the list compared here: databases would otherwise rather read
        # the whole list than look up four keys.
        found = [
            article
            for article in NewsPage.objects.shown().filter(translation_key__in=keys)
            if article.listing_id == self.listing_id
        ]
        return sorted(found, key=lambda article: keys.index(article.translation_key))

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["previous"], context["next"] = self.neighbours()
        context["related"] = self.related()
        return context

    def json_ld(self, request) -> dict:
        """Return the schema.org description (https://schema.org/NewsArticle)."""
        data = {
            **super().json_ld(request),
            "@type": "NewsArticle",
            "headline": self.title,
            "description": self.list_summary,
            "datePublished": self.date.isoformat(),
        }
        if self.category:
            data["articleSection"] = self.category.name
        if signed := self.signatures():
            body, person = signed[0].get("body"), signed[0].get("person")
            data["author"] = {
                "@type": "Organization" if body else "Person",
                "name": body.name if body else person,
            }
        if self.source_url:
            data["isBasedOn"] = self.source_url
        return data


class RelatedNews(TranslatableMixin, Orderable):
    """An article that an editor chose to show beside another."""

    article = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="related_news")
    page = models.ForeignKey(
        NewsPage,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("Shown in the reader's language when it is translated."),
    )

    override_translatable_fields = [SynchronizedField("page")]

    panels = [PageChooserPanel("page", "news.NewsPage")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("related article")
        verbose_name_plural = _("related articles")

    def __str__(self):
        return str(self.page)
