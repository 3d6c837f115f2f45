"""A book of another branch: one record of everything an address can name, none of it the visitors' business."""

import io
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from keyuan.analytics.models import CallForecast, GapResult, ModelVersion, OfferAnswer, Promotion, StaffingScenario
from keyuan.analytics.testing import make_offer
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from keyuan.claims.models import Claim
from keyuan.contact.models import (
    DoNotContact,
    LegalHold,
    Message,
    MessageProvider,
    MessageTemplate,
    Permit,
    PrivacyRequest,
    Reservation,
    TemplateVersion,
)
from keyuan.customers.models import (
    Allocation,
    AllocationRule,
    BackupContact,
    BatchQuery,
    ContactPoint,
    Customer,
    EntitlementUse,
    Handover,
    HouseholdMember,
    Interaction,
    KeyAccount,
    MergeBatch,
    Reception,
    Relation,
    Segment,
    ServiceException,
    ServicePairing,
    Tag,
    Task,
    TaskRule,
    WatchListing,
)
from keyuan.customers.services.batch_query import ask_batch
from keyuan.customers.services.households import create_household
from keyuan.customers.services.merging.merging import merge_customers, propose_pair
from keyuan.customers.testing import NOW, entering, make_customer
from keyuan.integrations.models import Connector, Delivery
from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import LEVEL_COLUMNS, Agent, Passkey, Post, SignIn, User
from keyuan.organisation.services.api_clients import ClientPost, ClientTerms, create_client, issue_key
from keyuan.organisation.testing import SET_UP, Tree, default_role, make_actor, small_tree
from keyuan.platform.audit.actions import Action
from keyuan.platform.files import store
from keyuan.platform.models import (
    AuditEvent,
    BulkRun,
    Export,
    ImportJob,
    Notice,
    SavedView,
    Selection,
)
from keyuan.platform.subjects import Subject
from keyuan.policies.models import (
    Application,
    ApplicationDoubt,
    BenefitDue,
    ClockRun,
    DebitBatch,
    DividendRate,
    Policy,
    PremiumAct,
    Proposal,
    ProposalLink,
    ProposalVersion,
    Refund,
    RefundBatch,
    ServiceRequest,
    SuspenseItem,
    SuspenseMove,
    ValueRules,
    WriteOff,
)
from keyuan.policies.models.delivery import Shipment
from keyuan.policies.models.renewal import Renewal
from keyuan.policies.rules.values.defaults import Terms
from keyuan.products.models import Package, Product, ProductClause, RateTable, SaleRequest
from keyuan.service.models import (
    Chat,
    ChatMessage,
    Complaint,
    ComplaintCluster,
    ComplaintSign,
    Desk,
    FollowUp,
    FollowUpPlan,
    Questionnaire,
    QuestionnaireVersion,
    WorkOrder,
)
from keyuan.service.models.knowledge import Article, KnowledgeCategory
from keyuan.service.models.mail import BlockedSender, Mail, Mailbox

#: Stands in every name and text of the stranger's book; no answer to a visitor may hold it.
SECRET = "隔壁机密"
PHONE, IDENTITY, ACCOUNT = "13700009999", "11010519491231002X", "6222020000000000000"
#: Never in any answer to anybody: revealing takes a reason and a request of its own.
PLAIN = (PHONE, IDENTITY, ACCOUNT)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class StrangersBook:
    """What an address can take, by the name of its parameter; ``guarded`` are those that only the scope opens."""

    ids: dict[str, Any]
    guarded: frozenset[str]
    customer: Customer

    def state(self) -> tuple[Any, ...]:
        """Return what a refused request must leave as it was."""
        customer = Customer.objects.get(pk=self.customer.pk)
        points = ContactPoint.objects.filter(customer=customer).values_list("pk", "verified_at", "invalid_at")
        return (
            customer.version,
            customer.name,
            sorted(points),
            Interaction.objects.filter(customer=customer).count(),
            sorted(Task.objects.filter(customer=customer).values_list("pk", "status", "due_at")),
            Policy.objects.get(holder=customer).version,
            Relation.objects.filter(customer=customer).count(),
            HouseholdMember.objects.filter(customer=customer, left_on__isnull=True).count(),
        )


