"""A portal in a process of its own, with its own database, that does what it is told line by line.

Started by benchmarks.growth as ``python -m benchmarks.portal_process`` with the database in
DATABASE_URL. Each line of standard input is a JSON list ``[operation, *arguments]``; each line of
standard output is the JSON value that the operation returned. All times are in seconds.
"""

import json
import os
import sys
import time
import uuid
from datetime import timedelta

import django

WARM_REQUESTS = 2
PAGES_IN_MENU = 6
CATEGORIES = 6
MONTH_ARTICLES = 14


class Portal:
    """The operations. Django is set up before the first one is called."""

    def __init__(self):
        from django.core.wsgi import get_wsgi_application
        from django.test import RequestFactory

        self.application = get_wsgi_application()
        self.requests = RequestFactory(headers={"host": "localhost"})
        self.addresses: dict[str, str] = {}
        self.editor = None

    def load(self, count: int) -> dict[str, float]:
        """Fill an empty database with a small site and ``count`` articles; return the times."""
        from django.core.management import call_command
        from django.db import connection

        from home.demo.bulk import add_articles

        times = {}
        for name, act in (
            ("migrate", lambda: call_command("migrate", verbosity=0)),
            ("site", _small_site),
            ("articles", lambda: add_articles(count, progress=True)),
            ("search index", lambda: call_command("update_index", verbosity=0)),
        ):
            started = time.perf_counter()
            act()
            times[name] = time.perf_counter() - started
        if connection.vendor == "postgresql":
            # What autovacuum does within minutes of such a load.
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        self.find_addresses()
        return times

    def find_addresses(self) -> list[str]:
        """Look up what to ask for in the database at hand; return the names of the pages."""
        from news.archive import cursor_of
        from news.models import NewsIndexPage, NewsPage

        index = NewsIndexPage.objects.get()
        shown = NewsPage.objects.filter(listing=index)
        middle = shown.get(slug="bai-giua")
        category = index.categories()[0]
        url = index.get_url()
        self.addresses = {
            "home": "/",
            "listing, first": url,
            "listing, middle": f"{url}?older={cursor_of(middle)}",
            "listing, middle, back": f"{url}?newer={cursor_of(middle)}",
            "listing, last": f"{url}?oldest=1",
            "category": index.category_url(category),
            "category, middle": f"{index.category_url(category)}?older={cursor_of(middle)}",
            "category, last": f"{index.category_url(category)}?oldest=1",
            "month": f"{url}{middle.date.year}/{middle.date.month}/",
            "year, last": f"{url}{middle.date.year}/?oldest=1",
            "article, middle": middle.get_url(),
            "feed": f"{url}rss.xml",
            "not found": f"{url}khong-co/",
        }
        return list(self.addresses)

    def ask(self, name: str, times: int) -> list[float]:
        """Ask for a page until it is warm, then ``times`` times; return how long each took."""
        for _ in range(WARM_REQUESTS):
            self._get(name)
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            self._get(name)
            taken.append(time.perf_counter() - started)
        return taken

    def queries(self, name: str) -> list[str]:
        """Return the queries of one warm request."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._get(name)
        with CaptureQueriesContext(connection) as captured:
            self._get(name)
        return [query["sql"] for query in captured]

    def _get(self, name: str) -> bytes:
        expected = "404" if name == "not found" else "200"
        environ = self.requests.get(self.addresses[name]).environ
        answer = []
        response = self.application(environ, lambda status, headers: answer.append(status))
        body = b"".join(response)
        response.close()
        if not answer[0].startswith(expected):
            raise RuntimeError(f"{self.addresses[name]} answered {answer[0]}")
        return body

    def publish(self) -> float:
        """Publish a new version of the article in the middle."""
        from django.db import transaction

        from news.models import NewsPage

        page = NewsPage.objects.get(slug="bai-giua")
        page.lead = f"Lần sửa {uuid.uuid4()}."
        started = time.perf_counter()
        with transaction.atomic():
            page.save_revision().publish()
        return time.perf_counter() - started

    def create(self) -> float:
        """Create and publish an article through the form of the admin."""
        from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

        from news.models import NewsIndexPage

        index = NewsIndexPage.objects.get()
        slug = f"bai-moi-{uuid.uuid4().hex[:8]}"
        data = nested_form_data(
            {
                "title": f"Bài mới {slug}",
                "slug": slug,
                "date": "2024-08-05 09:00",
                "category": index.categories()[0].pk,
                "lead": "Một câu kể lại toàn bộ sự việc.",
                "body": streamfield([]),
                "related_news": inline_formset([]),
                "comments": inline_formset([]),
                "action-publish": "1",
            }
        )
        self._editor()
        started = time.perf_counter()
        response = self.editor.post(f"/admin/pages/add/news/newspage/{index.pk}/", data)
        taken = time.perf_counter() - started
        if response.status_code != 302 or not index.get_children().filter(slug=slug).exists():
            raise RuntimeError(f"The article was not created: {response.status_code}")
        return taken

    def explore(self) -> float:
        """Open the list of articles in the admin."""
        from news.models import NewsIndexPage

        index = NewsIndexPage.objects.get()
        self._editor()
        started = time.perf_counter()
        response = self.editor.get(f"/admin/pages/{index.pk}/")
        taken = time.perf_counter() - started
        if response.status_code != 200:
            raise RuntimeError(f"The explorer answered {response.status_code}")
        return taken

    def _editor(self):
        from django.test import Client

        from portal.factories import UserFactory

        if self.editor is None:
            self.editor = Client(headers={"host": "localhost"})
            self.editor.force_login(UserFactory(username="bench", is_superuser=True))


def _small_site() -> None:
    """Build a site without pictures: menu, sections, and a full month of articles in the middle."""
    from django.utils import timezone

    from home.demo.bulk import YEARS
    from home.factories import InfoPageFactory, small_site
    from news.factories import NewsCategoryFactory, NewsPageFactory
    from news.models import RelatedNews
    from portal.factories import SigningBodyFactory

    site = small_site()
    for _ in range(PAGES_IN_MENU):
        InfoPageFactory(parent=site.home, show_in_menus=True)
    latest = {"title": "Thông tin mới nhất", "category": None, "count": 6}
    site.home.sections = [("latest_news", latest), ("statistics", {"title": "Thống kê"})]
    site.home.sidebar = [("latest_news", latest)]
    site.home.save_revision().publish()
    categories = [NewsCategoryFactory() for _ in range(CATEGORIES)]
    signing = SigningBodyFactory()
    middle = (timezone.now() - timedelta(days=YEARS * 365 // 2)).replace(day=15, hour=3)
    body = [
        ("heading", {"text": "Diễn biến", "level": "2"}),
        ("paragraph", "<p>Sáng nay, hội nghị sơ kết đã được tổ chức.</p>" * 6),
        ("quote", {"text": "Một câu nói đáng nhớ.", "attribution": "Ca dao", "source": ""}),
        ("signature", {"body": signing, "person": "", "role": ""}),
    ]
    articles = [
        NewsPageFactory(
            parent=site.news,
            slug="bai-giua" if number == MONTH_ARTICLES // 2 else f"bai-trong-thang-{number}",
            category=categories[number % CATEGORIES],
            date=middle + timedelta(hours=number),
            body=body,
        )
        for number in range(MONTH_ARTICLES)
    ]
    for chosen in articles[:3]:
        RelatedNews.objects.create(
            article=articles[MONTH_ARTICLES // 2], page=chosen, locale_id=chosen.locale_id
        )


def main() -> None:
    """Answer line after line until standard input ends."""
    # Whatever else writes to standard output must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    django.setup()
    portal = Portal()
    for line in sys.stdin:
        operation, *arguments = json.loads(line)
        print(json.dumps(getattr(portal, operation)(*arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main()
