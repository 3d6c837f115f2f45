"""Addresses of the platform's own pages; the engines add their parts."""

from django.urls import URLPattern, URLResolver, path

from keyuan.platform.backup.urls import urlpatterns as backup_urls
from keyuan.platform.imports.urls import urlpatterns as import_urls
from keyuan.platform.lists import list_urls, lists
from keyuan.platform.lists.urls import shared_urls
from keyuan.platform.views import audit, calendars, files, jobs, notices, probes, shell, system

app_name = "platform"
urlpatterns: list[URLPattern | URLResolver] = [
    path("palette/", shell.palette, name="palette"),
    path("recent/", shell.recent, name="recent"),
    path("preferences/keys/", shell.keys, name="keys"),
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("notices/<int:notice_id>/", notices.notice_open, name="notice-open"),
    *list_urls(lists["audit"], "audit/"),
    path("audit/<str:part>/<int:event_id>/", audit.audit_event, name="audit-event"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:job_id>/", jobs.job_detail, name="job"),
    path("jobs/<int:job_id>/pause/", jobs.job_pause, name="job-pause"),
    path("jobs/<int:job_id>/resume/", jobs.job_resume, name="job-resume"),
    path("jobs/<int:job_id>/retry/", jobs.job_retry, name="job-retry"),
    path("jobs/<int:job_id>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("jobs/failed/<int:failed_id>/retry/", jobs.failed_retry, name="failed-retry"),
    path("jobs/failed/<int:failed_id>/dismiss/", jobs.failed_dismiss, name="failed-dismiss"),
    path("jobs/events/<int:outbox_id>/retry/", jobs.parked_retry, name="parked-retry"),
    path("jobs/timetable/<str:key>/", jobs.schedule, name="schedule"),
    path("jobs/timetable/<str:key>/run/", jobs.schedule_run, name="schedule-run"),
    path("files/<int:attachment_id>/", files.file_download, name="file-download"),
    path("health/live", probes.live, name="health-live"),
    path("health/ready", probes.ready, name="health-ready"),
    path("metrics", probes.metrics, name="metrics"),
    path("system/", system.system, name="system"),
    path("system/slow/<str:digest>/", system.slow_query, name="slow-query"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/<int:year>/", calendars.calendar_year, name="calendar-year"),
    path("calendars/<str:key>/hours/", calendars.calendar_hours, name="calendar-hours"),
    path("dev/components/", shell.components, name="components"),
    *shared_urls(),
    *import_urls,
    *backup_urls,
]
