"""The application for WSGI servers: `gunicorn fieldops.wsgi:app`."""

from fieldops.app import create_app

app = create_app()
