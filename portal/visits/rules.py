"""What is counted and how long it is kept, in the numbers that readers are told."""

from dataclasses import dataclass

from django.conf import settings

from portal.visits.configuration import settings_for_beacon


@dataclass(frozen=True)
class Rules:
    """How views are counted.

    ``online_minutes``: how long a tab is online after a sign. ``repeat_seconds``: within so many
    the same page in the same tab is one view. ``tab_limit`` and ``network_limit``: views that
    count on a day. ``kept_days``: for how many days more is kept than the total of each day.
    """

    online_minutes: int
    repeat_seconds: int
    tab_limit: int
    network_limit: int
    kept_days: int


def rules() -> Rules:
    """Return the rules that the settings make."""
    beacon = settings_for_beacon()
    return Rules(
        online_minutes=beacon.online_seconds // 60,
        repeat_seconds=beacon.repeat_seconds,
        tab_limit=beacon.visitor_limit,
        network_limit=beacon.network_limit,
        kept_days=settings.PORTAL_VISITS_KEEP_DAYS,
    )
