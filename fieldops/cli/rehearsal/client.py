"""A client as phones and offices use the interface: tokens, keys, uploads that resume."""

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pyotp

from fieldops.clock import wall_time

_PATIENCE = 120.0
_CODE_LIFE = 30


class Refused(Exception):
    """The service answered with a problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        told = [problem.get("title"), problem.get("detail")]
        told += [f"{one['field']} {one['message']}" for one in problem.get("errors", ())]
        told += [one["rule"] for one in problem.get("violations", ())]
        super().__init__(f"{status}: " + "; ".join(str(one) for one in told if one))
        self.status = status
        self.problem = problem


class Client:
    """One person's connection; safe to use from several threads."""

    def __init__(
        self,
        base: str,
        username: str,
        password: str,
        otp_secret: str = "",
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], datetime] = wall_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(base_url=base, timeout=60, trust_env=False, transport=transport)
        self._clock = clock
        self._sleep = sleep
        self._credentials = {"username": username, "password": password}
        self._otp_secret = otp_secret
        self._token = ""
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        """GET, answered as JSON."""
        return self._send("GET", path, params=params).json()

    def content(self, path: str) -> bytes:
        """GET, answered as bytes."""
        return self._send("GET", path).content

    def post(
        self, path: str, body: Any = None, *, version: object = None, key: str = "", **more: Any
    ) -> Any:
        """POST with an Idempotency-Key, a fresh one unless it is given.

        A lost answer can so be asked for again.
        """
        headers = {"Idempotency-Key": key or uuid4().hex}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = self._send("POST", path, json=body, headers=headers, **more)
        return answer.json() if answer.content else None

    def upload(self, data: bytes, details: Mapping[str, str], *, cut_at: int | None) -> str:
        """Send a file by tus and return its item's id; with `cut_at` the line breaks there once."""
        told = {**details, "sha256": hashlib.sha256(data).hexdigest(), "key": uuid4().hex}
        metadata = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
        )
        headers = {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        created = self._send("POST", "/api/v1/uploads", headers=self._tus(headers))
        place = httpx.URL(created.headers["Location"]).path
        if cut_at is not None:
            self._part(place, data, 0, cut_at=cut_at)
        return self._finish(place, data)

    def _finish(self, place: str, data: bytes) -> str:
        """Ask where the upload ends and go on from there, as often as the answer has moved on."""
        for _ in range(20):
            state = self._send("HEAD", place, headers=self._tus({}))
            try:
                done = self._part(place, data, int(state.headers["Upload-Offset"]), cut_at=None)
            except Refused as refusal:
                # What a broken line still carried is being written; ask again.
                if refusal.status != 409:
                    raise
                time.sleep(0.2)
                continue
            if done is not None:
                return str(done.headers["Fieldops-Item"])
        raise TimeoutError(f"{place} could not be finished")

    def _part(
        self, place: str, data: bytes, offset: int, *, cut_at: int | None
    ) -> httpx.Response | None:
        headers = self._tus(
            {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        )
        if cut_at is None:
            return self._send("PATCH", place, content=data[offset:], headers=headers)
        headers |= {"Content-Length": str(len(data) - offset), **self._authorisation()}
        try:
            self._http.patch(place, content=_broken(data[offset:cut_at]), headers=headers)
        except httpx.HTTPError:
            return None  # The line broke, as it was meant to.
        return None

    def _tus(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Tus-Resumable": "1.0.0", **headers}

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send and send again: after an expired token, a dead server, or a pause asked for."""
        headers = options.pop("headers", {})
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                sent = {**headers, **self._authorisation()}
                answer = self._http.request(method, path, headers=sent, **options)
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
                continue
            if answer.status_code == 401 and time.monotonic() < until:
                self._token = ""
                continue
            if answer.status_code in (429, 502, 503) and time.monotonic() < until:
                time.sleep(0.5)
                continue
            if answer.is_error:
                raise Refused(answer.status_code, _problem(answer))
            return answer

    def _authorisation(self) -> dict[str, str]:
        with self._lock:
            if not self._token:
                self._token = self._sign_in()
        return {"Authorization": f"Bearer {self._token}"}

    def _sign_in(self) -> str:
        answer = self._hand_in_credentials()
        if answer.status_code == 401 and self._otp_secret:
            # A code counts once, and somebody who signed in moments ago has used this one.
            self._sleep(_CODE_LIFE - self._clock().timestamp() % _CODE_LIFE)
            answer = self._hand_in_credentials()
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        return str(answer.json()["access_token"])

    def _hand_in_credentials(self) -> httpx.Response:
        form = dict(self._credentials)
        if self._otp_secret:
            form["otp"] = pyotp.TOTP(self._otp_secret, interval=_CODE_LIFE).at(self._clock())
        return self._http.post("/api/v1/auth/token", data=form)


def _broken(data: bytes) -> Any:
    """A body that ends early, as on a lost connection."""
    yield data
    raise httpx.WriteError("the line broke")


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"title": answer.text[:200]}
    return found if isinstance(found, dict) else {"title": str(found)[:200]}
