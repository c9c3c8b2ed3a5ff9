"""The sitemap: every public page of every language, with its real translations as alternates."""

from functools import cached_property, partial, reduce
from operator import or_

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap as sitemap_section
from django.db.models import Q
from wagtail.models import Page

from portal.pagecache import collector
from portal.pagecache.routes import cacheable
from portal.surroundings import surroundings_for
from portal.translation.alternates import hreflang, not_expired
from portal.translation.missing import source_language


class PageSitemap(Sitemap):
    """Live, unrestricted, unexpired pages below the home pages of the site of ``request``."""

    limit = 2000

    def __init__(self, request):
        self.request = request
        # Whoever asks for the surroundings knows of changes that other processes have made.
        around = surroundings_for(request, source_language())
        self.site = around.site if around else None

    @cached_property
    def public(self):
        """The pages that are listed, in no order."""
        if self.site is None:
            return Page.objects.none()
        roots = Page.objects.filter(
            not_expired(), live=True, translation_key=self.site.root_page.translation_key
        )
        within = reduce(or_, [Q(path__startswith=root.path) for root in roots], Q(pk=None))
        pages = Page.objects.live().public().filter(not_expired(), within, alias_of=None)
        return pages.select_related("locale")

    def items(self):
        return self.public.order_by("path")

    def get_urls(self, page=1, site=None, protocol=None):
        """Return what the template needs of each page; three queries, whatever their number."""
        listed = list(self.paginator.page(page).object_list)
        translations: dict[object, list[Page]] = {}
        for p in self.public.filter(translation_key__in={p.translation_key for p in listed}):
            translations.setdefault(p.translation_key, []).append(p)
        return [
            {
                "item": p,
                "location": p.get_full_url(self.request),
                "lastmod": p.last_published_at,
                "changefreq": None,
                "priority": "",
                "alternates": self._alternates(translations[p.translation_key]),
            }
            for p in listed
        ]

    def _alternates(self, pages: list[Page]) -> list[dict]:
        if len(pages) < 2:
            return []
        by_code = {p.locale.language_code: p.get_full_url(self.request) for p in pages}
        found = {hreflang(code): url for code, url in sorted(by_code.items())}
        if source_language() in by_code:
            found["x-default"] = by_code[source_language()]
        return [{"lang_code": code, "location": url} for code, url in found.items()]


@cacheable
def index(request):
    """Answer /sitemap.xml: the list of the sections of the sitemap."""
    view = partial(sitemap_index, sitemap_url_name="sitemap-pages")
    return _noted(view, request)


@cacheable
def section(request, section):
    """Answer one section of the sitemap."""
    return _noted(partial(sitemap_section, section=section), request)


def _noted(view, request):
    """Answer with ``view``; it depends on all pages at once instead of on each one of thousands."""
    with collector.collecting() as notes:
        response = view(request, {"pages": PageSitemap(request)}).render()
    collector.public("sitemap", ("p",))
    collector.note(collector.PAGES)
    collector.until(notes.hard_at, hard=True)
    return response
