"""Editors who change pictures in the same instant."""

import json

import pytest

from tests.serving import environment_of, run_django

# Each of two editors saves a picture again and again; prints what became of it.
TWO_EDITORS = """
import json, sys, threading
from django.db import connections, transaction
from portal.factories import ImageFactory
from portal.models import PortalImage

is_one = %r
pictures = [ImageFactory(title=f"Anh {number}") for number in range(2)]
both = threading.Barrier(2)
failed = []

def edit(editor):
    for turn in range(25):
        pk = pictures[0 if is_one else editor].pk
        both.wait(20)
        try:
            with transaction.atomic():
                picture = PortalImage.objects.get(pk=pk)
                picture.title = f"Anh {turn}{editor}"
                picture.save()
                picture.save()
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error}"[:300])
    connections.close_all()

threads = [threading.Thread(target=edit, args=[editor]) for editor in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
print(json.dumps(failed))
"""


@pytest.mark.parametrize("is_one", [True, False], ids=["one picture", "one each"])
def test_two_who_change_pictures_at_once_both_succeed(copy_database, tmp_path, is_one):
    environment = environment_of(tmp_path, DATABASE_URL=copy_database())
    told = run_django(TWO_EDITORS % is_one, environment)
    assert json.loads(told.splitlines()[-1]) == []
