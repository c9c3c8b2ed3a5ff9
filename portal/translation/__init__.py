"""The languages of the public site: addresses, missing and outdated translations, alternates."""
