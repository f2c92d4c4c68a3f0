"""Why something is not registered, as the API says it: one status and one form for each reason."""

from __future__ import annotations

from starlette.responses import JSONResponse

from camera_registry.api.once import KeyUsedError, NoVersionError
from camera_registry.api.row_values import mistake_answer
from camera_registry.services.as_cells import NoSuchRowError
from camera_registry.services.registering import ImportRefusedError
from camera_registry.services.removing import RemoveRefusedError

Refused = (NoSuchRowError, NoVersionError, KeyUsedError, ImportRefusedError, RemoveRefusedError)


def refusal(error: Exception) -> JSONResponse:
    """The answer to one of `Refused`."""
    if isinstance(error, ImportRefusedError):
        return _wrong(error)
    if isinstance(error, RemoveRefusedError):
        body = {"detail": [f"it was seen, and what was seen is kept: {error}"], "hanging": error.hanging}
        return JSONResponse(body, 409)
    if isinstance(error, NoVersionError):
        told = 428, "say which version you saw: If-Match with the ETag, or `version` in the body"
    elif isinstance(error, KeyUsedError):
        told = 422, "Idempotency-Key: was used for another request; make a new one"
    else:
        told = 404, "there is nothing of this name; use codes and numbers that are registered"
    return JSONResponse({"detail": [told[1]]}, told[0])


def _wrong(error: ImportRefusedError) -> JSONResponse:
    """Every mistake in words for who reads, and in parts for programs."""
    told = [mistake_answer(mistake.file, mistake).model_dump() for mistake in error.mistakes]
    details = [f"{each['field']}: {each['what']['en']}; {each['remedy']['en']}" for each in told]
    return JSONResponse({"detail": details, "mistakes": told}, 422)
