"""Regions of a plan solved by workers on any number of machines: the post between them."""

from fieldops.gateways.regions.post import QUEUE, RedisPost
from fieldops.gateways.regions.presence import Presence
from fieldops.gateways.regions.workers import RegionWorkers

__all__ = ["QUEUE", "Presence", "RedisPost", "RegionWorkers"]
