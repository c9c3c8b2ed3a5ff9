"""Days as readers count them, in the time zone of the site; instants that have passed."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def midnight(day: date) -> datetime:
    """Return the instant at which ``day`` begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def next_midnight() -> datetime:
    """Return the instant at which today ends."""
    return midnight(timezone.localdate() + timedelta(days=1))


def has_passed(instant: datetime | None) -> bool:
    """Return whether ``instant`` (aware) has passed; None never does."""
    return instant is not None and instant <= timezone.now()
