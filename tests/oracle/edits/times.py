"""Edits that take effect at an instant: go-live, expiry, banners."""

import json
import time
from datetime import timedelta

from django.utils import timezone

from home.models import HomePage
from portal import schedule
from portal.models import PortalImage
from tests.oracle.edits.asking import articles, by_model, expendable, pages
from tests.oracle.site import banner, publish

SOON = timedelta(seconds=1)


@by_model
def go_live(world, pick):
    page = pick.one(expendable().not_exact_type(HomePage))
    if page is None:
        return None
    page = page.specific
    page.title = world.text("Hẹn giờ")
    page.go_live_at = timezone.now() + timedelta(days=1)
    # Wagtail keeps it as a draft that is approved for that instant.
    page.save_revision().publish()
    page.get_latest_revision()
    return f"page {page.pk} scheduled"


@by_model
def run_schedule(world, pick):
    """Let what is scheduled become due, and run the schedule."""
    due = [
        revision
        for page in pages()
        for revision in page.revisions.exclude(approved_go_live_at=None)
    ]
    if not due:
        return None
    for revision in due:
        past = timezone.now() - SOON
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()
    outcome = schedule.run()
    return f"the schedule published {outcome.published}, expired {outcome.expired}"


def expire(world, pick):
    page = pick.one(expendable().filter(live=True))
    if page is None or articles().filter(live=True).count() < 8:
        return
    page = page.specific
    page.expire_at = timezone.now() + SOON
    instant = page.expire_at.timestamp()
    world.instants.append(instant)
    publish(page)
    yield f"page {page.pk} published until {page.expire_at:%X}"
    time.sleep(max(0.0, instant - time.time()) + 0.01)
    yield f"page {page.pk} over"
    schedule.run()
    yield f"page {page.pk} expired by the schedule"
    page.refresh_from_db()
    page.expire_at = None
    if pick.number(0, 1) and not page.live:
        page.title = world.text("Lại")
        publish(page)
        yield f"page {page.pk} published again"


def banners(world, pick):
    home = pick.one(HomePage.objects.filter(live=True).order_by("pk"))
    image = pick.one(PortalImage.objects.order_by("pk"))
    if home is None or image is None:
        return
    now = timezone.now()
    first, second = now + SOON, now + 2 * SOON
    world.instants += [first.timestamp(), second.timestamp()]
    home.banners = json.dumps(
        [
            banner(world.text, image, home, show_until=first),
            banner(world.text, image, home, show_from=first, show_until=second),
            banner(world.text, image, home, show_from=now + timedelta(days=2)),
        ]
    )
    publish(home)
    yield f"banners of {home.pk} changed"
    for instant in (first, second):
        time.sleep(max(0.0, instant.timestamp() - time.time()) + 0.01)
        yield f"banners of {home.pk} at {instant:%X}"


EDITS = [go_live, run_schedule, expire, expire, banners]
