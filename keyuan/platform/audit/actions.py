"""The kinds of audited acts (PLT-6)."""

from enum import StrEnum


class Action(StrEnum):
    """What was done; pages word it as ``audit.action.<value>``."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VIEW = "view"
    REVEAL = "reveal"
    SEARCH = "search"
    EXPORT = "export"
    IMPORT = "import"
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    PERMISSION = "permission"
    JOB = "job"
    BULK = "bulk"
    UNDO = "undo"
    OTHER = "other"


#: Acts that change nothing: they go to the read events.
READS = frozenset({Action.VIEW, Action.REVEAL, Action.SEARCH})
