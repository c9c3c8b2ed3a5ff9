"""The message catalogue against the code: nothing missing, nothing fuzzy, nothing left over.

`python -m tests.messages` checks; with `--write` it brings the catalogue up to date, and leaves the
new messages for somebody to translate.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("portal", "news", "home", "templates")
CATALOGUE = ROOT / "portal" / "locale" / "vi" / "LC_MESSAGES" / "django.po"


def extract() -> polib.POFile:
    """Return every message of the code and the templates, as Django's makemessages finds them."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in SOURCES:
            (work / name).symlink_to(ROOT / name)
        (work / "locale").mkdir()
        command = [
            sys.executable, "-m", "django", "makemessages", "--locale", "vi", "--symlinks",
            "--no-location", "--no-wrap", "--ignore", "portal/locale*",
        ]  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        found = work / "locale" / "vi" / "LC_MESSAGES" / "django.po"
        return polib.pofile(str(found))


def key(entry: polib.POEntry) -> tuple:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))


def problems(wanted: polib.POFile, have: polib.POFile) -> list[str]:
    """Return what is wrong with the catalogue, a line each."""
    known = {key(e): e for e in have if not e.obsolete}
    needed = {key(e) for e in wanted if not e.obsolete}
    lines = [f"not in the catalogue: {k[1]!r}" for k in sorted(needed - known.keys(), key=str)]
    lines += [f"no longer in the code: {k[1]!r}" for k in sorted(known.keys() - needed, key=str)]
    for entry in known.values():
        text = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
        if not text or entry.fuzzy:
            lines.append(f"not translated: {entry.msgid!r}")
        elif placeholders(text) != placeholders(entry.msgid_plural or entry.msgid):
            lines.append(f"placeholders differ: {entry.msgid!r}")
    return lines


def write(wanted: polib.POFile, have: polib.POFile) -> None:
    """Make the catalogue hold exactly the messages of the code, keeping their translations."""
    known = {key(e): e for e in have if not e.obsolete}
    updated = polib.POFile(wrapwidth=100)
    updated.metadata = have.metadata or {
        "Language": "vi",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    # The message itself breaks ties, so that "Address" and "address" never change places.
    for entry in sorted(wanted, key=lambda e: (e.msgid.casefold(), e.msgid, e.msgctxt or "")):
        old = known.get(key(entry))
        entry.occurrences = []
        entry.tcomment = old.tcomment if old else ""
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.msgstr = old.msgstr if old else ""
        if entry.msgid_plural:
            entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: ""}
        updated.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    updated.save(str(CATALOGUE))


def main() -> int:
    wanted = extract()
    have = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    if "--write" in sys.argv:
        write(wanted, have)
        have = polib.pofile(str(CATALOGUE))
    lines = problems(wanted, have)
    print("\n".join(lines) or f"{len(have)} messages, all translated.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
