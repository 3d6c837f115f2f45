"""Addresses of the organisation pages and sign-in."""

from django.urls import URLPattern, path

from keyuan.organisation.views import account, sign_in

app_name = "organisation"
urlpatterns: list[URLPattern] = [
    path("", account.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-in/forgotten/", sign_in.forgotten, name="forgotten"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("me/", account.account, name="account"),
    path("me/language/", account.language, name="language"),
    path("me/password/", account.password_change, name="password-change"),
    path("me/sessions/others/end/", account.sessions_end_others, name="sessions-end-others"),
    path("me/sessions/<int:sign_in_id>/end/", account.session_end, name="session-end"),
    path("me/second-factor/", account.totp_enrol, name="totp-enrol"),
    path("me/second-factor/remove/", account.totp_remove, name="totp-remove"),
    path("me/second-factor/codes/", account.recovery_codes, name="recovery-codes"),
    path("me/posts/<int:post_id>/", account.post_switch, name="post-switch"),
]
