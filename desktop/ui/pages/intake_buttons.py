"""The buttons of the page "Tiếp nhận": the person again, a new dossier, save and print."""

from desktop.ui.theme import Theme
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.words import tr


def repeat_button(theme: Theme) -> ActionButton:
    """Return the button that takes the applicant of the last dossier again."""
    return ActionButton(
        theme,
        tr("Người vừa rồi"),
        icon="user",
        shortcut="Ctrl+L",
        flat=True,
        name="repeatPerson",
        status_tip=tr("Nhập lại chủ hồ sơ của hồ sơ vừa nhận"),
    )


def anew_button(theme: Theme) -> ActionButton:
    """Return the button that puts aside what is typed."""
    return ActionButton(
        theme,
        tr("Nhập mới"),
        icon="plus",
        shortcut="Ctrl+N",
        name="startAnew",
        status_tip=tr("Bỏ nội dung đang nhập và bắt đầu hồ sơ mới; lấy lại được bằng Ctrl+Shift+Z"),
    )


def save_button(theme: Theme) -> ActionButton:
    """Return the button that receives the dossier and prints its receipt."""
    return ActionButton(
        theme,
        tr("Nhận hồ sơ và in giấy hẹn"),
        icon="print",
        shortcut="Ctrl+Return",
        primary=True,
        name="finish",
        status_tip=tr("Ghi hồ sơ, cấp mã và in giấy tiếp nhận"),
    )
