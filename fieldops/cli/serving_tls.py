"""HTTPS by the machine's own authority: which names it serves, and that they stay certified."""

import ipaddress
import os
import socket
from collections.abc import Sequence

import click

from fieldops import clock
from fieldops.gateways import local_authority
from fieldops.settings import Settings, SettingsError
from fieldops.settings import load as load_settings

_ANYWHERE = "192.0.2.1"
"""An address of nobody's: nothing is sent to it, the kernel only says which way it would go."""


def prepare(names: Sequence[str]) -> None:
    """Set what the parts of the service read, and make or renew the certificates.

    The first name is the one that phones are led to. Raises SettingsError.
    """
    settings = load_settings()
    wanted = list(names) or list(settings.tls_names) or _kept(settings) or machine_names()
    local_authority.ensure(settings.data_dir, wanted, at=clock.wall_time())
    os.environ["FIELDOPS_TLS"] = "local"
    os.environ["FIELDOPS_TLS_NAMES"] = ",".join(wanted)
    if _is_loopback(settings.host):
        # A phone cannot reach the loopback; whoever wants HTTPS there only names no --tls.
        os.environ["FIELDOPS_HOST"] = "0.0.0.0"  # noqa: S104  # Phones of the office come from outside.
    if not settings.public_url:
        os.environ["FIELDOPS_PUBLIC_URL"] = f"https://{_in_address(wanted[0])}:{settings.port}"


def tell(settings: Settings) -> None:
    """Say where a phone begins, and by what the authority is known."""
    found = local_authority.trusted(settings.data_dir)
    if found is None:
        raise SettingsError(f"{settings.data_dir}: the authority is missing")
    click.echo(f"Let phones begin at {settings.trust_url}", err=True)
    click.echo(f"Fingerprint of the authority: {found.fingerprint}", err=True)


def renew(settings: Settings) -> None:
    """Renew the certificate if it ends soon; connections made from then on carry the new one."""
    local_authority.ensure(settings.data_dir, settings.tls_names, at=clock.wall_time())


def machine_names() -> list[str]:
    """The addresses and names of this machine, the one by which phones reach it first."""
    host = socket.gethostname().lower()
    short = host.partition(".")[0]
    names = [_way_out(), host, f"{short}.local", "localhost", "127.0.0.1"]
    return list(dict.fromkeys(name for name in names if name))


def _way_out() -> str:
    """The address of this machine in the network through which it would send."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((_ANYWHERE, 9))
        except OSError:
            return ""
        return str(asked.getsockname()[0])


def _kept(settings: Settings) -> list[str]:
    """What phones trust already, without addresses that are the machine's no longer."""
    found = local_authority.trusted(settings.data_dir)
    if found is None:
        return []
    today = machine_names()
    kept = [name for name in today if name in found.names]
    gone = [name for name in found.names if name not in today]
    if gone:
        click.echo(f"No longer of this machine, and not served: {', '.join(gone)}", err=True)
    return kept


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_address(name: str) -> str:
    return f"[{name}]" if ":" in name else name
