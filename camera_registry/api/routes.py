"""The JSON routes: what is not compliant, what could not be checked, a device, totals; waivers in a file of their own.

Strategy: every route is a plain function that opens a reading session, asks one service and closes it before the answer
is made. An answer that is an error says what to write instead: {"detail": ["field: words"]}.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from camera_registry.access.viewer import current
from camera_registry.api import (
    answers_given,
    bundles,
    changes,
    devices,
    differences,
    explanations,
    frozen,
    handover,
    imports,
    list_files,
    map_points,
    plan,
    readiness,
    registered,
    replies,
    sweeps,
    visits,
)
from camera_registry.api.acceptances import add_acceptances
from camera_registry.api.answers import (
    NonCompliantAnswer,
    NotCheckedAnswer,
    TotalsAnswer,
    non_compliant_answer,
    not_checked_answer,
    totals_answer,
)
from camera_registry.api.asked import (
    Asked,
    NoSuchDeviceError,
    NoSuchEditionError,
    NoSuchFrozenError,
    NoSuchSweepError,
    Registry,
    Writing,
)
from camera_registry.api.once import Changes
from camera_registry.api.queries import PageQuery, PlaceQuery
from camera_registry.api.refusals import Refused, refusal
from camera_registry.api.sent import BodyError, Sent
from camera_registry.api.standards import add_standards
from camera_registry.api.visits import Visiting
from camera_registry.api.waivers import add_waivers, told
from camera_registry.bundles.errors import BundleError
from camera_registry.database import DatabaseUnusableError
from camera_registry.daylight import SunUp, always
from camera_registry.services import waived
from camera_registry.services.acceptance import AcceptanceError
from camera_registry.services.attachments import AttachmentError
from camera_registry.services.by_hand import Hand
from camera_registry.services.confirmation_error import ConfirmationError, Kind
from camera_registry.services.device_page import device_page
from camera_registry.services.device_values import DevicePage
from camera_registry.services.import_run import Office
from camera_registry.services.listing import (
    ListingError,
    non_compliant,
    not_checked,
    totals,
)
from camera_registry.services.row_costs import Pricing
from camera_registry.services.said import SaidError
from camera_registry.services.waivers import Desk, WaiverError
from probes.outgoing import PRIVATE_ONLY, Networks
from probes.visit import utc_now
from standards import EditionError
from standards.planning.prices import PriceBook

UNUSABLE = "the registry cannot be read at the moment; try again, or tell the administrator to look at the log"
_ERRORS: dict[int | str, dict[str, Any]] = {
    422: {"description": "A parameter or a value that there is not; `detail` says what to write instead."},
    503: {"description": "The registry cannot be read at the moment."},
}
_STATUS: dict[Kind, int] = {"wrong": 422, "no_such": 404, "conflict": 409, "own": 409}
_log = logging.getLogger(__name__)


class _Saying(APIRoute):
    """A route whose errors are answered in JSON, with what to do and without what is inside."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of FastAPI, its errors answered."""
        handle = super().get_route_handler()

        async def said(request: Request) -> Response:
            try:
                return await handle(Sent(request.scope, request.receive))
            except BodyError as error:
                return _error(error.status_code, error.detail)
            except (ListingError, SaidError, AttachmentError, BundleError) as error:
                return _error(422, str(error))
            except RequestValidationError as error:
                return _error(422, *map(_mistake, error.errors()))
            except WaiverError as error:
                status, details = told(error)
                return _error(status, *details)
            except (ConfirmationError, AcceptanceError, differences.TakeOverError) as error:
                return _error(_STATUS[error.kind], *error.mistakes)
            except EditionError as error:
                return _error(422, *error.mistakes)
            except (NoSuchDeviceError, NoSuchSweepError, NoSuchFrozenError) as error:
                return _error(404, str(error))
            except Refused as error:
                return refusal(error)
            except NoSuchEditionError as error:
                return _error(404, *error.args)
            except DatabaseUnusableError as error:
                _log.error("%s", error)
                return _error(503, UNUSABLE)

        return said


