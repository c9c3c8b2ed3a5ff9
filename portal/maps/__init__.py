"""The map room: coordinates, the locator picture, the interactive map and what leaves it.

Everything here works without a third party: the land outline is a public-domain file kept beside
the code, the script of the interactive map is served by the portal itself, and an outside tile
service is used only when the settings name one (:mod:`portal.maps.providers`).
"""
