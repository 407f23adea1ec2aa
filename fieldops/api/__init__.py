"""The HTTP interface under `/api/v1`: parse, authorise, one transaction, answer."""

from flask import Flask
from flask_smorest import Api

from fieldops.api import evidence, health, jobs, rulings, tokens, uploads

BLUEPRINTS = (tokens.blp, jobs.blp, rulings.blp, evidence.blp)


def register(app: Flask, api: Api) -> None:
    """Put every resource under its address."""
    app.register_blueprint(health.blueprint)
    app.register_blueprint(uploads.blueprint)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
