"""Scheduled publishing and expiry, one object at a time.

Wagtail's own command stops at the first object that fails; here every object has a transaction
of its own, and one that fails is logged and tried again at the next run.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What one run did: descriptions of the objects."""

    published: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def run() -> Outcome:
    """Unpublish what has expired and publish what is due; safe to run twice or at once."""
    outcome = Outcome()
    now = timezone.now()
    for model in _models_with_drafts():
        due = model.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")
        _each(due.values_list("pk", flat=True), lambda pk, m=model: _expire(m, pk, now), outcome)
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    _each(due.values_list("pk", flat=True), lambda pk: _publish(pk, now), outcome)
    return outcome


def _models_with_drafts() -> list[type[models.Model]]:
    others = [m for m in apps.get_models() if issubclass(m, DraftStateMixin)]
    return [Page, *(m for m in others if not issubclass(m, Page))]


def _each(keys: Iterable[int], act, outcome: Outcome) -> None:
    for pk in list(keys):
        try:
            with transaction.atomic():
                act(pk).append_to(outcome)
        except ValidationError as refused:
            # The object says why: a translation that is not finished goes live once it is.
            reasons = " ".join(refused.messages)
            logger.warning("A scheduled change is refused for now (key %s): %s", pk, reasons)
            outcome.failed.append(str(pk))
        except Exception:
            # Whatever keeps one of them back must not keep back the others.
            logger.exception("A scheduled change failed and will be tried again (key %s)", pk)
            outcome.failed.append(str(pk))


@dataclass
class _Done:
    kind: str
    text: str | None

    def append_to(self, outcome: Outcome) -> None:
        if self.text is not None:
            logger.info("Schedule: %s %s", self.kind, self.text)
            getattr(outcome, self.kind).append(self.text)


def _expire(model, pk: int, now) -> _Done:
    # Read again under a lock: another run may have been faster.
    found = model.objects.select_for_update().filter(pk=pk, live=True, expire_at__lte=now).first()
    if found is not None:
        found = found.specific if isinstance(found, Page) else found
        found.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    return _Done("expired", str(found) if found is not None else None)


def _publish(pk: int, now) -> _Done:
    due = Revision.objects.select_for_update().filter(pk=pk, approved_go_live_at__lte=now).first()
    if due is not None:
        due.publish(log_action="wagtail.publish.scheduled")
    return _Done("published", due.object_str if due is not None else None)