def strangers_book(tree: Tree) -> StrangersBook:
    """Make the book of an agent and a manager of the western branch."""
    agent = make_actor("agent", unit=tree.west)
    manager = make_actor("customer_resource_manager", unit=tree.west)
    customer = make_customer(agent, f"{SECRET}甲", phone=PHONE, identity_number=IDENTITY)
    guarded = {
        "customer_id": customer.pk,
        **_family(agent, customer),
        **_contracts(customer),
        **_work(manager, customer),
        **_special(customer),
        **_lists(manager),
        **_doubles(agent, manager, customer),
        **_assignments(tree, agent, customer),
        **_contacting(customer),
        **_messages(customer),
        **_orders(customer),
        **_mails(customer),
        **_follow_ups(customer),
        **_gaps(customer),
        **_staffing(tree),
        **_offers(customer),
    }
    return StrangersBook(guarded | _shared(tree, agent), frozenset(guarded), customer)


def _gaps(customer: Customer) -> dict[str, int]:
    place = {name: getattr(customer.summary, name) for name in (*LEVEL_COLUMNS, "servicing_agent_id")}
    result = GapResult.objects.create(
        customer=customer, made_at=NOW, made_by_name=f"{SECRET}戊", life_stage="SINGLE", **place
    )
    return {"gap_id": result.pk}


def _offers(customer: Customer) -> dict[str, int]:
    answer = OfferAnswer.objects.create(
        customer=customer, family="LIFE", reason="OTHER", note=SECRET, until=NOW.date(), made_at=NOW
    )
    return {"offer_id": make_offer(customer).pk, "offer_answer_id": answer.pk}


def _family(agent: Actor, customer: Customer) -> dict[str, int]:
    relative = make_customer(agent, f"{SECRET}乙", phone="13700009998")
    relation = Relation.objects.create(customer=customer, other=relative, kind="01", created_at=NOW)
    create_household(actor=entering(agent), head_id=customer.pk, now=NOW)
    contact = ContactPoint.objects.get(customer=customer)
    return {
        "relation_id": relation.pk,
        "member_id": HouseholdMember.objects.get(customer=customer).pk,
        "contact_id": contact.pk,
        "row_id": contact.pk,
    }


def _doubles(agent: Actor, manager: Actor, customer: Customer) -> dict[str, int]:
    """A likely duplicate, a merge that was done, and a batch."""
    double, gone = (make_customer(agent, f"{SECRET}丙") for _ in range(2))
    pair = propose_pair(actor=entering(agent), one_id=customer.pk, other_id=double.pk, note="", now=NOW)
    done = merge_customers(actor=manager, survivor_id=double.pk, loser_id=gone.pk, reason=f"{SECRET}合并", now=NOW)
    place = {column: getattr(customer.summary, column) for column in LEVEL_COLUMNS}
    batch = MergeBatch.objects.create(threshold=0.9, reason=f"{SECRET}批次", created_at=NOW, **place)
    return {"pair_id": pair.pk, "merge_id": done.pk, "merge_batch_id": batch.pk}


def _assignments(tree: Tree, agent: Actor, customer: Customer) -> dict[str, int]:
    """A batch, its reception, a hand-over, a wish and a second contact of the western branch."""
    place = {"unit": tree.west, **tree.west.level_ids()}
    batch = Allocation.objects.create(name=f"{SECRET}分配", state="READY", token="matrix", created_at=NOW, **place)
    reception = Reception.objects.create(allocation=batch, deadline_at=NOW, created_at=NOW, **place)
    handover = Handover.objects.create(
        leaver_name=f"{SECRET}离职", left_on=NOW.date(), reason="x", access_ended_at=NOW, token="matrix",
        created_at=NOW, **place,
    )  # fmt: skip
    tie = {"customer": customer, "agent_id": agent.scope.agent_id}
    pairing = ServicePairing.objects.create(kind="PREFERRED", note=f"{SECRET}意愿", created_at=NOW, **tie)
    backup = BackupContact.objects.create(valid_from=NOW.date(), **tie)
    ids = {"allocation_id": batch.pk, "reception_id": reception.pk, "handover_id": handover.pk}
    return ids | {"pairing_id": pairing.pk, "backup_id": backup.pk}


