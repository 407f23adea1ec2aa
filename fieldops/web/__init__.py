"""The pages: server-rendered, in Chinese and English."""

from flask import Flask

from fieldops.web import languages as languages


def register(app: Flask) -> None:
    """Put every page under its address."""
