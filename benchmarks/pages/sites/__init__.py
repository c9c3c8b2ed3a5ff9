"""Settings of the sites that are measured beside the portal; each module is one site."""
