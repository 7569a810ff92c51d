from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from desktop.devices import signature_stamp
from desktop.devices.pdf_signing import Pkcs12Signer
from desktop.devices.signature_place import find_signature_place
from desktop.domain.errors import UserError
from desktop.services.signing_port import SignedPdf, SigningRequest, Stamp, StampKind, StampPlace, seal_over
from tests.support.signing import (
    CHAIR,
    NOW,
    PERSON_PLACE,
    WARD,
    hybrid_paper,
    ink,
    make_authority,
    make_holder,
    paper,
    pkcs12_file,
    raster,
    request,
    seal_png,
    signature_png,
    turned,
    written,
)

Box = tuple[float, float, float, float]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Pkcs12Signer:
    authority = make_authority()
    path: Path = tmp_path_factory.mktemp("key") / "key.p12"
    path.write_bytes(pkcs12_file(make_holder(authority, CHAIR), authority, "x"))
    return Pkcs12Signer(path)


def signed_by(signer: Pkcs12Signer, asked: SigningRequest) -> SignedPdf:
    with signer.unlock("x") as key:
        return key.sign(asked)


def corners(place: StampPlace) -> Box:
    return (place.left_mm, place.bottom_mm, place.left_mm + place.width_mm, place.bottom_mm + place.height_mm)


def is_at(found: Box | None, expected: Box) -> bool:
    return found is not None and all(abs(a - b) <= 0.8 for a, b in zip(found, expected, strict=True))


# --- where the picture stands ---------------------------------------------------------------------------------------


def test_the_persons_picture_stands_in_the_middle_of_its_place_without_its_margins(signer: Pkcs12Signer) -> None:
    signed = signed_by(signer, request(paper(), image=signature_png()))

    image = raster(signed.content)
    assert ink(raster(paper()), "blue") is None
    assert is_at(ink(image, "blue"), (120, 62.5, 180, 82.5))
    assert is_at(ink(image, "blue"), corners(signed.place))
    assert ink(image, "red") is None


def test_the_seal_has_its_real_size_and_covers_the_left_third(signer: Pkcs12Signer) -> None:
    first = signed_by(signer, request(paper(), image=signature_png()))

    second = signed_by(signer, request(first.content, StampKind.ORGANISATION_SEAL, image=seal_png()))

    red = ink(raster(second.content), "red")
    assert red is not None
    assert is_at(red, (104, 54.5, 140, 90.5))
    covered = (red[2] - first.place.left_mm) / first.place.width_mm
    assert covered == pytest.approx(1 / 3, abs=0.02)


def test_a_seal_of_another_size_is_drawn_so(signer: Pkcs12Signer) -> None:
    first = signed_by(signer, request(paper(), image=signature_png()))
    asked = request(first.content, StampKind.ORGANISATION_SEAL, image=seal_png(), seal_mm=30)

    red = ink(raster(signed_by(signer, asked).content), "red")

    assert red is not None
    assert red[2] - red[0] == pytest.approx(30, abs=0.5)


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("kind", [StampKind.PERSON, StampKind.ORGANISATION_SEAL])
def test_on_a_turned_page_the_picture_stands_upright_where_it_is_seen(
    signer: Pkcs12Signer, degrees: int, kind: StampKind
) -> None:
    pdf = turned(paper(), degrees)
    place = StampPlace(page=0, left_mm=20, bottom_mm=40, width_mm=60, height_mm=25)

    signed = signed_by(signer, request(pdf, image=signature_png(), place=place))

    assert is_at(ink(raster(signed.content), "blue"), (20, 42.5, 80, 62.5))
    if kind is StampKind.ORGANISATION_SEAL:
        sealed = signed_by(signer, request(signed.content, kind, image=seal_png()))
        assert is_at(ink(raster(sealed.content), "red"), (4, 34.5, 40, 70.5))


def test_on_a_cut_page_the_place_counts_from_what_is_seen(signer: Pkcs12Signer) -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(paper(size=(700, 950))))
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((50, 60, 645.28, 901.89))

    signed = signed_by(signer, request(written(writer), image=signature_png()))

    assert is_at(ink(raster(signed.content), "blue"), (120, 62.5, 180, 82.5))


def test_a_later_page_is_stamped(signer: Pkcs12Signer) -> None:
    place = StampPlace(page=2, left_mm=120, bottom_mm=60, width_mm=60, height_mm=20)

    signed = signed_by(signer, request(paper(3), image=signature_png(), place=place))

    assert is_at(ink(raster(signed.content, 2), "blue"), (120, 60, 180, 80))
    assert [ink(raster(signed.content, page), "blue") for page in (0, 1)] == [None, None]


