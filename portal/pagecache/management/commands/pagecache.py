import http.client
import json
import time
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.pagecache import cdn, explain, journal, warming
from portal.pagecache.collector import EVERYTHING
from portal.pagecache.naming import in_words
from portal.pagecache.node import local
from portal.pagecache.store.entries import NEVER
from portal.pagecache.store.keys import address_tag


class Command(BaseCommand):
    """Look into the page cache of this machine, empty it, fill it, explain it."""

    @property
    def help(self):
        """What the command does, in the language of the site."""
        return _("Look into the page cache of this machine, empty it, fill it, explain it.")

    def add_arguments(self, parser):
        parser.add_argument("--language", help=_("vi or en (default: that of the site)"))
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help=_("what is kept, and whether all is well"))
        status.add_argument("--json", action="store_true", help=_("for programs"))
        purge = actions.add_parser("purge", help=_("have pages made anew, on every machine"))
        purge.add_argument("urls", nargs="*", metavar="URL")
        purge.add_argument("--all", action="store_true", help=_("everything that is kept"))
        purge.add_argument("--tag", action="append", default=[], help=_("what bears this tag"))
        purge.add_argument(
            "--hard",
            action="store_true",
            help=_("never serve what is kept again, not even once more"),
        )
        warm = actions.add_parser("warm", help=_("make the public pages, the most read first"))
        warm.add_argument("--limit", type=int, default=1000, help=_("pages at most (1000)"))
        port = urlsplit(settings.PORTAL_URL).port or 8000
        warm.add_argument(
            "--at", default=f"127.0.0.1:{port}", help=_("where the portal listens, host:port")
        )
        why = actions.add_parser("explain", help=_("why an address is kept, or why not"))
        why.add_argument("url", metavar="URL", help=_("whole, or from the first / on"))

    def handle(self, *, action, language, **options):
        with translation.override(language or translation.get_language()):
            getattr(self, action)(**options)

    # What is kept

    def status(self, **options):
        """Print the state of the store and of what keeps it right."""
        node = local()
        node.store.reopen_if_replaced()
        totals = node.store.rows(
            "SELECT count(*), total(size), total(soft_at < ?), total(status >= 400), total(hits) "
            "FROM entry",
            time.time(),
        )
        names = ("entries", "bytes", "stale", "missing", "hits")
        followed_at = node.words.followed_at
        found = {
            **dict(zip(names, map(int, totals[0] if totals else [0] * 5), strict=True)),
            "wanted": len(node.store.rows("SELECT key FROM wanted")),
            "position": node.store.position(),
            "storing": not node.words.trouble,
            "lag": max(0, int(time.time()) - followed_at) if followed_at else None,
            "limit": node.config.store_bytes,
            "outbox": len(node.store.rows("SELECT key FROM outbox")),
        }
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        lag = found["lag"]
        is_followed = lag is not None and lag <= node.config.journal_lag
        lines = [
            (_("Pages kept"), found["entries"]),
            (_("Size"), f"{found['bytes'] / 2**20:.1f} MB / {found['limit'] / 2**20:.0f} MB"),
            (_("Out of date"), found["stale"]),
            (_("Addresses without a page"), found["missing"]),
            (_("Times read"), found["hits"]),
            (_("Waiting to be made anew"), found["wanted"]),
            (_("Waiting to be told to the CDN"), found["outbox"]),
            (_("Position in the journal"), found["position"] or "–"),
            (_("Last look at the journal"), "–" if lag is None else f"{lag} s"),
        ]
        self._table(lines)
        if not found["storing"]:
            self.stderr.write(_("Pages cannot be kept at present: is the disk full?"))
        if not is_followed:
            self.stderr.write(_("Nobody follows the journal: does the portal run on this machine?"))

    def _table(self, lines):
        width = max(len(str(name)) for name, _value in lines)
        for name, value in lines:
            self.stdout.write(f"{str(name).ljust(width)}  {value}")

    # Emptying

    def purge(self, *, urls, tag, hard, **options):
        """Write into the journal, which every machine follows."""
        if not (urls or tag or options["all"]):
            raise CommandError(_("Say what: addresses, --tag or --all."))
        node = local()
        tags = [*tag, *(address_tag(self._parsed(url).base) for url in urls)]
        if options["all"]:
            tags = [EVERYTHING]
        if any(len(t) > journal.Change._meta.get_field("tag").max_length for t in tags):
            raise CommandError(_("Such a long tag is borne by nothing."))
        count = len(node.store.keys_with(tags))
        journal.touch(*tags, hard=hard)
        for name in tag:
            self.stdout.write(
                _("At a CDN this tag is also called %(group)s.") % {"group": cdn.group_of(name)}
            )
        self.stdout.write(
            _("%(count)d addresses kept on this machine are made anew; the others follow.")
            % {"count": count}
        )

    # Filling

    def warm(self, *, limit, at, **options):
        """Fetch pages through the edge and say how far it is."""
        if limit < 1:
            raise CommandError(_("--limit takes a number from 1 upwards."))
        node = local()
        counts = {"made": 0, "fresh": 0, "failed": 0}
        try:
            for fetched in warming.warm(warming.Edge(at, node.config.origin), node, limit):
                counts[fetched.outcome] += 1
                done = sum(counts.values())
                if fetched.outcome == "failed":
                    self.stderr.write(f"{fetched.status or '–'}  {fetched.url}")
                elif done % 50 == 0:
                    self.stdout.write(_("%(count)d pages …") % {"count": done})
        except (OSError, http.client.HTTPException) as error:
            raise CommandError(
                _("The portal does not answer at %(at)s: %(error)s") % {"at": at, "error": error}
            ) from error
        self.stdout.write(
            _("%(made)d pages made, %(fresh)d were ready, %(failed)d failed.") % counts
        )
        if counts["failed"]:
            raise CommandError(_("Not all pages could be made."))

    # Explaining

    def explain(self, *, url, **options):
        """Print what is kept for an address, or why nothing is."""
        found = explain.explain(self._parsed(url), local())
        lines = [(_("Key"), found.key or "–")]
        if found.entry is not None:
            lines += self._kept(found.entry)
        elif found.reason is not None:
            lines.append((_("Kept"), _("no: %(reason)s") % {"reason": found.reason}))
        else:
            lines.append((_("Kept"), _("not yet; it will be when somebody asks for it")))
        if found.status is not None:
            lines.append((_("Status"), found.status))
        self._table(lines)
        if found.tags and found.reason is None:
            self.stdout.write("")
            self.stdout.write(_("It is made anew when one of these changes:"))
            subject = found.entry.subject if found.entry else None
            width = max(map(len, found.tags))
            for tag, words in found.tags.items():
                at_once = f" ({_('at once')})" if tag == subject else ""
                self.stdout.write(f"  {tag.ljust(width)}  {words}{at_once}")

    def _kept(self, entry):
        now = time.time()
        sizes = ", ".join(f"{coding} {len(body)}" for coding, body in entry.bodies.items())
        age = max(0, int(now - entry.made))
        is_fresh = now < min(entry.soft_at, entry.hard_at)
        return [
            (_("Kept"), _("yes, up to date") if is_fresh else _("yes, but out of date")),
            (_("Bytes"), sizes),
            (_("Age"), f"{age} s"),
            (_("Times read"), entry.hits),
            (_("Page of"), in_words([entry.subject])[entry.subject]),
            (_("Refreshed from"), _instant(entry.soft_at)),
            (_("Not shown any more from"), _instant(entry.hard_at)),
        ]

    def _parsed(self, url):
        try:
            return explain.parse(url, local().config)
        except explain.AddressError as error:
            raise CommandError(str(error)) from error


def _instant(seconds: float) -> str:
    if seconds >= NEVER:
        return "–"
    at = datetime.fromtimestamp(seconds, timezone.get_current_timezone())
    return date_format(at, "H:i:s d/m/Y")
