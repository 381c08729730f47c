"""Servers that do not answer, answer half, or are not the right ones."""

import asyncio
from datetime import UTC, datetime, timedelta
import ipaddress
import ssl

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import pytest
from yarl import URL

from custom_components.video_analytics.vendors import http as http_module
from custom_components.video_analytics.vendors.errors import BadAnswer, RateLimited, Rejected, SignInFailed, Unreachable
from custom_components.video_analytics.vendors.http import Api, Http
from custom_components.video_analytics.vendors.secret import Secret

from .server import Server, body, bytes_of_another_protocol, consume, cut_off, json, silence, silence_after

BROKEN = {
    "500": body(status=500),
    "shorter than promised": cut_off(b'{"a": 1}', promised=1000),
    "an unfinished chunked body": cut_off(b'{"a": 1}'),
    "only half of the JSON": cut_off(b'[{"a": 1', promised=15),
    "nothing of the body": cut_off(b"", promised=15),
    "broken compression": body(b"\x00no zip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_get_is_tried_once_more(api: Api, server: Server, broken):
    server.answer(broken, json([1]))
    assert await api.get("/things") == [1]
    assert len(server.requests) == 2

    server.answer(broken)
    server.requests.clear()
    with pytest.raises(Unreachable, match=r"^GET /things: "):
        await api.get("/things")
    assert len(server.requests) == 2


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_post_is_never_repeated(api: Api, server: Server, broken):
    server.answer(broken, json([1]))
    with pytest.raises(Unreachable, match=r"^POST /things: "):
        await api.post("/things", {})
    assert len(server.requests) == 1


async def test_a_connection_that_is_closed_without_an_answer(api: Api, server: Server):
    server.answer(bytes_of_another_protocol(b""))
    with pytest.raises(Unreachable, match="no connection"):
        await api.post("/things", {})
    assert len(server.requests) == 1
    with pytest.raises(Unreachable, match="no connection"):
        await api.get("/things")
    assert len(server.requests) <= 5  # aiohttp tries a GET once more itself


@pytest.mark.parametrize("answer", [body(status=400), body(status=401), body(status=429), body("no JSON")])
async def test_a_get_that_was_answered_is_not_repeated(api: Api, server: Server, answer):
    server.answer(answer, json([1]))
    with pytest.raises((BadAnswer, RateLimited, SignInFailed, Rejected)):
        await api.get("/things")
    assert len(server.requests) == 1


async def test_each_try_counts_against_the_budget(api: Api, http: Http, server: Server):
    server.answer(body(status=500))
    with pytest.raises(Unreachable):
        await api.get("/things")
    assert http.budget.used == 2


async def test_what_is_not_http_is_a_bad_answer(api: Api, server: Server):
    server.answer(bytes_of_another_protocol(b"220 mail.example.com ESMTP\r\n"))
    with pytest.raises(BadAnswer, match=r"not an HTTP answer") as caught:
        await api.get("/things")
    assert "ESMTP" not in str(caught.value)


async def test_a_slow_server_is_unreachable(api: Api, server: Server, monkeypatch):
    monkeypatch.setattr(http_module, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    server.answer(silence())
    with pytest.raises(Unreachable, match=r"^GET /things: no answer in time$"):
        await api.get("/things")
    server.answer(silence_after(b'{"a":'))
    with pytest.raises(Unreachable, match=r"^POST /things: no answer in time$"):
        await api.post("/things")


async def test_a_stream_that_falls_silent_is_unreachable(api: Api, server: Server, monkeypatch):
    monkeypatch.setattr(http_module, "_STREAM_TIMEOUT", aiohttp.ClientTimeout(sock_read=0.05))
    server.answer(silence_after(b"first"))
    chunks = []
    with pytest.raises(Unreachable, match=r"^GET /clip: no answer in time$"):
        async with api.stream("/clip") as download:
            chunks.extend([chunk async for chunk in download.chunks])
    server.answer(silence())
    with pytest.raises(Unreachable, match=r"^GET /clip: no answer in time$"):
        await consume(api.stream("/clip"))


async def test_a_refused_connection_is_unreachable(http: Http):
    closed = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    await closed.wait_closed()
    api = http.at(URL(f"http://127.0.0.1:{port}"), {})
    for call in (api.get, api.post, lambda path: consume(api.stream(path))):
        with pytest.raises(Unreachable, match=r": no connection$"):
            await call("/things")
    with pytest.raises(Unreachable, match=r"^picture: no connection$"):
        await http.picture(Secret(f"http://127.0.0.1:{port}/a.jpg"), "picture")


class NoNames(aiohttp.abc.AbstractResolver):
    """A resolver that knows no names."""

    async def resolve(self, host, port=0, family=0):
        raise OSError(f"unknown name {host}")

    async def close(self):
        """Hold nothing."""


async def test_an_unknown_name_is_unreachable():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=NoNames())) as session:
        with pytest.raises(Unreachable) as caught:
            await Http(session).at(URL("https://cloud.example.com"), {}).get("/things")
    assert "cloud.example.com" not in str(caught.value)


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory) -> ssl.SSLContext:
    """The certificate of a server at home."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera server")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    (folder / "certificate").write_bytes(certificate.public_bytes(pem))
    (folder / "key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


async def test_an_invalid_certificate_is_named_as_the_cause(http: Http, self_signed):
    async with Server(json([1])).serving(self_signed) as server:
        with pytest.raises(Unreachable, match=r"certificate is not valid"):
            await http.at(server.url, {"X-Key": Secret("key")}).get("/things")
        assert server.requests == []


async def test_a_session_that_does_not_verify_accepts_it(self_signed):
    async with (
        Server(json([1])).serving(self_signed) as server,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as session,
    ):
        assert await Http(session).at(server.url, {}).get("/things") == [1]


async def test_plain_http_on_a_tls_port_and_the_reverse_are_our_errors(http: Http, server: Server, self_signed):
    server.answer(json([1]))
    with pytest.raises(Unreachable):
        await http.at(server.url.with_scheme("https"), {}).get("/things")
    async with Server(json([1])).serving(self_signed) as secure:
        with pytest.raises((BadAnswer, Unreachable)):
            await http.at(secure.url.with_scheme("http"), {}).get("/things")


@pytest.mark.parametrize("key", ["line\nbreak", "carriage\rreturn", "nul\x00", "\ud800"])
async def test_credentials_that_cannot_be_sent_are_refused(http: Http, server: Server, key):
    server.answer(json([1]))
    api = http.at(server.url, {"X-Key": Secret(key)})
    for call in (api.get, api.post, lambda path: consume(api.stream(path))):
        with pytest.raises(SignInFailed):
            await call("/things")
    assert server.requests == []


async def test_credentials_in_any_alphabet_are_sent(http: Http, server: Server):
    server.answer(body(status=401))
    with pytest.raises(SignInFailed, match=r"401"):
        await http.at(server.url, {"X-Key": Secret("ключ")}).get("/things")
