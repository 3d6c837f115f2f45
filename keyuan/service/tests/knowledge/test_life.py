"""Articles: written, approved by a second person, published, expired, withdrawn; two editors at once (SRV-6)."""

from datetime import timedelta

import pytest

from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import small_tree
from keyuan.platform.models import Notice
from keyuan.service.models import Article, ArticleTerm, KnowledgeCategory
from keyuan.service.rules.knowledge import life
from keyuan.service.selectors.knowledge.articles import access_article, open_version
from keyuan.service.selectors.knowledge.search import Wish, search_articles
from keyuan.service.services.knowledge import deciding, minding, reading, setting_up, writing
from keyuan.service.testing import MORNING, clerk, make_order, open_desk

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()


@pytest.fixture
def editor():
    small_tree()
    setting_up.seed()
    return clerk("shift_leader")


@pytest.fixture
def approver():
    return clerk("compliance", unit=small_tree().head)


@pytest.fixture
def reader():
    return clerk("contact_centre")


def text(title="理赔申请需要哪些材料", body="身份证、银行卡、出院小结和发票。", **more):
    return writing.Text(title=title, body=body, **more)


def write(editor, *, kind=life.ARTICLE, now=MORNING, **more):
    category = KnowledgeCategory.objects.order_by("pk").first().pk
    return writing.create_article(
        actor=editor, kind=kind, category_id=category, text=text(**more), review_on=None, now=now
    )


def bring_out(editor, approver, article, now=MORNING):
    revision = open_version(article.pk).revision
    deciding.submit(actor=editor, article_id=article.pk, revision=revision, now=now)
    deciding.decide(actor=approver, article_id=article.pk, revision=revision, approve=True, note="", now=now)
    return deciding.publish(actor=editor, article_id=article.pk, revision=revision, now=now)


def found(typed, today=TODAY, **more):
    return [hit.article.title for hit in search_articles(typed, Wish(today, **more)).hits]


def test_readers_find_an_article_once_it_is_published_and_not_before(editor, approver, reader):
    article = write(editor)

    before = found("理赔材料")
    with pytest.raises(NotFound):
        access_article(reader, article.pk, today=TODAY)
    bring_out(editor, approver, article)

    assert before == []
    assert found("理赔材料") == ["理赔申请需要哪些材料"]
    assert access_article(reader, article.pk, today=TODAY).number_in_force == 1


def test_nobody_approves_what_they_wrote_themselves(editor):
    director = clerk("contact_centre_director", unit=small_tree().head)
    article = write(director)
    deciding.submit(actor=director, article_id=article.pk, revision=1, now=MORNING)

    with pytest.raises(Refused, match="own_text"):
        deciding.decide(actor=director, article_id=article.pk, revision=1, approve=True, note="", now=MORNING)
    with pytest.raises(Forbidden):
        deciding.decide(actor=editor, article_id=article.pk, revision=1, approve=True, note="", now=MORNING)

    assert open_version(article.pk).state == life.REVIEW


def test_who_wrote_into_it_earlier_cannot_approve_either(editor, approver):
    director = clerk("contact_centre_director", unit=small_tree().head)
    article = write(director)
    writing.save_draft(actor=editor, article_id=article.pk, text=text(body="新"), revision=1, now=MORNING)
    deciding.submit(actor=editor, article_id=article.pk, revision=2, now=MORNING)

    with pytest.raises(Refused, match="own_text"):
        deciding.decide(actor=director, article_id=article.pk, revision=2, approve=True, note="", now=MORNING)
    deciding.decide(actor=approver, article_id=article.pk, revision=2, approve=True, note="", now=MORNING)

    assert open_version(article.pk).state == life.APPROVED


def test_sent_back_needs_a_reason_and_tells_the_writer(editor, approver):
    article = write(editor)
    deciding.submit(actor=editor, article_id=article.pk, revision=1, now=MORNING)

    with pytest.raises(Refused, match="reason"):
        deciding.decide(actor=approver, article_id=article.pk, revision=1, approve=False, note=" ", now=MORNING)
    deciding.decide(actor=approver, article_id=article.pk, revision=1, approve=False, note="缺时限", now=MORNING)

    assert open_version(article.pk).state == life.DRAFT
    assert Notice.objects.filter(user_id=editor.id, code="knowledge.sent_back").count() == 1


def test_two_editors_at_once_notice_each_other(editor):
    other = clerk("complaint_handler")
    article = write(editor)

    writing.save_draft(actor=editor, article_id=article.pk, text=text(body="甲的文字"), revision=1, now=MORNING)
    with pytest.raises(Conflict):
        writing.save_draft(actor=other, article_id=article.pk, text=text(body="乙的文字"), revision=1, now=MORNING)

    assert open_version(article.pk).body == "甲的文字"


def test_a_second_press_publishes_once(editor, approver):
    article = write(editor)
    bring_out(editor, approver, article)

    with pytest.raises(Conflict):
        deciding.publish(actor=editor, article_id=article.pk, revision=1, now=MORNING)

    assert [row.state for row in article.versions.all()] == [life.PUBLISHED]


