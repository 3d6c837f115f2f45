"""Tables of the service desk, one noun a file."""

from keyuan.service.models.category import Category
from keyuan.service.models.chat import Chat, ChatCode, ChatHelper, ChatMessage, ChatPolicy, ChatSeat
from keyuan.service.models.complaint import Accused, Complaint, Extension, Review
from keyuan.service.models.complaint_base import ComplaintBase
from keyuan.service.models.desk import Desk, DeskMember, RoutingRule
from keyuan.service.models.follow_up import (
    FollowUp,
    FollowUpAnswer,
    FollowUpCall,
    FollowUpLink,
    FollowUpPlan,
    Questionnaire,
    QuestionnaireVersion,
)
from keyuan.service.models.improvement import (
    ImprovementEntry,
    ImprovementItem,
    MonthlyReview,
    StarNomination,
    StarVote,
)
from keyuan.service.models.knowledge import (
    Article,
    ArticleFeedback,
    ArticleProduct,
    ArticleRead,
    ArticleTerm,
    ArticleUse,
    ArticleVersion,
    KnowledgeCategory,
    SearchMiss,
    Synonyms,
)
from keyuan.service.models.likeness import ComplaintCluster, ComplaintSign, LikenessRule
from keyuan.service.models.macro import Macro
from keyuan.service.models.mail import BlockedSender, Mail, Mailbox, MailParty
from keyuan.service.models.target import ServiceTarget
from keyuan.service.models.work_order import Follower, OrderEntry, WorkOrder

__all__ = [
    "Accused",
    "Article",
    "ArticleFeedback",
    "ArticleProduct",
    "ArticleRead",
    "ArticleTerm",
    "ArticleUse",
    "ArticleVersion",
    "BlockedSender",
    "Category",
    "Chat",
    "ChatCode",
    "ChatHelper",
    "ChatMessage",
    "ChatPolicy",
    "ChatSeat",
    "Complaint",
    "ComplaintBase",
    "ComplaintCluster",
    "ComplaintSign",
    "Desk",
    "DeskMember",
    "Extension",
    "FollowUp",
    "FollowUpAnswer",
    "FollowUpCall",
    "FollowUpLink",
    "FollowUpPlan",
    "Follower",
    "ImprovementEntry",
    "ImprovementItem",
    "KnowledgeCategory",
    "LikenessRule",
    "Macro",
    "Mail",
    "MailParty",
    "Mailbox",
    "MonthlyReview",
    "OrderEntry",
    "Questionnaire",
    "QuestionnaireVersion",
    "Review",
    "RoutingRule",
    "SearchMiss",
    "ServiceTarget",
    "StarNomination",
    "StarVote",
    "Synonyms",
    "WorkOrder",
]
