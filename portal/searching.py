"""Wagtail's search in the database, without work on the whole index whenever something is saved.

An entry weighs as much as its title is shorter than the average of all. Stock, whoever saves
something reads the whole index for that and writes to every entry that has no weight of its own:
slower with each article, and on PostgreSQL two who save at once may wait for each other, which ends
with an error for one of them. Here weights are found when the index is rebuilt (`manage.py
update_index`); until then an entry weighs as much as one with a title of average length.
"""

from wagtail.search.backends import database


def SearchBackend(params):  # noqa: N802 - the name that Wagtail looks for
    """Return the backend for the database in use."""
    backend = database.SearchBackend(params)

    class Index(backend.index_class):
        def _refresh_title_norms(self, full=False):
            if full:
                super()._refresh_title_norms(full=True)

    backend.index_class = Index
    return backend