# --- text -----------------------------------------------------------------------------------------------------------


def added(before: bytes, after: bytes) -> Box | None:
    """Return where black came onto the first page, in millimetres."""
    old, new = raster(before).convert("L"), raster(after).convert("L")
    mask = new.point(lambda value: 255 if value < 128 else 0)
    box = Image.composite(Image.new("L", new.size), mask, old.point(lambda value: 255 if value < 128 else 0)).getbbox()
    if box is None:
        return None
    scale = 210 / new.width
    return (box[0] * scale, (new.height - box[3]) * scale, box[2] * scale, (new.height - box[1]) * scale)


def test_without_a_picture_the_person_gets_text_only(signer: Pkcs12Signer) -> None:
    pdf = paper()

    signed = signed_by(signer, request(pdf))

    image = raster(signed.content)
    box = added(pdf, signed.content)
    assert (ink(image, "blue"), ink(image, "red")) == (None, None)
    assert box is not None
    assert box[0] >= PERSON_PLACE.left_mm
    assert box[2] <= PERSON_PLACE.left_mm + PERSON_PLACE.width_mm
    assert (box[1] + box[3]) / 2 == pytest.approx(PERSON_PLACE.bottom_mm + PERSON_PLACE.height_mm / 2, abs=2)


@pytest.mark.parametrize("kind", [StampKind.ORGANISATION_TEXT, StampKind.ORGANISATION_SEAL])
def test_without_a_picture_the_organisation_gets_text_at_the_top_right_of_page_one(
    signer: Pkcs12Signer, kind: StampKind
) -> None:
    pdf = paper(2)

    signed = signed_by(signer, request(pdf, kind))

    box = added(pdf, signed.content)
    assert box is not None
    assert signed.place.page == 0
    assert box[2] == pytest.approx(200, abs=1)
    assert box[3] == pytest.approx(291, abs=1.2)
    assert box[1] > 275
    assert box[0] > 105


def test_the_text_is_whose_and_when_in_vietnams_time_with_every_letter() -> None:
    lines = signature_stamp.stamp_text(Stamp(StampKind.PERSON, CHAIR), NOW)
    width, height = signature_stamp.text_size(lines, 400)

    pdf = signature_stamp.draw_text(lines, width, height, is_centred=True)

    assert lines == (f"Người ký: {CHAIR}", "Thời gian ký: 2026-11-30T09:15:30+07:00")
    assert signature_stamp.stamp_text(Stamp(StampKind.ORGANISATION_TEXT, WARD), NOW)[0] == WARD
    assert pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split("\r\n") == list(lines)
    font = pypdf.PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert [each["/FontDescriptor"]["/FontFile2"] is not None for each in font.values() if "/FontDescriptor" in each]


def test_the_text_is_ten_points_and_black() -> None:
    lines = signature_stamp.stamp_text(Stamp(StampKind.ORGANISATION_TEXT, WARD), NOW)

    content = pypdf.PdfReader(BytesIO(signature_stamp.draw_text(lines, 300, 40, is_centred=False))).pages[0]

    operations = content.get_contents().operations
    assert {float(operands[1]) for operands, name in operations if name == b"Tf" and operands[0] != "/F1"} == {10}
    assert [[float(x) for x in operands] for operands, name in operations if name in (b"g", b"rg")][-1] == [0]


def black(pdf: bytes) -> int:
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil().convert("L")
    return sum(image.histogram()[:128])


def test_marks_on_capitals_are_not_cut_off() -> None:
    lines = ("ỦẤẰỄỖ ỆỢỤẠ gọy",)
    width, height = signature_stamp.text_size(lines, 400)

    tight = signature_stamp.draw_text(lines, width, height, is_centred=False)
    roomy = signature_stamp.draw_text(lines, width + 40, height + 40, is_centred=False)

    assert black(tight) == pytest.approx(black(roomy), rel=0.02)


def test_a_long_name_is_broken_and_made_smaller_until_it_fits() -> None:
    lines = (" ".join(["Ủy ban nhân dân phường Thử Nghiệm"] * 4),)

    pdf = signature_stamp.draw_text(lines, 120, 40, is_centred=True)

    words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split()
    assert words == lines[0].split()
    assert black(pdf) == pytest.approx(black(padded(pdf)), rel=0.02)


