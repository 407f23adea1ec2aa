"""The road engine as the settings ask for it."""

from fieldops.domain.travel.engine import RoadEngine
from fieldops.gateways.roads import RoadOptions, build_engine
from fieldops.settings import Settings, SettingsError


def engine(settings: Settings) -> RoadEngine | None:
    """Build the engine, or None where travel is estimated.

    Raises SettingsError when a setting is wrong or the engine's wheel is not installed.
    """
    try:
        return build_engine(options(settings))
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from wrong


def options(settings: Settings) -> RoadOptions:
    """What the settings say of road engines."""
    return RoadOptions(
        engine=settings.roads_engine,
        url=settings.roads_url,
        profile=settings.roads_profile,
        graph=settings.roads_graph,
        pairs=settings.roads_pairs,
        side_by_side=settings.roads_side_by_side,
        timeout_seconds=settings.roads_timeout_seconds,
        table_seconds=settings.roads_table_seconds,
        farthest_metres=settings.roads_farthest_metres,
    )
