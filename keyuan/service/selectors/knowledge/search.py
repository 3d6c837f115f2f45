"""Searching articles by their terms: the rarest first, then what they share; ranked over their texts (SRV-6).

A term that many articles have is never read whole: where all terms of a question are common, articles are walked from
the newest and asked for the other terms one by one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from keyuan.service.models import Article, ArticleProduct, ArticleTerm
from keyuan.service.rules.knowledge import life, ranking
from keyuan.service.rules.knowledge.excerpts import Part, excerpt, marked
from keyuan.service.rules.knowledge.terms import (
    BODY,
    TITLE,
    Question,
    Term,
    alternatives,
    masked,
    read_question,
    spelled,
)
from keyuan.service.selectors.knowledge.articles import readable, synonym_groups

#: A term of more articles is common; candidates walked; texts read to rank them; articles that share some terms.
COMMON, WALKED, RANKED, SHARING = 800, 120, 200, 80
OTHER_WORDS = 0.9
COLUMNS = ("pk", "title", "folded", "kind", "updated_at", "useful", "useless", "uses")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: the day, and the filters. ``audience`` PORTAL is what customers are shown."""

    today: date
    audience: str = ""
    categories: tuple[int, ...] = ()
    product_id: int | None = None
    kind: str = ""

    def fits(self) -> Q:
        """Return the condition on articles."""
        fits = readable(self.today, self.audience)
        if self.categories:
            fits &= Q(category_id__in=self.categories)
        if self.kind:
            fits &= Q(kind=self.kind)
        if self.product_id:
            ties = ArticleProduct.objects.filter(product_id=self.product_id)
            fits &= Q(pk__in=ties.values("article_id"))
        return fits


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that answers: title and excerpt divided into (text, whether it meets the question)."""

    article: Article
    title: list[Part]
    excerpt: list[Part]
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: hits best first, whether they hold all of the question, the question without personal numbers."""

    hits: list[Hit]
    is_whole: bool
    asked: str


def search_articles(typed: str, wish: Wish, *, limit: int = 20) -> Found:
    """Return the valid articles that answer ``typed`` best, at most ``limit`` of `RANKED` (SRV-6).

    Articles that hold every term come first, also in other words (synonyms); where none does, those that share most.
    """
    question = read_question(typed)
    asked = masked(typed)
    if not question.keys:
        return Found([], is_whole=False, asked=asked)
    words = [question, *(read_question(other) for other in alternatives(question.text, synonym_groups()))]
    search = _Search(wish)
    points = search.ranked(question)
    if len(points) < limit and len(words) > 1:
        search.hold([key for other in words[1:] for key in other.keys])
        _add(points, (search.ranked(other) for other in words[1:]))
    is_whole = bool(points)
    if not points:
        _add(points, (search.sharing(other) for other in words))
    best = sorted(points, key=lambda pk: (-points[pk], -pk))[:limit]
    rows = Article.objects.select_related("category").defer("folded").in_bulk(best)
    hits = [_hit(rows[pk], words, points[pk]) for pk in best if pk in rows]
    return Found(hits, is_whole, asked)


def _add(points: dict[int, float], others: Iterable[dict[int, float]]) -> None:
    """Add what other words find; the typed ones count more."""
    for found in others:
        for pk, score in found.items():
            points[pk] = max(points.get(pk, 0.0), score * OTHER_WORDS)


def _hit(article: Article, words: list[Question], score: float) -> Hit:
    """Show an article by the words that meet it, the typed ones first."""
    both = article.title + article.plain
    question = next((one for one in words if any(piece in both for piece in one.pieces)), words[0])
    return Hit(article, marked(article.title, question), excerpt(article.plain, question), score)


def _rows(key: Term) -> QuerySet[ArticleTerm]:
    return ArticleTerm.objects.filter(place=key.place, gram=key.gram)