def _contacting(customer: Customer) -> dict[str, int]:
    """A permit, a refusal and a reservation."""
    place = {key: getattr(customer.summary, key) for key in (*LEVEL_COLUMNS, "servicing_agent_id", "sales_channel")}
    permit = Permit.objects.create(
        customer=customer, contact_channel="PHONE", purpose="MARKETING", kind="SALES", state="GRANTED", at=NOW,
        asked_at=NOW, expires_at=NOW + timedelta(days=3650), staff_name=f"{SECRET}人员", **place,
    )  # fmt: skip
    refusal = DoNotContact.objects.create(
        customer=customer, source="PHONE", words=SECRET, refused_at=NOW, until=NOW.date() + timedelta(days=3650),
        created_at=NOW, **place,
    )  # fmt: skip
    kept = Reservation.objects.create(
        customer=customer, unit_id=place["branch_id"] or 0, reason=SECRET, starts_at=NOW,
        until=NOW + timedelta(days=3650), **place,
    )  # fmt: skip
    return {"permit_id": permit.pk, "refusal_id": refusal.pk, "reservation_id": kept.pk}


def _orders(customer: Customer) -> dict[str, int]:
    """A work order, and the desk it waits at."""
    place = {key: getattr(customer.summary, key) for key in (*LEVEL_COLUMNS, "servicing_agent_id", "sales_channel")}
    desk, _made = Desk.objects.get_or_create(code="HEAD", defaults={"name": "客服中心", "unit": small_tree().head})
    order = WorkOrder.objects.create(
        number="W-MATRIX", kind="COMPLAINT", contact_channel="PHONE", customer=customer, title=f"{SECRET}工单",
        desk=desk, pool_id=desk.pk, status="DISPATCHED", received_at=NOW, created_at=NOW, **place,
    )  # fmt: skip
    complaint = Complaint.objects.create(
        order=order, received_at=NOW, claimant_name=f"{SECRET}申诉人", callback_phone=PLAIN[0], is_group_sign=True
    )
    cluster = ComplaintCluster.objects.create(kind="PHONE", first_at=NOW, last_at=NOW, size=1, customers=1)
    ComplaintSign.objects.create(complaint=complaint, kind="PHONE", key=1, at=NOW, cluster=cluster)
    return {"order_id": order.pk, "cluster_id": cluster.pk, **_chat(desk, place)}


def _chat(desk: Desk, place: dict[str, Any]) -> dict[str, int]:
    """A conversation of the western branch, with a line in it."""
    chat = Chat.objects.create(
        number="H-MATRIX", token_digest="0" * 64, visitor_name=f"{SECRET}访客", consent_at=NOW, desk=desk,
        status="ENDED", started_at=NOW, queued_at=NOW, last_at=NOW, visitor_seen_at=NOW, **place,
    )  # fmt: skip
    line = ChatMessage.objects.create(chat=chat, seq=1, kind="VISITOR", text=f"{SECRET}问题", at=NOW)
    return {"chat_id": chat.pk, "line_id": line.pk}


def _follow_ups(customer: Customer) -> dict[str, int]:
    """A call-back of the stranger's contract."""
    place = {key: getattr(customer.summary, key) for key in (*LEVEL_COLUMNS, "servicing_agent_id", "sales_channel")}
    asked = Questionnaire.objects.create(code="MATRIX", name="矩阵问卷", created_at=NOW)
    version = QuestionnaireVersion.objects.create(questionnaire=asked, number=1, content=[])
    row = FollowUp.objects.create(
        key="matrix", kind="CALLBACK", plan=FollowUpPlan.objects.create(code="MATRIX", draft={"name": "矩阵"}),
        questionnaire=version, customer=customer, policy=Policy.objects.get(holder=customer),
        desk=Desk.objects.get(code="HEAD"), start_on=NOW.date(), due_on=NOW.date(), next_at=NOW, opened_at=NOW, **place,
    )  # fmt: skip
    return {"follow_up_id": row.pk}


def _messages(customer: Customer) -> dict[str, int]:
    """A message and a privacy request."""
    place = {key: getattr(customer.summary, key) for key in (*LEVEL_COLUMNS, "servicing_agent_id", "sales_channel")}
    version = TemplateVersion.objects.create(
        template=MessageTemplate.objects.create(
            code="matrix", name=f"{SECRET}模板", channel="SMS", purpose="SERVICE", created_at=NOW
        ),
        number=1, status="APPROVED", texts={"zh-hans": {"subject": "", "body": SECRET}}, written_at=NOW,
    )  # fmt: skip
    message = Message.objects.create(
        key="matrix", customer=customer, template_version=version, channel="SMS", purpose="SERVICE", next_at=NOW,
        expires_at=NOW, created_at=NOW, created_by_name=f"{SECRET}人员", **place,
    )  # fmt: skip
    request = PrivacyRequest.objects.create(
        number=f"{SECRET}Y1", customer=customer, kind="COPY", source="PHONE", received_at=NOW, due_on=NOW.date(),
        created_at=NOW, **place,
    )  # fmt: skip
    LegalHold.objects.create(customer=customer, reason=SECRET, placed_at=NOW)
    return {"message_id": message.pk, "request_id": request.pk}


