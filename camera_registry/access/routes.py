"""The table of routes: what each is, for the gate. A route that does not stand here is not there for anybody.

Strategy: data, read from the top: of two paths that both fit, the first counts, as in the application. `own` routes
need nothing but a person who has signed in; on whose rows the others work is `store.rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern

from starlette.routing import compile_path

from camera_registry.access.roles import Action

_DEVICE = "/devices/{school}/{code}"
_API = "/api/v1"
TABLE: tuple[tuple[Action, str, str], ...] = (
    ("public", "GET", "/static/{path:path}"),
    ("public", "GET", "/sw.js"),
    ("public", "GET POST", "/unsubscribe/{number}/{kind}/{signature}"),
    ("signing_in", "GET POST", "/login"),
    ("signing_in", "GET POST", "/login/code"),
    ("signing_in", "GET POST", "/login/second-factor"),
    ("signing_in", "GET POST", "/login/password"),
    ("signing_in", "POST", "/logout"),
    ("own_account", "GET", "/account"),
    ("own_account", "POST", "/account/password"),
    ("own_account", "POST", "/account/messages"),
    ("own_account", "GET POST", "/account/second-factor"),
    ("own_account", "POST", "/account/sessions/{number}/end"),
    ("own_account", "POST", "/account/tokens"),
    ("own_account", "POST", "/account/tokens/{number}/end"),
    ("own_account", "GET", "/privacy"),
    ("audit", "GET", "/audit"),
    ("accounts", "GET POST", "/accounts"),
    ("accounts", "GET", "/accounts/passwords-to-change"),
    ("accounts", "GET", "/accounts/{number}"),
    ("accounts", "POST", "/accounts/{number}/close"),
    ("accounts", "POST", "/accounts/{number}/messages"),
    ("accounts", "POST", "/accounts/{number}/reset"),
    ("accounts", "POST", "/accounts/{number}/sessions/end"),
    ("accounts", "POST", "/accounts/{number}/assignments"),
    ("accounts", "POST", "/accounts/{number}/assignments/{assignment}/end"),
    ("see", "GET", "/"),
    ("see", "GET", "/map"),
    ("see", "GET", "/overview/reasons"),
    ("see", "GET", "/overview/changes"),
    ("see", "GET", "/changes"),
    ("see", "GET", "/non-compliant"),
    ("see", "GET", "/non-compliant/zalo"),
    ("see", "GET", "/non-compliant/chosen"),
    ("check", "POST", "/non-compliant/chosen/check"),
    ("waive", "GET POST", "/non-compliant/chosen/waivers"),
    ("see", "GET", "/not-checked"),
    ("see", "GET", "/plan"),
    ("see", "GET", "/plan.xlsx"),
    ("see", "GET", "/plan.docx"),
    ("see", "GET", "/plan.pdf"),
    ("see", "GET", "/history"),
    ("register", "POST", "/history/undo"),
    ("see", "GET", "/schools"),
    ("register_school", "GET POST", "/new-school"),
    ("see", "GET", "/schools/{code}"),
    ("register", "GET POST", "/schools/{code}/edit"),
    ("register", "GET POST", "/schools/{code}/sites/new"),
    ("register", "GET POST", "/schools/{code}/devices/new"),
    ("see", "GET", "/schools/{code}/channels"),
    ("register", "GET POST", "/schools/{code}/channels/bulk"),
    ("same_camera", "POST", "/schools/{code}/same-camera"),
    ("same_camera", "POST", "/schools/{code}/not-same"),
    ("see", "GET", "/schools/{code}/discovery"),
    ("discover", "POST", "/schools/{code}/discover"),
    ("discover", "POST", "/schools/{code}/found/{number}/dismiss"),
    ("discover", "POST", "/schools/{code}/found/{number}/restore"),
    ("see", "GET", "/schools/{code}/differences"),
    ("see", "GET", "/schools/{code}/take-over"),
    ("take_over", "POST", "/schools/{code}/take-over"),
    ("answer", "POST", "/schools/{code}/answer"),
    ("see", "GET", "/schools/{code}/survey"),
    ("allow_photos", "POST", "/schools/{code}/photos"),
    ("see", "GET", "/replies"),
    ("see", "GET", "/schools/{code}/reply"),
    ("answer", "POST", "/schools/{code}/replies"),
    ("see", "GET", "/replies/{number}/photo"),
    ("see", "GET", "/schools/{code}/sheet.pdf"),
    ("see", "GET", "/schools/{code}/sheet.docx"),
    ("see", "GET", "/photos/{number}"),
    ("register", "POST", "/photos/{number}/end"),
    ("register", "GET", "/register"),
    ("see", "GET", "/found"),
    ("see", "GET", "/duplicates"),
    ("see", "GET", "/devices"),
    ("register", "GET POST", "/devices/bulk"),
    ("see", "GET", _DEVICE),
    ("register", "GET POST", f"{_DEVICE}/edit"),
    ("register", "GET POST", f"{_DEVICE}/channels/edit"),
    ("register", "GET POST", f"{_DEVICE}/remove"),
    ("see", "GET", f"{_DEVICE}/login"),
    ("device_login", "POST", f"{_DEVICE}/login"),
    ("device_login", "POST", f"{_DEVICE}/onvif-account"),
    ("device_login", "POST", f"{_DEVICE}/try-again"),
    ("device_login", "POST", f"{_DEVICE}/try-stream"),
    ("device_login", "POST", f"{_DEVICE}/certificate"),
    ("see_on_site", "POST", f"{_DEVICE}/seen-on-site"),
    ("see", "GET", f"{_DEVICE}/waiver"),
    ("waive", "POST", f"{_DEVICE}/waiver"),
    ("see", "GET", f"{_DEVICE}/look"),
    ("see", "GET", f"{_DEVICE}/channels/{{index}}"),
    ("see", "GET", f"{_DEVICE}/channels/{{index}}/explanation"),
    ("see", "GET", "/standards"),
    ("confirm_rule", "GET POST", "/standards/confirm"),
    ("confirm_rule", "POST", "/standards/confirmations/{number}/approve"),
    ("confirm_rule", "POST", "/standards/confirmations/{number}/refuse"),
    ("see", "GET", "/waivers"),
    ("see", "GET", "/waivers/{number}"),
    ("waive", "POST", "/waivers/{number}"),
    ("papers", "GET", "/papers"),
    ("periods", "POST", "/papers/periods"),
    ("freeze", "POST", "/papers/sent"),
    ("freeze", "GET POST", "/papers/freeze"),
    ("papers", "GET", "/papers/frozen/{frozen}.xlsx"),
    ("papers", "GET", "/papers/frozen/{frozen}"),
    ("papers", "GET", "/papers/acceptance/{code}.{form}"),
    ("papers", "GET", "/papers/{kind}.{form}"),
    ("see", "GET", "/schools/{code}/survey.{form}"),
    ("maintenance", "GET POST", "/maintenance"),
    ("maintenance", "POST", "/maintenance/{number}/end"),
    ("webhooks", "GET POST", "/webhooks"),
    ("webhooks", "POST", "/webhooks/{number}/switch"),
    ("webhooks", "POST", "/webhooks/{number}/secret"),
    ("see", "GET", "/handover"),
    ("hand_over", "POST", "/handover/propose"),
    ("see", "GET", "/handover/list.docx"),
    ("see", "GET", "/handover/list.pdf"),
    ("see", "GET", "/handover/mediamtx.yml"),
    ("see", "GET", "/handover/go2rtc.yaml"),
    ("see", "GET", "/handover/frigate.yml"),
    ("hand_over_logins", "GET POST", "/handover/logins"),
    ("hand_over_states", "POST", "/handover/states"),
    ("hand_over_states", "GET", "/handover/states/{token}"),
    ("hand_over_states", "POST", "/handover/states/{token}/write"),
    ("hand_over_states", "POST", "/handover/states/{token}/drop"),
    ("upload", "GET POST", "/bundles"),
    ("upload", "POST", "/bundles/take"),
    ("upload", "POST", "/bundles/keys/{number}/end"),
    ("import_list", "GET POST", "/import"),
    ("import_list", "GET", "/import/template.xlsx"),
    ("import_list", "GET", "/import/files/{token}"),
    ("import_list", "GET", "/import/files/{token}/mistakes.xlsx"),
    ("import_list", "POST", "/import/files/{token}/answers"),
    ("import_list", "POST", "/import/files/{token}/write"),
    ("import_list", "POST", "/import/files/{token}/drop"),
    ("import_list", "GET", "/imports/{number}"),
    ("import_list", "POST", "/imports/{number}/undo"),
    ("see", "GET", "/export.xlsx"),
    ("import_list", "GET", "/export.zip"),
    ("see", "GET", "/sweep"),
    ("see", "GET", "/sweep/events"),
    ("check", "POST", "/sweeps"),
    ("check_all", "GET POST", "/sweeps/all"),
    ("see", "GET", "/sweeps/{sweep_id}"),
    ("check", "GET", "/sweeps/{sweep_id}/cancel"),
    ("check", "POST", "/sweeps/{sweep_id}/{change}"),
    ("see", "GET", f"{_API}/openapi.json"),
    ("see", "GET", f"{_API}/non-compliant"),
    ("see", "GET", f"{_API}/non-compliant.csv"),
    ("see", "GET", f"{_API}/non-compliant.xlsx"),
    ("see", "GET", f"{_API}/non-compliant.json"),
    ("see", "GET", f"{_API}/non-compliant.pdf"),
    ("see", "GET", f"{_API}/not-checked"),
    ("see", "GET", f"{_API}/not-checked.csv"),
    ("see", "GET", f"{_API}/not-checked.xlsx"),
    ("see", "GET", f"{_API}/not-checked.json"),
    ("see", "GET", f"{_API}/not-checked.pdf"),
    ("see", "GET", f"{_API}/map"),
    ("see", "GET", f"{_API}/totals"),
    ("see", "GET", f"{_API}/readiness"),
    ("see", "GET", f"{_API}/changes"),
    ("see", "GET", f"{_API}/sweeps"),
    ("see", "GET", f"{_API}/sweeps/newest-night"),
    ("see", "GET", f"{_API}/sweeps/{{sweep_id}}"),
    ("watch", "GET", f"{_API}/metrics"),
    ("see", "GET", f"{_API}/handover.json"),
    ("see", "GET", f"{_API}/handover.csv"),
    ("see", "GET", f"{_API}/handover.xlsx"),
    ("see", "GET", f"{_API}/handover.geojson"),
    ("see", "GET", f"{_API}/plan"),
    ("see", "GET", f"{_API}/costs"),
    ("see", "GET", f"{_API}/devices"),
    ("register", "GET", f"{_API}/visits/schools"),
    ("register", "GET", f"{_API}/visits/schools/{{code}}"),
    ("register", "POST", f"{_API}/visits/key"),
    ("register", "POST", f"{_API}/visits"),
    ("register", "POST", f"{_API}/visits/photos"),
    ("see", "GET", f"{_API}{_DEVICE}/look"),
    ("check", "POST", f"{_API}{_DEVICE}/look"),
    ("see", "GET", f"{_API}{_DEVICE}"),
    ("register", "POST", f"{_API}/changes-of-many"),
    ("see", "GET", f"{_API}/schools"),
    ("register_school", "POST", f"{_API}/schools"),
    ("see", "GET", f"{_API}/schools/{{code}}"),
    ("register_school", "PATCH", f"{_API}/schools/{{code}}"),
    ("see", "GET", f"{_API}/schools/{{code}}/sites"),
    ("register", "POST PATCH", f"{_API}/schools/{{code}}/sites"),
    ("see", "GET", f"{_API}/schools/{{code}}/history"),
    ("see", "GET", f"{_API}/schools/{{code}}/devices"),
    ("register", "POST", f"{_API}/schools/{{code}}/devices"),
    ("see", "GET", f"{_API}/schools/{{school}}/devices/{{code}}"),
    ("register", "PATCH DELETE", f"{_API}/schools/{{school}}/devices/{{code}}"),
    ("see", "GET", f"{_API}/schools/{{school}}/devices/{{code}}/channels"),
    ("register", "PUT", f"{_API}/schools/{{school}}/devices/{{code}}/channels"),
    ("see", "GET", f"{_API}/schools/{{school}}/devices/{{code}}/channels/{{index}}"),
    ("register", "PATCH DELETE", f"{_API}/schools/{{school}}/devices/{{code}}/channels/{{index}}"),
    ("see", "GET", f"{_API}/schools/{{school}}/devices/{{code}}/as-of"),
    ("see", "GET", f"{_API}/schools/{{school}}/devices/{{code}}/channels/{{index}}/timeline"),
    ("see", "GET", f"{_API}/schools/{{school}}/devices/{{code}}/channels/{{index}}/explanation"),
    ("see", "GET", f"{_API}/schools/{{code}}/differences"),
    ("take_over", "POST", f"{_API}/schools/{{code}}/take-over"),
    ("see", "GET", f"{_API}/schools/{{code}}/answers"),
    ("answer", "POST", f"{_API}/schools/{{code}}/answers"),
    ("see", "GET", f"{_API}/schools/{{code}}/replies"),
    ("answer", "POST", f"{_API}/schools/{{code}}/replies"),
    ("see_on_site", "POST", f"{_API}{_DEVICE}/channels/{{index}}/seen-on-site"),
    ("upload", "POST", f"{_API}/bundles"),
    ("see", "GET", f"{_API}/waivers"),
    ("waive", "POST", f"{_API}/waivers"),
    ("see", "GET", f"{_API}/waivers/{{number}}"),
    ("waive", "POST", f"{_API}/waivers/{{number}}/decide"),
    ("waive", "POST", f"{_API}/waivers/{{number}}/withdraw"),
    ("see", "GET", f"{_API}/standards"),
    ("see", "GET", f"{_API}/standards/{{edition}}"),
    ("see", "GET", f"{_API}/confirmations"),
    ("confirm_rule", "POST", f"{_API}/confirmations"),
    ("confirm_rule", "POST", f"{_API}/confirmations/{{number}}/approve"),
    ("confirm_rule", "POST", f"{_API}/confirmations/{{number}}/refuse"),
    ("import_list", "GET POST", f"{_API}/imports"),
    ("import_list", "GET", f"{_API}/imports/{{number}}"),
    ("import_list", "POST", f"{_API}/imports/{{number}}/undo"),
    ("see", "GET", f"{_API}/export.xlsx"),
    ("papers", "GET", f"{_API}/frozen"),
    ("papers", "GET", f"{_API}/frozen/{{frozen}}"),
    ("see", "GET", f"{_API}/acceptances"),
    ("accept", "POST", f"{_API}/acceptances"),
    ("see", "GET", f"{_API}/acceptances/{{code}}"),
    ("see", "GET", f"{_API}/acceptances/{{code}}/values.csv"),
    ("accept", "POST", f"{_API}/acceptances/{{code}}/close"),
    ("accept", "POST", f"{_API}/acceptances/{{code}}/cancel"),
)
"""What is needed, methods, and the path as the application writes it."""


@dataclass(frozen=True)
class Place:
    """A route of the table: what is needed for it, and what in the path names things."""

    action: Action
    path: str
    params: dict[str, str]


def _compiled() -> tuple[tuple[Action, frozenset[str], str, Pattern[str]], ...]:
    return tuple((action, frozenset(methods.split()), path, compile_path(path)[0]) for action, methods, path in TABLE)


_COMPILED = _compiled()


def routes() -> Iterator[tuple[Action, str, str]]:
    """Every route of the table: action, method, path."""
    return ((action, method, path) for action, methods, path in TABLE for method in methods.split())


def place_of(method: str, path: str) -> Place | None:
    """The route of the table for this request; None when there is none."""
    asked = "GET" if method == "HEAD" else method
    for action, methods, known, pattern in _COMPILED:
        found = pattern.match(path)
        if found is not None and asked in methods:
            return Place(action, known, found.groupdict())
    return None


def methods_of(path: str) -> list[str]:
    """The methods of this path in the table; empty where it does not stand there."""
    return sorted({method for _, methods, _, pattern in _COMPILED if pattern.match(path) for method in methods})
