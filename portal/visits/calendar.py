"""The days of the portal's time zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# Every offset from UTC is a multiple of a quarter of an hour, so that within one quarter neither
# the day nor the hour changes.
_QUARTER = 900


class Calendar:
    """Tells the day and hour of an instant in the time zone named ``zone``.

    Raises zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """

    def __init__(self, zone: str):
        self.zone = ZoneInfo(zone)
        self._known: dict[int, tuple[str, str]] = {}

    def day_and_hour(self, now: float) -> tuple[str, str]:
        """Return the day (2026-12-31) and the hour (00 to 23) of ``now``, seconds since 1970."""
        quarter = int(now // _QUARTER)
        known = self._known.get(quarter)
        if known is None:
            local = datetime.fromtimestamp(quarter * _QUARTER, self.zone)
            known = local.date().isoformat(), f"{local.hour:02}"
            # The present one, and the one of those who came a few minutes ago.
            if len(self._known) > 1:
                self._known = {}
            self._known[quarter] = known
        return known

    def day(self, now: float) -> str:
        """Return the day of ``now``, seconds since 1970."""
        return self.day_and_hour(now)[0]


def week_of(day: str) -> tuple[str, str]:
    """Return the Monday and the Sunday of the week in which ``day`` lies."""
    found = date.fromisoformat(day)
    monday = found - timedelta(days=found.weekday())
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()
