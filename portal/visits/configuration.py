"""What the edge must know to count: plain values, so that a process without Django can be given
them in an environment variable."""

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class BeaconSettings:
    """How visits are counted.

    ``folder``: the path of the folder for lines, shared by the processes of one node and by no
    other. ``zone``: name of the time zone whose days are counted. ``hosts``: the hosts of the
    portal, written as in Django's ALLOWED_HOSTS. ``editor_cookie``: name of the cookie that an
    editor's browser bears. ``visitor_limit`` and ``network_limit``: views of one visitor, and of
    one network, that count on a day. ``repeat_seconds``: within so many seconds the same page
    counts once for a visitor. ``online_seconds``: how long a visitor is "online" after a sign.
    ``address``: the path that a page's script posts to.
    """

    folder: str
    zone: str = "Asia/Ho_Chi_Minh"
    hosts: tuple[str, ...] = ("*",)
    editor_cookie: str = "sessionid"
    visitor_limit: int = 500
    network_limit: int = 3000
    repeat_seconds: int = 10
    online_seconds: int = 300
    address: str = "/_v"

    @property
    def picture(self) -> str:
        """The path of the picture for pages without script."""
        return f"{self.address}.gif"

    def as_text(self) -> str:
        """Return the values as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "BeaconSettings":
        """Return what `as_text` wrote.

        Raises ValueError when the text is no JSON object of such values.
        """
        values = json.loads(text)
        known = {field.name for field in fields(cls)}
        if not isinstance(values, dict) or not {"folder"} <= values.keys() <= known:
            raise ValueError("These are no settings of the visits.")
        values["hosts"] = tuple(values.get("hosts", ("*",)))
        return cls(**values)


def settings_for_beacon() -> BeaconSettings:
    """Return what Django's settings say; to be called where Django is set up."""
    from django.conf import settings

    return BeaconSettings(
        folder=str(settings.PORTAL_VISITS_FOLDER),
        zone=settings.TIME_ZONE,
        hosts=tuple(settings.ALLOWED_HOSTS) or (("*",) if settings.DEBUG else ()),
        editor_cookie=settings.SESSION_COOKIE_NAME,
        visitor_limit=settings.PORTAL_VISITS_VISITOR_LIMIT,
        network_limit=settings.PORTAL_VISITS_NETWORK_LIMIT,
    )
