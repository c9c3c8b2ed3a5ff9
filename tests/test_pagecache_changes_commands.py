"""What Wagtail's commands change reaches readers: nothing that is kept says what was before."""

from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command, get_commands
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasIntegrityError
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision
from wagtail_localize.models import LocaleSynchronization

from home.factories import InfoPageFactory, LocationMapPageFactory, PlaceFactory
from news.factories import NewsCategoryFactory, NewsPageFactory
from portal.factories import ImageFactory, locale
from tests.editing import sign_in, typed
from tests.oracle.portals import EdgeHere, Truth
from tests.touching import fresh
from tests.translating import committing, edit, translated

HOST = "testserver"

# Commands of Wagtail and wagtail-localize that change nothing which readers see.
HARMLESS = {
    "api_tokens": "log-ins of programs",
    "convert_mariadb_uuids": "for a database that the portal does not run on",
    "enable_fuzzystrmatch": "an extension of PostgreSQL",
    "enable_trigram": "an extension of PostgreSQL",
    "enable_unaccent": "an extension of PostgreSQL",
    "purge_embeds": "what was embedded is asked for again",
    "show_references_index": "it only reads",
}


@pytest.fixture
def pages(site):
    """Pages whose order, addresses, titles and pictures are shown by others."""
    picture = {"lead_image": ImageFactory(), "lead_image_is_decorative": True}
    category = NewsCategoryFactory()
    with committing():
        edit(NewsPageFactory(parent=site.news, slug="tin", category=category, **picture))
    made = {}
    for name in ("mot", "hai", "ba"):
        made[name] = InfoPageFactory(parent=site.home, slug=name, show_in_menus=True)
    made["con"] = InfoPageFactory(parent=made["hai"], slug="con")
    made["map"] = LocationMapPageFactory(parent=site.home, slug="ban-do")
    PlaceFactory(page=made["map"])
    english = translated(site.home)
    made["english"] = translated(made["mot"])
    assert made["english"].is_child_of(english)
    return {name: fresh(page) for name, page in made.items()}


@pytest.fixture
def readers(kept_connection, pagecache, pages):
    """Compares what is kept with what is true, after a change; returns what was dropped."""
    edge, truth = EdgeHere(HOST), Truth(HOST)
    addresses = ["/", "/tin-tuc/", "/tin-tuc/tin/", "/tin-tuc/rss.xml", "/mot/", "/hai/"]
    addresses += ["/hai/con/", "/ba/", "/ba/con/", "/ban-do/", "/cu/", "/en/", "/sitemap-pages.xml"]
    addresses += ["/sap-toi/", pages["english"].url]

    def after(change) -> set[str]:
        # The first time makes pictures in the sizes that are shown.
        for _ in range(3):
            edge.edge.refresher.work()
            before = [edge.ask(address) for address in addresses]
        assert [answer.cache for answer in before if "; hit" not in answer.cache] == []
        with committing():
            change()
        answers = {address: edge.ask(address) for address in addresses}
        truths = truth.ask(addresses)
        wrong = [
            (address, answer.cache)
            for address, answer in answers.items()
            if not answer.is_stale and not answer.says_the_same(truths[address])
        ]
        assert wrong == []
        return {a for a, answer in answers.items() if answer.is_stale or "hit" not in answer.cache}

    return after


def command(name: str, *arguments, **options):
    """Return what runs the command quietly."""
    return lambda: call_command(name, *arguments, **options)


# The tree


def test_move_pages(readers, pages):
    dropped = readers(command("move_pages", pages["hai"].pk, pages["ba"].pk))
    assert {"/hai/con/", "/ba/con/"} <= dropped


def test_set_url_paths(readers, pages):
    Page.objects.filter(pk=pages["con"].pk).update(url_path=f"{pages['hai'].url_path}khac/")
    dropped = readers(command("set_url_paths"))
    assert {"/hai/con/", "/sitemap-pages.xml"} <= dropped


