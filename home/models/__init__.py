from .history import HistoryIndexPage, HistoryPage
from .home import HomePage
from .info import InfoPage
from .location import LocationMapPage, Place
from .statistics import StatisticsPage

__all__ = [
    "HistoryIndexPage",
    "HistoryPage",
    "HomePage",
    "InfoPage",
    "LocationMapPage",
    "Place",
    "StatisticsPage",
]
