"""Addresses of the inspection app."""

from django.urls import path

from inspection.views import check, final, jobs, showcase, workshop

VISIT = "<slug:store>/visits/<uuid:visit>/"

urlpatterns = [
    path("<slug:store>/jobs/", jobs.jobs, name="jobs"),
    path("<slug:store>/final/", final.final_queue, name="final"),
    path(VISIT + "job/", jobs.job, name="job"),
    path(VISIT + "job/start/", jobs.start, name="job-start"),
    path(VISIT + "job/pause/", jobs.pause, name="job-pause"),
    path(VISIT + "job/resume/", jobs.resume, name="job-resume"),
    path(VISIT + "job/report/", jobs.report, name="job-report"),
    path(VISIT + "power-off/", jobs.power_off_sheet, name="power-off"),
    path(VISIT + "workshop/", workshop.workshop_stage, name="workshop-stage"),
    path(VISIT + "workshop/progress/", workshop.progress, name="workshop-progress"),
    path(VISIT + "ready-time/", workshop.ready_time, name="ready-time"),
    path(VISIT + "ready-time/text/", workshop.ready_time_text, name="ready-time-text"),
    path(VISIT + "parts-leave/", workshop.parts_leave, name="parts-leave"),
    path(VISIT + "final-inspection/", final.final_inspection, name="final-inspection"),
    path(VISIT + "showcase/", showcase.showcase_stage, name="showcase-stage"),
    path(VISIT + "agent-or-phone/", showcase.collector, name="agent-or-phone"),
    path(VISIT + "wash/", showcase.wash, name="wash"),
    path(VISIT + "mid-check/", check.mid_check, name="mid-check"),
    path(VISIT + "material-check/", check.material_check, name="material-check"),
    path(VISIT + "preparation/", check.preparation, name="preparation"),
    path(VISIT + "checks/", check.all_checks, name="all-checks"),
    path(VISIT + "ready-notice/", check.ready_notice, name="ready-notice"),
]
