"""The workshop's and the showcase's tables."""

from inspection.models.check import MaterialCheck, MidCheck, Preparation, Wash
from inspection.models.final import FinalInspection, WorkshopHandover
from inspection.models.job import Job, JobSpan, PowerOff, WorkReport
from inspection.models.leave import PartsLeave
from inspection.models.notice import ReadyNotice

__all__ = [
    "FinalInspection",
    "Job",
    "JobSpan",
    "MaterialCheck",
    "MidCheck",
    "PartsLeave",
    "PowerOff",
    "Preparation",
    "ReadyNotice",
    "Wash",
    "WorkReport",
    "WorkshopHandover",
]
