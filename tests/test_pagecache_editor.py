"""What editors see of the page cache: what a change refreshes, and where a page is shown."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model

from news.factories import NewsPageFactory
from portal import roles
from portal.factories import UserFactory
from portal.pagecache import follower
from portal.pagecache.addresses import ADDRESSES_KEPT, CHANGES_KEPT, SESSION_KEY
from portal.pagecache.node import local
from tests.fronting import ask

SITE = "http://testserver"


@pytest.fixture
def kept(front, site):
    """An article that is kept, with the list that shows it."""
    site.site.hostname = "testserver"
    site.site.save()
    article = NewsPageFactory(parent=site.news, slug="bai", title="Bài viết")
    article.save_revision().publish()
    follower.follow()
    for address in ("/tin-tuc/", article.url, "/khong-co/"):
        ask(front, address)
    assert ask(front, article.url).is_hit
    return article


@pytest.fixture
def moderator(site):
    roles.set_up()
    user = UserFactory(username="duyet", password="a long enough password")
    user.groups.add(Group.objects.get(name="Moderators"))
    client = Client()
    client.force_login(user)
    return client


def unpublish(client, page):
    return client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]), follow=True)


def test_a_change_says_how_many_addresses_it_refreshes_and_lists_them(moderator, kept):
    response = unpublish(moderator, kept)
    (change,) = moderator.session[SESSION_KEY]
    assert f"{SITE}{kept.url}" in change["addresses"]
    assert f"{SITE}/tin-tuc/" in change["addresses"]
    # What says that there is no page is nobody's public page.
    assert f"{SITE}/khong-co/" not in change["addresses"]
    text = response.content.decode()
    assert f"Đang làm mới {change['count']} địa chỉ công khai" in text
    address = reverse("pagecache_refreshed", args=[change["token"]])
    assert address in text
    listed = moderator.get(address).content.decode()
    for url in change["addresses"]:
        assert f'href="{url}"' in listed


def test_a_draft_refreshes_nothing_and_says_nothing(moderator, kept):
    kept.title = "Chưa xong"
    kept.save_revision()
    moderator.post(reverse("wagtailadmin_pages:lock", args=[kept.pk]))
    assert SESSION_KEY not in moderator.session


def test_a_picture_that_changes_tells_too(moderator, kept):
    from portal.factories import ImageFactory

    image = ImageFactory()
    kept.lead_image, kept.lead_image_alt = image, "Vịnh"
    kept.save_revision().publish()
    follower.follow()
    with local().store.writing() as writer:
        tag = f"{get_image_model()._meta.label_lower}:{image.pk}"
        writer.execute("INSERT OR IGNORE INTO tag VALUES (?, ?)", (tag, f"{SITE}/tin-tuc/"))
    moderator.post(reverse("wagtailimages:delete", args=[image.pk]))
    (change,) = moderator.session[SESSION_KEY]
    assert change["addresses"] == [f"{SITE}/tin-tuc/"]


def test_the_list_of_a_change_is_that_of_its_editor_alone(moderator, kept, site):
    unpublish(moderator, kept)
    (change,) = moderator.session[SESSION_KEY]
    other = Client()
    user = UserFactory()
    user.groups.add(Group.objects.get(name="Moderators"))
    other.force_login(user)
    address = reverse("pagecache_refreshed", args=[change["token"]])
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_session_keeps_the_last_changes_and_not_too_many_addresses(moderator, kept):
    store = local().store
    shown = replace(store.read(f"{SITE}/tin-tuc/"), tags={f"wagtailcore.page:{kept.pk}"})
    with store.writing() as writer:
        for n in range(ADDRESSES_KEPT + 50):
            writer.put(replace(shown, key=f"{SITE}/x/{n:04}/"))
    for _n in range(CHANGES_KEPT + 1):
        unpublish(moderator, kept)
        kept.save_revision().publish()
    changes = moderator.session[SESSION_KEY]
    assert len(changes) == CHANGES_KEPT
    assert all(len(change["addresses"]) <= ADDRESSES_KEPT for change in changes)
    assert changes[0]["count"] > ADDRESSES_KEPT
    page = moderator.get(reverse("pagecache_refreshed", args=[changes[0]["token"]]))
    assert f"Và {changes[0]['count'] - ADDRESSES_KEPT} địa chỉ khác" in page.content.decode()


def test_the_addresses_of_a_page_say_whether_they_are_fresh(front, moderator, kept):
    address = reverse("pagecache_addresses", args=[kept.pk])
    text = moderator.get(address).content.decode()
    assert f'href="{SITE}{kept.url}"' in text
    assert f'href="{SITE}/tin-tuc/"' in text
    assert "mới nhất" in text
    assert "đang được làm mới" not in text
    kept.title = "Tên khác"
    kept.save_revision().publish()
    follower.follow()
    text = moderator.get(address).content.decode()
    assert "sẽ được tạo khi có người truy cập" in text
    assert "đang được làm mới" in text


def test_a_draft_is_at_no_address(moderator, site):
    draft = NewsPageFactory(parent=site.news, live=False)
    text = moderator.get(reverse("pagecache_addresses", args=[draft.pk])).content.decode()
    assert "Trang chưa được xuất bản" in text


def test_the_menu_of_a_page_leads_to_its_addresses(moderator, kept):
    text = moderator.get(reverse("wagtailadmin_pages:edit", args=[kept.pk])).content.decode()
    assert reverse("pagecache_addresses", args=[kept.pk]) in text


def test_who_may_not_edit_a_page_does_not_see_its_addresses(kept):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    response = client.get(reverse("pagecache_addresses", args=[kept.pk]))
    assert response.status_code == 302
    assert response.url == reverse("wagtailadmin_home")


def queries_of(client, page, captured) -> int:
    with captured() as queries:
        client.get(reverse("pagecache_addresses", args=[page.pk]))
    return len(queries)


def test_many_addresses_cost_no_more_queries(moderator, kept, front, site):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def captured():
        return CaptureQueriesContext(connection)

    queries_of(moderator, site.home, captured)
    before = queries_of(moderator, site.home, captured)
    for _n in range(5):
        ask(front, NewsPageFactory(parent=site.news).url)
    assert queries_of(moderator, site.home, captured) <= before


def test_an_editor_always_sees_the_present_state(front, moderator, kept):
    """Through the edge: with a session nothing kept is answered with."""
    store = local().store
    entry = store.read(f"{SITE}{kept.url}")
    with store.writing() as writer:
        writer.put(replace(entry, bodies={"identity": b"kept"}))
    local().words.bump()
    assert ask(front, kept.url).body == b"kept"
    cookie = moderator.cookies["sessionid"].value
    answer = ask(front, kept.url, f"Cookie: sessionid={cookie}")
    assert not answer.is_hit
    assert "Bài viết" in answer.body.decode()
    assert "private" in answer["Cache-Control"] or "no-" in answer["Cache-Control"]
    assert ask(front, kept.url).body == b"kept"
