"""JSON for other programs, under /api/v1."""

from camera_registry.api.routes import router

__all__ = ["router"]
