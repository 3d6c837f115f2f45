"""Logging: one JSON line per event with the request's id, and no personal data (PLT-13).

Our own code logs facts by key (ids, codes, counts), never values of people. Others' log records pass through the same
formatter, and an exception becomes its class and the places it passed, because its text may hold what somebody typed.
On a terminal the same facts are printed for eyes.
"""

import logging
import sys
import traceback
from typing import Any

import structlog

#: Loggers of libraries that repeat what we log ourselves, or log what people typed.
QUIET = ("django_q", "django-q", "django.request", "django.security", "axes", "urllib3", "asyncio")
Event = dict[str, Any]


def without_values(_logger: Any, _method: str, event: Event) -> Event:
    """Replace an exception by its class and the places it passed."""
    raised = event.pop("exc_info", None)
    error = raised[1] if isinstance(raised, tuple) else raised
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        event["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def shared() -> list[Any]:
    """Return what happens to every event, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        without_values,
    ]


class StandardError(logging.StreamHandler):  # type: ignore[type-arg]  # generic in its stubs only
    """Writes to whatever standard error is at the moment of writing."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """The stream in force."""
        return sys.stderr


def configure(*, as_json: bool, level: str = "INFO") -> None:
    """Set logging up for this process; harmless when repeated."""
    renderer: Any = structlog.dev.ConsoleRenderer()
    if as_json:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = StandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def bind(**facts: Any) -> None:
    """Put ``facts`` (a request's or a job's id) into every event of this request or job."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**facts)
