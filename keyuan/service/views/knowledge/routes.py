"""Addresses of the knowledge base, below those of the service desk."""

from django.urls import URLPattern, path

from keyuan.platform.lists import list_urls, lists
from keyuan.service.views.knowledge import articles, beside, desk, finding


def knowledge_urls() -> list[URLPattern]:
    """Return the addresses; called when the lists are declared."""
    return [
        *list_urls(lists["knowledge-articles"], "knowledge/articles/"),
        path("knowledge/", finding.knowledge, name="knowledge"),
        path("knowledge/missed/", finding.missed, name="knowledge-missed"),
        path("knowledge/beside/", beside.beside_intake, name="knowledge-beside-intake"),
        path("knowledge/beside/order/<int:order_id>/", beside.beside_order, name="knowledge-beside"),
        path("knowledge/beside/chat/<int:chat_id>/", beside.beside_chat, name="knowledge-beside-chat"),
        path("knowledge/beside/call/<int:follow_up_id>/", beside.beside_call, name="knowledge-beside-call"),
        path("knowledge/beside/mail/<int:mail_id>/", beside.beside_mail, name="knowledge-beside-mail"),
        path("knowledge/new/", articles.article_new, name="article-new"),
        path("knowledge/desk/", desk.desk, name="knowledge-desk"),
        path("knowledge/comments/<int:feedback_id>/", desk.comment_handle, name="article-comment"),
        path("knowledge/misses/<int:miss_id>/drop/", desk.miss_drop, name="miss-drop"),
        path("knowledge/settings/", desk.settings, name="knowledge-settings"),
        path("knowledge/settings/<slug:know_part>/new/", desk.setting_new, name="knowledge-setting-new"),
        path("knowledge/settings/<slug:know_part>/<int:entry_id>/", desk.setting_edit, name="knowledge-setting"),
        path("knowledge/<int:article_id>/", articles.article, name="article"),
        path("knowledge/<int:article_id>/edit/", articles.article_edit, name="article-edit"),
        path("knowledge/<int:article_id>/custody/", articles.article_custody, name="article-custody"),
        path("knowledge/<int:article_id>/versions/", articles.article_versions, name="article-versions"),
        path("knowledge/<int:article_id>/act/<str:know_act>/", articles.article_act, name="article-act"),
        path("knowledge/<int:article_id>/say/", articles.article_say, name="article-say"),
        path("knowledge/<int:article_id>/use/", articles.article_use, name="article-use"),
        path("knowledge/<int:article_id>/file/", articles.article_file, name="article-file"),
    ]
