"""Rules of the house that no type checker holds."""

import ast
from pathlib import Path
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

import custom_components.video_analytics
from custom_components.video_analytics import vendors
from custom_components.video_analytics.vendors.contract import FieldKind, Vendor

INTEGRATION = Path(custom_components.video_analytics.__file__).parent
VENDORS = INTEGRATION / "vendors"
NAMES = re.compile(r"eocortex|macroscop|faceter|econnect|gumnut", re.IGNORECASE)


def imported(path: Path) -> set[str]:
    """Return the names of the modules that a file imports, relative ones as they lie in the package."""
    names: set[str] = set()
    package = ("custom_components", "video_analytics", *path.relative_to(INTEGRATION).parent.parts)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(level=0, module=str(module)):
                names.add(module)
            case ast.ImportFrom(level=level, module=module):
                names.add(".".join((*package[: len(package) - level + 1], *filter(None, [module]))))
    return names


@pytest.mark.parametrize("path", sorted(VENDORS.rglob("*.py")), ids=lambda path: str(path.relative_to(VENDORS)))
def test_vendors_know_nothing_of_home_assistant(path):
    for name in imported(path):
        assert name.split(".")[0] != "homeassistant"
        if name.startswith("custom_components."):
            assert f"{name}.".startswith("custom_components.video_analytics.vendors."), name


@pytest.mark.parametrize("path", sorted(VENDORS.rglob("*.py")), ids=lambda path: str(path.relative_to(VENDORS)))
def test_vendors_know_nothing_of_each_other_and_shared_modules_nothing_of_them(path):
    own = path.relative_to(VENDORS).parts[0]
    for name in imported(path):
        for key in vendors.KEYS:
            assert own == key or not name.startswith(f"custom_components.video_analytics.vendors.{key}"), name


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(INTEGRATION.rglob("*.py")) if VENDORS not in path.parents],
    ids=lambda path: str(path.relative_to(INTEGRATION)),
)
def test_nobody_else_names_a_vendor(path):
    assert NAMES.findall(path.read_text("utf-8")) == []


def test_the_rules_find_what_they_look_for():
    assert NAMES.search((VENDORS / "__init__.py").read_text("utf-8"))
    assert "homeassistant.core" in imported(INTEGRATION / "__init__.py")
    assert "custom_components.video_analytics.vendors.http" in imported(VENDORS / "faceter" / "client.py")


@pytest.fixture(params=vendors.KEYS)
def vendor(request) -> Vendor:
    """Each vendor of the registry."""
    return vendors.load(request.param)


def test_a_vendor_is_found_under_its_key(vendor: Vendor):
    assert vendors.load(vendor.key) is vendor
    assert (VENDORS / vendor.key / "__init__.py").is_file()
    assert vendors.module_name(vendor.key).endswith(f".vendors.{vendor.key}")


def test_a_vendor_introduces_itself(vendor: Vendor):
    assert vendor.manufacturer
    docs = urlsplit(vendor.docs_url)
    assert docs.scheme == "https"
    assert docs.hostname


def test_a_vendor_asks_for_one_address_and_at_least_one_secret(vendor: Vendor):
    names = [field.name for field in vendor.fields]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)
    assert [field.name for field in vendor.fields if field.kind is FieldKind.URL] == ["url"]
    assert [field.name for field in vendor.fields if field.secret]
    for field in vendor.fields:
        assert field.secret == (field.kind is FieldKind.PASSWORD)
        assert not (field.secret and field.default)
        assert bool(field.choices) == (field.kind is FieldKind.CHOICE)
        assert (
            isinstance(field.default, bool) if field.kind is FieldKind.BOOLEAN else not isinstance(field.default, bool)
        )
        assert not field.advanced or not field.required or field.default is not None


def test_a_vendor_that_does_not_exist_is_a_key_error():
    for key in ("nobody", "", "contract", "models", "..secret"):
        with pytest.raises(KeyError):
            vendors.module_name(key)
        with pytest.raises(KeyError):
            vendors.load(key)


ALONE = """
import sys, types
for name, path in (("custom_components", {root!r}), ("custom_components.video_analytics", {integration!r})):
    package = types.ModuleType(name)
    package.__path__ = [path]
    sys.modules[name] = package
from custom_components.video_analytics import vendors
for key in vendors.KEYS:
    vendors.load(key)
print(*sorted(name for name in sys.modules if name.split(".")[0] in {{"homeassistant", "voluptuous", "probatio"}}))
print(*sorted(name for name in sys.modules if name.startswith("custom_components.video_analytics.vendors.")))
"""


def test_vendors_can_be_imported_alone():
    script = ALONE.format(root=str(INTEGRATION.parent), integration=str(INTEGRATION))
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    foreign, own = result.stdout.split("\n")[:2]
    assert foreign == ""
    assert {f"custom_components.video_analytics.vendors.{key}" for key in vendors.KEYS} <= set(own.split())


def test_the_registry_imports_no_vendor():
    script = ALONE.replace("    vendors.load(key)", "    vendors.module_name(key)").format(
        root=str(INTEGRATION.parent), integration=str(INTEGRATION)
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert not any(f".vendors.{key}" in result.stdout for key in vendors.KEYS)