def padded(pdf: bytes) -> bytes:
    """Show more of a page than it has, so that what lies beside it is seen."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    writer.pages[0].mediabox = pypdf.generic.RectangleObject((-50, -50, 170, 90))
    return written(writer)


# --- refusals -------------------------------------------------------------------------------------------------------


def jpeg() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (300, 100), "white").save(stream, "JPEG")
    return stream.getvalue()


def plain_png(size: tuple[int, int], colour: tuple[int, int, int, int]) -> bytes:
    stream = BytesIO()
    Image.new("RGBA", size, colour).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    "image",
    [
        signature_png(ground=(255, 255, 255, 255)),
        jpeg(),
        b"no picture",
        signature_png()[:200],
        plain_png((50, 50), (0, 0, 0, 0)),
        plain_png((4_001, 2), (0, 0, 0, 0)),
    ],
    ids=["white ground", "jpeg", "text", "cut off", "empty", "too wide"],
)
def test_a_picture_that_would_spoil_the_paper_is_refused(signer: Pkcs12Signer, image: bytes) -> None:
    with pytest.raises(UserError, match="stamp_image_unusable"):
        signed_by(signer, request(paper(), image=image))


@pytest.mark.parametrize(
    "place",
    [
        StampPlace(page=0, left_mm=170, bottom_mm=60, width_mm=60, height_mm=25),
        StampPlace(page=0, left_mm=20, bottom_mm=-5, width_mm=60, height_mm=25),
        StampPlace(page=0, left_mm=20, bottom_mm=20, width_mm=0, height_mm=25),
        StampPlace(page=1, left_mm=20, bottom_mm=20, width_mm=60, height_mm=25),
        StampPlace(page=-1, left_mm=20, bottom_mm=20, width_mm=60, height_mm=25),
    ],
)
def test_a_place_outside_the_page_is_refused(signer: Pkcs12Signer, place: StampPlace) -> None:
    with pytest.raises(UserError, match="stamp_outside_page"):
        signed_by(signer, request(paper(), place=place))


def test_without_a_place_a_persons_signature_is_refused(signer: Pkcs12Signer) -> None:
    with pytest.raises(UserError, match="signature_place_unknown"):
        signed_by(signer, request(paper(), place=None))


def test_the_seal_waits_for_the_persons_signature(signer: Pkcs12Signer) -> None:
    with pytest.raises(UserError, match="signature_place_unknown"):
        signed_by(signer, request(paper(), StampKind.ORGANISATION_SEAL, image=seal_png()))


# --- finding the place ----------------------------------------------------------------------------------------------


def test_the_room_between_title_and_name_is_found_on_the_last_page_with_the_name() -> None:
    place = find_signature_place(paper(2), "Nguyen Thi Thuy Duong", "CHU TICH")

    assert place is not None
    assert place.page == 1
    left, bottom, right, top = corners(place)
    assert (left + right) / 2 == pytest.approx(425 / 72 * 25.4, abs=0.5)
    assert 55 < bottom < 59
    assert 84 < top < 89


def test_without_a_title_the_usual_room_above_the_name_is_taken() -> None:
    place = find_signature_place(paper(), "Nguyen Thi Thuy Duong", "PHO CHU TICH")

    assert place is not None
    assert place.height_mm == pytest.approx(24)


@pytest.mark.parametrize(
    ("pdf", "name"),
    [
        (paper(), "Tran Van Khong Co"),
        (paper(), " "),
        (turned(paper(), 90), "Nguyen Thi Thuy Duong"),
        (b"no pdf", "Nguyen Thi Thuy Duong"),
        (hybrid_paper(), "Nguyen Thi Thuy Duong"),
    ],
)
def test_where_no_room_is_found_a_person_must_say(pdf: bytes, name: str) -> None:
    assert find_signature_place(pdf, name, "CHU TICH") is None


def test_a_title_right_above_the_name_leaves_no_room() -> None:
    assert find_signature_place(paper(), "CHU TICH", "CHU TICH") is not None
    assert find_signature_place(tight_paper(), "Nguyen", "CHU TICH") is None


def tight_paper() -> bytes:
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842))
    canvas.drawCentredString(425, 165, "CHU TICH")
    canvas.drawCentredString(425, 150, "Nguyen")
    canvas.save()
    return stream.getvalue()


def test_the_seals_place_follows_from_the_signatures() -> None:
    assert seal_over(StampPlace(0, 120, 60, 60, 20)) == StampPlace(0, 104, 52, 36, 36)
