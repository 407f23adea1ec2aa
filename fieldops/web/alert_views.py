"""Alerts on their pages: seen by who follows them, and set up by the administrator."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.alerting import CHANNELS
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Permission, Role
from fieldops.services import alert_sending, alert_settings, notices
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages


@pages.get("/alerts/<uuid:notice_id>")
@page(Permission.SIGNED_IN, writes=True)
def alert_page(notice_id: UUID) -> AnyResponse:
    """The place to which an alert leads; whoever it was for has thereby seen it."""
    with unit() as session:
        notice = notices.saw(session, notice_id, actor=current_actor(), now=clock.now())
        if notice.about is not None:
            return redirect(f"/{notice.about}")
        anchor = f"flag-{notice.flag_id}" if notice.flag_id else "clocks"
        case_id = notice.case_id
        is_complaint = notice.code == notices.COMPLAINT
    if is_complaint:
        return redirect(url_for("web.complaints_page"))
    return redirect(url_for("web.case_page", case_id=case_id, _anchor=anchor))


@pages.post("/alerts/<uuid:notice_id>/seen")
@page(Permission.READ_TRACE)
def see_alert(notice_id: UUID) -> AnyResponse:
    """Put an alert away."""
    with unit() as session:
        notices.see(session, notice_id, actor=current_actor(), now=clock.now())
    is_compliance = current_actor().role is Role.COMPLIANCE
    return redirect(url_for("web.compliance_page" if is_compliance else "web.desk_page"))


@pages.get("/admin/alerts")
@page(Permission.MANAGE_ALERTS)
def alert_settings_page() -> str:
    """Channels, quiet hours, and how the latest sendings went."""
    return _shown()


@pages.post("/admin/alerts/channels")
@page(Permission.MANAGE_ALERTS)
def open_channel() -> AnyResponse | tuple[str, int]:
    """Open a channel for a role."""
    names = ("role", "kind", "target", "url", "secret", "language")
    order = alert_settings.ChannelOrder(**{name: request.form.get(name, "") for name in names})
    try:
        with unit() as session:
            alert_settings.add_channel(session, order, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.alert_settings_page"))


@pages.post("/admin/alerts/channels/<uuid:channel_id>/close")
@page(Permission.MANAGE_ALERTS)
def close_channel(channel_id: UUID) -> AnyResponse:
    """Close a channel."""
    with unit() as session:
        alert_settings.close_channel(session, channel_id, actor=current_actor(), now=clock.now())
    return redirect(url_for("web.alert_settings_page"))


@pages.post("/admin/alerts/policy")
@page(Permission.MANAGE_ALERTS)
def set_alert_policy() -> AnyResponse | tuple[str, int]:
    """Set quiet hours, the daily list and escalation."""
    form = request.form
    minutes = form.get("escalate_minutes", "")
    order = alert_settings.PolicyOrder(
        quiet_from=form.get("quiet_from", ""),
        quiet_until=form.get("quiet_until", ""),
        digest_at=form.get("digest_at", ""),
        escalate_minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 9 else -1,
        escalate_to=form.get("escalate_to", ""),
    )
    try:
        with unit() as session:
            alert_settings.set_policy(session, order, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.alert_settings_page"))


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    return render_template(
        "alerts.html",
        channels=alert_settings.channels(session, actor),
        policy=alert_settings.policy(session, actor.organisation_id),
        sendings=alert_sending.latest(session, actor.organisation_id),
        roles=alert_settings.ROLES,
        readers=alert_settings.READERS,
        kinds=CHANNELS,
        languages=alert_settings.LANGUAGES,
        filled=request.form,
        wrong=wrong,
    )
