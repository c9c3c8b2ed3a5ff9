"""Somebody for each role, so that the demo can be tried from every side."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.crypto import get_random_string

from portal.models import User
from portal.roles import EDITORS, MODERATORS

PEOPLE = [
    ("admin", "Quản trị", "Người", None),
    ("bientap", "Biên tập", "Người", EDITORS),
    ("duyet", "Duyệt", "Người", MODERATORS),
    ("dich", "Dịch", "Người", "Translators (en)"),
]


def add_people() -> None:
    """Make the users of the demo with passwords of their own.

    The passwords are written to demo-logins.txt in the folder of the portal's data, readable by
    its owner alone. Users who exist already keep their passwords.
    """
    lines = []
    for username, first_name, last_name, group in PEOPLE:
        if User.objects.filter(username=username).exists():
            continue
        password = get_random_string(14)
        user = User.objects.create_user(
            username,
            password=password,
            first_name=first_name,
            last_name=last_name,
            is_superuser=group is None,
            is_staff=group is None,
        )
        if group is not None:
            user.groups.add(Group.objects.get(name=group))
        lines.append(f"{username:<10} {password:<16} {group or 'Administrator'}")
    if lines:
        path = settings.VAR_DIR / "demo-logins.txt"
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