def _reaching() -> dict[str, Any]:
    """What messages and terms share: a template, a provider, a hold, a term."""
    provider = MessageProvider.objects.create(key="matrix", name="矩阵", channel="SMS", created_at=NOW)
    return {
        "template_id": MessageTemplate.objects.get(code="matrix").pk,
        "provider_id": provider.pk,
        "provider_kind": "OUTBOX",
        "provider_key": "matrix",
        "leave_token": "matrix",
        "term_key": "prospects",
        "hold_id": LegalHold.objects.values_list("pk", flat=True).get(),
    }


def _contracts(customer: Customer) -> dict[str, int]:
    product = Product.objects.create(code="MATRIX", name="矩阵产品", kind="LIFE")
    keys = (*LEVEL_COLUMNS, "servicing_agent_id", "sales_channel")
    levels = {key: getattr(customer.summary, key) for key in keys}
    times = {"created_at": NOW, "updated_at": NOW}
    numbers = {"policy_no": "P20240000001", "policy_no_tail": "000001", "debit_account": ACCOUNT}
    names = {"holder": customer, "holder_name": customer.name}
    policy = Policy.objects.create(product=product, kind="LIFE", **numbers, **names, **times, **levels)
    claim = Claim.objects.create(claim_no=f"{SECRET}赔案", policy=policy, customer=customer, created_at=NOW, **levels)
    application = Application.objects.create(
        application_no=f"{SECRET}投保", product=product, holder=customer, insured=customer, status="SUBMITTED",
        effective_on=NOW.date(), applied_on=NOW.date(), **times, **levels,
    )  # fmt: skip
    doubt = ApplicationDoubt.objects.create(application=application, code="doubt.pair")
    benefit = BenefitDue.objects.create(
        policy=policy, product=product, kind="MATURITY", code="MATURITY", number=1, due_on=NOW.date(), amount=5,
        payable=5, holder=customer, payee=customer, payee_name=customer.name, account=ACCOUNT, **times, **levels,
    )  # fmt: skip
    asked = ServiceRequest.objects.create(
        request_no=f"{SECRET}保全", item="CONTACT", policy=policy, customer=customer, received_at=NOW, **times, **levels
    )
    return {
        "policy_id": policy.pk,
        "claim_id": claim.pk,
        "application_id": application.pk,
        "doubt_id": doubt.pk,
        "benefit_id": benefit.pk,
        "service_request_id": asked.pk,
        "renewal_id": _renewal(policy, {**names, **levels}),
        "shipment_id": Shipment.objects.create(
            shipment_no=f"{SECRET}件", policy=policy, customer=customer, created_on=NOW.date(), **times, **levels
        ).pk,
        **_proposal(customer, product, {**times, **levels}),
    }


def _renewal(policy: Policy, more: dict[str, Any]) -> int:
    """A chance of renewal of the contract."""
    day = NOW.date()
    dates = dict.fromkeys(("expires_on", "quotes_from", "calls_from", "lapses_on"), day)
    return Renewal.objects.create(
        policy=policy, policy_no=policy.policy_no, policy_no_tail=policy.policy_no_tail, product=policy.product,
        kind="LIFE", opened_at=NOW, updated_at=NOW, **dates, **more,
    ).pk  # fmt: skip


def _proposal(customer: Customer, product: Product, columns: dict[str, Any]) -> dict[str, int]:
    proposal = Proposal.objects.create(
        proposal_no=f"{SECRET}建议", customer=customer, product=product, title="x", **columns
    )
    version = ProposalVersion.objects.create(proposal=proposal, number=1, made_at=NOW)
    link = ProposalLink.objects.create(version=version, token_hash="x", expires_at=NOW, made_at=NOW)
    return {"proposal_id": proposal.pk, "link_id": link.pk}


