"""The form that a request sends, with as many fields as the form has: read before the page is called."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

MOST_FIELDS = 6000
"""A grid of 256 channels with all its fields."""


async def sent(request: Request) -> FormData:
    """What stands in the form."""
    return await request.form(max_fields=MOST_FIELDS)


Sent = Annotated[FormData, Depends(sent)]
