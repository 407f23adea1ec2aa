"""People of the organisation: who signs in, in which role, with which factors."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import segno
from flask import make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, FieldopsError, InvalidInput
from fieldops.domain.permissions import SECOND_FACTOR_ROLES, Permission, Role
from fieldops.models import Account, Agent
from fieldops.services import account_changes, scoped, sign_ins
from fieldops.web.access import current_actor, current_sign_in, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id

_SHOWN = 50
_FACTORS = {role.value for role in SECOND_FACTOR_ROLES}
Answer = AnyResponse | str | tuple[str, int]


@pages.get("/admin")
@page(Permission.MANAGE_ACCOUNTS, reads="accounts")
def admin_page() -> str:
    """Everybody who signs in, with the form to add somebody."""
    return _people()


@pages.post("/admin/people")
@page(Permission.MANAGE_ACCOUNTS)
def create_account() -> Answer:
    """Add somebody; his password and second factor are shown once, on this answer alone."""
    form = request.form
    try:
        with unit() as session:
            made = account_changes.add(
                session, username=form.get("username", ""), role=form.get("role", ""),
                name=form.get("name", ""), language=form.get("language", "zh-CN"),
                agent_id=_agent_id(session), actor=current_actor(), now=clock.wall_time(),
            )  # fmt: skip
    except (InvalidInput, Conflict) as wrong:
        return _people(wrong), wrong.status
    return _secret(made.account, made.password, made.uri)


@pages.get("/admin/people/<uuid:account_id>")
@page(Permission.MANAGE_ACCOUNTS, reads="account")
def account_page(account_id: UUID) -> str:
    """One account with what can be changed about it."""
    return _account(account_id)


@pages.post("/admin/people/<uuid:account_id>/role")
@page(Permission.MANAGE_ACCOUNTS)
def set_role(account_id: UUID) -> Answer:
    """Give somebody another role."""
    try:
        with unit() as session:
            account_changes.set_role(
                session, account_id, request.form.get("role", ""),
                agent_id=_agent_id(session), actor=current_actor(), now=clock.wall_time(),
            )  # fmt: skip
    except (InvalidInput, Conflict) as wrong:
        return _account(account_id, wrong), wrong.status
    return redirect(url_for("web.account_page", account_id=account_id))


@pages.post("/admin/people/<uuid:account_id>/disable")
@page(Permission.MANAGE_ACCOUNTS)
def disable_account(account_id: UUID) -> Answer:
    """Shut an account."""
    return _switched(account_id, account_changes.disable)


@pages.post("/admin/people/<uuid:account_id>/enable")
@page(Permission.MANAGE_ACCOUNTS)
def enable_account(account_id: UUID) -> Answer:
    """Open an account again."""
    return _switched(account_id, account_changes.enable)


@pages.post("/admin/people/<uuid:account_id>/password")
@page(Permission.MANAGE_ACCOUNTS)
def new_password(account_id: UUID) -> Answer:
    """Give somebody a new password, shown once."""
    with unit() as session:
        account, password = account_changes.new_password(
            session, account_id, actor=current_actor(), now=clock.wall_time()
        )
    return _secret(account, password, "")


@pages.post("/admin/people/<uuid:account_id>/factor")
@page(Permission.MANAGE_ACCOUNTS)
def new_factor(account_id: UUID) -> Answer:
    """Give somebody a new second factor, whose code is shown once."""
    with unit() as session:
        account, uri = account_changes.new_second_factor(
            session, account_id, actor=current_actor(), now=clock.wall_time()
        )
    return _secret(account, "", uri)


@pages.post("/admin/people/<uuid:account_id>/sign-ins/end")
@page(Permission.MANAGE_ACCOUNTS)
def end_sign_ins(account_id: UUID) -> Answer:
    """End everything under which somebody is signed in, phones too where the form says so."""
    with unit() as session:
        account_changes.end_sign_ins(
            session, account_id, phones="phones" in request.form,
            actor=current_actor(), now=clock.wall_time(),
        )  # fmt: skip
    return redirect(url_for("web.account_page", account_id=account_id))


@pages.post("/admin/people/<uuid:account_id>/sign-ins/<uuid:sign_in_id>/end")
@page(Permission.MANAGE_ACCOUNTS)
def end_sign_in(account_id: UUID, sign_in_id: UUID) -> Answer:
    """End one sign-in of somebody, his phone where it is one."""
    with unit() as session:
        sign_ins.end_of_account(
            session, account_id, sign_in_id, this=current_sign_in(),
            actor=current_actor(), now=clock.wall_time(),
        )  # fmt: skip
    return redirect(url_for("web.account_page", account_id=account_id))


def _switched(account_id: UUID, switch: Callable[..., Account]) -> Answer:
    try:
        with unit() as session:
            switch(session, account_id, actor=current_actor(), now=clock.wall_time())
    except Conflict as wrong:
        return _account(account_id, wrong), wrong.status
    return redirect(url_for("web.account_page", account_id=account_id))


def _people(wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    found, following = account_changes.account_page(
        session, actor, after=asked_id("after"), limit=_SHOWN
    )
    return render_template(
        "admin.html",
        accounts=found, following=following, second_factor=_FACTORS, roles=account_changes.ROLES,
        agents=_agents(session), filled=request.form, wrong=wrong,
    )  # fmt: skip


def _account(account_id: UUID, wrong: FieldopsError | None = None) -> str:
    session = db.session()
    account = account_changes.one(session, account_id, current_actor())
    found = sign_ins.of_account(
        session, account_id, this=current_sign_in(), actor=current_actor(), now=clock.wall_time()
    )
    return render_template(
        "admin_account.html",
        account=account, second_factor=_FACTORS, roles=account_changes.ROLES,
        agents=_agents(session), wrong=wrong, sign_ins=found,
        is_own=account.id == current_actor().account_id,
        agent=session.get(Agent, account.agent_id) if account.agent_id else None,
    )  # fmt: skip


def _secret(account: Account, password: str, uri: str) -> AnyResponse:
    """What is told once: it is kept by no browser, and no address leads to it again."""
    drawn = segno.make(uri).svg_inline(scale=5, border=4, light="#fff") if uri else ""
    shown = render_template(
        "admin_secret.html",
        account=account, password=password, uri=uri,
        # Drawn by a library from an address of ours: nothing in it is text of somebody else.
        picture=Markup(drawn),  # noqa: S704
    )  # fmt: skip
    answer = make_response(shown)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _agents(session: Session) -> Sequence[Agent]:
    """The agents who work here and have no account yet."""
    taken = select(Account.agent_id).where(Account.agent_id.is_not(None))
    query: Any = scoped.own(Agent, current_actor()).where(
        Agent.retired_at.is_(None), Agent.id.not_in(taken)
    )
    found: Sequence[Agent] = session.scalars(query.order_by(Agent.code)).all()
    return found


def _agent_id(session: Session) -> UUID | None:
    if request.form.get("role") != Role.AGENT.value:
        return None
    return account_changes.agent_of(request.form.get("agent", "").strip(), _agents(session))