def _work(manager: Actor, customer: Customer) -> dict[str, int]:
    task = Task.objects.create(customer=customer, kind="CALL", title=f"{SECRET}任务", due_at=NOW, created_at=NOW)
    batch = ask_batch(actor=manager, name=f"{SECRET}清单", lines=["张三"], now=NOW)
    subject = Subject("customer", customer.pk)
    file = store(actor=entering(manager), subject=subject, name=f"{SECRET}.png", file=io.BytesIO(PNG), now=NOW)
    job_id = BatchQuery.objects.values_list("job_id", flat=True).get(pk=batch.pk)
    ids = {"task_id": task.pk, "query_id": batch.pk, "job_id": job_id or 0}
    return ids | {"attachment_id": file.pk, "file_id": file.pk}


def _special(customer: Customer) -> dict[str, int]:
    """What a valued or watched customer has: an exception, a use of it, a key account, a listing."""
    day = NOW.date()
    asked = ServiceException.objects.create(
        customer=customer, item="TRAVEL", service=f"{SECRET}服务", reason=SECRET, valid_from=day, valid_until=day,
        asked_at=NOW,
    )  # fmt: skip
    use = EntitlementUse.objects.create(customer=customer, item="TRAVEL", used_on=day, recorded_at=NOW)
    account = KeyAccount.objects.create(
        customer=customer, reception="CHIEF", underwriting_manager_id=1, claims_manager_id=2, next_report_on=day,
        review_on=day, reason=SECRET, started_on=day, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    listing = WatchListing.objects.create(
        customer=customer, grade="BLACK", criterion="OTHER", reason=SECRET, proposed_at=NOW, review_on=day
    )
    return {"exception_id": asked.pk, "use_id": use.pk, "account_id": account.pk, "listing_id": listing.pk}


def _lists(manager: Actor) -> dict[str, int]:
    """Private things of somebody else in the list engine and the imports."""
    owner = manager.id or 0
    later = NOW + timedelta(days=3650)
    view = SavedView.objects.create(
        list_key="customers", name=f"{SECRET}视图", owner_id=owner, created_at=NOW, updated_at=NOW
    )
    selection = Selection.objects.create(list_key="customers", owner_id=owner, created_at=NOW)
    run = BulkRun.objects.create(
        token="matrix", list_key="customers", action_key="assign", owner_id=owner, created_at=NOW
    )
    export = Export.objects.create(
        token="matrix", list_key="customers", title=f"{SECRET}导出", reason="x", owner_id=owner, created_at=NOW,
        expires_at=later,
    )  # fmt: skip
    job = ImportJob.objects.create(
        file_name=f"{SECRET}.csv", size=1, sha256="0" * 64, actor_id=owner, created_at=NOW, expires_at=later
    )
    notice = Notice.objects.create(user_id=owner, kind="job", code="job.done", url="/", created_at=NOW)
    segment = Segment.objects.create(name=f"{SECRET}分群", condition={}, owner_id=owner, created_at=NOW, updated_at=NOW)
    ids = {
        "segment_id": segment.pk,
        "view_id": view.pk,
        "selection_id": selection.pk,
        "run_id": run.pk,
        "debit_id": DebitBatch.objects.create(
            batch_no=f"{SECRET}批", collect_on=NOW.date(), due_until=NOW.date(), created_at=NOW
        ).pk,
        "export_id": export.pk,
        **_money(),
    }
    return ids | {"import_id": job.pk, "notice_id": notice.pk}


def _money() -> dict[str, int]:
    """Money in suspense with a move that waits, a refund, and a batch."""
    item = SuspenseItem.objects.create(
        item_no="SUMATRIX", received_on=NOW.date(), amount=5, left=0, payer_name=f"{SECRET}付款", created_at=NOW
    )
    move = SuspenseMove.objects.create(
        item=item, kind="REFUND", state="WAITING", amount=5, payee_name=SECRET, token="matrix", asked_at=NOW
    )
    refund = Refund.objects.create(
        refund_no="RFMATRIX", kind="SUSPENSE", amount=5, payee_name=SECRET, payee_account=ACCOUNT, has_account=True,
        due_by=NOW.date(), key="matrix", created_at=NOW,
    )  # fmt: skip
    batch = RefundBatch.objects.create(batch_no=f"{SECRET}退", pay_on=NOW.date(), created_at=NOW)
    act = PremiumAct.objects.create(
        policy=Policy.objects.order_by("pk").first(), due_on=NOW.date(), kind="NOTE", note=SECRET, at=NOW
    )
    write_off = WriteOff.objects.create(
        write_off_no=f"{SECRET}销", kind="SMALL", policy=act.policy, instalment_number=1, amount=5, reason=SECRET,
        token="matrix", asked_at=NOW,
    )  # fmt: skip
    return {
        "premium_act_id": act.pk,
        "suspense_id": item.pk,
        "move_id": move.pk,
        "refund_id": refund.pk,
        "refund_batch_id": batch.pk,
        "write_off_id": write_off.pk,
    }


def _webhooks(tree: Tree) -> dict[str, int]:
    """A receiver of events of the western branch, and what it was sent."""
    times = {"created_at": NOW, "next_at": NOW}
    endpoint = WebhookEndpoint.objects.create(
        name=f"{SECRET}接收方", url="https://west.example.cn/x", unit=tree.west, created_at=NOW
    )
    message = WebhookMessage.objects.create(
        uid="msg_matrix", event_type="webhook.test", occurred_at=NOW, body="{}", created_at=NOW
    )
    sent = WebhookDelivery.objects.create(
        endpoint=endpoint, message=message, event_type="webhook.test", status="TAKEN", **times
    )
    return {"endpoint_id": endpoint.pk, "sending_id": sent.pk}


def _api_clients(tree: Tree) -> dict[str, int]:
    """A program of the western branch with a key."""
    place = ClientPost(default_role("customer_resource_manager"), tree.west, Reach.UNIT)
    client = create_client(actor=SET_UP, terms=ClientTerms(f"{SECRET}接口"), place=place, now=NOW)
    key, _plain = issue_key(actor=SET_UP, client_id=client.pk, kind="KEY", now=NOW)
    return {"client_id": client.pk, "key_id": key.pk}


def _catalogue() -> dict[str, int]:
    """Papers, rates, requests and packages: every post that sees products sees all of them."""
    product = Product.objects.get(code="MATRIX")
    asked = SaleRequest.objects.create(product=product, kind="CHANGE", base_version=1, reason="x", asked_at=NOW)
    return {
        "clause_id": ProductClause.objects.create(product=product, version_label="V1", valid_from=NOW.date()).pk,
        "table_id": RateTable.objects.create(product=product, label="x", valid_from=NOW.date(), made_at=NOW).pk,
        "package_id": Package.objects.create(code="MATRIX", name="矩阵组合").pk,
        "sale_request_id": asked.pk,
        "part_id": 1,
    }


def _article() -> int:
    """An article that nobody published."""
    category = KnowledgeCategory.objects.create(name="矩阵")
    return Article.objects.create(
        number="K-MATRIX", title="矩阵文章", category=category, updated_at=NOW, created_at=NOW
    ).pk


def _models() -> dict[str, Any]:
    """A version of a model, proposed for use."""
    version = ModelVersion.objects.create(
        key="matrix", number=1, status="CHALLENGER", data_date=NOW.date(), trained_at=NOW
    )
    proposal = Promotion.objects.create(key="matrix", version=version, reason="x", proposed_at=NOW)
    return {"model_key": "matrix", "promotion_id": proposal.pk}


def _staffing(tree: Tree) -> dict[str, Any]:
    """A forecast of calls of the western branch, with a scenario."""
    forecast = CallForecast.objects.create(
        title=f"{SECRET}预测", source="GIVEN", unit_id=tree.west.pk, horizon=1, made_at=NOW
    )
    scenario = StaffingScenario.objects.create(
        forecast=forecast, name="x", handling=180, share=0.8, seconds=20, shrinkage=0.3, occupancy=1, made_at=NOW
    )
    return {"forecast_id": forecast.pk, "scenario_id": scenario.pk}


def _shared(tree: Tree, agent: Actor) -> dict[str, Any]:
    """What is no customer's: people, units, products, the queue; their scopes have tests of their own."""
    user = User.objects.get(pk=agent.id)
    sign_in = SignIn.objects.create(user=user, session_key="matrix", started_at=NOW, seen_at=NOW)
    passkey = Passkey.objects.create(user=user, credential_id="matrix", public_key=b"", label="x", created_at=NOW)
    event = AuditEvent.objects.filter(action=str(Action.CREATE)).order_by("pk").first()
    return {
        "purpose_key": "MARKETING",
        "by": "branch",
        "dividend_id": DividendRate.objects.create(
            product=Product.objects.get(code="MATRIX"), year=2026, rate_bp=1, made_at=NOW
        ).pk,
        "value_rules_id": ValueRules.objects.create(**asdict(Terms()), made_at=NOW).pk,
        "night_id": ClockRun.objects.create(on=NOW.date(), cut_off=NOW, started_at=NOW).pk,
        "product_id": Product.objects.get(code="MATRIX").pk,
        "task_rule_id": TaskRule.objects.create(
            code="matrix",
            name="矩阵",
            occasion="BIRTHDAY",
            days=-7,
            kind="BIRTHDAY",
            title="x",
            created_at=NOW,
            updated_at=NOW,
        ).pk,
        "standard_number": 1,
        "item_code": "TRAVEL",
        "exception_step": "approve",
        "watch_step": "confirm",
        "user_id": user.pk,
        "blocked_id": BlockedSender.objects.create(domain="blocked.example", reason="x", blocked_at=NOW).pk,
        "unit_id": tree.west.pk,
        "post_id": Post.objects.filter(user=user).values_list("pk", flat=True).get(),
        "agent_id": Agent.objects.filter(user=user).values_list("pk", flat=True).get(),
        "role_id": Post.objects.filter(user=user).values_list("role_id", flat=True).get(),
        "sign_in_id": sign_in.pk,
        "passkey_id": passkey.pk,
        "event_id": event.pk if event else 0,
        **_api_clients(tree),
        **_deliveries(tree),
        **_webhooks(tree),
        **_reaching(),
        **_catalogue(),
        "tag_id": Tag.objects.create(code="MATRIX", name="矩阵标签", family="NEED").pk,
        "rule_id": AllocationRule.objects.create(name="矩阵规则", position=1).pk,
        "version_number": 1,
        "form": "csv",
        **_models(),
        "token": "x" * 43,
        "failed_id": 1,
        "code": "WEALTHY",
        "outbox_id": 1,
        "key": "jobs.recover",
        "year": 2026,
        "setup_part": "desk",
        "plan_id": FollowUpPlan.objects.get(code="MATRIX").pk,
        "plan_step": "publish",
        "questionnaire_id": Questionnaire.objects.get(code="MATRIX").pk,
        "questionnaire_version_id": QuestionnaireVersion.objects.get(questionnaire__code="MATRIX").pk,
        "question_key": "COVER",
        "question_number": 0,
        "question_step": "up",
        "chat_act": "close",
        "seat_id": 1,
        "likeness_kind": "TEXT",
        "entry_id": 1,
        "article_id": _article(),
        "feedback_id": 1,
        "miss_id": 1,
        "know_act": "submit",
        "know_part": "category",
        "improvement_id": 1,
        "improve_act": "start",
        "nomination_id": 1,
        "target_id": 1,
        "part": "changes",
        "column": "phone",
        "service_item": "CONTACT",
        "digest": "0" * 32,
        "kind": "SURRENDER",
        "act": "WITHDRAW",
        "action_key": "assign",
        "policy_link_id": 1,
        "window_kind": "MOTOR",
        "quote_number": 1,
        "renewal_step": "reopen",
        "filter_key": "agent",
        "column_key": "name",
    }


def _deliveries(tree: Tree) -> dict[str, int]:
    """A connector and a delivery: counts for those who may see them, records for nobody."""
    levels = {"unit_id": tree.west.pk, "cron": "0 3 * * *"}
    times = {"created_at": NOW, "updated_at": NOW}
    connector = Connector.objects.create(
        key="matrix", name="核心", kind="folder", source="matrix", config={"folder": "matrix"}, **levels, **times
    )
    delivery = Delivery.objects.create(
        connector=connector, key="M-1", state="quarantined", waiting_since=NOW, seen_at=NOW, ended_at=NOW
    )
    return {"connector_id": connector.pk, "delivery_id": delivery.pk}


def _mails(customer: Customer) -> dict[str, int]:
    """A mailbox of another branch, a mail of a stranger's order, and a blocked sender."""
    order = WorkOrder.objects.filter(customer=customer).latest("pk")
    place = {column: getattr(order, column) for column in LEVEL_COLUMNS}
    mailbox = Mailbox.objects.create(
        name=f"{SECRET}邮箱", address="x@keyuan.example", imap_host="mail.example", smtp_host="mail.example", **place
    )
    mail = Mail.objects.create(
        mailbox=mailbox, status="FILED", order=order, at=NOW, subject=SECRET, text=SECRET, created_at=NOW
    )
    return {"mailbox_id": mailbox.pk, "mail_id": mail.pk}
