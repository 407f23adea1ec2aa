"""The administrator's home: the accounts of the organisation and what runs in the background."""

from flask import render_template
from sqlalchemy import select

from fieldops.db import db
from fieldops.domain.permissions import SECOND_FACTOR_ROLES, Permission
from fieldops.models import JobRun, Organisation
from fieldops.services import accounts
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages


@pages.get("/admin")
@page(Permission.MANAGE_ACCOUNTS, reads="accounts")
def admin_page() -> str:
    """Accounts with their roles and second factors, and the latest jobs."""
    session, actor = db.session(), current_actor()
    jobs = session.scalars(
        select(JobRun)
        .where(JobRun.organisation_id == actor.organisation_id)
        .order_by(JobRun.queued_at.desc(), JobRun.id)
        .limit(15)
    ).all()
    return render_template(
        "admin.html",
        organisation=session.get_one(Organisation, actor.organisation_id),
        accounts=accounts.listing(session, actor),
        jobs=jobs,
        second_factor={role.value for role in SECOND_FACTOR_ROLES},
    )
