"""Which pages there are, in the order of the rail, and who may see them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop.app.seat import Seat
from desktop.domain.users import Action, Role, User, may
from desktop.services.ports import Desk
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page, PageSpec
from desktop.ui.print_queue import PrintQueue
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.services.attachment_port import LoadedAttachment
    from desktop.services.result_signing import Signing
    from desktop.ui.pages.admin_ports import Caretaker
    from desktop.ui.pages.sync import SyncSource

Prints = Callable[[], PrintQueue]


#: Any of these opens the page "Quản trị".
_ADMIN = (
    Action.MANAGE_USERS,
    Action.VIEW_DELEGATIONS,
    Action.MANAGE_DELEGATIONS,
    Action.ASSIGN_CUSTODY,
    Action.CONFIGURE_UNIT,
    Action.VERIFY,
    Action.BACK_UP,
)
#: Whoever answers what is filed online.
_ONLINE = (Action.RECEIVE, Action.REQUEST_SUPPLEMENT)


def page_specs(
    seat: Seat,
    prints: Prints,
    caretaker: "Callable[[], Caretaker]",
    paper: str = "",
    signing: "Signing | None" = None,
    sync: "Callable[[], SyncSource] | None" = None,
) -> tuple[PageSpec, ...]:
    """Return every page of the window; a page is made when it is first wanted, for the user who works then.

    Args:
        seat: Who works.
        prints: Gives his print queue.
        caretaker: Gives what an administrator does to this PC.
        paper: Paper of receipts on this PC; "" for the unit's default.
        signing: The signing device of this PC; None when there is none.
        sync: Gives what the page "Đồng bộ" shows; None leaves it out.
    """

    def intake(kit: Kit) -> Page:
        from desktop.ui.pages.intake import IntakePage  # noqa: PLC0415 - imported when first wanted

        page = IntakePage(kit, *_who(seat), paper=paper)
        page.receipt_ready.connect(prints().submit)
        return page

    def dossiers(kit: Kit) -> Page:
        from desktop.ui.pages.dossiers import DossiersPage  # noqa: PLC0415 - the same

        return DossiersPage(kit, *_who(seat), prints())

    def handover(kit: Kit) -> Page:
        from desktop.ui.pages.handover import HandoverPage  # noqa: PLC0415 - the same

        page = HandoverPage(kit, *_who(seat))
        page.slip_ready.connect(prints().submit)
        return page

    def work(kit: Kit) -> Page:
        from desktop.ui.pages.work import WorkPage  # noqa: PLC0415 - the same

        page = WorkPage(kit, *_who(seat), _read_file)
        page.paper_ready.connect(prints().submit)
        return page

    def approval(kit: Kit) -> Page:
        from desktop.ui.pages.approval import ApprovalPage  # noqa: PLC0415 - the same

        page = ApprovalPage(kit, *_who(seat), signing)
        page.paper_ready.connect(prints().submit)
        return page

    def return_result(kit: Kit) -> Page:
        from desktop.ui.pages.return_result import ReturnResultPage  # noqa: PLC0415 - the same

        page = ReturnResultPage(kit, *_who(seat), _read_file)
        page.slip_ready.connect(prints().submit)
        return page

    def admin(kit: Kit) -> Page:
        from desktop.ui.pages.admin import AdminPage  # noqa: PLC0415 - the same

        return AdminPage(kit, *_who(seat), caretaker())

    def board(kit: Kit) -> Page:
        from desktop.ui.pages.board import BoardPage  # noqa: PLC0415 - the same

        return BoardPage(kit, *_who(seat))

    def books(kit: Kit) -> Page:
        from desktop.ui.pages.books import BooksPage  # noqa: PLC0415 - the same

        page = BooksPage(kit, *_who(seat))
        page.sheet_ready.connect(prints().submit)
        return page

    specs = (
        PageSpec("intake", "railIntake", tr("Tiếp nhận"), "receive", "F2", intake, _allows(Action.RECEIVE)),
        PageSpec("dossiers", "railDossiers", tr("Hồ sơ"), "dossiers", "F4", dossiers, _allows(Action.VIEW_DOSSIERS)),
        PageSpec("handover", "railHandover", tr("Bàn giao"), "handover", "F5", handover, _allows(Action.HAND_OVER)),
        PageSpec("work", "railWork", tr("Xử lý"), "work", "F6", work, _allows(Action.MARK_RESULT_READY)),
        PageSpec("approval", "railApproval", tr("Ký duyệt"), "sign", "F7", approval, _allows(Action.APPROVE)),
        PageSpec(
            "return_result",
            "railReturn",
            tr("Trả kết quả"),
            "return",
            "F8",
            return_result,
            _allows(Action.RETURN_RESULT),
        ),
        PageSpec("board", "railBoard", tr("Theo dõi hạn"), "deadline", "F9", board, _allows(Action.VIEW_BOARD)),
        _online_spec(seat, prints),
        PageSpec(
            "books",
            "railBooks",
            tr("Sổ và thu phí"),
            "books",
            "Shift+F8",
            books,
            _allows(Action.COUNT_CASH, Action.EXPORT_REGISTER),
        ),
        _control_spec(seat),
        PageSpec("admin", "railAdmin", tr("Quản trị"), "admin", "Shift+F11", admin, _allows(*_ADMIN)),
    )
    return specs if sync is None else (*specs, _sync_spec(seat, sync))


def _online_spec(seat: Seat, prints: Prints) -> PageSpec:
    def make(kit: Kit) -> Page:
        from desktop.ui.pages.online import OnlinePage  # noqa: PLC0415 - imported when first wanted

        page = OnlinePage(kit, *_who(seat))
        page.receipt_ready.connect(prints().submit)
        return page

    return PageSpec("online", "railOnline", tr("Trực tuyến"), "online", "Shift+F2", make, _allows(*_ONLINE))


def _control_spec(seat: Seat) -> PageSpec:
    def make(kit: Kit) -> Page:
        from desktop.ui.pages.control import ControlPage  # noqa: PLC0415 - imported when first wanted

        return ControlPage(kit, *_who(seat))

    allowed = _allows(Action.VIEW_OWN_FINDINGS)
    return PageSpec("control", "railControl", tr("Kiểm soát"), "eye", "Shift+F9", make, allowed)


def _sync_spec(seat: Seat, sync: "Callable[[], SyncSource]") -> PageSpec:
    def make(kit: Kit) -> Page:
        from desktop.ui.pages.sync import SyncPage  # noqa: PLC0415 - imported when first wanted

        return SyncPage(kit, *_who(seat), sync())

    return PageSpec("sync", "railSync", tr("Đồng bộ"), "sync-ok", "Shift+F5", make, _allows(Action.VIEW_DOSSIERS))


def home_page(roles: Sequence[str]) -> str:
    """Return the page a user begins with when it is not the first of the rail, "" when it is."""
    if Role.CHAIR in roles or Role.VICE_CHAIR in roles:
        return "approval"
    begins_at_counter = Role.RECEPTION in roles
    return "work" if Role.SPECIALIST in roles and not begins_at_counter else ""


def _allows(*actions: Action) -> Callable[[Sequence[str]], bool]:
    def allowed(roles: Sequence[str]) -> bool:
        return any(may(tuple(Role(role) for role in roles), action) for action in actions)

    return allowed


def _read_file(path: str) -> "LoadedAttachment":
    """Read and check a file; what that needs is loaded with the first file, on lane io."""
    from desktop.devices.attachment_files import read_attachment  # noqa: PLC0415 - see above

    return read_attachment(path)


def _who(seat: Seat) -> tuple[Desk, User]:
    if seat.user is None:
        raise RuntimeError("a page is made only for a user who is logged in")
    return seat.ward.desk, seat.user
