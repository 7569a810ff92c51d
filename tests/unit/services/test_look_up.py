import pytest

from desktop.domain.commands import Correct, ReturnResult, TakeFee
from desktop.domain.dossiers import NOBODY, Custodian, CustodianKind, FeeMethod, Proof, Relation
from desktop.domain.errors import UserError
from desktop.services import follow, look_up
from desktop.services.records import DossierFilter
from tests.support.samples import OWNER, REASON
from tests.support.wards import Ward, command, person
from tests.support.way import bring


def test_a_dossier_is_shown_with_its_history_in_words_of_facts(ward: Ward) -> None:
    given, lan = command(ward.desk, "2.000635"), ward.user("lan")
    made = ward.receive(procedure=given.procedure, components=given.components)
    follow.correct(ward.desk, lan, made.code, Correct({"note": "x"}, REASON))
    follow.print_receipt(ward.desk, lan, made.code, "A4")
    follow.take_fee(ward.desk, ward.user("thu"), made.code, TakeFee(8_000, FeeMethod.CASH, "thu đủ"))
    bring(ward.desk, made.code)
    follow.return_result(ward.desk, lan, made.code, ReturnResult(OWNER, Relation.OWNER, Proof.PHOTO, "ảnh 7"))

    view = look_up.show(ward.desk, lan, f" {made.code.lower()} ")

    assert (view.custodian_name, view.received_by_name) == ("", "Nguyễn Thị Lan")
    assert [(entry.type, entry.actor, dict(entry.details)) for entry in view.timeline] == [
        ("dossier.received", "Nguyễn Thị Lan", {"code": made.code, "promised_at": "17:00 18/07/2019"}),
        ("dossier.corrected", "Nguyễn Thị Lan", {"version": "2", "changes": "note:  → x", "reason": REASON}),
        ("receipt.printed", "Nguyễn Thị Lan", {"copy_no": "1", "paper": "A4"}),
        ("fee.taken", "Lê Thị Thu", {"amount": "8.000 đ", "method": "cash", "reason": "thu đủ"}),
        ("handover.offered", "Nguyễn Thị Lan", {"slip": "BG-2019-01-0001", "to": "Tư pháp - Hộ tịch"}),
        ("handover.confirmed", "Trần Quốc Hùng", {"slip": "BG-2019-01-0001", "to": "Tư pháp - Hộ tịch"}),
        ("dossier.submitted", "Trần Quốc Hùng", {"to": "Lãnh đạo Ủy ban nhân dân", "note": ""}),
        (
            "dossier.approved",
            "Phạm Văn Minh",
            {"signer": "Phạm Văn Minh", "authority": "own", "document": "", "means": "paper"},
        ),
        ("dossier.result_ready", "Trần Quốc Hùng", {"shelf": "Kệ A1", "note": ""}),
        (
            "dossier.returned",
            "Nguyễn Thị Lan",
            {"recipient": OWNER.name, "proof": "photo", "reference": "ảnh 7"},
        ),
    ]


@pytest.mark.parametrize("login", ["lan", "thanhtra"])
def test_an_id_number_is_masked_in_the_history_too(ward: Ward, login: str) -> None:
    made = ward.receive()
    follow.correct(ward.desk, ward.user("lan"), made.code, Correct({"applicant.id_number": "079090054321"}, REASON))

    details = dict(look_up.show(ward.desk, ward.user(login), made.code).timeline[1].details)

    assert details["changes"] == "applicant.id_number: 079******345 → 079******321"


def test_an_unknown_code_is_told(ward: Ward) -> None:
    with pytest.raises(UserError, match="dossier_unknown"):
        look_up.show(ward.desk, ward.user("lan"), "x")


def test_the_holder_is_named(ward: Ward) -> None:
    lan = ward.user("lan")

    held = (
        Custodian(CustodianKind.SECTION, "mot_cua"),
        Custodian(CustodianKind.USER, lan.user_id),
        Custodian(CustodianKind.USER, "gone"),
        NOBODY,
    )

    assert [look_up.custodian_name(ward.desk, each) for each in held] == [
        "Bộ phận Tiếp nhận và Trả kết quả", "Nguyễn Thị Lan", "", "",
    ]  # fmt: skip


def test_lists_page_from_newest_to_oldest(ward: Ward) -> None:
    codes = [ward.receive(owner=person(n)).code for n in range(5)]
    inspector = ward.user("thanhtra")

    positions = look_up.positions(ward.desk, inspector, DossierFilter())
    page = look_up.cards(ward.desk, inspector, DossierFilter(), at_or_before=positions[1], limit=2)

    assert list(positions) == [5, 4, 3, 2, 1]
    assert [card.code for card in page] == [codes[3], codes[2]]
    assert [card.code for card in look_up.search(ward.desk, inspector, "tran", 2)] == [codes[4], codes[3]]
