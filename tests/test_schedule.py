"""Scheduled publishing and expiry."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone, translation
from wagtail.models import PageLogEntry
from wagtail.signals import page_published

from home.factories import InfoPageFactory
from news.factories import NewsPageFactory
from news.models import NewsPage
from portal import schedule

pytestmark = pytest.mark.django_db


def scheduled(site, slug: str, after: timedelta) -> NewsPage:
    """An article that is approved to go live ``after`` from now."""
    page = NewsPageFactory(parent=site.news, slug=slug, live=False)
    page.go_live_at = timezone.now() + after
    page.save_revision(approved_go_live_at=page.go_live_at)
    return page


def is_live(page) -> bool:
    return NewsPage.objects.get(pk=page.pk).live


def test_what_is_due_goes_live_and_what_is_not_stays(site):
    due = scheduled(site, "den-gio", timedelta(minutes=-1))
    later = scheduled(site, "chua-den", timedelta(minutes=5))
    outcome = schedule.run()
    assert (is_live(due), is_live(later)) == (True, False)
    assert len(outcome.published) == 1
    assert outcome.failed == []


def test_what_has_expired_is_unpublished_and_logged(site):
    page = NewsPageFactory(parent=site.news, expire_at=timezone.now() - timedelta(seconds=1))
    schedule.run()
    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.unpublish.scheduled").exists()


def test_pages_below_what_has_expired_do_not_lead_to_it(site, client):
    above = InfoPageFactory(parent=site.home, title="Trang đã hết hạn")
    page = InfoPageFactory(parent=above, title="Trang con")
    assert "Trang đã hết hạn" in client.get(page.url).content.decode()
    above.expire_at = timezone.now() - timedelta(seconds=1)
    above.save()
    assert "Trang đã hết hạn" not in client.get(page.url).content.decode()


def test_one_that_fails_does_not_stop_the_others_and_is_tried_again(site, caplog):
    failing = scheduled(site, "hong", timedelta(minutes=-3))
    healthy = scheduled(site, "lanh", timedelta(minutes=-2))

    def refuse(instance, **_signal):
        if instance.slug == "hong":
            raise RuntimeError("this page cannot be published")

    page_published.connect(refuse)
    try:
        outcome = schedule.run()
    finally:
        page_published.disconnect(refuse)
    assert (is_live(failing), is_live(healthy)) == (False, True)
    assert len(outcome.failed) == 1
    assert "will be tried again" in caplog.text
    assert schedule.run().published == [str(failing)]
    assert is_live(failing)


def test_a_second_run_changes_nothing(site):
    scheduled(site, "mot-lan", timedelta(minutes=-1))
    assert len(schedule.run().published) == 1
    again = schedule.run()
    assert (again.published, again.expired, again.failed) == ([], [], [])


def test_the_command_says_what_it_did(site, capsys):
    scheduled(site, "lenh", timedelta(minutes=-1))
    with translation.override("en"):
        call_command("run_schedule")
    assert "Published 1, expired 0, failed 0." in capsys.readouterr().out
