"""Keep what PCs say of themselves, for the page of all PCs."""

from typing import Final

from sqlalchemy import update

from desktop.cityserver.devices import check_device
from desktop.cityserver.schema import DEVICE
from desktop.cityserver.sql_store import SqlStore
from desktop.cityserver.tokens import Caller
from desktop.protocol.messages import DeviceReport, ReportAnswer

#: How often a PC says how it stands.
REPORT_EVERY_S: Final = 600


def keep_report(store: SqlStore, caller: Caller, report: DeviceReport, now_ms: int) -> ReportAnswer:
    """Keep a PC's report in place of its last one.

    Raises:
        Refusal: ``device-unknown``, ``device-revoked``.
    """
    is_caller = (DEVICE.c.unit_id == caller.unit_id, DEVICE.c.replica_id == caller.replica_id)
    with store.writing() as connection:
        check_device(connection, caller)
        text = report.model_dump_json()
        connection.execute(update(DEVICE).where(*is_caller).values(report=text, seen_ms=now_ms))
    return ReportAnswer(next_s=REPORT_EVERY_S)
