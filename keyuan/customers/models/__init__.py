"""Tables of the customers, one noun a file."""

from keyuan.customers.models.allocation import (
    Allocation,
    AllocationItem,
    AllocationRule,
    AllocationRuleVersion,
    Reception,
)
from keyuan.customers.models.assignment import Assignment, Grant, SharedCustomer
from keyuan.customers.models.batch_query import BatchQuery, BatchQueryRow
from keyuan.customers.models.classification import ClassChange, ClassCount, ClassFlow, ClassRules, ClassRun
from keyuan.customers.models.contact_point import BankAccount, ContactPoint, IdentityDocument
from keyuan.customers.models.customer import Customer, OrganisationProfile, OrganisationYear, SourceKey
from keyuan.customers.models.duplicates import DuplicatePair, Merge, MergeBatch, MergeChange, SurvivorshipRules
from keyuan.customers.models.handover import Handover, HandoverItem
from keyuan.customers.models.household import Household, HouseholdMember, Relation
from keyuan.customers.models.interaction import Interaction
from keyuan.customers.models.key_account import ContactReport, KeyAccount, KeyAccountContact
from keyuan.customers.models.knowledge import CustomerTag, Feedback, LifeEvent, Need, OtherCover, Tag
from keyuan.customers.models.orphan import OrphanCase
from keyuan.customers.models.quality import (
    HAS,
    Cleansing,
    QualityCount,
    QualityRules,
    QualityRun,
    RecordQuality,
    SupplierCount,
)
from keyuan.customers.models.score import CustomerScore
from keyuan.customers.models.search import NameGram, NameKey
from keyuan.customers.models.segment import Segment, SegmentCount, SegmentMember, SegmentVersion, TagRule
from keyuan.customers.models.serving import BackupContact, FirstContact, ServicePairing, ServiceProfile
from keyuan.customers.models.standard import EntitlementUse, Membership, ServiceException, ServiceStandard, TierChange
from keyuan.customers.models.summary import CustomerSummary
from keyuan.customers.models.task import Task, TaskOrigin, TaskRule, TaskRuleVersion, TaskRun, TaskStep
from keyuan.customers.models.watch import WatchAppeal, WatchListing

__all__ = [
    "HAS",
    "Allocation",
    "AllocationItem",
    "AllocationRule",
    "AllocationRuleVersion",
    "Assignment",
    "BackupContact",
    "BankAccount",
    "BatchQuery",
    "BatchQueryRow",
    "ClassChange",
    "ClassCount",
    "ClassFlow",
    "ClassRules",
    "ClassRun",
    "Cleansing",
    "ContactPoint",
    "ContactReport",
    "Customer",
    "CustomerScore",
    "CustomerSummary",
    "CustomerTag",
    "DuplicatePair",
    "EntitlementUse",
    "Feedback",
    "FirstContact",
    "Grant",
    "Handover",
    "HandoverItem",
    "Household",
    "HouseholdMember",
    "IdentityDocument",
    "Interaction",
    "KeyAccount",
    "KeyAccountContact",
    "LifeEvent",
    "Membership",
    "Merge",
    "MergeBatch",
    "MergeChange",
    "NameGram",
    "NameKey",
    "Need",
    "OrganisationProfile",
    "OrganisationYear",
    "OrphanCase",
    "OtherCover",
    "QualityCount",
    "QualityRules",
    "QualityRun",
    "Reception",
    "RecordQuality",
    "Relation",
    "Segment",
    "SegmentCount",
    "SegmentMember",
    "SegmentVersion",
    "ServiceException",
    "ServicePairing",
    "ServiceProfile",
    "ServiceStandard",
    "SharedCustomer",
    "SourceKey",
    "SupplierCount",
    "SurvivorshipRules",
    "Tag",
    "TagRule",
    "Task",
    "TaskOrigin",
    "TaskRule",
    "TaskRuleVersion",
    "TaskRun",
    "TaskStep",
    "TierChange",
    "WatchAppeal",
    "WatchListing",
]
