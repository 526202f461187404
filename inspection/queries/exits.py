"""What the workshop and the showcase still want before a car goes on."""

from django.utils.translation import gettext as _

from dealership.models import Visit
from dealership.refused import Missing
from dealership.stages import Stage
from inspection.queries.check import diagnosis_only, material_check, mid_check
from inspection.queries.final import passed
from inspection.queries.jobs import row_of
from inspection.queries.leave import leave_of


def workshop_exit(visit: Visit, target: str) -> list[Missing]:
    """Gate 4: all work finished and passed by another person; away without it only to wait for parts."""
    if target == Stage.SHOWCASE:
        return final_missing(visit)
    if target == Stage.EXPLANATION and leave_of(visit) is None:
        return [Missing("leave", _("Agree when the car comes back for the missing part."), "parts-leave")]
    return []


def showcase_exit(visit: Visit, target: str) -> list[Missing]:
    """Gate 5 once more: nobody is shown a car that the advisor has not checked."""
    return checks_missing(visit) if target == Stage.EXPLANATION else []


def final_missing(visit: Visit) -> list[Missing]:
    """Return what the final inspection waits for, and the inspection itself."""
    row = row_of(visit)
    if row:
        sentence = _("The work is not finished yet: %(name)s") % {"name": row.technician.name}
        return [Missing("jobs", sentence, "workshop-progress")]
    if passed(visit) is None:
        return [Missing("final", _("The final inspection by another person"), "final-inspection")]
    return []


def checks_missing(visit: Visit) -> list[Missing]:
    """Gate 5: the check before handover, and the material check where anything was repaired."""
    missing = []
    if mid_check(visit) is None:
        missing.append(Missing("mid_check", _("The check before handover"), "mid-check"))
    if material_check(visit) is None and not diagnosis_only(visit):
        missing.append(Missing("material_check", _("The material check"), "material-check"))
    return missing
