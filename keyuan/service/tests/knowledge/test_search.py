"""Searching Chinese: pairs, single characters, pinyin, synonyms, questions; rank; what is kept of a search (SRV-6)."""

import pytest

from keyuan.service.models import Article, KnowledgeCategory, SearchMiss
from keyuan.service.rules.knowledge import life
from keyuan.service.rules.knowledge.comparing import compare
from keyuan.service.rules.knowledge.excerpts import marked
from keyuan.service.rules.knowledge.markup import as_html, as_plain
from keyuan.service.rules.knowledge.terms import fold, masked, read_question, spelled
from keyuan.service.selectors.knowledge import search as searching
from keyuan.service.selectors.knowledge.search import Wish, search_articles
from keyuan.service.services.knowledge import indexing, reading, setting_up, writing
from keyuan.service.testing import MORNING, clerk

TODAY = MORNING.date()
TEXTS = (
    ("理赔申请需要哪些材料", "身份证、银行卡、出院小结和发票。", ("理赔",)),
    ("犹豫期内退保怎么退款", "犹豫期自签收次日起算，扣除工本费后全额退还。", ("退保",)),
    ("车险报案电话", "出险后四十八小时内拨打客服热线报案，理赔专员会联系您。", ("车险",)),
    ("保单复效需要健康告知吗", "中止两年内可以申请复效，需要补交保险费和利息。", ()),
    ("e生保住院医疗免赔额", "年度免赔额一万元，医保报销可以抵扣。", ("医疗",)),
)


@pytest.fixture
def articles(db):
    """Published articles, straight into the tables."""
    setting_up.seed()
    category = KnowledgeCategory.objects.order_by("pk").first()
    for place, (title, body, tags) in enumerate(TEXTS):
        article = Article.objects.create(
            number=f"K{place}", category=category, state=life.PUBLISHED, number_in_force=1, updated_at=MORNING,
            created_at=MORNING, title=title,
        )  # fmt: skip
        version = writing._version(
            article, 1, writing.Text(title=title, body=body, tags=tags), clerk_of_texts(), MORNING
        )
        version.state = life.PUBLISHED
        version.save()
        indexing.show_version(article, version)
        article.save()
        indexing.index(article, version)


def clerk_of_texts():
    return clerk("shift_leader")


def titles(typed, **more):
    return [hit.article.title for hit in search_articles(typed, Wish(TODAY, **more)).hits]


@pytest.mark.parametrize(
    "typed, first",
    [
        ("理赔", "理赔申请需要哪些材料"),  # title over text
        ("赔付材料", "理赔申请需要哪些材料"),  # other words
        ("险", "车险报案电话"),  # one character
        ("報案電話", "车险报案电话"),  # traditional characters
        ("chexian", "车险报案电话"),  # pinyin
        ("yyqn", "犹豫期内退保怎么退款"),  # initials
        ("Ｅ生保", "e生保住院医疗免赔额"),  # full width
        ("退保 工本费", "犹豫期内退保怎么退款"),  # two words
        ("我的保单中止了还可以复效吗", "保单复效需要健康告知吗"),  # a question in a sentence
        ("全额退还", "犹豫期内退保怎么退款"),  # text only
    ],
)
def test_what_is_typed_finds_the_article(articles, typed, first):
    assert titles(typed)[0] == first


def test_a_search_that_fits_nothing_finds_nothing(articles):
    assert titles("宠物保险价格") == []
    assert titles("的") == []
    assert titles("%_'\"") == []


def test_common_terms_are_walked_not_read_whole(articles, monkeypatch):
    monkeypatch.setattr(searching, "COMMON", 1)

    assert titles("理赔")[0] == "理赔申请需要哪些材料"
    assert titles("保险") == ["保单复效需要健康告知吗"]


def test_filters_narrow_a_search(articles):
    Article.objects.filter(number="K2").update(audience=life.PORTAL)
    other = KnowledgeCategory.objects.order_by("-pk").first().pk

    assert titles("理赔", audience=life.PORTAL) == ["车险报案电话"]
    assert titles("理赔", categories=(other,)) == []
    assert titles("理赔", kind=life.ANSWER) == []


def test_a_search_asks_a_bounded_number_of_queries(articles, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        search_articles("住院医疗免赔额如何抵扣医保", Wish(TODAY))


def test_what_meets_is_marked():
    parts = marked("理赔申请需要哪些材料", read_question("理赔材料"))

    assert parts == [("理赔", True), ("申请需要哪些", False), ("材料", True)]


def test_folding_keeps_the_length():
    for text in ("Ａ款 身故保險金", "İstanbul 保单", "①②③ ﬁ"):
        assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("张三 13812345678 理赔", "张三 *** 理赔"),
        ("138 1234 5678", "***"),
        ("11010519491231002X 保单", "*** 保单"),
        ("１３８１２３４５６７８", "***"),
        ("li@example.com 退保", "*** 退保"),
        ("2024年 95500", "2024年 ***"),
        ("90天等待期", "90天等待期"),
    ],
)
def test_nothing_personal_is_kept_of_a_search(typed, kept):
    assert masked(typed) == kept


def test_unanswered_searches_are_counted_by_their_words(db):
    for typed in ("宠物险 13812345678", "宠物险 13900000000", "13812345678", "啊"):
        reading.note_miss(typed=typed, today=TODAY)

    assert list(SearchMiss.objects.values_list("text", "count")) == [("宠物险 ***", 2)]


@pytest.mark.parametrize(
    "typed, html",
    [
        ("# 材料\n\n- 身份证", "<h3>材料</h3>\n<ul>\n<li>身份证</li>\n</ul>\n"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](ftp://a)", '<p><a href="#" rel="noopener noreferrer">x</a></p>\n'),
        ("![x](https://a/b.png)", '<p>!<a href="https://a/b.png" rel="noopener noreferrer">x</a></p>\n'),
    ],
)
def test_texts_become_safe_html(typed, html):
    assert html in as_html(typed)


def test_words_without_marks_of_form():
    assert as_plain("# 材料\n\n- **身份证**\n- 发票\n\n|列|值|\n|-|-|\n|a|b|") == "材料\n身份证\n发票\n列\n值\na\nb"


def test_versions_stand_side_by_side_with_what_changed():
    rows = compare("一\n三十日内\n旧", "一\n十五日内\n新\n加")

    assert [row.kind for row in rows] == ["same", "changed", "changed", "new"]
    assert rows[1].left[-1] == ("日内", False)
    assert ("旧", True) in rows[2].left


def test_letters_are_syllables_or_initials():
    assert [key.gram for key in spelled("lipei")] == ["lipei"]
    assert [key.gram for key in spelled("lp")] == ["lp"]
