"""Road engines: OSRM and Valhalla over HTTP, and inside the process where their wheels exist."""

from fieldops.gateways.roads.building import ENGINES, RoadOptions, build_engine

__all__ = ["ENGINES", "RoadOptions", "build_engine"]
