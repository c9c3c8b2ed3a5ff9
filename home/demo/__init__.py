"""The demo site: texts (content/), pictures drawn by code (pictures/) and how they become pages."""