class _Search:
    """One search; what holds a term is read once."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.held: dict[Term, list[int]] = {}

    def hold(self, keys: Iterable[Term]) -> None:
        """Read the articles of terms in one query, newest first: one more than `COMMON` of those that are common."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self.held]
        if not fresh:
            return
        table = connection.ops.quote_name(ArticleTerm._meta.db_table)
        one = (
            f"SELECT * FROM (SELECT %s, article_id FROM {table} WHERE place = %s AND gram = %s"  # noqa: S608 - our own names
            f" ORDER BY article_id DESC LIMIT {COMMON + 1}) AS t%s"
        )
        self.held.update((key, []) for key in fresh)
        parts = [one.replace("AS t%s", f"AS t{number}") for number in range(len(fresh))]
        values = [value for number, key in enumerate(fresh) for value in (number, key.place, key.gram)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for number, article_id in cursor.fetchall():
                self.held[fresh[int(number)]].append(article_id)

    def ranked(self, question: Question) -> dict[int, float]:
        """Return article → points of those that hold every term."""
        if question.is_single:
            return self.scored(_single(question.text), question)
        points = self.scored(self.all_of(question.keys), question)
        if not points and question.text.isascii() and question.text.replace(" ", "").isalpha():
            return self.spelled(question)
        return points

    def all_of(self, keys: Sequence[Term]) -> list[int]:
        """Return articles that hold all of ``keys``: from the rarest term, or walked where all are common."""
        self.hold(keys)
        rare = sorted((key for key in keys if len(self.held[key]) <= COMMON), key=lambda key: len(self.held[key]))
        common = [key for key in keys if len(self.held[key]) > COMMON]
        if not rare:
            return self.walked(common)
        pool = set(self.held[rare[0]]).intersection(*(self.held[key] for key in rare[1:]))
        for key in common:
            if not pool:
                break
            pool &= set(_rows(key).filter(article_id__in=pool).values_list("article_id", flat=True))
        return sorted(pool, reverse=True)

    def walked(self, keys: list[Term]) -> list[int]:
        """Walk articles from the newest: first those with all terms in the title, then anywhere."""
        found: list[int] = []
        for place in (TITLE, BODY):
            first, *others = [Term(place, key.gram) for key in keys]
            rows = _rows(first)
            for key in others:
                rows = rows.filter(Exists(_rows(key).filter(article_id=OuterRef("article_id"))))
            rows = rows.filter(Exists(Article.objects.filter(self.wish.fits(), pk=OuterRef("article_id"))))
            found += rows.order_by("-article_id").values_list("article_id", flat=True)[:WALKED]
            if len(found) >= WALKED:
                break
        return list(dict.fromkeys(found))

    def scored(self, pool: list[int], question: Question) -> dict[int, float]:
        """Return article → points of those of ``pool`` that fit the wish."""
        points: dict[int, float] = {}
        for start in range(0, len(pool), RANKED):
            for candidate in self.candidates(pool[start : start + RANKED]):
                score = ranking.score(candidate, question, self.wish.today)
                if score:
                    points[candidate.pk] = score
            if len(points) >= RANKED // 2:
                break
        return points

    def candidates(self, ids: list[int]) -> list[ranking.Candidate]:
        """Read what the rank of articles rests on, of those that fit the wish."""
        rows = Article.objects.filter(self.wish.fits(), pk__in=ids).values_list(*COLUMNS)
        return [
            ranking.Candidate(pk, title, folded, kind == life.ANSWER, changed.date(), useful, useless, uses)
            for pk, title, folded, kind, changed, useful, useless, uses in rows
        ]

    def spelled(self, question: Question) -> dict[int, float]:
        """Return articles whose title is spelled as typed in letters: pinyin, or its initials."""
        keys = spelled(question.text.replace(" ", ""))
        pool = self.all_of(keys)[:RANKED] if keys else []
        today = self.wish.today
        return {one.pk: ranking.TITLE_TERMS + ranking.score(one, question, today) for one in self.candidates(pool)}

    def sharing(self, question: Question) -> dict[int, float]:
        """Return articles that hold much of a question that none holds whole: what is rare counts more.

        Pairs that no article has, mostly those across two words, weigh nothing.
        """
        self.hold(question.keys)
        weights = {key: ranking.rarity(len(self.held[key]), 20 * COMMON) for key in question.keys if self.held[key]}
        points: Counter[int] = Counter()
        for key, weight in weights.items():
            if len(self.held[key]) <= COMMON:
                points.update(dict.fromkeys(self.held[key], int(1000 * weight)))
        pool = [pk for pk, _points in points.most_common(SHARING)]
        found = {}
        for one in self.candidates(pool):
            there = [key for key in weights if key.gram in one.folded]
            share = sum(weights[key] for key in there) / sum(weights.values())
            if share >= ranking.LEAST_WEIGHT and len(there) >= len(question.keys) * ranking.LEAST_COUNT:
                found[one.pk] = ranking.SHARED * share + ranking.score(one, question, self.wish.today)
        return found


def _single(character: str) -> list[int]:
    """Return articles with one character: in the title, then anywhere as the beginning of a pair."""
    titled = _rows(Term(TITLE, character)).order_by("-article_id").values_list("article_id", flat=True)
    found = list(titled[:RANKED])
    if len(found) < RANKED:
        later = ArticleTerm.objects.filter(place=BODY, gram__gte=character, gram__lt=character + "\uffff")
        found += later.values_list("article_id", flat=True)[:COMMON]
    return list(dict.fromkeys(found))[:RANKED]
