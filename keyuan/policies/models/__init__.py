"""Tables of the policies, one noun a file."""

from keyuan.policies.models.application import (
    Application,
    ApplicationBeneficiary,
    ApplicationDoubt,
    ApplicationEvent,
    ApplicationNotice,
    MedicalExam,
)
from keyuan.policies.models.benefit import BenefitDue, BenefitEvent, BenefitOption, BenefitRun, DividendRate
from keyuan.policies.models.clock import ClockRun, ClockStep
from keyuan.policies.models.cover import Coverage, Driver, Vehicle
from keyuan.policies.models.debit import DebitBatch, DebitLine, DebitResultFile, DebitStray
from keyuan.policies.models.delivery import PolicyLink, Shipment, ShipmentEvent
from keyuan.policies.models.fund import PolicyFund
from keyuan.policies.models.ledger import LedgerEntry, LedgerLine
from keyuan.policies.models.loan import PolicyLoan
from keyuan.policies.models.money import (
    MoneyRules,
    Refund,
    RefundBatch,
    RefundFile,
    RefundLine,
    SuspenseItem,
    SuspenseMove,
)
from keyuan.policies.models.party import GroupMember, PolicyParty, PolicyService
from keyuan.policies.models.policy import Policy, PolicyEvent, PolicyKey
from keyuan.policies.models.premium import Instalment, Payment
from keyuan.policies.models.proposal import Proposal, ProposalLink, ProposalReading, ProposalVersion
from keyuan.policies.models.reminding import PremiumAct
from keyuan.policies.models.renewal import MotorTariff, Renewal, RenewalEvent, RenewalQuote, RenewalWindow
from keyuan.policies.models.service_item import (
    RequestConsent,
    RequestEvent,
    RequestNotice,
    RequestParty,
    ServiceItemRule,
    ServiceRequest,
)
from keyuan.policies.models.source_system import SourceSystem
from keyuan.policies.models.value_rules import ValueRules
from keyuan.policies.models.write_off import WriteOff

__all__ = [
    "Application",
    "ApplicationBeneficiary",
    "ApplicationDoubt",
    "ApplicationEvent",
    "ApplicationNotice",
    "BenefitDue",
    "BenefitEvent",
    "BenefitOption",
    "BenefitRun",
    "ClockRun",
    "ClockStep",
    "Coverage",
    "DebitBatch",
    "DebitLine",
    "DebitResultFile",
    "DebitStray",
    "DividendRate",
    "Driver",
    "GroupMember",
    "Instalment",
    "LedgerEntry",
    "LedgerLine",
    "MedicalExam",
    "MoneyRules",
    "MotorTariff",
    "Payment",
    "Policy",
    "PolicyEvent",
    "PolicyFund",
    "PolicyKey",
    "PolicyLink",
    "PolicyLoan",
    "PolicyParty",
    "PolicyService",
    "PremiumAct",
    "Proposal",
    "ProposalLink",
    "ProposalReading",
    "ProposalVersion",
    "Refund",
    "RefundBatch",
    "RefundFile",
    "RefundLine",
    "Renewal",
    "RenewalEvent",
    "RenewalQuote",
    "RenewalWindow",
    "RequestConsent",
    "RequestEvent",
    "RequestNotice",
    "RequestParty",
    "ServiceItemRule",
    "ServiceRequest",
    "Shipment",
    "ShipmentEvent",
    "SourceSystem",
    "SuspenseItem",
    "SuspenseMove",
    "ValueRules",
    "Vehicle",
    "WriteOff",
]
