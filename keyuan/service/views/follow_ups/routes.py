"""Addresses of call-backs and follow-ups."""

from django.urls import URLPattern, path

from keyuan.platform.lists import list_urls, lists
from keyuan.service.views.follow_ups import call, figures, plans, questionnaire

VERSION = "follow-ups/versions/<int:questionnaire_version_id>"


def follow_up_urls() -> list[URLPattern]:
    """Return the addresses of call-backs, follow-ups, their plans and figures."""
    return [
        *list_urls(lists["follow-ups"], "follow-ups/"),
        *list_urls(lists["follow-up-archive"], "follow-ups/archive/"),
        path("follow-ups/figures/", figures.follow_up_figures, name="follow-up-figures"),
        path("follow-ups/plans/", plans.plan_list, name="follow-up-plans"),
        path("follow-ups/plans/new/", plans.plan_new, name="follow-up-plan-new"),
        path("follow-ups/plans/<int:plan_id>/", plans.plan_edit, name="follow-up-plan"),
        path("follow-ups/plans/<int:plan_id>/<str:plan_step>/", plans.plan_act, name="follow-up-plan-act"),
        path("follow-ups/questionnaires/new/", plans.questionnaire_new, name="questionnaire-new"),
        path(
            "follow-ups/questionnaires/<int:questionnaire_id>/new/", plans.version_new,
            name="questionnaire-version-new",
        ),
        path(f"{VERSION}/", plans.version_page, name="questionnaire-version"),
        path(f"{VERSION}/publish/", plans.version_publish, name="questionnaire-publish"),
        path(f"{VERSION}/<int:question_number>/", plans.question_edit, name="question-edit"),
        path(f"{VERSION}/<int:question_number>/<str:question_step>/", plans.question_act, name="question-act"),
        path("questionnaire/<slug:token>/", questionnaire.questionnaire_page, name="questionnaire-page"),
        path("follow-ups/next/", call.take_next, name="follow-up-next"),
        path("follow-ups/<int:follow_up_id>/", call.follow_up, name="follow-up"),
        path("follow-ups/<int:follow_up_id>/take/", call.take, name="follow-up-take"),
        path("follow-ups/<int:follow_up_id>/back/", call.give_back, name="follow-up-back"),
        path("follow-ups/<int:follow_up_id>/send/", call.send_link, name="follow-up-send"),
        path("follow-ups/<int:follow_up_id>/begin/", call.begin, name="follow-up-begin"),
        path("follow-ups/<int:follow_up_id>/result/", call.result, name="follow-up-result"),
        path("follow-ups/<int:follow_up_id>/close/", call.close, name="follow-up-close"),
        path("follow-ups/<int:follow_up_id>/answers/<str:question_key>/", call.keep_answer, name="follow-up-answer"),
        path("follow-ups/of-policy/<int:policy_id>/", call.policy_follow_ups, name="policy-follow-ups"),
        path("follow-ups/of-customer/<int:customer_id>/", call.customer_follow_ups, name="customer-follow-ups"),
    ]  # fmt: skip
