"""The HTTP interface under `/api/v1`: parse, authorise, one transaction, answer."""

from flask import Flask
from flask_smorest import Api

from fieldops.api import (
    addresses,
    agents,
    alerts,
    assigning,
    cases,
    contacts,
    custody,
    data_requests,
    disclosure,
    drills,
    evidence,
    flags,
    health,
    holds,
    identity,
    imports,
    jobs,
    legal_events,
    living,
    living_phones,
    observations,
    packs,
    plans,
    protection,
    redactions,
    rulings,
    shares,
    territories,
    tokens,
    trace,
    uploads,
    visits,
)

BLUEPRINTS = (
    tokens.blp,
    jobs.blp,
    rulings.blp,
    plans.blp,
    evidence.blp,
    packs.blp,
    packs.trust_blp,
    shares.blp,
    disclosure.blp,
    redactions.blp,
    custody.blp,
    imports.blp,
    cases.blp,
    addresses.blp,
    agents.blp,
    territories.blp,
    visits.blp,
    assigning.blp,
    living.blp,
    living_phones.blp,
    holds.blp,
    identity.blp,
    contacts.blp,
    observations.blp,
    trace.blp,
    flags.blp,
    legal_events.blp,
    alerts.blp,
    drills.blp,
    data_requests.blp,
    protection.blp,
)


def register(app: Flask, api: Api) -> None:
    """Put every resource under its address."""
    app.register_blueprint(health.blueprint)
    app.register_blueprint(uploads.blueprint)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
