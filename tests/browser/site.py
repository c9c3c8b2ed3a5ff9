"""A small site with somebody for each role: `python -m tests.browser.site`, in an empty PORTAL_VAR.

It is set up as `make run` does it, with a few pages instead of the demo.
"""

import os
import sys

import django
from django.core.management import call_command

PASSWORD = "a long enough password"
PEOPLE = {"bientap": "Editors", "duyet": "Moderators"}


def build() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
    django.setup()
    call_command("migrate", verbosity=0)

    from django.contrib.auth.models import Group
    from PIL import Image

    from home.factories import (
        HistoryIndexPageFactory,
        HistoryPageFactory,
        LocationMapPageFactory,
        PlaceFactory,
        StatisticsPageFactory,
        small_site,
    )
    from news.factories import NewsPageFactory
    from portal import roles
    from portal.factories import ImageFactory, UserFactory, image_file

    site = small_site(sidebar=[("statistics", {"title": "Thống kê truy cập"})])
    StatisticsPageFactory(parent=site.home, slug="thong-ke")
    history = HistoryIndexPageFactory(parent=site.home, show_in_menus=True)
    milestone = {
        "type": "milestone",
        "value": {"date": "1964-09-04", "title": "Thành lập", "text": "", "document_number": ""},
        "id": "m1",
    }
    HistoryPageFactory(parent=history, title="Chặng đường đầu", body=[milestone])
    map_page = LocationMapPageFactory(parent=site.home, show_in_menus=True)
    PlaceFactory(page=map_page, name="Trụ sở")
    for n in range(3):
        NewsPageFactory(parent=site.news, title=f"Tin đã có số {n}")
    ImageFactory(
        title="Vịnh Hạ Long", file=image_file(Image.new("RGB", (640, 480), "#357"), "vinh")
    )
    for page in [site.home, *site.home.get_descendants().specific()]:
        page.save_revision().publish()
    roles.set_up()
    for name, group in PEOPLE.items():
        UserFactory(username=name, password=PASSWORD).groups.add(Group.objects.get(name=group))
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(build())
