"""The field order in which an order is copied into the maker's DMS."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from dealership.models import Staff, Store
from dealership.refused import Refused
from reception.models import ImportColumns
from reception.queries.dms import BLOCK, FIELDS


@transaction.atomic
def set_field_order(store: Store, *, by: Staff, head: Sequence[str], line: Sequence[str]) -> ImportColumns:
    """Keep which fields are copied and in which order (names of `queries.dms.HEAD` and `LINE`).

    Raises Refused: "dms.fields" (none of one part), "dms.unknown".
    """
    chosen = {"head": list(dict.fromkeys(head)), "line": list(dict.fromkeys(line))}
    for part, names in chosen.items():
        if not names:
            raise Refused(_("Choose at least one field of the car and one of the lines."), "dms.fields", field=part)
        if any(name not in FIELDS[part] for name in names):
            raise Refused(_("There is no such field. Reload the page."), "dms.unknown", field=part)
    row, _created = ImportColumns.objects.update_or_create(store=store, kind=BLOCK, defaults={"columns": chosen})
    return row
