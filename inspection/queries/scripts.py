"""Script variables that the workshop knows."""

from dealership.models import Visit
from inspection.queries.jobs import last_done, open_job


def technician(visit: Visit, language: str) -> str | None:
    """The surname and all of the technician who works, or worked last, on the car."""
    job = open_job(visit) or last_done(visit, diagnosis=True)
    return job.technician.name if job else None
