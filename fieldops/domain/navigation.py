"""Hand-over to a navigator: links to a place, in the datum that each of them reads.

Nothing but the position goes along: whoever runs the navigator learns neither a name nor a case.
"""

from fieldops.domain import datums
from fieldops.domain.positions import Position


def links(place: Position) -> dict[str, str]:
    """One link for each navigator, by its name.

    In China the maps of AMap, Apple and Google are drawn in GCJ-02 and that of Baidu in BD-09;
    elsewhere the conversion leaves a position as it is. A `geo:` link is WGS-84 by its standard.
    """
    gcj_lat, gcj_lon = _degrees(datums.wgs84_to_gcj02(place.lat, place.lon))
    bd_lat, bd_lon = _degrees(datums.wgs84_to_bd09(place.lat, place.lon))
    return {
        "amap": "https://uri.amap.com/navigation?"
        f"to={gcj_lon},{gcj_lat}&mode=car&coordinate=gaode&callnative=1&src=fieldops",
        "baidu": "https://api.map.baidu.com/marker?"
        f"location={bd_lat},{bd_lon}&coord_type=bd09ll&output=html&src=fieldops",
        "apple": f"https://maps.apple.com/?daddr={gcj_lat},{gcj_lon}&dirflg=d",
        "google": "https://www.google.com/maps/dir/?"
        f"api=1&destination={gcj_lat},{gcj_lon}&travelmode=driving",
        "geo": f"geo:{place.lat:.6f},{place.lon:.6f}",
    }


def _degrees(pair: datums.Pair) -> tuple[str, str]:
    return f"{float(pair[0]):.6f}", f"{float(pair[1]):.6f}"
