"""What the tests of the map room share: a point, a place that is hard to write, a province."""

from portal.maps.coordinates import Coordinates
from portal.maps.places import PlainPlace

BAY = Coordinates("20.95", "107.08")
QUANG_NINH = {"west": 106.4, "south": 20.6, "east": 108.2, "north": 21.8}

TRICKY = PlainPlace(
    name="Trụ sở <số 4> & \x0bnhà",
    coordinates=Coordinates("20.951", "107.08"),
    address='Tầng 6, "Liên cơ quan"; phường Hồng Hà',
    phone="080.33205",
    email="vp@example.org",
    note="a\\b",
)
