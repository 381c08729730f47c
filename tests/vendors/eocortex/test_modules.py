"""Analytics modules: read, patched and written back."""

import pytest

from custom_components.video_analytics.vendors.eocortex.account import EocortexAccount
from custom_components.video_analytics.vendors.errors import BadAnswer, NotPermitted, Rejected, Unreachable
from custom_components.video_analytics.vendors.models.state import AccountState, Part, Wanted

from .examples import example
from .system import System, camera_id

ONE, TWO = camera_id(1), camera_id(2)
LOOKED_AT = Wanted({Part.MODULES: frozenset({ONE})})


def path(module: str, camera: str = ONE) -> str:
    """Return where a module's settings are."""
    return f"/configure/channels/{camera}/{module}"


async def modules(account: EocortexAccount, previous: AccountState | None = None) -> dict[str, bool]:
    """Return what is known of the first camera."""
    return dict((await account.fetch(previous, LOOKED_AT)).cameras[ONE].modules)


async def test_modules_are_looked_at_where_somebody_looks(account: EocortexAccount, system: System, later):
    state = await account.fetch(None, Wanted())
    assert account.modules
    assert "facescomplete" in account.modules.keys  # the six of the guide, not a mapping's
    assert state.cameras[ONE].modules == {}
    assert await modules(account, state) == {"facescomplete": True, "peoplecounter": True}
    await modules(account, state)
    assert system.asked(path("facescomplete")) == 1
    assert system.asked(path("facescomplete", TWO)) == 0
    later(601)
    system.modules["peoplecounter"] = {**example("peoplecounter"), "Enabled": "False"}
    assert await modules(account, state) == {"facescomplete": True, "peoplecounter": False}


@pytest.mark.parametrize("refusal", [(401, None), (403, None), (404, None), (400, {"ErrorMessage": "License error"})])
async def test_modules_that_are_not_licensed_are_left_out(account: EocortexAccount, system: System, refusal):
    system.answers[path("facescomplete")] = refusal
    assert await modules(account) == {"peoplecounter": True}


async def test_a_module_of_which_nothing_can_be_read_is_left_out(account: EocortexAccount, system: System):
    system.modules["facescomplete"] = {"Enabled": None}
    assert await modules(account) == {"peoplecounter": True}


async def test_a_server_that_falls_silent_changes_nothing(account: EocortexAccount, system: System, later):
    state = await account.fetch(None, LOOKED_AT)
    system.answers[path("peoplecounter")] = (503, None)
    later(601)
    assert await account.fetch(state, LOOKED_AT) is state


async def test_switching_patches_what_came(account: EocortexAccount, system: System):
    state = await account.fetch(None, LOOKED_AT)
    odd = {**example("facescomplete"), "SomethingNew": {"Of": ["a", "later", "version"]}}
    system.modules["facescomplete"] = odd
    await account.modules.set_enabled(ONE, "facescomplete", on=False)
    assert system.written == [("facescomplete", {**odd, "Enabled": False})]
    assert list(system.written[0][1]) == list(odd)  # in the vendor's order
    after = await account.fetch(state, LOOKED_AT)
    assert after.cameras[ONE].modules == {"facescomplete": False, "peoplecounter": True}
    assert after.cameras[TWO] is state.cameras[TWO]


async def test_switching_a_module_that_nobody_looks_at(account: EocortexAccount, system: System):
    await account.fetch(None, Wanted())
    await account.modules.set_enabled(ONE, "peoplecounter", on=False)
    assert system.modules["peoplecounter"]["Enabled"] is False


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((409, {"ErrorMessage": "Configuration modification detected"}), Rejected),
        ((403, None), NotPermitted),
        ((500, None), Unreachable),
        ((200, {"ChannelSettings": {}}), BadAnswer),
    ],
)
async def test_switching_fails(account: EocortexAccount, system: System, answer, error):
    await account.fetch(None, LOOKED_AT)
    system.answers[path("facescomplete")] = answer
    with pytest.raises(error):
        await account.modules.set_enabled(ONE, "facescomplete", on=False)
    assert system.written == []
    assert (await modules(account))["facescomplete"] is True


async def test_a_module_that_does_not_exist(account: EocortexAccount, system: System):
    await account.fetch(None, Wanted())
    with pytest.raises(Rejected):
        await account.modules.set_enabled(ONE, "../../users", on=True)
    assert system.written == []


async def test_who_may_not_configure_is_not_tried(account: EocortexAccount, system: System):
    system.configuration = {"UserGroup": {"CanConfigure": False}}
    await account.fetch(None, LOOKED_AT)
    assert account.modules is None
    assert system.asked("/configure/servers") == 0


async def test_a_right_that_is_lost_takes_the_modules_along(account: EocortexAccount, system: System, later):
    state = await account.fetch(None, LOOKED_AT)
    switches = account.modules
    system.answers["/configure/servers"] = (403, None)
    later(3601)
    await account.fetch(state, LOOKED_AT)
    assert account.modules is None
    with pytest.raises(NotPermitted):
        await switches.set_enabled(ONE, "facescomplete", on=True)


@pytest.mark.parametrize("refusal", [(404, None), (400, None)])
async def test_the_main_server_may_be_another(account: EocortexAccount, system: System, refusal, monkeypatch):
    usual = system._answer

    async def answer(number, request):
        if number == 1 and request.path.startswith("/configure"):
            return refusal
        return await usual(number, request)

    monkeypatch.setattr(system, "_answer", answer)
    assert await modules(account) == {"facescomplete": True, "peoplecounter": True}
    await account.modules.set_enabled(ONE, "facescomplete", on=False)
    assert path("facescomplete") in system.servers[1].paths


async def test_a_password_of_a_database_is_not_printed(account: EocortexAccount, client, system: System):
    settings = await client.configure.module(ONE, "facescomplete")
    assert "masterkey" in str(settings.values)
    assert "masterkey" not in repr(settings)
