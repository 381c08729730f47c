"""Locks the newest Home Assistant, betas too, in place of the released one (the beta workflow; not to be committed).

pytest-homeassistant-custom-component pins Home Assistant; the exact pins of the group `dev` are requirements of
Home Assistant's components, so they are taken from the manifests of the Home Assistant that was found.

Usage: python .github/lock_newest_home_assistant.py [UV]
"""

from itertools import chain
import json
from pathlib import Path
import re
import subprocess
import sys

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
TESTS = "pytest-homeassistant-custom-component"
PIN = re.compile(r'^(\s*")([A-Za-z0-9._-]+)==[^"]+(",?)$', re.MULTILINE)


def canonical(name: str) -> str:
    """Return a package's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def run(*command: str) -> None:
    """Run a command in the repository."""
    subprocess.run(command, cwd=ROOT, check=True)


def component_pins() -> dict[str, str]:
    """Return the exact requirements of the installed Home Assistant's components."""
    [components] = (ROOT / ".venv").glob("lib/python3*/site-packages/homeassistant/components")
    manifests = (json.loads(path.read_text("utf-8")) for path in components.glob("*/manifest.json"))
    requirements = chain.from_iterable(manifest.get("requirements", []) for manifest in manifests)
    pins = (re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", requirement) for requirement in requirements)
    return {canonical(pin[1]): pin[2] for pin in pins if pin}


def main(uv: str) -> None:
    """Lock twice: without the pins to find Home Assistant, then with the pins that it brings."""
    released = PROJECT.read_text("utf-8")
    python = ("--python", str(ROOT / ".venv/bin/python"))

    # A requirement that names a pre-release lets uv take that package's pre-releases, and no other's.
    loose = PIN.sub(r"\1\2\3", released).replace(
        f'"{TESTS}",', f'"{TESTS}>=0.13.375a0",\n    "homeassistant>=2026.10.0b0",'
    )
    PROJECT.write_text(loose, "utf-8")
    run(uv, "lock", "--upgrade-package", TESTS, "--upgrade-package", "homeassistant", *python)
    run(uv, "sync", "--locked", *python)

    pins = component_pins()

    def refreshed(match: re.Match[str]) -> str:
        version = pins.get(canonical(match[2]))
        return f"{match[1]}{match[2]}=={version}{match[3]}" if version else f"{match[1]}{match[2]}{match[3]}"

    exact = PIN.sub(refreshed, released).replace(
        f'"{TESTS}",', f'"{TESTS}>=0.13.375a0",\n    "homeassistant>=2026.10.0b0",'
    )
    PROJECT.write_text(exact, "utf-8")
    run(uv, "lock", *python)
    run(uv, "sync", "--locked", *python)
    run(uv, "pip", "list", *python)


if __name__ == "__main__":
    main(*sys.argv[1:] or ["uv"])
