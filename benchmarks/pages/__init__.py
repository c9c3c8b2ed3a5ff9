"""The portal's cached pages beside the servers and caches that others use: `make bench`."""
