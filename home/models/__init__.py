from .history import HistoryIndexPage, HistoryPage
from .home import HomePage
from .info import InfoPage
from .location import LocationMapPage, Place

__all__ = [
    "HistoryIndexPage",
    "HistoryPage",
    "HomePage",
    "InfoPage",
    "LocationMapPage",
    "Place",
]
