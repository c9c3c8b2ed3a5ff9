"""What is kept of visits: numbers by day. All days are days of the portal's time zone.

Nothing here says who came. `Visitor` alone holds something of a single reader, for the running
day: a number that was made with a random salt, which is destroyed together with the rows.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Day(models.Model):
    """One day; kept for ever, since the public total is the sum of these rows.

    ``visitors`` are those of the readers' tabs already counted and forgotten; while `Visitor` has
    rows of the day, they come on top.
    """

    day = models.DateField(primary_key=True)
    views = models.PositiveBigIntegerField(default=0)
    visitors = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.day}: {self.views}"


class HourViews(models.Model):
    """Views in one hour (0 to 23) of a day."""

    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    views = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["day", "hour"], name="visits_hour_once")]

    def __str__(self):
        return f"{self.day} {self.hour}: {self.views}"


class PageViews(models.Model):
    """Views of one page on a day.

    ``page`` is empty for addresses that are no public page. It has no constraint in the database:
    views of a page stay when the page is deleted, under the number that it had. ``section`` is
    the page directly below the home page within which the page lay on that day (the home page is
    its own section).
    """

    day = models.DateField()
    language = models.CharField(max_length=15)
    page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    section = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    views = models.PositiveBigIntegerField(default=0)

    # To have been read is no use of a page, in Wagtail's sense.
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "page"], name="visits_page_once"),
            models.UniqueConstraint(
                fields=["day", "language"],
                condition=models.Q(page__isnull=True),
                name="visits_no_page_once",
            ),
        ]
        indexes = [models.Index(fields=["page", "day"], name="visits_page_day")]

    def __str__(self):
        return f"{self.day} {self.language} {self.page_id}: {self.views}"


class SectionViews(models.Model):
    """Views within one section on a day; the sums of `PageViews`, kept for quick reports."""

    day = models.DateField()
    section = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    views = models.PositiveBigIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "section"], name="visits_section_once")
        ]

    def __str__(self):
        return f"{self.day} {self.section_id}: {self.views}"


class ReferrerViews(models.Model):
    """Views that came by a link on another host; `OTHER` sums up the hosts beyond the bound."""

    OTHER = "*"

    day = models.DateField()
    host = models.CharField(max_length=100)
    views = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["day", "host"], name="visits_referrer_once")]

    def __str__(self):
        return f"{self.day} {self.host}: {self.views}"


class Uncounted(models.Model):
    """What reached the counter on a day and was not counted, by reason."""

    class Kind(models.TextChoices):
        """The reasons; the same words as in `portal.visits.people`."""

        BOT = "bot", _("Bots")
        NAMELESS = "nameless", _("Programs that do not say what they are")
        PREFETCH = "prefetch", _("Pages loaded in advance")
        EDITOR = "editor", _("Editors at work")
        REPEAT = "repeat", _("The same page again within seconds")
        VISITOR = "visitor", _("Beyond the daily limit of a visitor")
        ADDRESS = "address", _("Beyond the daily limit of a network")
        REFUSED = "refused", _("From other sites, or malformed")
        UNWRITTEN = "unwritten", _("Could not be written, the disk being full")

    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "kind"], name="visits_uncounted_once")
        ]

    def __str__(self):
        return f"{self.day} {self.kind}: {self.number}"


class Visitor(models.Model):
    """A tab that was seen on the running day, as a keyed hash; destroyed with the day's salt.

    Every node has a salt of its own: the same tab seen by two nodes is two rows.
    """

    node = models.CharField(max_length=32)
    day = models.DateField()
    key = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "node", "key"], name="visits_visitor_once")
        ]

    def __str__(self):
        return f"{self.day} {self.node}"


class Segment(models.Model):
    """How far a file of lines has been added to the numbers: what makes each line count once.

    ``offset`` is the bytes taken, ``views`` the views among them.
    """

    node = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    day = models.DateField()
    offset = models.PositiveBigIntegerField(default=0)
    views = models.PositiveBigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["node", "name"], name="visits_segment_once")]
        indexes = [models.Index(fields=["day"], name="visits_segment_day")]

    def __str__(self):
        return f"{self.node}/{self.name}: {self.offset}"


class Node(models.Model):
    """A machine that counts: how many tabs it has seen within five minutes of ``seen_at``."""

    key = models.CharField(max_length=32, primary_key=True)
    online = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.key


class Ledger(models.Model):
    """One row. Whoever adds to the numbers locks it first, so that nodes take turns."""

    forgotten_on = models.DateField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.forgotten_on}"
