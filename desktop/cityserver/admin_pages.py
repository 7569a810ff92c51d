"""What the pages of the city's administrators have in common."""

from fastapi.responses import HTMLResponse

from desktop.cityserver.http import refuse
from desktop.cityserver.pages import too_many, who_are_you
from desktop.cityserver.problems import Refusal
from desktop.cityserver.templates import element, page


def refused_page(refusal: Refusal) -> HTMLResponse:
    """Return the page for who may not see a page of the administrators."""
    if refusal.code in ("token-missing", "token-invalid"):
        return who_are_you()
    if refusal.code == "rate-limited":
        return too_many(refusal.retry_after_s)
    said = refuse(refusal)
    text = "Vai trò của bạn không được xem trang này; hỏi người vận hành hệ thống thành phố."
    return page("Không được xem", element("p", text, class_="card"), status=said.status_code)
