from collections.abc import Callable
from typing import Any

from geopy.adapters import BaseAdapter

class Nominatim:
    def __init__(
        self,
        *,
        timeout: float = ...,
        domain: str = ...,
        scheme: str | None = ...,
        user_agent: str | None = ...,
        adapter_factory: Callable[..., BaseAdapter] | None = ...,
    ) -> None: ...
    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = ...,
        limit: int | None = ...,
        addressdetails: bool = ...,
        language: str | bool = ...,
    ) -> Any: ...

class Photon:
    def __init__(
        self,
        *,
        timeout: float = ...,
        domain: str = ...,
        scheme: str | None = ...,
        user_agent: str | None = ...,
        adapter_factory: Callable[..., BaseAdapter] | None = ...,
    ) -> None: ...
    def geocode(self, query: str, *, exactly_one: bool = ..., limit: int | None = ...) -> Any: ...

class Pelias:
    def __init__(
        self,
        domain: str,
        api_key: str | None = ...,
        *,
        timeout: float = ...,
        scheme: str | None = ...,
        user_agent: str | None = ...,
        adapter_factory: Callable[..., BaseAdapter] | None = ...,
    ) -> None: ...
    def geocode(self, query: str, *, exactly_one: bool = ...) -> Any: ...

class BaiduV3:
    api: str
    api_path: str
    api_key: str
    security_key: str | None
    def __init__(
        self,
        api_key: str,
        *,
        scheme: str | None = ...,
        timeout: float = ...,
        user_agent: str | None = ...,
        adapter_factory: Callable[..., BaseAdapter] | None = ...,
        security_key: str | None = ...,
    ) -> None: ...
    def _construct_url(self, url: str, path: str, params: dict[str, str]) -> str: ...
    def _call_geocoder(
        self, url: str, callback: Callable[[Any], Any], *, timeout: Any = ..., is_json: bool = ...
    ) -> Any: ...
    def _check_status(self, status: int) -> None: ...
