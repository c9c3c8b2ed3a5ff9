"""How the demo site is built from its texts and pictures."""

import warnings
from collections.abc import Callable
from datetime import date, timedelta

from bs4 import MarkupResemblesLocatorWarning
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from home.demo import content, pictures
from home.demo.site import DEMO_KEY, IMAGE_TAG, publish, remove_welcome_page, site_for
from home.demo.streams import Streams, moment
from home.demo.translate import Translator
from home.factories import (
    HistoryIndexPageFactory,
    HistoryPageFactory,
    HomePageFactory,
    InfoPageFactory,
    LocationMapPageFactory,
    PlaceFactory,
    StatisticsPageFactory,
)
from news.factories import NewsCategoryFactory, NewsIndexPageFactory, NewsPageFactory
from news.models import NewsCategory, RelatedNews
from portal.factories import (
    FormerNameFactory,
    IdentityFactory,
    ImageFactory,
    SigningBodyFactory,
    image_file,
    locale,
)
from portal.models import PortalImage, SigningBody
from portal.pagecache.collector import EVERYTHING
from portal.pagecache.journal import touch

SOURCE, TARGET = "vi", "en"


class Demo:
    """Builds the demo site.

    ``say`` is told of each step; pictures are drawn at ``scale`` times their own size.
    """

    def __init__(self, say: Callable[[str], None], scale: float = 1.0):
        self.say = say
        self.scale = scale
        self.images: dict[str, PortalImage] = {}
        self.signing: dict[str, SigningBody] = {}
        self.categories: dict[str, NewsCategory] = {}
        self.articles: dict[str, Page] = {}
        self.info: dict[str, Page] = {}
        self.to_translate: list = []
        self.changed_after: set[int] = set()
        self.target = locale(TARGET) if TARGET in dict(settings.LANGUAGES) else None
        locale(SOURCE)

    def build(self) -> Translator | None:
        """Build everything; return the translator, which knows what it could not translate."""
        self.say(_("Drawing pictures"))
        self._draw()
        with transaction.atomic():
            remove_welcome_page()
            self.say(_("Writing pages"))
            self._snippets()
            self._pages()
            self._identity()
            # What follows is done when the transaction ends.
            self.say(_("Making the sizes of the pictures"))
        translator = None
        if self.target is not None:
            self.say(_("Translating"))
            # Each translation is published when its own transaction ends: a parent must be so
            # before its children are made, or it would be saved as if it had none.
            with warnings.catch_warnings():
                # wagtail-localize reads every text as HTML, addresses and slugs too.
                warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
                translator = self._translate(self.target)
        with transaction.atomic():
            self._change_originals()
            self._settle_dates()
            touch(EVERYTHING, hard=True)
        return translator

    def _draw(self):
        for name, picture in pictures.PICTURES.items():
            width, height = (round(side * self.scale) for side in picture.size)
            drawn = pictures.draw(name, (width, height))
            image = ImageFactory(
                title=picture.title_vi,
                description=picture.alt_vi,
                credit=picture.credit,
                file=image_file(drawn, name),
                width=width,
                height=height,
            )
            image.tags.add(IMAGE_TAG)
            self.images[name] = image

    def _streams(self, seed: str) -> Streams:
        return Streams(self.images, self.signing, seed)

    def _snippets(self):
        for entry in content.read("signing_bodies")["body"]:
            self.signing[entry["key"]] = SigningBodyFactory(**entry[SOURCE])
            self.to_translate.append((self.signing[entry["key"]], entry))
        for order, entry in enumerate(content.read("categories")["category"]):
            category = NewsCategoryFactory(**entry[SOURCE], sort_order=order)
            self.categories[entry["key"]] = category
            self.to_translate.append((category, entry))

    def _pages(self):
        words = content.read("home")
        self.home = HomePageFactory(title=words[SOURCE]["title"], translation_key=DEMO_KEY)
        self.site = site_for(self.home)
        structure = content.read("structure")
        self.news = NewsIndexPageFactory(
            parent=self.home, show_in_menus=True, **structure["news"][SOURCE]
        )
        self.to_translate.append((self.news, structure["news"]))
        self._history(structure["history"])
        self._places()
        self._info_pages()
        self._statistics(structure["statistics"])
        self._articles()
        self._fill_home(words)

    def _articles(self):
        entries = content.articles()
        for entry in entries:
            words = entry[SOURCE]
            image = self.images[entry["picture"]]
            page = NewsPageFactory(
                parent=self.news,
                title=words["title"],
                slug=entry["key"],
                lead=words["lead"],
                search_description=words["lead"][:300],
                date=moment(entry["date"]),
                category=self.categories[entry["category"]],
                is_pinned=entry.get("pinned", False),
                lead_image=image,
                lead_image_alt=words["picture_alt"],
                lead_image_caption=words.get("picture_caption", ""),
                source_name=entry.get("source_name", ""),
                source_url=entry.get("source_url", ""),
                legacy_number=entry.get("legacy_number"),
                body=self._streams(entry["key"]).body(words["body"]),
            )
            self.articles[entry["key"]] = page
        for entry in entries:
            page = self.articles[entry["key"]]
            for order, key in enumerate(entry.get("related", [])):
                RelatedNews.objects.create(
                    article=page,
                    page=self.articles[key],
                    sort_order=order,
                    locale_id=page.locale_id,
                )
            page.save_revision().publish()
            if TARGET in entry:
                self.to_translate.append((page, entry))

    def _history(self, words):
        index = HistoryIndexPageFactory(parent=self.home, show_in_menus=True, **words[SOURCE])
        self.to_translate.append((index, words))
        history = content.read("history")
        streams = self._streams("history")
        introduction = {"type": "paragraph", "html": history[SOURCE]["body"]}
        items = [{**item, **item[SOURCE]} for item in history["item"]]
        self.history = HistoryPageFactory(
            parent=index,
            title=history[SOURCE]["title"],
            lead=history[SOURCE]["lead"],
            listing_title=history[SOURCE].get("listing_title", ""),
            listing_image=self.images["miners-1960s"],
            legacy_number=history["legacy_number"],
            body=streams.body([introduction, *items]),
        )
        publish([index, self.history])
        self.to_translate.append((self.history, history))

    def _places(self):
        words = content.read("places")
        note = {"type": "callout", "tone": "note", "html": f"<p>{words[SOURCE]['note']}</p>"}
        self.map = LocationMapPageFactory(
            parent=self.home,
            title=words[SOURCE]["title"],
            lead=words[SOURCE]["lead"],
            show_in_menus=True,
            body=self._streams("places").body([note]),
        )
        for order, entry in enumerate(words["place"]):
            PlaceFactory(
                page=self.map,
                sort_order=order,
                coordinates=entry["coordinates"],
                zoom=entry["zoom"],
                phone=entry.get("phone", ""),
                entrance_photo=self.images[entry["picture"]],
                **entry[SOURCE],
            )
        publish([self.map])
        self.to_translate.append((self.map, words))

    def _info_pages(self):
        for entry in content.read("pages")["page"]:
            words = entry[SOURCE]
            page = InfoPageFactory(
                parent=self.home,
                title=words["title"],
                slug=words["slug"],
                lead=words["lead"],
                show_in_menus=entry["key"] == "gioi-thieu",
                body=self._streams(entry["key"]).body(words["body"]),
            )
            publish([page])
            self.info[entry["key"]] = page
            self.to_translate.append((page, entry))

    def _statistics(self, words):
        own = words[SOURCE]
        streams = self._streams("statistics")
        links = streams.items([streams.link("", page=self.info["quyen-rieng-tu"])])
        page = StatisticsPageFactory(
            parent=self.home,
            title=own["title"],
            slug=own["slug"],
            lead=own["lead"],
            body=[streams.block("links", {"title": own["links_title"], "links": links})],
        )
        publish([page])
        self.to_translate.append((page, words))

    def _fill_home(self, words):
        streams = self._streams("home")
        targets = {"history": self.history, "places": self.map}
        targets |= {f"article:{key}": page for key, page in self.articles.items()}
        own = words[SOURCE]
        statistics = content.read("identity")[SOURCE]["statistics_heading"]
        app = words["app_link"]
        blocks = {
            "latest_news": {"title": own["latest_heading"], "category": None, "count": 6},
            "featured": {
                "title": own["featured_heading"],
                "pages": streams.items(
                    self.articles[key].pk for key in words["featured"]["articles"]
                ),
            },
            "history_highlight": {
                **words["history_highlight"][SOURCE],
                "image": streams.picture("miners-1960s", ""),
                "link": streams.link("", page=self.history),
            },
            "app_link": {
                **app[SOURCE],
                "icon": streams.picture(app["icon"], ""),
                **{key: app[key] for key in ("web_url", "app_store_url", "play_url")},
            },
            "statistics": {"title": statistics},
            "map_teaser": {**words["map_teaser"][SOURCE], "page": self.map.pk},
            "links": {
                "title": words["links"][SOURCE]["title"],
                "links": streams.items(
                    streams.link(link["text"], url=link["url"])
                    for link in words["links"][SOURCE]["links"]
                ),
            },
            "text": {
                "title": words["rich_text"][SOURCE]["title"],
                "text": words["rich_text"][SOURCE]["html"],
            },
        }
        self.home.intro = own["intro"]
        self.home.listing_image = self.images["banner-dawn"]
        self.home.banners = [
            streams.block("banner", self._banner(streams, banner, targets[banner["target"]]))
            for banner in words["banner"]
        ]
        self.home.sections = [streams.block(kind, value) for kind, value in blocks.items()]
        beside = ("latest_news", "app_link", "statistics", "map_teaser", "links")
        self.home.sidebar = [streams.block(kind, blocks[kind]) for kind in beside]
        publish([self.home])
        self.to_translate.insert(0, (self.home, words))

    def _banner(self, streams, entry, target) -> dict:
        words = entry[SOURCE]
        return {
            "image": streams.picture(entry["picture"], words["alt"]),
            "phone_image": getattr(self.images.get(entry.get("phone_picture")), "pk", None),
            "title": words["title"],
            "text": words["text"],
            "link": streams.link(words["link_text"], page=target),
            "show_from": _iso(entry.get("show_from")),
            "show_until": _iso(entry.get("show_until")),
        }

    def _identity(self):
        words = content.read("identity")
        fields = (
            "name", "short_name", "superior", "tagline", "responsible_person",
            "responsible_office", "address", "licence", "source_citing", "archive_notice",
        )  # fmt: skip
        identity = IdentityFactory(
            site=self.site,
            emblem=self.images["emblem"],
            founding_date=date.fromisoformat(words["founding_date"]),
            phone=words["phone"],
            fax=words["fax"],
            email=words["email"],
            carried_visits=words["carried_total"],
            carried_visits_date=date.fromisoformat(words["carried_date"]),
            **{field: words[SOURCE][field] for field in fields},
        )
        for order, entry in enumerate(words["former_names"]):
            FormerNameFactory(
                identity=identity,
                sort_order=order,
                name=entry[SOURCE]["name"],
                from_date=date.fromisoformat(entry["from"]) if "from" in entry else None,
                until_date=date.fromisoformat(entry["until"]) if "until" in entry else None,
                decision=entry["decision"],
            )
        self.to_translate.append((identity, words))

    def _translate(self, target: Locale) -> Translator:
        translator = Translator(target)
        for name in ("home", "identity", "places", "history"):
            _learn_pairs(translator, content.read(name))
        for _instance, entry in self.to_translate:
            _learn_pairs(translator, entry)
        note = content.read("places")
        translator.learn(*(f"<p>{note[code]['note']}</p>" for code in (SOURCE, TARGET)))
        for instance, _entry in self.to_translate:
            instance.refresh_from_db()
            translator.translate(instance)
        return translator

    def _change_originals(self):
        """Publish a newer text of some articles, whose translations are thereby outdated."""
        for instance, entry in self.to_translate:
            if entry.get("outdated"):
                instance.refresh_from_db()
                instance.lead = entry[SOURCE]["lead_after"]
                instance.save_revision().publish()
                self.changed_after.add(instance.pk)

    def _settle_dates(self):
        """Let the articles have been published when their dates say, not all of them today."""
        for page in self.articles.values():
            for version in type(page).objects.filter(translation_key=page.translation_key):
                days = 2 if version.pk != page.pk else 0
                if page.pk in self.changed_after and version.pk == page.pk:
                    days = 20
                published = page.date + timedelta(days=days)
                type(page).objects.filter(pk=version.pk).update(
                    first_published_at=page.date, last_published_at=min(published, timezone.now())
                )


def _learn_pairs(translator: Translator, entry) -> None:
    """Teach ``translator`` every pair of languages anywhere within ``entry``."""
    if isinstance(entry, dict):
        if SOURCE in entry and TARGET in entry:
            translator.learn(entry[SOURCE], entry[TARGET])
        for value in entry.values():
            _learn_pairs(translator, value)
    elif isinstance(entry, list):
        for value in entry:
            _learn_pairs(translator, value)


def _iso(text: str | None) -> str | None:
    return moment(text).isoformat() if text else None
