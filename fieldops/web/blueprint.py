"""The blueprint under which every page is registered."""

from flask import Blueprint

pages = Blueprint("web", __name__, template_folder="templates")
