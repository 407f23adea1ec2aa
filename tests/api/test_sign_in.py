"""Signing in over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters, profiles
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Account, Organisation
from fieldops.services import accounts
from tests.conftest import NOW, PASSWORD, Person


def _account(session: Session, admin: Actor, role: str = "dispatcher", **more: Any) -> Account:
    account = accounts.create(
        session,
        username=f"{role}.one",
        role=role,
        name="Test person",
        password=PASSWORD,
        actor=admin,
        now=NOW,
        **more,
    )
    session.commit()
    return account


def _sign_in(client: FlaskClient, username: str, **form: str) -> Any:
    form = {"username": username, "password": PASSWORD, **form}
    return client.post("/api/v1/auth/token", data=form)


def test_right_credentials_give_tokens(client: FlaskClient, session: Session, admin: Actor) -> None:
    account = _account(session, admin)
    answer = _sign_in(client, account.username)
    assert answer.status_code == 200
    assert answer.json["role"] == "dispatcher"


def test_a_wrong_password_is_refused(client: FlaskClient, session: Session, admin: Actor) -> None:
    account = _account(session, admin)
    answer = _sign_in(client, account.username, password="not the right password")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_an_unknown_name_is_refused_in_the_same_words(
    client: FlaskClient, session: Session, admin: Actor
) -> None:
    account = _account(session, admin)
    wrong = _sign_in(client, account.username, password="not the right password").json
    unknown = _sign_in(client, "nobody at all").json
    assert wrong == unknown


def test_after_too_many_wrong_tries_the_right_password_is_refused_too(
    client: FlaskClient, session: Session, admin: Actor
) -> None:
    account = _account(session, admin)
    for _ in range(8):
        _sign_in(client, account.username, password="not the right password")
    assert _sign_in(client, account.username).status_code == 401


def test_counsel_without_a_second_factor_is_refused(
    client: FlaskClient, session: Session, admin: Actor
) -> None:
    account = _account(session, admin, role="counsel")
    assert _sign_in(client, account.username).status_code == 401


def test_counsel_signs_in_with_a_code_once(
    client: FlaskClient, session: Session, admin: Actor
) -> None:
    account = _account(session, admin, role="counsel")
    secret = accounts.enrol_second_factor(session, account.username, actor=admin)
    session.commit()
    code = pyotp.TOTP(secret).at(NOW)
    assert _sign_in(client, account.username, otp=code).status_code == 200
    assert _sign_in(client, account.username, otp=code).status_code == 401


def test_a_missing_code_is_asked_for(client: FlaskClient, session: Session, admin: Actor) -> None:
    account = _account(session, admin, role="counsel")
    accounts.enrol_second_factor(session, account.username, actor=admin)
    session.commit()
    answer = _sign_in(client, account.username)
    assert answer.json["type"].endswith("second-factor-needed")


def test_a_refresh_token_serves_once_and_its_reuse_ends_the_sign_in(
    client: FlaskClient, session: Session, admin: Actor
) -> None:
    account = _account(session, admin)
    first = _sign_in(client, account.username).json
    form = {"refresh_token": first["refresh_token"]}
    second = client.post("/api/v1/auth/refresh", data=form)
    assert second.status_code == 200
    assert client.post("/api/v1/auth/refresh", data=form).status_code == 401
    headers = {"Authorization": f"Bearer {second.json['access_token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401


def test_an_access_token_ends_by_itself(
    signed_in: Callable[..., Person], organisation: Organisation, frozen_clock: Any
) -> None:
    person = signed_in("dispatcher", organisation)
    assert person.get("/api/v1/auth/me").status_code == 200
    frozen_clock(NOW + timedelta(minutes=16))
    assert person.get("/api/v1/auth/me").status_code == 401


def test_passwords_are_kept_as_rfc_9106_asks(shipped_hasher: PasswordHasher) -> None:
    asked = profiles.RFC_9106_LOW_MEMORY
    assert extract_parameters(shipped_hasher.hash("a long enough password")) == asked


def test_somebody_unknown_is_checked_against_a_hash_as_dear_as_any(
    monkeypatch: pytest.MonkeyPatch, shipped_hasher: PasswordHasher
) -> None:
    checked: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hashed: str | bytes, password: str | bytes) -> Literal[True]:
            checked.append(str(hashed))
            return super().verify(hashed, password)

    monkeypatch.setattr(accounts, "HASHER", Watched())
    assert not accounts.verifies(None, "a long enough password")
    assert [extract_parameters(one) for one in checked] == [
        extract_parameters(shipped_hasher.hash("a long enough password"))
    ]
