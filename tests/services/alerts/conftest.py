"""The door at which these tests stand."""

from tests.services.tracing.conftest import door as door
