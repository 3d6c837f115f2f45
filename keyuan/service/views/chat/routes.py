"""Addresses of web chat at the desk."""

from django.urls import URLPattern, path

from keyuan.platform.lists import list_urls, lists
from keyuan.service.views.chat import board, console


def chat_urls() -> list[URLPattern]:
    """Return the addresses; called when the lists are declared."""
    return [
        path("chats/", console.console, name="chats"),
        path("chats/rail/", console.rail, name="chat-rail"),
        path("chats/seat/", console.seat, name="chat-seat"),
        path("chats/next/", console.take_next, name="chat-next"),
        path("chats/board/", board.chat_board, name="chat-board"),
        path("chats/board/<int:seat_id>/capacity/", board.capacity, name="chat-capacity"),
        path("chats/settings/", board.chat_settings, name="chat-settings"),
        *list_urls(lists["chats"], "chats/all/"),
        path("chats/<int:chat_id>/", console.chat, name="chat"),
        path("chats/<int:chat_id>/lines/", console.chat_lines, name="chat-lines"),
        path("chats/<int:chat_id>/say/", console.chat_say, name="chat-say"),
        path("chats/<int:chat_id>/typing/", console.chat_typing, name="chat-typing"),
        path("chats/<int:chat_id>/file/", console.chat_file_add, name="chat-file-add"),
        path("chats/<int:chat_id>/file/<int:attachment_id>/", console.chat_file, name="chat-file"),
        path("chats/<int:chat_id>/reveal/<int:line_id>/", console.chat_reveal, name="chat-reveal"),
        path("chats/<int:chat_id>/act/<slug:chat_act>/", console.chat_act, name="chat-act"),
        path("of-customer/<int:customer_id>/chats/", board.customer_chats, name="customer-chats"),
    ]
