"""What an action is aimed at: cameras, and the account behind each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL, Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import SelectedEntities, TargetSelection, async_extract_referenced_entity_ids

from ..const import DOMAIN
from ..devices import camera_identifier
from ..runtime import AccountConfigEntry, AccountRuntime
from ..vendors.contract import Account
from ..vendors.models.state import Camera, Feature


@dataclass(frozen=True, slots=True)
class Target:
    """Something of an account that is set up; `key` is what it is called in the response.

    Several entities may stand for the same thing, of which the one with the lowest `rank` does, unless one was named.
    """

    key: str
    entry: AccountConfigEntry
    id: str
    rank: str

    @property
    def runtime(self) -> AccountRuntime:
        """Return the parts of the account."""
        return self.entry.runtime_data

    @property
    def account(self) -> Account:
        """Return the vendor's account."""
        return self.runtime.coordinator.account


@dataclass(frozen=True, slots=True)
class CameraTarget(Target):
    """A camera; the first stream has the lowest rank."""

    camera: Camera

    @property
    def entity_id(self) -> str:
        """Return the camera's entity."""
        return self.key


@dataclass(frozen=True, slots=True)
class TargetKind[T: Target]:
    """What entities may stand for; `find` raises ServiceValidationError where there is none behind an entity."""

    has: Callable[[HomeAssistant, str], bool]
    find: Callable[[HomeAssistant, str], T]


async def async_target_cameras(call: ServiceCall) -> tuple[CameraTarget, ...]:
    """Return the cameras that a call with the fields of an entity service is aimed at, each once.

    Home Assistant's own entity services leave out cameras that are offline; their past can be asked for all the same.
    Raises ServiceValidationError for a target that is unknown, and where no camera is left; only a target that is
    explicitly empty gives none.
    """
    nothing = ServiceValidationError(translation_domain=DOMAIN, translation_key="no_target_cameras")
    return tuple(await async_targets(call, CAMERAS, nothing=nothing))


async def async_targets[T: Target](
    call: ServiceCall, *kinds: TargetKind[T], nothing: ServiceValidationError
) -> list[T]:
    """Return what a call is aimed at, of some kinds, each once.

    Raises ServiceValidationError for a target that is unknown or no such thing, and `nothing` where nothing is left.
    """
    hass = call.hass
    if call.data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        selected = SelectedEntities(indirectly_referenced=set(hass.states.async_entity_ids()))
    else:
        selection = TargetSelection(call.data)
        if not selection.has_any_target:
            return []
        selected = async_extract_referenced_entity_ids(hass, selection)
    if missing := _missing(selected):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_target",
            translation_placeholders={"targets": ", ".join(sorted(missing))},
        )
    permitted = await async_permission(call, POLICY_CONTROL)
    targets: list[T] = []
    failures: list[ServiceValidationError] = []
    for entity_id in selected.referenced:
        if not permitted(entity_id):
            raise Unauthorized(context=call.context, entity_id=entity_id, permission=POLICY_CONTROL)
        kind = next((kind for kind in kinds if kind.has(hass, entity_id)), kinds[0])
        targets.append(kind.find(hass, entity_id))
    for entity_id in filter(permitted, selected.indirectly_referenced - selected.referenced):
        for kind in kinds:
            if kind.has(hass, entity_id):
                try:
                    targets.append(kind.find(hass, entity_id))
                except ServiceValidationError as failure:
                    failures.append(failure)
    if not targets:
        raise next(iter(failures), nothing)
    return _each_once(targets, selected.referenced)


def check_archive(target: CameraTarget) -> None:
    """Raise ServiceValidationError for a camera whose archive this account may not see."""
    if Feature.ARCHIVE not in target.camera.supports:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_archive",
            translation_placeholders={"camera": target.camera.name},
        )


async def async_permission(call: ServiceCall, policy: str) -> Callable[[str], bool]:
    """Return a function that tells whether whoever calls may do something with an entity."""
    if not call.context.user_id:
        return lambda entity_id: True
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    return lambda entity_id: user.permissions.check_entity(entity_id, policy)


def _missing(selected: SelectedEntities) -> set[str]:
    return selected.missing_devices | selected.missing_areas | selected.missing_floors | selected.missing_labels


def _is_ours(hass: HomeAssistant, entity_id: str) -> bool:
    entity = er.async_get(hass).async_get(entity_id)
    return bool(entity and entity.platform == DOMAIN and entity.domain == Platform.CAMERA and not entity.disabled)


def _camera(hass: HomeAssistant, entity_id: str) -> CameraTarget:
    """Find the camera of an entity; raises ServiceValidationError where there is none."""
    entity = er.async_get(hass).async_get(entity_id)
    device = dr.async_get(hass).async_get(entity.device_id) if entity and entity.device_id else None
    if not entity or not device or not _is_ours(hass, entity_id):
        raise _unknown_camera(entity_id)
    entry: AccountConfigEntry | None = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    if not entry or entry.state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="account_not_loaded",
            translation_placeholders={"entity_id": entity_id},
        )
    _, prefix = camera_identifier(entry, "")
    cameras = entry.runtime_data.coordinator.data.cameras
    for domain, identifier in device.identifiers:
        if domain == DOMAIN and (camera := cameras.get(identifier.removeprefix(prefix))):
            return CameraTarget(entity_id, entry, camera.id, entity.unique_id, camera)
    raise _unknown_camera(entity_id)


def _unknown_camera(entity_id: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="unknown_camera", translation_placeholders={"entity_id": entity_id}
    )


def _each_once[T: Target](targets: Sequence[T], named: set[str]) -> list[T]:
    """Leave out the other entities of a thing."""
    first: dict[tuple[type[T], str, str], T] = {}
    for target in sorted(targets, key=lambda target: (target.key not in named, target.rank)):
        first.setdefault((type(target), target.entry.entry_id, target.id), target)
    return list(first.values())


CAMERAS = TargetKind(_is_ours, _camera)
