"""Keep what PCs say of themselves, for the page of all PCs."""

import json
from typing import Final

from sqlalchemy import update

from desktop.cityserver.devices import check_device
from desktop.cityserver.rating_origins import ADDRESS
from desktop.cityserver.schema import DEVICE
from desktop.cityserver.sql_store import SqlStore
from desktop.cityserver.tokens import Caller
from desktop.protocol.messages import DeviceReport, ReportAnswer

#: How often a PC says how it stands.
REPORT_EVERY_S: Final = 600


def keep_report(store: SqlStore, caller: Caller, report: DeviceReport, now_ms: int, address: str = "") -> ReportAnswer:
    """Keep a PC's report in place of its last one, with the address it came from.

    Raises:
        Refusal: ``device-unknown``, ``device-revoked``.
    """
    is_caller = (DEVICE.c.unit_id == caller.unit_id, DEVICE.c.replica_id == caller.replica_id)
    with store.writing() as connection:
        check_device(connection, caller)
        text = json.dumps({**report.model_dump(mode="json"), ADDRESS: address})
        connection.execute(update(DEVICE).where(*is_caller).values(report=text, seen_ms=now_ms))
    return ReportAnswer(next_s=REPORT_EVERY_S)
