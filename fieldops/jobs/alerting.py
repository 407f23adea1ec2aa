"""Sending alerts through one channel; what fails is tried again by a later round."""

from uuid import UUID

import structlog

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.facts import AlertsOwed
from fieldops.gateways import alerts
from fieldops.gateways.couriers import NotCarried
from fieldops.jobs.registry import JobContext, job
from fieldops.models import AlertChannel
from fieldops.services import alert_sending, alert_texts, organisations
from fieldops.transaction import transaction

log = structlog.get_logger(__name__)


@job("send-alerts", subject=lambda fact: f"channel:{fact.channel_id}")
def send_alerts(context: JobContext, fact: AlertsOwed) -> None:
    """Take what is due, send it message by message, and note what became of each."""
    with context.unit() as session:
        taken = alert_sending.take(session, fact.channel_id, at=clock.now())
    if not taken:
        return
    where, letters = _letters(context, fact, taken)
    failure = ""
    for ids, letter in letters:
        # Once the channel has failed the rest is not tried on it, each with its own wait.
        failure = failure or _send(context, where, letter)
        with context.unit() as session:
            if failure:
                alert_sending.missed(session, ids, failure, at=clock.now())
            else:
                alert_sending.sent(session, ids, at=clock.now())


def _letters(
    context: JobContext, fact: AlertsOwed, taken: list[UUID]
) -> tuple[alerts.Where, list[tuple[list[UUID], alerts.Alert]]]:
    with reading(), transaction(db.session) as session:
        channel = session.get_one(AlertChannel, fact.channel_id)
        zone = organisations.zone_of(session, channel.organisation_id)
        url, language = context.wiring.settings.public_url, channel.language
        where = alerts.Where(
            channel.kind, channel.target or "", channel.url or "", channel.secret or ""
        )
        found = []
        for batch in alert_sending.batches(session, taken):
            told = [one.notice for one in batch.sendings]
            letter = alerts.Alert(
                batch.id,
                alert_texts.subject(told, language),
                alert_texts.lines(told, language, url, zone),
                alert_texts.document(told, url),
            )
            found.append(([one.id for one in batch.sendings], letter))
    return where, found


def _send(context: JobContext, where: alerts.Where, letter: alerts.Alert) -> str:
    """Why it could not be sent, or nothing. Nobody's transaction waits for the network."""
    try:
        alerts.carry(letter, where, context.wiring.settings, at=clock.wall_time())
    except NotCarried as failed:
        # The address may carry a robot's key, so only the kind of channel is logged.
        log.warning("alert.missed", channel=where.kind, reason=alerts.unsecret(str(failed), where))
        return alerts.unsecret(str(failed), where)
    return ""