def router(
    registry: Registry,
    editions: Asked,
    zone: tzinfo = UTC,
    now: Callable[[], datetime] = utc_now,
    sun_up: SunUp = always,
    *,
    writing: Writing,
    rehearsing: Registry,
    desk: Callable[[], Desk],
    visiting: Visiting,
    prices: PriceBook | None = None,
    office: Callable[[], Office],
    undo: imports.Undo,
    outgoing: Callable[[], Networks] = lambda: PRIVATE_ONLY,
) -> APIRouter:
    """The routes under /api/v1 over this registry; times in files are of `zone`; `sun_up` tells day from night;
    `writing` opens a session whose work is kept, `rehearsing` one of which nothing stays; `desk` is the clock with the
    terms of waivers; `visiting` is what visits use; costs are counted with `prices`; `office` has what an import needs,
    and `undo` undoes one; devices are registered within `outgoing`.
    """
    made = APIRouter(prefix="/api/v1", route_class=_Saying, responses=_ERRORS)
    _add_lists(made, registry, editions, desk, Pricing(prices, zone))
    list_files.add(made, registry, editions, zone, desk, prices)
    explanations.add(made, registry, editions, zone, now, sun_up)
    add_waivers(made, registry, writing, editions, desk)
    plan.add(made, registry, editions, zone, prices, now)
    add_standards(made, registry, writing, editions, zone, now)
    add_acceptances(made, registry, writing, editions, zone, now)
    map_points.add(made, registry)
    frozen.add(made, registry)
    readiness.add(made, registry, editions, now)
    changes.add(made, registry, editions)
    sweeps.add(made, registry, now)
    handover.add(made, registry, zone, now)
    answers_given.add(made, registry, writing, editions, now, sun_up, zone)
    replies.add(made, registry, writing, editions, now, lambda: visiting.vault())

    bundles.add(made, rehearsing, writing, editions, now, sun_up, zone)
    differences.add(made, registry, writing, editions, now, lambda: visiting.outgoing())
    devices.add(made, registry)
    visits.add(made, registry, writing, visiting)
    imports.add(made, registry, office, undo)
    hand = partial(_hand, now, outgoing, editions)
    registered.add(made, registry, Changes(registry, writing, hand))

    @made.get("/devices/{school}/{code}")
    def one_device(request: Request, school: str, code: str) -> DevicePage:
        """Everything that is known of one device."""
        for name in request.query_params:
            raise ListingError(
                name[:50], {"vi": "không có tham số này; bỏ đi.", "en": "no such parameter; leave it out."}
            )
        with registry() as session:
            found = device_page(session, school, code, editions())
            found = found and waived.on_device(session, found, desk())
        if found is None:
            raise NoSuchDeviceError(f"school {school[:50]} has no device {code[:50]}; use codes that are registered")
        return found

    @made.get("/openapi.json", include_in_schema=False)
    def description(request: Request) -> JSONResponse:
        """The OpenAPI description of these routes."""
        return JSONResponse(request.app.openapi())

    @made.get("/totals")
    def all_totals(query: Annotated[PlaceQuery, Query()]) -> TotalsAnswer:
        """How many schools, devices and channels there are, and how many channels of each verdict."""
        with registry() as session:
            return totals_answer(totals(session, query.district, query.school))

    return made


def _add_lists(
    made: APIRouter, registry: Registry, editions: Asked, desk: Callable[[], Desk], pricing: Pricing
) -> None:
    @made.get("/non-compliant")
    def what_is_not_compliant(query: Annotated[PageQuery, Query()]) -> NonCompliantAnswer:
        """One page of the deciding findings that fail now."""
        wanted, at = query.filter(), desk()
        with registry() as session:
            page = non_compliant(session, waived.narrowed(session, wanted, at), editions().decides)
            rows = pricing.every(waived.beside(session, page.rows, at), editions().decides, at.now)
            return non_compliant_answer(replace(page, rows=tuple(rows)))

    @made.get("/not-checked")
    def what_could_not_be_checked(query: Annotated[PageQuery, Query()]) -> NotCheckedAnswer:
        """One page of the channels, and devices without channels, whose verdict is not known."""
        wanted = query.filter()
        with registry() as session:
            return not_checked_answer(not_checked(session, wanted, editions().decides))


def _hand(now: Callable[[], datetime], outgoing: Callable[[], Networks], editions: Asked) -> Hand:
    """The viewer of this request as a person who registers something now."""
    return Hand(current(), now(), outgoing(), editions())


def _mistake(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"][1:])
    return f"{where}: {error['msg']}" if where else str(error["msg"])


def _error(status: int, *details: str) -> JSONResponse:
    return JSONResponse({"detail": details}, status)
