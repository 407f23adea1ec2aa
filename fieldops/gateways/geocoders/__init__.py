"""Geocoders: providers through geopy, the embedded gazetteer, and their chain."""

from fieldops.gateways.geocoders.building import GeocoderOptions, build_geocoder
from fieldops.gateways.geocoders.chain import Answer, Chain

__all__ = ["Answer", "Chain", "GeocoderOptions", "build_geocoder"]
