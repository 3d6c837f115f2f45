"""Tables of the customers, one noun a file."""

from keyuan.customers.models.assignment import Assignment, Grant, SharedCustomer
from keyuan.customers.models.batch_query import BatchQuery, BatchQueryRow
from keyuan.customers.models.contact_point import BankAccount, ContactPoint, IdentityDocument
from keyuan.customers.models.customer import Customer, OrganisationProfile, OrganisationYear, SourceKey
from keyuan.customers.models.duplicates import DuplicatePair, Merge, MergeBatch, MergeChange, SurvivorshipRules
from keyuan.customers.models.household import Household, HouseholdMember, Relation
from keyuan.customers.models.interaction import Interaction
from keyuan.customers.models.knowledge import CustomerTag, Feedback, LifeEvent, Need, OtherCover, Tag
from keyuan.customers.models.search import NameGram, NameKey
from keyuan.customers.models.segment import Segment, SegmentCount, SegmentMember, SegmentVersion, TagRule
from keyuan.customers.models.summary import CustomerSummary
from keyuan.customers.models.task import Task

__all__ = [
    "Assignment",
    "BankAccount",
    "BatchQuery",
    "BatchQueryRow",
    "ContactPoint",
    "Customer",
    "CustomerSummary",
    "CustomerTag",
    "DuplicatePair",
    "Feedback",
    "Grant",
    "Household",
    "HouseholdMember",
    "IdentityDocument",
    "Interaction",
    "LifeEvent",
    "Merge",
    "MergeBatch",
    "MergeChange",
    "NameGram",
    "NameKey",
    "Need",
    "OrganisationProfile",
    "OrganisationYear",
    "OtherCover",
    "Relation",
    "Segment",
    "SegmentCount",
    "SegmentMember",
    "SegmentVersion",
    "SharedCustomer",
    "SourceKey",
    "SurvivorshipRules",
    "Tag",
    "TagRule",
    "Task",
]
