"""Pages as files: which of them are written, and what is left when a process ends."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from news.factories import NewsPageFactory
from portal.pagecache import collector, export, fill, follower, journal
from portal.pagecache.node import local
from tests.exporting import HOST, KilledError, ask, every_file, exported, keys, kill


def test_a_page_with_a_last_instant_is_not_exported(exporting, site):
    soon = timezone.now() + timedelta(hours=1)
    ends = NewsPageFactory(parent=site.news, expire_at=soon)
    assert ask(exporting, ends.url).status == 200
    assert ask(exporting, ends.url).is_hit
    assert exported() == []


def test_a_page_that_is_to_be_refreshed_is_a_file_until_then(exporting, site, monkeypatch):
    article = NewsPageFactory(parent=site.news)
    soon = timezone.now() + timedelta(minutes=15)
    show = type(article).get_context

    def until_soon(page, *args, **kwargs):
        collector.until(soon)
        return show(page, *args, **kwargs)

    monkeypatch.setattr(type(article), "get_context", until_soon)
    assert ask(exporting, article.url).status == 200
    assert article.url in exported()
    node = local()
    export.expire(node.config, node.store, 0, soon.timestamp() - 1)
    assert article.url in exported()
    export.expire(node.config, node.store, 0, soon.timestamp() + 1)
    assert article.url not in exported()


def test_what_is_no_page_is_not_exported(exporting, site):
    NewsPageFactory(parent=site.news)
    for address in ("/khong-co/", "/robots.txt", "/tin-tuc/rss.xml", "/sitemap.xml"):
        ask(exporting, address)
    assert exported() == []


def test_a_page_with_tags_for_a_cdn_is_not_exported(exporting, settings):
    settings.PAGECACHE = {**settings.PAGECACHE, "surrogate_header": "Surrogate-Key"}
    local().store.close()
    local.cache_clear()
    assert ask(exporting, "/").status == 200
    assert ask(exporting, "/").is_hit
    assert exported() == []


@pytest.mark.parametrize(
    "key",
    [
        f"https://{HOST}/../x/",
        f"https://{HOST}/a/../../x/",
        f"https://{HOST}//etc/",
        f"https://{HOST}/a.b/",
        f"https://{HOST}/a%2fb/",
        f"https://{HOST}/a\\b/",
        f"https://{HOST}/đ/",
        f"https://{HOST}/a\x00/",
        f"https://{HOST}/{'a' * 300}/",
        f"https://{HOST}/x",
        f"https://{HOST}/?a=b",
        f"https://{HOST}.evil.example/x/",
        f"http://{HOST}/x/",
    ],
)
def test_no_address_leads_out_of_the_folder(exporting, key):
    assert export.folder_of(local().config, key) is None


def test_the_files_of_a_page_that_had_to_make_room_are_removed(exporting, site, settings):
    settings.PAGECACHE = {**settings.PAGECACHE, "store_bytes": 60_000}
    local().store.close()
    local.cache_clear()
    articles = [NewsPageFactory(parent=site.news) for _n in range(4)]
    follower.follow()
    for article in articles:
        ask(exporting, article.url)
    kept = [key.removeprefix(f"https://{HOST}") for key in keys()]
    assert 0 < len(kept) < 4
    assert exported() == sorted(kept)


def test_a_process_that_ends_before_the_file_is_written_leaves_a_page_without(
    exporting, monkeypatch
):
    monkeypatch.setattr(fill.export, "write", kill)
    with pytest.raises(KilledError):
        ask(exporting, "/")
    assert keys() == [f"https://{HOST}/"]
    assert every_file() == []


def test_a_purge_that_is_cut_off_has_removed_the_files_already(
    exporting, exported_pages, monkeypatch
):
    monkeypatch.setattr("portal.pagecache.store.database.Writer.set_position", kill)
    journal.touch("*", hard=True)
    with pytest.raises(KilledError):
        follower.follow()
    assert exported() == []
    monkeypatch.undo()
    follower.follow()
    assert keys() == []


def test_a_page_that_is_purged_while_it_is_written_is_not_exported(exporting, monkeypatch):
    write = export.write

    def purged_before(config, store, entry):
        journal.touch("wagtailcore.page:1", *entry.tags)
        follower.follow()
        write(config, store, entry)

    monkeypatch.setattr(fill.export, "write", purged_before)
    ask(exporting, "/")
    assert exported() == []


def test_files_that_the_store_does_not_know_are_removed_at_start(exporting, exported_pages):
    root = Path(local().config.export_folder)
    orphan = root / "cu" / "hon"
    orphan.mkdir(parents=True)
    (orphan / "index.html").write_text("old")
    (root / "tin-tuc" / "index.html").write_text("another page")
    with local().store.writing() as writer:
        writer.remove([f"https://{HOST}/ban-do/"])
    follower.take_over(local())
    assert exported() == sorted(set(exported_pages) - {"/tin-tuc/", "/ban-do/"})
    assert not (root / "cu").exists()


def test_a_file_that_came_back_from_a_backup_is_removed_at_start(exporting, exported_pages):
    path = Path(local().config.export_folder) / "tin-tuc" / "index.html.gz"
    os.utime(path, (1, 1))
    follower.take_over(local())
    assert "/tin-tuc/" not in exported()
    assert "/tin-tuc/hai-cap/" in exported()


def test_a_store_that_begins_anew_leaves_no_file(exporting, exported_pages):
    local().store.abandon()
    follower.follow()
    assert every_file() == []


def test_what_else_lies_in_the_folder_stays(exporting, exported_pages):
    root = Path(local().config.export_folder)
    others = [root / "robots.txt", root / "tin-tuc" / "anh.jpg", root / "khac" / "index.htm"]
    for other in others:
        other.parent.mkdir(exist_ok=True)
        other.write_text("not of a page")
    follower.take_over(local())
    assert exported() == sorted(exported_pages)
    local().store.abandon()
    follower.follow()
    assert sorted(every_file()) == sorted(others)
