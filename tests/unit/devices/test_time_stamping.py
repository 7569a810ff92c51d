import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from desktop.devices.pdf_signing import Pkcs12Signer, time_stamper
from desktop.domain.errors import EnvironmentProblem
from tests.support.signing import CHAIR, NOW, Holder, make_authority, make_holder, paper, pkcs12_file, request

STAMPED_AT = NOW + timedelta(seconds=3)


@pytest.fixture(scope="module")
def authority() -> Holder:
    return make_authority()


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory, authority: Holder) -> Path:
    path: Path = tmp_path_factory.mktemp("key") / "key.p12"
    path.write_bytes(pkcs12_file(make_holder(authority, CHAIR), authority, "x"))
    return path


def service(authority: Holder) -> DummyTimeStamper:
    """Make a time stamping service of our own."""
    holder = make_holder(authority, "Dấu thời gian thử nghiệm", time_stamping=True)
    der = holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(authority.der))
    return DummyTimeStamper(
        x509.Certificate.load(holder.der), keys.PrivateKeyInfo.load(der), certs_to_embed=store, fixed_dt=STAMPED_AT
    )


@pytest.fixture(params=["good", "garbage", "elsewhere"])
def url(request: pytest.FixtureRequest, authority: Holder) -> Iterator[str]:
    """Serve on loopback."""
    stamper = service(authority)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            if request.param == "elsewhere":
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/other")
                self.end_headers()
                return
            good = request.param == "good"
            body = stamper.request_tsa_response(asked).dump() if good else b"<html>no stamp</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/tsa"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("url", ["good"], indirect=True)
def test_a_time_stamp_is_fetched_and_reported(key_file: Path, authority: Holder, url: str) -> None:
    with Pkcs12Signer(key_file, (authority.pem,), url).unlock("x") as key:
        (report,) = key.sign(request(paper())).reports

    assert report.is_good
    assert (report.signed_at, report.timestamped_at) == (NOW, STAMPED_AT)


@pytest.mark.parametrize("url", ["garbage", "elsewhere"], indirect=True)
def test_an_answer_that_is_no_stamp_is_told(key_file: Path, url: str) -> None:
    with (
        Pkcs12Signer(key_file, (), url).unlock("x") as key,
        pytest.raises(EnvironmentProblem, match="timestamp_failed"),
    ):
        key.sign(request(paper()))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/tsa", "file:///etc/hostname", "no address"])
def test_a_service_that_is_not_there_is_told(key_file: Path, address: str) -> None:
    with Pkcs12Signer(key_file, (), address).unlock("x") as key, pytest.raises(EnvironmentProblem) as raised:
        key.sign(request(paper()))

    assert (raised.value.code, raised.value.details) == ("timestamp_failed", {"url": address})


def test_without_an_address_nothing_is_asked() -> None:
    assert time_stamper("") is None
