"""The pages: server-rendered, in Chinese and English."""

from flask import Flask
from flask_wtf.csrf import generate_csrf

from fieldops.domain.permissions import Permission
from fieldops.web import (
    address_views,
    admin_views,
    agent_views,
    alert_views,
    asset_views,
    basket_views,
    belief_views,
    board_views,
    case_pack_views,
    case_views,
    catalogue,
    clock_showing,
    clock_views,
    closing_views,
    complaint_views,
    compliance_views,
    consent_views,
    desk_views,
    door_views,
    drill_views,
    field_report_views,
    hold_views,
    identity_views,
    import_views,
    living_views,
    map_views,
    override_views,
    pack_views,
    people_views,
    phone_office_views,
    phone_views,
    promise_views,
    protection_views,
    recipient_views,
    register_views,
    report_views,
    rooms,
    rule_views,
    safety_views,
    said_views,
    saved_view_acts,
    share_views,
    sheet_views,
    showing,
    sign_in_views,
    team_views,
    timeline_views,
    trust_views,
    week_views,
)
from fieldops.web import faults as faults
from fieldops.web import languages as languages
from fieldops.web.blueprint import pages

# Importing them puts their pages on the blueprint.
VIEWS = (
    address_views,
    admin_views,
    agent_views,
    alert_views,
    asset_views,
    basket_views,
    belief_views,
    board_views,
    case_pack_views,
    case_views,
    clock_views,
    closing_views,
    complaint_views,
    compliance_views,
    consent_views,
    desk_views,
    door_views,
    drill_views,
    field_report_views,
    hold_views,
    identity_views,
    import_views,
    living_views,
    override_views,
    map_views,
    pack_views,
    phone_office_views,
    phone_views,
    people_views,
    promise_views,
    protection_views,
    recipient_views,
    register_views,
    report_views,
    rule_views,
    safety_views,
    said_views,
    saved_view_acts,
    share_views,
    sheet_views,
    sign_in_views,
    team_views,
    timeline_views,
    week_views,
    trust_views,
)


def register(app: Flask) -> None:
    """Put every page under its address."""
    app.jinja_env.filters.update(showing.FILTERS)
    app.jinja_env.filters.update(clock_showing.FILTERS)
    app.jinja_env.globals.update(
        t=catalogue.t,
        word=catalogue.word,
        language=catalogue.language,
        form_token=generate_csrf,
        Permission=Permission,
        wings_for=rooms.wings_for,
    )
    app.register_blueprint(pages)
