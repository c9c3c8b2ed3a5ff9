"""Every address that is public, was public, or should never have been."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.utils import timezone
from wagtail.models import Page

from news.models import NewsPage
from portal.models import PortalDocument

FIXED = (
    "/",
    "/en/",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/robots.txt",
    "/maps/land.geojson",
    "/documents/9999/khong-co.txt",
    "/khong-co-trang-nay/",
    "/en/no-such-page/",
)
# Neither pages nor made from them.
ELSEWHERE = ("/static/", "/media/", "/admin/", "/_util/")
# Addresses that nothing links to any more, the latest: what was public once must stay gone.
REMEMBERED = 12

_LINKS = re.compile(r'(?:href="|<loc>|<link>|"url": ")([^"<#]+)')
_MONTH = re.compile(r"/(\d{4})/(\d{1,2})/$")


@dataclass
class Addresses:
    """The addresses to be looked at; they are paths with their queries."""

    origin: str
    linked: set[str] = field(default_factory=set)
    # In the order in which they were last linked.
    former: dict[str, None] = field(default_factory=dict)

    def all(self) -> list[str]:
        """Return every address to be looked at now."""
        former = list(self.former)[-REMEMBERED:]
        return list(dict.fromkeys([*FIXED, *sorted(self.linked | _of_content()), *former]))

    def learn(self, answers: dict) -> None:
        """Take note of what the answers (`portals.Answer` by address) link to now."""
        dates = NewsPage.objects.values_list("date", flat=True)
        months = {f"{date:%Y}/{date.month}" for date in map(timezone.localtime, dates)}
        found = {
            address
            for base, answer in answers.items()
            if answer.status == 200
            for address in links_in(answer.text, self.origin + base)
            if _is_worth_it(address, months)
        }
        for address in sorted(self.linked - found) + sorted(found):
            self.former.pop(address, None)
            self.former[address] = None
        self.linked = found


def links_in(body: str, base: str) -> set[str]:
    """Return the addresses on the same site that the text at the address ``base`` links to."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(base))
    found = set()
    for target in _LINKS.findall(body):
        address = urljoin(base, unescape(target.strip()))
        if address.startswith(f"{origin}/"):
            path = address.removeprefix(origin)
            if not path.startswith(ELSEWHERE):
                found.add(path)
    return found


def _is_worth_it(address: str, months: set[str]) -> bool:
    """Leave out months without articles, which are many and all alike, but for one."""
    match = _MONTH.search(address)
    return match is None or f"{match[1]}/{match[2]}" in months or match[2] == "1"


def _of_content() -> set[str]:
    """Return the addresses of all pages and documents, whether readers see them or not."""
    pages = Page.objects.filter(depth__gt=1).exclude(content_type=None)
    found = {page.get_url() for page in pages.select_related("locale")} - {None}
    numbers = NewsPage.objects.exclude(legacy_number=None).values_list("legacy_number", flat=True)
    found |= {f"/bai-cu-{number}" for number in numbers}
    found |= {document.url for document in PortalDocument.objects.all()}
    return {urlsplit(url).path for url in found}
