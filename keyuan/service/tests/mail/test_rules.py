"""Reading and judging mails: charsets, broken heads, HTML, reports, programs, tokens, threads (SRV-5)."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from keyuan.service.rules.mail import judging, threading, writing
from keyuan.service.rules.mail.charsets import header_text, text_of
from keyuan.service.rules.mail.markup import as_text, cleaned
from keyuan.service.rules.mail.parsing import parse
from keyuan.service.tests.mail.servers import letter

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
OWN = frozenset({"kefu@keyuan.example"})


@pytest.mark.parametrize(
    "data, label, text",
    [
        ("朱镕基".encode("gb18030"), "gb2312", "朱镕基"),
        ("您好".encode("gbk"), "us-ascii", "您好"),
        ("您好，保单".encode(), "gb2312", "您好，保单"),
        ("您好".encode("gb18030"), "utf-8", "您好"),
        ("您好".encode("gb18030"), "x-unknown", "您好"),
        ("您好".encode("big5"), "big5", "您好"),
        (b"caf\xe9", "windows-1252", "café"),
        ("您好".encode("hz"), "hz-gb-2312", "您好"),
        (b"\xff\xfe\x81", "utf-8", "\ufffd\ufffd\ufffd"),
    ],
)
def test_text_is_read_whatever_its_label(data, label, text):
    assert text_of(data, label) == text


@pytest.mark.parametrize(
    "raw, text",
    [
        ("=?gb2312?B?1cXI/Q==?=", "张三"),
        ("=?utf-8?B?5L2g?= =?utf-8?B?5aW9?=", "你好"),
        ("=?utf-8?B?5L2?= =?utf-8?B?g5aW9?=", "=?utf-8?B?5L2?= =?utf-8?B?g5aW9?="),
        ("Plain\r\n folded", "Plain folded"),
        ("您好".encode("gb18030").decode("utf-8", "surrogateescape"), "您好"),
    ],
)
def test_heads_are_read(raw, text):
    found = header_text(raw)

    assert found == text or text.startswith("=?")


def test_html_is_cleaned_and_read():
    html = (
        "<style>p{}</style><p onclick='x()'>您好<br>保单<script>alert(1)</script></p><img src='http://spy.example/1.gif'>"
        "<a href='javascript:x()'>坏</a><a href='https://ok.example'>好</a><table><tr><td>甲</td><td>乙</td></tr></table>"
    )

    clean = cleaned(html)

    assert as_text(html) == "您好\n保单\n坏好\n\n甲 乙"
    assert not [word for word in ("script", "onclick", "spy") if word in clean]
    assert 'href="https://ok.example"' in clean


def test_a_mail_of_html_alone_has_text_and_files_and_pictures_within():
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = '"何, 静" <He@Example.org>', "kefu@keyuan.example", "图片"
    made.set_content("<p>见图<img src='cid:p1'></p>", subtype="html", charset="gb18030")
    made.add_related(b"\x89PNG\r\n\x1a\n0", "image", "png", cid="<p1>", filename="图.png")
    made.add_attachment(b'x\x9f>"data', "application", "ms-tnef", filename="winmail.dat")

    found = parse(made.as_bytes())

    assert (found.text, found.sender.address, found.sender.name) == ("见图", "he@example.org", "何, 静")
    assert [(piece.name, piece.content_id) for piece in found.pieces] == [("图.png", "p1"), ("winmail.dat", "")]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no head at all",
        b"From: a@\r\nContent-Type: multipart/mixed\r\n\r\nx",
        b'From: x <x@y.cn>\r\nContent-Type: text/plain; charset="\x80"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!',
        b"Subject: =?utf-8?Q?=FF?=\r\nFrom: \xb2\xe2 <t@t.cn>\r\nMessage-ID: broken\r\n\r\n\xb2\xe2",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
        + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 60,
    ],
)
def test_broken_mails_are_read_as_far_as_they_go(raw):
    found = parse(raw)

    # Nothing in it that a column or a page could not take.
    (found.subject + found.text + found.message_id).encode()
    assert not found.sender or found.sender.address.isascii()


def test_raw_bytes_of_strangers_reach_no_column():
    heads = b"From: \xb2\xe2@\xff.cn\r\nMessage-ID: <\x00\xff@x.cn>\r\nReferences: <ok@x.cn> <\xb2@x>\r\n"
    raw = heads + b"Subject: a\x00b\r\n\r\nx\x00y"

    found = parse(raw)

    assert (found.message_id, found.refers_to, found.subject) == ("", ("<ok@x.cn>",), "a b")
    assert "\x00" not in found.text


@pytest.mark.parametrize(
    "headers, kind",
    [
        ({}, judging.PERSON),
        ({"Auto_Submitted": "no"}, judging.PERSON),
        ({"Auto_Submitted": "auto-replied"}, judging.AUTOMATIC),
        ({"Precedence": "bulk"}, judging.AUTOMATIC),
        ({"X_Auto_Response_Suppress": "OOF"}, judging.AUTOMATIC),
        ({"List_Id": "<news.example.org>"}, judging.AUTOMATIC),
        ({"Return_Path": "<>"}, judging.AUTOMATIC),
        ({"From": "no-reply@example.org"}, judging.AUTOMATIC),
        ({"From": "MAILER-DAEMON@example.org"}, judging.AUTOMATIC),
        ({"From": "Kefu@Keyuan.example"}, judging.OWN),
        ({"From": "kefu+w1@keyuan.example"}, judging.OWN),
        ({"X_Spam_Flag": "YES"}, judging.SPAM),
    ],
)
def test_programs_and_our_own_are_told_from_people(headers, kind):
    assert judging.kind_of(parse(letter(**headers)), OWN) == kind


@pytest.mark.parametrize(
    "line, forged",
    [
        ("mx.keyuan.example; dmarc=fail", True),
        ("mx.keyuan.example; dmarc=pass", False),
        ("mx.evil.example; dmarc=fail", False),
        ("mx.keyuan.example.evil; dmarc=fail", False),
    ],
)
def test_only_our_own_server_says_who_is_forged(line, forged):
    assert judging.is_forged(parse(letter(Authentication_Results=line)), "mx.keyuan.example") is forged


def test_a_report_names_recipient_status_and_mail():
    raw = report("he@example.org", "<m1@keyuan.example>")

    (bounce,) = parse(raw).bounces

    assert (bounce.action, bounce.status, bounce.address) == ("failed", "5.1.1", "he@example.org")
    assert bounce.message_id == "<m1@keyuan.example>"


def report(address, message_id, status="5.1.1", action="failed"):
    """Return a delivery report as servers write it (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: kefu@keyuan.example\r\nSubject: Undelivered\r\nReturn-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_tokens_come_back_in_subject_and_address_and_nothing_else_counts():
    number, seal = "W123456789", "0123456789"
    subject = threading.answer_subject("Re: 回复：保单查询", "REPLY", number, seal)
    address = threading.reply_address("kefu@keyuan.example", number, seal)

    assert subject == f"Re: 保单查询 [#{number}-{seal}]"
    assert threading.tokens_in(f"回复: {subject}", []) == [(number, seal)]
    assert threading.tokens_in("保单查询", [address]) == [(number, seal)]
    assert threading.tokens_in(f"{number} 保单查询", ["kefu@keyuan.example"]) == []
    assert threading.bare(f"Re[2]: 转发: {subject}") == "保单查询"


@pytest.mark.parametrize(
    "standing, automatic, place",
    [
        (None, False, threading.NEW),
        (threading.Standing(True, False, None), False, threading.OPEN),
        (threading.Standing(False, True, NOW - timedelta(days=14)), False, threading.REOPEN),
        (threading.Standing(False, True, NOW - timedelta(days=14, seconds=1)), False, threading.FOLLOW),
        (threading.Standing(False, False, NOW), False, threading.FOLLOW),
        (threading.Standing(False, True, NOW), True, threading.OPEN),
    ],
)
def test_answers_open_again_within_days_and_programs_never(standing, automatic, place):
    assert threading.place_of(standing, NOW, days=14, is_automatic=automatic) == place


def test_a_mail_on_the_wire_cannot_be_bent_by_what_people_type():
    mail = writing.Outgoing(
        "<m@keyuan.example>", NOW, "客源\r\nBcc: x@y.cn", "kefu@keyuan.example", "kefu@keyuan.example", ["a@b.cn"], [],
        "标题\r\nBcc: all@b.cn", "正文", "zh-hans", ["<one@b.cn>", "<two@b.cn>"], is_automatic=True,
    )  # fmt: skip

    found = parse(writing.wire(mail))

    assert (found.subject, found.text) == ("标题 Bcc: all@b.cn", "正文")
    assert found.refers_to == ("<one@b.cn>", "<two@b.cn>")
    assert found.signs.auto_submitted == "auto-replied"
    assert b"\nBcc" not in writing.wire(mail)


def test_strangers_are_those_outside_thread_and_house():
    addresses = ["he@example.org", "boss@keyuan.example", "who@other.example"]

    assert writing.strangers(addresses, ["he@example.org"], {"keyuan.example"}) == ["who@other.example"]
