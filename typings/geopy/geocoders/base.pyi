from collections.abc import Callable
from typing import Any

from geopy.adapters import BaseAdapter

DEFAULT_SENTINEL: Any

class Geocoder:
    scheme: str
    timeout: float
    def __init__(
        self,
        *,
        scheme: str | None = ...,
        timeout: float = ...,
        user_agent: str | None = ...,
        adapter_factory: Callable[..., BaseAdapter] | None = ...,
    ) -> None: ...
    def _call_geocoder(
        self, url: str, callback: Callable[[Any], Any], *, timeout: Any = ..., is_json: bool = ...
    ) -> Any: ...
