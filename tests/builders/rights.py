"""The tables of holds and complaint clocks as they are shipped."""

from fieldops.gateways.rights_tables import load_rights
from fieldops.settings import config_dir

RIGHTS = load_rights(config_dir() / "rights")
