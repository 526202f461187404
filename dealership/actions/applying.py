"""What accepted operations write, kind by kind; what cannot be done is parked with the sentence that says why."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from dealership import wiring
from dealership.models import Operation, Store
from dealership.refused import Refused

UNREADABLE = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, ValidationError, DataError, IntegrityError,
)  # fmt: skip
"""What a payload that makes no sense raises in the function that applies it."""
log = logging.getLogger(__name__)


def accept(operations: Sequence[Operation], *, store: Store) -> None:
    """Apply operations that waited, as far as nothing is missing any more (no `reason`); their visits are locked."""
    for op in operations:
        op.state = Operation.State.PARKED if op.reason else Operation.State.ACCEPTED
    Operation.objects.bulk_update(operations, ["state", "reason", "visit"])
    apply([op for op in operations if op.state == Operation.State.ACCEPTED], store)


def apply(operations: Sequence[Operation], store: Store) -> None:
    """Write the facts in bulk, kind by kind, then run the requests one by one in the order given."""
    by_name: dict[str, list[Operation]] = defaultdict(list)
    for op in operations:
        by_name[f"{op.kind}/{op.version}"].append(op)
    for name, path in wiring.FACTS.items():
        if by_name[name]:
            _facts(import_string(path), store, by_name[name])
    for op in operations:
        if request := wiring.REQUESTS.get(f"{op.kind}/{op.version}"):
            _request(import_string(request), store, op)


def _facts(function: Callable[..., Any], store: Store, operations: list[Operation]) -> None:
    """Write facts in bulk; one that cannot be read is parked by itself and holds up nothing that came with it."""
    try:
        with transaction.atomic():
            function(store, operations)
    except (Refused, *UNREADABLE) as error:
        if len(operations) == 1:
            park(operations[0], _sentence(error))
        else:
            for op in operations:
                _facts(function, store, [op])


def _request(function: Callable[[Store, Operation], Any], store: Store, operation: Operation) -> None:
    try:
        with transaction.atomic():
            function(store, operation)
    except (Refused, *UNREADABLE) as error:
        park(operation, _sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.message
    log.warning("An operation cannot be read.", exc_info=error)
    return _("This entry cannot be read. Enter it again by hand.")


def park(operation: Operation, sentence: str) -> None:
    """Keep an operation that cannot be done, with the sentence that says why."""
    operation.state, operation.reason = Operation.State.PARKED, Operation.Reason.REFUSED
    operation.sentence = sentence[:300]
    Operation.objects.filter(pk=operation.pk).update(
        state=operation.state, reason=operation.reason, sentence=operation.sentence
    )
