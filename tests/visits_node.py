"""A node's folding processes, told what to do line by line: started as a program by the tests.

Each line of standard input is a JSON object; each line of standard output answers one:

    {"do": "fold", "folders": [...], "kill": step, "kill_after": seconds, "away": true}
        folds each folder in a process of its own, all at once, and answers how each one ended:
        its number of views, "failed", "busy", or "killed" when it was, by SIGKILL, at ``step`` or
        after so many seconds; all but the folders may be missing
    {"do": "clear"}     empties the tables of visits
    {"do": "numbers"}   answers with what the tables say
"""

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Obey until there is nothing more to read."""
    import django

    django.setup()
    from django.db import connections

    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "fold":
            connections.close_all()
            children = [start(order, folder) for folder in order["folders"]]
            if order.get("kill_after"):
                time.sleep(order["kill_after"])
                for child, _reading in children:
                    os.kill(child, signal.SIGKILL)
            answer = [end_of(child) for child in children]
        elif order["do"] == "clear":
            answer = clear()
        else:
            answer = numbers()
        print(json.dumps(answer), flush=True)


def start(order: dict, folder: str) -> tuple[int, int]:
    """Fold ``folder`` in a new process; return its number and a pipe with what it answers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    code = 1
    try:
        from django.conf import settings

        settings.PORTAL_VISITS_FOLDER = folder
        if order.get("away"):
            lose_database()
        if order.get("kill"):
            be_killed_at(order["kill"])
        from portal.visits import fold

        outcome = fold.run()
        answer = "busy" if outcome.busy else "failed" if outcome.failed else outcome.views
        os.write(writing, json.dumps(answer).encode())
        code = 0
    finally:
        os._exit(code)


def end_of(started: tuple[int, int]) -> int | str:
    """Wait for a process and return how it ended."""
    child, reading = started
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _child, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return json.loads(said)


def lose_database() -> None:
    """Make the database of this process one that is not there."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = "/nowhere/portal.sqlite3"
    else:
        connection.settings_dict.update(HOST="127.0.0.1", PORT="1")


def die(*_arguments, **_keywords) -> None:
    """Be killed as by the kernel, here and now."""
    os.kill(os.getpid(), signal.SIGKILL)


def be_killed_at(step: str) -> None:
    """Arrange that this process is killed at a step of the fold."""
    from portal.visits import fold, live, retention

    def after(act):
        def both(*arguments, **keywords):
            act(*arguments, **keywords)
            die()

        return both

    def at_first_removal(place, node):
        Path.unlink = after(Path.unlink)
        remove(place, node)

    remove = fold._remove_folded
    STEPS = {  # noqa: N806
        "before the transaction": lambda: setattr(fold, "places", die),
        "after a mark was moved": lambda: setattr(fold, "_move_mark", after(fold._move_mark)),
        "before the sums": lambda: setattr(fold, "add_sums", die),
        "before the commit": lambda: setattr(fold, "add_sums", after(fold.add_sums)),
        "after the commit": lambda: setattr(fold, "_add", after(fold._add)),
        "before a day is closed": lambda: setattr(fold, "close_days", die),
        "before its salt goes": lambda: setattr(retention.salts, "destroy", die),
        "after a day is closed": lambda: setattr(fold, "close_days", after(fold.close_days)),
        "within the snapshot": lambda: setattr(live.os, "replace", die),
        "before the removal": lambda: setattr(fold, "_remove_folded", die),
        "within the removal": lambda: setattr(fold, "_remove_folded", at_first_removal),
        "after the removal": lambda: setattr(fold, "_sweep", die),
    }
    STEPS[step]()


def clear() -> None:
    """Empty the tables."""
    from django.apps import apps

    for model in apps.get_app_config("visits").get_models():
        model.objects.all().delete()


def numbers() -> dict:
    """Return what the tables say."""
    from django.db.models import Sum

    from portal.visits.models import Day, HourViews, PageViews, SectionViews, Segment, Visitor

    def total(model):
        return model.objects.aggregate(sum=Sum("views"))["sum"] or 0

    days = {str(day): [views, people] for day, views, people in Day.objects.values_list()}
    return {
        "days": days,
        "views": total(Day),
        "hours": total(HourViews),
        "pages": total(PageViews),
        "sections": total(SectionViews),
        "segments": total(Segment),
        "visitors": Visitor.objects.count(),
    }


if __name__ == "__main__":
    main()
