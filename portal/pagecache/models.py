from django.db import models
from django.db.models.functions import Now


class TransactionId(models.Func):
    """The number of the writing transaction; 0 where transactions write one after another."""

    function = "pg_current_xact_id"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler, connection, **context):
        return "pg_current_xact_id()::text::bigint", []

    def as_sql(self, compiler, connection, **context):
        return "0", []


class Change(models.Model):
    """A row of the invalidation journal: content with this tag has changed.

    It is written in the transaction of the change, and so becomes visible with it or not at all.
    ``is_hard``: nothing made from it may be served again. ``transaction`` orders rows where
    several transactions write at once (see `portal.pagecache.journal`).
    """

    tag = models.CharField(max_length=120)
    is_hard = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())
    transaction = models.BigIntegerField(db_default=TransactionId(), db_index=True)

    def __str__(self):
        return self.tag
