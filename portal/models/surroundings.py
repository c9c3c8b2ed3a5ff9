import uuid

from django.db import models


class SurroundingsToken(models.Model):
    """A mark that something shown around every page has changed.

    A row is added in the transaction of the change, so that it becomes visible with it; rows are
    never updated, so that writers never wait for each other. The tokens are random because a row
    id may be given again after a rollback.
    """

    token = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.token)
