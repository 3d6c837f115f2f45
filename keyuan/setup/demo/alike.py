"""Three letters of one template with one number to call back: complaints that look alike (SRV-4)."""

from datetime import datetime, timedelta

from django.apps import apps

from keyuan.kernel.actor import Actor
from keyuan.service.services.taking_in import OrderDraft, take_in

LETTER = (
    "本人于{year}年在贵公司投保分红型保险，每年交费{amount}元。销售人员推销时承诺收益稳定、随时可以支取，未说明退保损失和犹豫期权利，"
    "也没有出示产品说明书。现要求贵公司全额退还已交保费并支付利息，请在十五日内书面答复，否则将向监管部门继续反映。"
)
LETTERS = 3


def write_alike(actor: Actor, customers: list[int], now: datetime) -> None:
    """Take the letters in, each of another customer and some hours apart."""
    category = apps.get_model("service.Category")._default_manager.get(code="C_SURRENDER").pk
    for place, customer_id in enumerate(customers[-LETTERS:]):
        came = now - timedelta(hours=30 - 9 * place)
        draft = OrderDraft(
            kind="COMPLAINT", title="要求全额退还保费", contact_channel="LETTER", category_id=category,
            description=LETTER.format(year=2019 + place, amount=6_000 + 1_350 * place), customer_id=customer_id,
            priority=2, received_at=came, token=f"demo-alike-{place}",
            complaint={"line": "PARTICIPATING", "source": "CUSTOMER", "callback_phone": "13800138000"},
        )  # fmt: skip
        take_in(actor=actor, draft=draft, now=came)
