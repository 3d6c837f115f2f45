"""Tables of the service desk, one noun a file."""

from keyuan.service.models.category import Category
from keyuan.service.models.complaint import Accused, Complaint, Extension, Review
from keyuan.service.models.desk import Desk, DeskMember, RoutingRule
from keyuan.service.models.macro import Macro
from keyuan.service.models.target import ServiceTarget
from keyuan.service.models.work_order import Follower, OrderEntry, WorkOrder

__all__ = [
    "Accused",
    "Category",
    "Complaint",
    "Desk",
    "DeskMember",
    "Extension",
    "Follower",
    "Macro",
    "OrderEntry",
    "Review",
    "RoutingRule",
    "ServiceTarget",
    "WorkOrder",
]