def test_a_new_version_replaces_the_old_one_for_search_too(editor, approver):
    article = write(editor)
    bring_out(editor, approver, article)
    writing.save_draft(
        actor=editor, article_id=article.pk, text=text(title="受益人变更流程", body="到柜面办理。"), revision=0,
        now=MORNING,
    )  # fmt: skip
    while_drafted = found("受益人变更")
    bring_out(editor, approver, article)

    assert while_drafted == []
    assert found("受益人变更") == ["受益人变更流程"]
    assert found("出院小结") == []
    assert ArticleTerm.objects.filter(article=article, gram="理赔").count() == 0
    assert sorted(row.state for row in article.versions.all()) == [life.PUBLISHED, life.REPLACED]


def test_an_old_version_comes_back_as_a_draft(editor, approver):
    article = write(editor)
    bring_out(editor, approver, article)
    writing.save_draft(actor=editor, article_id=article.pk, text=text(body="第二版"), revision=0, now=MORNING)
    with pytest.raises(Conflict):
        writing.restore(actor=editor, article_id=article.pk, number=1, now=MORNING)
    bring_out(editor, approver, article)

    draft = writing.restore(actor=editor, article_id=article.pk, number=1, now=MORNING)

    assert (draft.number, draft.body, draft.state) == (3, "身份证、银行卡、出院小结和发票。", life.DRAFT)


def test_readers_do_not_find_what_is_over_even_before_the_night(editor, approver, reader):
    article = write(editor, valid_until=TODAY)
    bring_out(editor, approver, article)
    tomorrow = TODAY + timedelta(days=1)

    assert found("理赔材料", TODAY) == ["理赔申请需要哪些材料"]
    assert found("理赔材料", tomorrow) == []
    with pytest.raises(NotFound):
        access_article(reader, article.pk, today=tomorrow)


def test_the_morning_expires_and_reminds_once(editor, approver):
    over = write(editor, valid_until=TODAY)
    due = write(editor, title="保全变更时限")
    writing.set_custody(
        actor=editor, article_ids=[due.pk], owner_id=editor.id, review_on=TODAY, category_id=None, now=MORNING
    )
    for article in (over, due):
        bring_out(editor, approver, article)
    tomorrow, later = TODAY + timedelta(days=1), MORNING + timedelta(days=1)

    first, second = minding.mind(tomorrow, later), minding.mind(tomorrow, later)

    assert (first, second) == ({"expired": 1, "reminded": 1}, {"expired": 0, "reminded": 0})
    assert Article.objects.get(pk=over.pk).state == life.EXPIRED
    assert Notice.objects.filter(user_id=editor.id, code="knowledge.review_due").count() == 1


def test_withdrawn_articles_are_gone_at_once(editor, approver):
    article = write(editor)
    bring_out(editor, approver, article)

    deciding.withdraw(actor=approver, article_id=article.pk, reason="条款已改", now=MORNING)

    assert found("理赔材料") == []


def test_what_is_wrong_is_said_all_at_once(editor):
    with pytest.raises(Invalid) as caught:
        write(editor, kind=life.ANSWER, title=" ", body="长" * 501, audience="ALL")

    assert [error.code for error in caught.value.errors] == [
        "knowledge.title", "knowledge.body_long", "knowledge.audience",
    ]  # fmt: skip


def test_a_use_in_a_work_order_keeps_the_version(editor, approver, reader):
    article = write(editor, kind=life.ANSWER, title="犹豫期口径", body="犹豫期内退保全额退还保险费。")
    bring_out(editor, approver, article)
    open_desk(reader)
    order = make_order(reader)

    used = reading.use(actor=reader, article_id=article.pk, place="ORDER", order_id=order.pk, now=MORNING)
    deciding.withdraw(actor=approver, article_id=article.pk, reason="过期", now=MORNING)
    with pytest.raises(Refused, match="not_published"):
        reading.use(actor=reader, article_id=article.pk, place="ORDER", order_id=order.pk, now=MORNING)

    assert (used.number, used.order_id, Article.objects.get().uses) == (1, order.pk, 1)


def test_one_voice_for_each_reader_and_version(editor, approver, reader):
    article = write(editor)
    bring_out(editor, approver, article)

    reading.say(actor=reader, article_id=article.pk, is_useful=True, comment="", now=MORNING)
    reading.say(actor=reader, article_id=article.pk, is_useful=False, comment="缺少时限", now=MORNING)
    row = article.feedback.get()
    reading.handle(actor=editor, feedback_id=row.pk, answer="已补充", now=MORNING)
    with pytest.raises(Conflict):
        reading.handle(actor=editor, feedback_id=row.pk, answer="已补充", now=MORNING)

    fresh = Article.objects.get()
    assert (fresh.useful, fresh.useless) == (0, 1)
    assert Notice.objects.filter(user_id=reader.id, code="knowledge.comment_handled").count() == 1
