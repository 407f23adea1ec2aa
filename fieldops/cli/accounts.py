"""`fieldops accounts create|reset|enrol`: the first organisation, its people, their factors."""

from uuid import UUID

import click
import segno
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.cli.context import opened
from fieldops.cli.telling import organisation_named, told
from fieldops.domain.permissions import SECOND_FACTOR_ROLES, Actor, Role, system
from fieldops.models import Account, Agent, Organisation
from fieldops.services import account_changes as changes
from fieldops.services import accounts as service
from fieldops.services import organisations


@click.group()
def accounts() -> None:
    """Create accounts, reset passwords, enrol second factors.

    Example: fieldops accounts create --organisation "Our agency" --role admin boss
    """


@accounts.command()
@click.argument("username")
@click.option("--organisation", required=True, help="Its name; it is founded if there is none.")
@click.option("--role", required=True, type=click.Choice([r.value for r in Role if r != "system"]))
@click.option("--name", default="", help="The person's own name.")
@click.option("--agent", "agent_code", help="For field agents: the agent's code.")
def create(username: str, organisation: str, role: str, name: str, agent_code: str | None) -> None:
    """Create an account and print its password once.

    Example: fieldops accounts create --organisation "Our agency" --role dispatcher li
    """
    password = service.generate_password()
    with opened() as session, told():
        actor = system(_organisation(session, organisation))
        account = service.create(
            session,
            username=username,
            role=role,
            name=name or username,
            password=password,
            actor=actor,
            now=clock.wall_time(),
            agent_id=_agent(session, actor, agent_code),
        )
        click.echo(f"username: {username}\npassword: {password}")
        if Role(role) in SECOND_FACTOR_ROLES:
            _enrol(session, account, actor)


@accounts.command()
@click.argument("username")
def reset(username: str) -> None:
    """Give an account a new password and end its sign-ins.

    Example: fieldops accounts reset li
    """
    password = service.generate_password()
    with opened() as session, told():
        actor = _owner(session, username)
        service.reset_password(
            session, username, password=password, actor=actor, now=clock.wall_time()
        )
        click.echo(f"username: {username}\npassword: {password}")


@accounts.command()
@click.argument("username")
def enrol(username: str) -> None:
    """Give an account a fresh second factor, to be scanned with an authenticator.

    Example: fieldops accounts enrol li
    """
    with opened() as session, told():
        actor = _owner(session, username)
        _enrol(session, service.by_username(session, username, actor), actor)


@accounts.command("list")
@click.option("--organisation", required=True, help="Its name.")
def list_accounts(organisation: str) -> None:
    """List the accounts of an organisation: username, role, whether it may sign in.

    Example: fieldops accounts list --organisation "Our agency"
    """
    with opened() as session, told():
        actor, after = system(organisation_named(session, organisation)), None
        while True:
            found, after = changes.account_page(session, actor, after=after, limit=500)
            for one in found:
                click.echo(f"{one.username}\t{one.role}\t{'shut' if one.disabled_at else 'open'}")
            if after is None:
                return


@accounts.command()
@click.argument("username")
@click.argument("role", type=click.Choice([r.value for r in Role if r != "system"]))
@click.option("--agent", "agent_code", help="For field agents: the agent's code.")
def role(username: str, role: str, agent_code: str | None) -> None:
    """Give an account another role and end its sign-ins.

    Example: fieldops accounts role li counsel
    """
    with opened() as session, told():
        actor = _owner(session, username)
        account = service.by_username(session, username, actor)
        changes.set_role(
            session, account.id, role, agent_id=_agent(session, actor, agent_code), actor=actor,
            now=clock.wall_time(),
        )  # fmt: skip


@accounts.command()
@click.argument("username")
def disable(username: str) -> None:
    """Shut an account and end its sign-ins.

    Example: fieldops accounts disable li
    """
    with opened() as session, told():
        actor = _owner(session, username)
        account = service.by_username(session, username, actor)
        changes.disable(session, account.id, actor=actor, now=clock.wall_time())


@accounts.command()
@click.argument("username")
def enable(username: str) -> None:
    """Open an account again that was shut.

    Example: fieldops accounts enable li
    """
    with opened() as session, told():
        actor = _owner(session, username)
        account = service.by_username(session, username, actor)
        changes.enable(session, account.id, actor=actor, now=clock.wall_time())


def _enrol(session: Session, account: Account, actor: Actor) -> None:
    service.enrol_second_factor(session, account.username, actor=actor)
    uri = service.enrolment_uri(account)
    click.echo(f"second factor: {uri}")
    segno.make(uri).terminal(compact=True)


def _organisation(session: Session, name: str) -> UUID:
    found = session.scalar(select(Organisation.id).where(Organisation.name == name))
    return found or organisations.found(session, name, now=clock.wall_time()).id


def _owner(session: Session, username: str) -> Actor:
    owner = session.scalar(select(Account.organisation_id).where(Account.username == username))
    if owner is None:
        raise click.ClickException(f"There is no account {username}.")
    return system(owner)


def _agent(session: Session, actor: Actor, code: str | None) -> UUID | None:
    if code is None:
        return None
    query = select(Agent.id).where(
        Agent.organisation_id == actor.organisation_id, Agent.code == code
    )
    found = session.scalar(query)
    if found is None:
        raise click.ClickException(f"There is no agent {code}; import the agents first.")
    return found
