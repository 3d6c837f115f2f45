"""Addresses of the visitor's page, mounted at ``/chat/``: short, because they stand on paper and in messages."""

from django.urls import path

from keyuan.service.views.chat import visitor

app_name = "chat"
urlpatterns = [
    path("", visitor.start, name="start"),
    path("lines/", visitor.lines, name="lines"),
    path("say/", visitor.say_line, name="say"),
    path("typing/", visitor.typing, name="typing"),
    path("file/", visitor.file_add, name="file-add"),
    path("file/<int:attachment_id>/", visitor.file_get, name="file"),
    path("code/", visitor.code_send, name="code"),
    path("verify/", visitor.code_check, name="verify"),
    path("end/", visitor.end, name="end"),
    path("back/", visitor.come_back, name="back"),
    path("rate/", visitor.rate, name="rate"),
    path("transcript/", visitor.transcript, name="transcript"),
]
