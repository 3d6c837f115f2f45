"""Tables of the platform, one noun a file."""

from keyuan.platform.models.attachment import Attachment
from keyuan.platform.models.audit_event import AuditEvent, ReadEvent
from keyuan.platform.models.audit_seal import AuditSeal, ReadSeal
from keyuan.platform.models.backup_run import BackupCopy, BackupRun
from keyuan.platform.models.bulk_run import BulkChunk, BulkRun, Selection, SelectionChunk
from keyuan.platform.models.business_calendar import BusinessCalendar, HolidayYear
from keyuan.platform.models.clock import Clock, ClockSpan
from keyuan.platform.models.export import Export
from keyuan.platform.models.import_job import ImportIssue, ImportJob, ImportMapping
from keyuan.platform.models.job_run import FailedJob, JobRun, WorkerLease
from keyuan.platform.models.live_event import LiveEvent
from keyuan.platform.models.notice import Notice
from keyuan.platform.models.number_counter import NumberCounter
from keyuan.platform.models.outbox_event import HandledKey, OutboxEvent
from keyuan.platform.models.preference import UserPreference
from keyuan.platform.models.rate_count import RateCount
from keyuan.platform.models.replay import Replay
from keyuan.platform.models.saved_view import SavedView
from keyuan.platform.models.scheduled_task import ScheduledTask
from keyuan.platform.models.status_sample import SlowQuery, StatusSample, SystemFact
from keyuan.platform.models.tracked_job import TrackedJob

__all__ = [
    "Attachment",
    "AuditEvent",
    "AuditSeal",
    "BackupCopy",
    "BackupRun",
    "BulkChunk",
    "BulkRun",
    "BusinessCalendar",
    "Clock",
    "ClockSpan",
    "Export",
    "FailedJob",
    "HandledKey",
    "HolidayYear",
    "ImportIssue",
    "ImportJob",
    "ImportMapping",
    "JobRun",
    "LiveEvent",
    "Notice",
    "NumberCounter",
    "OutboxEvent",
    "RateCount",
    "ReadEvent",
    "ReadSeal",
    "Replay",
    "SavedView",
    "ScheduledTask",
    "Selection",
    "SelectionChunk",
    "SlowQuery",
    "StatusSample",
    "SystemFact",
    "TrackedJob",
    "UserPreference",
    "WorkerLease",
]
