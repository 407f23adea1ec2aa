"""Alerts on their pages: seen by who follows them, and set up by the administrator."""

from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.alerting import CHANNELS
from fieldops.domain.errors import Conflict, FieldopsError, InvalidInput
from fieldops.domain.permissions import Permission, Role
from fieldops.gateways import alerts
from fieldops.gateways.couriers import NotCarried
from fieldops.services import alert_sending, alert_settings, alert_texts, notices
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

_SENDINGS = 50


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


@pages.post("/admin/alerts/channels/<uuid:channel_id>/test")
@page(Permission.MANAGE_ALERTS)
def try_channel(channel_id: UUID) -> str:
    """Send a message that means nothing, now, and say what came of it."""
    channel = alert_settings.one(db.session(), channel_id, actor=current_actor())
    where = alerts.Where(
        channel.kind, channel.target or "", channel.url or "", channel.secret or ""
    )
    language = channel.language
    # Nobody's transaction waits for the network.
    db.session.rollback()
    letter = alerts.Alert(
        uuid4().hex,
        alert_texts.trial_subject(language),
        alert_texts.trial_lines(language),
        {"test": True},
    )
    reason = ""
    try:
        alerts.carry(letter, where, wiring().settings, at=clock.wall_time())
    except NotCarried as failed:
        reason = alerts.unsecret(str(failed), where)
    return _shown(tried=(channel_id, reason))


@pages.post("/admin/alerts/sendings/<uuid:sending_id>/again")
@page(Permission.MANAGE_ALERTS)
def send_again(sending_id: UUID) -> AnyResponse | tuple[str, int]:
    """Hand a sending out once more."""
    try:
        with unit() as session:
            alert_sending.again(session, sending_id, actor=current_actor(), now=clock.now())
    except Conflict as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.alert_settings_page", _anchor="sendings"))


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


def _shown(wrong: FieldopsError | None = None, tried: tuple[UUID, str] | None = None) -> str:
    session, actor = db.session(), current_actor()
    sendings, following = alert_sending.log_page(
        session, actor, before=asked_id("before"), limit=_SENDINGS
    )
    return render_template(
        "alerts.html",
        channels=alert_settings.channels(session, actor),
        policy=alert_settings.policy(session, actor.organisation_id),
        sendings=sendings,
        following=following,
        tried=tried,
        roles=alert_settings.ROLES,
        readers=alert_settings.READERS,
        kinds=CHANNELS,
        languages=alert_settings.LANGUAGES,
        filled=request.form,
        wrong=wrong,
    )
