"""Editors who change the tree of pages in the same instant."""

import json

from tests.serving import environment_of, run_django

# The first editor moves an article and has not ended when the second moves it as well; then the
# first adds an article, which gets the path that the other had. Prints where the two are.
TWO_MOVES = """
import json, threading, time
from django.db import connection, connections, transaction
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page
from home.factories import InfoPageFactory

home = Page.objects.get(depth=2).specific
first, second = [InfoPageFactory(parent=home, slug=slug) for slug in ("muc-a", "muc-b")]
parent = InfoPageFactory(parent=home, slug="muc")
moved = InfoPageFactory(parent=parent, slug="trang")
user = get_user_model().objects.get()

def editor():
    client = Client()
    client.force_login(user)
    return client

def move(client, target):
    return client.post(f"/admin/pages/{moved.pk}/move/{target.pk}/confirm/").status_code

def waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0]

def meanwhile():
    codes.append(move(other, second))
    connections.close_all()

codes, one, other = [], editor(), editor()
with transaction.atomic():
    codes.append(move(one, first))
    thread = threading.Thread(target=meanwhile)
    thread.start()
    ends = time.monotonic() + 20
    while not waits() and thread.is_alive() and time.monotonic() < ends:
        time.sleep(0.01)
    added = InfoPageFactory(parent=type(parent).objects.get(pk=parent.pk), slug="moi")
thread.join(20)
places = [Page.objects.get(pk=page.pk).url_path for page in (moved, added)]
trees = [Page.objects.get(pk=page.pk).get_parent().slug for page in (moved, added)]
print(json.dumps([codes, places, trees, any(Page.find_problems())]))
"""


def test_an_article_that_two_move_at_once_is_moved_twice_and_no_other(copy_database, tmp_path):
    told = run_django(TWO_MOVES, environment_of(tmp_path, DATABASE_URL=copy_database()))
    codes, places, parents, is_torn = json.loads(told.splitlines()[-1])
    assert codes == [302, 302]
    assert places == ["/trang-chu/muc-b/trang/", "/trang-chu/muc/moi/"]
    assert parents == ["muc-b", "muc"]
    assert not is_torn
