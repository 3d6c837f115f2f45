"""Addresses of the organisation pages and sign-in."""

from django.urls import URLPattern, path

from keyuan.organisation.views import account, agents, api_clients, people, policy, roles, sign_in, units
from keyuan.organisation.views.api_client_list import API_CLIENTS
from keyuan.organisation.views.lists import AGENTS, PEOPLE, UNITS
from keyuan.platform.lists import list_urls

app_name = "organisation"
urlpatterns: list[URLPattern] = [
    path("", account.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-in/forgotten/", sign_in.forgotten, name="forgotten"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("me/", account.account, name="account"),
    path("me/confirm/", account.confirm, name="confirm"),
    path("me/language/", account.language, name="language"),
    path("me/password/", account.password_change, name="password-change"),
    path("me/sessions/others/end/", account.sessions_end_others, name="sessions-end-others"),
    path("me/sessions/<int:sign_in_id>/end/", account.session_end, name="session-end"),
    path("me/second-factor/", account.totp_enrol, name="totp-enrol"),
    path("me/second-factor/remove/", account.totp_remove, name="totp-remove"),
    path("me/second-factor/codes/", account.recovery_codes, name="recovery-codes"),
    path("me/posts/<int:post_id>/", account.post_switch, name="post-switch"),
    path("organisation/units/", units.units, name="units"),
    *list_urls(UNITS, "organisation/units/table/"),
    path("organisation/units/<int:unit_id>/", units.unit, name="unit"),
    path("organisation/units/<int:unit_id>/new/", units.unit_new, name="unit-new"),
    path("organisation/units/<int:unit_id>/edit/", units.unit_edit, name="unit-edit"),
    path("organisation/units/<int:unit_id>/move/", units.unit_move, name="unit-move"),
    path("organisation/units/<int:unit_id>/close/", units.unit_close, name="unit-close"),
    path("organisation/people/new/", people.person_new, name="person-new"),
    *list_urls(PEOPLE, "organisation/people/"),
    path("organisation/people/<int:user_id>/", people.person, name="person"),
    path("organisation/people/<int:user_id>/edit/", people.person_edit, name="person-edit"),
    path("organisation/people/<int:user_id>/password/", people.password_reset, name="password-reset"),
    path("organisation/people/<int:user_id>/lock/", people.person_lock, name="person-lock"),
    path("organisation/people/<int:user_id>/unlock/", people.person_unlock, name="person-unlock"),
    path("organisation/people/<int:user_id>/sign-out/", people.person_sign_out, name="person-sign-out"),
    path("organisation/people/<int:user_id>/second-factor/", people.second_factor_reset, name="second-factor-reset"),
    path("organisation/people/<int:user_id>/close/", people.person_close, name="person-close"),
    path("organisation/people/<int:user_id>/posts/new/", people.post_new, name="post-new"),
    path("organisation/posts/<int:post_id>/", people.post, name="post"),
    path("organisation/posts/<int:post_id>/end/", people.post_end, name="post-end"),
    path("organisation/roles/", roles.roles, name="roles"),
    path("organisation/roles/new/", roles.role_new, name="role-new"),
    path("organisation/roles/<int:role_id>/", roles.role, name="role"),
    path("organisation/sign-in/", policy.policy, name="sign-in-policy"),
    path("organisation/api-clients/new/", api_clients.api_client_new, name="api-client-new"),
    *list_urls(API_CLIENTS, "organisation/api-clients/"),
    path("organisation/api-clients/<int:client_id>/", api_clients.api_client, name="api-client"),
    path("organisation/api-clients/<int:client_id>/edit/", api_clients.api_client_edit, name="api-client-edit"),
    path("organisation/api-clients/<int:client_id>/state/", api_clients.api_client_state, name="api-client-state"),
    path("organisation/api-clients/<int:client_id>/keys/new/", api_clients.api_key_new, name="api-key-new"),
    path("organisation/api-keys/<int:key_id>/rotate/", api_clients.api_key_rotate, name="api-key-rotate"),
    path("organisation/api-keys/<int:key_id>/revoke/", api_clients.api_key_revoke, name="api-key-revoke"),
    *list_urls(AGENTS, "organisation/agents/"),
    path("organisation/agents/<int:agent_id>/", agents.agent, name="agent"),
]
