"""What people type as an address."""

from hypothesis import example, given, strategies as st
import pytest
from yarl import URL

from custom_components.video_analytics.vendors.addresses import base_url

from .strategies import thorough


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("cloud.example.com", "https://cloud.example.com/api"),
        ("  cloud.example.com\n", "https://cloud.example.com/api"),
        ("cloud.example.com/", "https://cloud.example.com/api"),
        ("cloud.example.com:8443", "https://cloud.example.com:8443/api"),
        ("https://cloud.example.com", "https://cloud.example.com/api"),
        ("https://cloud.example.com/", "https://cloud.example.com/api"),
        ("https://cloud.example.com:443", "https://cloud.example.com/api"),
        ("HTTPS://Cloud.Example.COM", "https://cloud.example.com/api"),
        ("front_door.local", "https://front_door.local/api"),
        ("http://192.168.1.5:8080", "http://192.168.1.5:8080/api"),
        ("192.168.1.5", "https://192.168.1.5/api"),
        ("192.168.1.5:8080", "https://192.168.1.5:8080/api"),
        ("server", "https://server/api"),
        ("localhost:8080", "https://localhost:8080/api"),
        ("https://proxy.example.com/cameras", "https://proxy.example.com/cameras"),
        ("https://proxy.example.com/cameras/", "https://proxy.example.com/cameras"),
        ("https://proxy.example.com/a/b//", "https://proxy.example.com/a/b"),
        ("https://proxy.example.com/a%2Fb%20c", "https://proxy.example.com/a%2Fb%20c"),
        ("proxy.example.com:8443/cameras/", "https://proxy.example.com:8443/cameras"),
        ("https://user:pass@cloud.example.com", "https://cloud.example.com/api"),
        ("https://cloud.example.com/?key=secret#top", "https://cloud.example.com/api"),
        ("https://cloud.example.com/cameras?key=secret", "https://cloud.example.com/cameras"),
        ("[fd00::5]", "https://[fd00::5]/api"),
        ("[fd00::5]:8443", "https://[fd00::5]:8443/api"),
        ("http://[::1]:8080/", "http://[::1]:8080/api"),
        ("камера.рф", "https://xn--80aaoslz.xn--p1ai/api"),
    ],
)
def test_an_address_is_completed(typed, url):
    assert str(base_url(typed, scheme="https", path="/api")) == url


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("vms", "http://vms:8080"),
        (" 192.168.1.5 ", "http://192.168.1.5:8080"),
        ("[fd00::5]", "http://[fd00::5]:8080"),
        ("vms:81", "http://vms:81"),
        ("vms:80", "http://vms:80"),
        ("http://vms", "http://vms"),
        ("https://vms", "https://vms"),
    ],
)
def test_a_vendors_port_completes_what_has_no_scheme(typed, url):
    assert base_url(typed, scheme="http", port=8080) == URL(url)


def test_the_scheme_and_path_are_the_vendors():
    assert str(base_url("192.168.1.5:8080", scheme="http")) == "http://192.168.1.5:8080"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "/",
        "://",
        "https://",
        "https:///api",
        "http:/cloud.example.com",
        "ftp://cloud.example.com",
        "rtsp://cloud.example.com/live",
        "file:///etc/passwd",
        "javascript://alert(1)",
        "cloud example com",
        "https:cloud.example.com",
        "cloud.example.com,other.example.com",
        "not a URL",
        "https://cloud example.com",
        "https://cloud.example.com:port",
        "https://cloud.example.com:99999",
        "https://cloud.example.com:0",
        "https://cloud.example.com:-1",
        "fd00::5",
        "https://fd00::5/",
        "[fd00::5",
        "https://[fd00::zz]/",
        ":8080",
        "@",
        "user@",
        "?",
        "#",
    ],
)
def test_rubbish_is_refused(typed):
    with pytest.raises(ValueError):
        base_url(typed, scheme="https", path="/api")


@thorough
@given(
    st.text()
    | st.text(alphabet="ab1.:/@?#[]%-_ \\ё", max_size=20)
    | st.builds("{}://{}:{}/{}".format, st.sampled_from(["http", "https"]), st.text(), st.integers(), st.text())
)
@example("0\uff0e0")
@example("https://a:b@c:d@e")
@example("xn--")
@example("https://\u2100.example.com")
def test_anything_is_an_address_or_a_value_error(typed):
    try:
        url = base_url(typed, scheme="https", path="/api")
    except ValueError:
        return
    assert url.scheme in {"http", "https"}
    assert url.host
    assert url.port
    assert (url.user, url.password, url.query_string, url.fragment) == (None, None, "", "")
    assert URL(str(url)) == url
    assert base_url(str(url), scheme="https", path="/api") == url
