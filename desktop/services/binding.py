"""Give official codes to dossiers that were received while this PC had no numbers; both codes find them for ever.

The program does it by itself as soon as numbers are there: nobody has to think of it.
"""

from desktop.domain.facts.hub import CodeBound
from desktop.domain.vietnamese import local
from desktop.services.changes import NOTHING, Changes, dossiers_changed
from desktop.services.ports import Desk
from desktop.services.records import AllottedCode
from desktop.services.sync_port import SyncReader

#: So few in one act that a citizen at the counter does not notice.
MOST_AT_ONCE = 20


def bind_codes(desk: Desk, sync: SyncReader) -> Changes:
    """Bind some codes; call it again while it changes something. Threads: lane db.

    The code names the day of receipt while that day's numbers are good, else today: a number that a restored PC may
    have given before is never given again.
    """
    now = desk.clock.now()
    today = local(now).date()
    if not desk.ledger.has_lease(today):
        return NOTHING
    waiting = sync.provisional(MOST_AT_ONCE)
    if not waiting:
        return NOTHING
    unit = desk.reader.unit()
    bound = []
    with desk.ledger.act(None) as act:
        for dossier in waiting:
            day, given = dossier.received_on, _none()
            for day in dict.fromkeys((dossier.received_on, today)):
                given = act.allot_code(day, unit)
                if not given.is_provisional:
                    break
            if given.is_provisional:
                continue
            act.record(dossier.dossier_id, (CodeBound(given.code, day, given.block, given.ordinal),))
            bound.append(dossier.dossier_id)
    return dossiers_changed(bound) if bound else NOTHING


def _none() -> AllottedCode:
    return AllottedCode("", is_provisional=True, block=-1, ordinal=0)