def test_fixtree_writes_past_all_signals(readers, pages):
    Page.objects.filter(pk=pages["hai"].pk).update(numchild=0)
    dropped = readers(command("fixtree", full=True, interactive=False))
    assert {"/", "/hai/", "/sitemap-pages.xml"} <= dropped
    assert fresh(pages["hai"]).numchild == 1


def test_fixtree_deletes_orphans(readers, pages):
    stray = f"{pages['hai'].path}00090001"
    Page.objects.filter(pk=pages["con"].pk).update(path=stray, depth=len(stray) // 4)
    dropped = readers(command("fixtree", interactive=False, delete_orphans=True))
    assert "/hai/con/" in dropped
    assert not Page.objects.filter(pk=pages["con"].pk).exists()


# Redirects


@pytest.fixture
def redirects(tmp_path):
    file = tmp_path / "redirects.csv"
    file.write_text("from,to\n/cu,https://example.org/moi/\n")
    return file


def test_import_redirects(readers, redirects):
    assert "/cu/" in readers(command("import_redirects", src=str(redirects)))
    assert Redirect.objects.filter(old_path="/cu").exists()


def test_redirects_that_are_imported_in_the_admin(readers, redirects):
    browser = sign_in(is_superuser=True)

    def import_them():
        upload = SimpleUploadedFile("redirects.csv", redirects.read_bytes(), "text/csv")
        asked = browser.post("/admin/redirects/import/", {"import_file": upload})
        columns = {"from_index": "0", "to_index": "1", "permanent": "on"}
        answer = browser.post("/admin/redirects/import/process/", {**typed(asked), **columns})
        assert answer.status_code == 302

    assert "/cu/" in readers(import_them)
    assert Redirect.objects.filter(old_path="/cu").exists()


# Times and versions


@pytest.mark.parametrize("name", ["publish_scheduled", "publish_scheduled_pages"])
def test_publish_scheduled(readers, pages, site, name):
    page = InfoPageFactory(parent=site.home, slug="sap-toi", live=False)
    now = timezone.now()

    def pass_time():
        page.go_live_at = now
        page.save_revision(approved_go_live_at=now)
        Page.objects.filter(pk=pages["ba"].pk).update(expire_at=now)
        call_command(name)

    assert {"/sap-toi/", "/ba/", "/sitemap-pages.xml"} <= readers(pass_time)


def test_purge_revisions(readers, pages):
    for title in ("Hai", "Ba"):
        edit(pages["mot"], title=title)
    assert readers(command("purge_revisions")) == set()
    assert Revision.objects.for_instance(pages["mot"]).count() == 1


# Pictures


@pytest.mark.parametrize("purge_only", [True, False])
def test_wagtail_update_image_renditions(readers, purge_only):
    command_ = command("wagtail_update_image_renditions", purge_only=purge_only)
    assert "/tin-tuc/tin/" in readers(command_)


# Indexes and logs


@pytest.mark.parametrize(
    "name",
    [
        "rebuild_references_index",
        "update_index",
        "wagtail_update_index",
        "create_log_entries_from_revisions",
        "sync_locale_trees",
    ],
)
def test_what_readers_do_not_see(readers, name):
    assert readers(command(name, verbosity=0)) == set()


# Languages


def test_the_tree_of_one_language_is_not_copied_into_another(readers, site):
    LocaleSynchronization.objects.create(locale=locale("en"), sync_from=site.home.locale)

    def synchronise():
        with suppress(CreatePageAliasIntegrityError):
            call_command("sync_locale_trees")

    readers(synchronise)
    assert not Page.objects.exclude(alias_of=None).exists()


def test_a_translation_is_not_made_an_alias(readers, pages):
    browser = sign_in(is_superuser=True)
    address = f"/admin/localize/page/{pages['english'].pk}/convert_to_alias/"
    readers(lambda: browser.post(address))
    assert not Page.objects.exclude(alias_of=None).exists()


def test_every_command_of_wagtail_is_tried_or_known_to_be_harmless():
    apps = ("wagtail", "wagtail_localize")
    ours = {"fixtree"}
    names = {n for n, app in get_commands().items() if str(app).split(".")[0] in apps} | ours
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert {name for name in names - HARMLESS.keys() if f'"{name}"' not in text} == set()
