"""The application for WSGI servers: `gunicorn fieldops.wsgi:app`."""

from fieldops.loading import undisturbed

with undisturbed():
    from fieldops.app import create_app

    app = create_app()
