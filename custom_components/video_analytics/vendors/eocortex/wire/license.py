"""Licences: `webapi/license`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from ...wire import Wire, named


@dataclass(frozen=True, kw_only=True)
class ChannelLicenseUsage(Wire):
    """Use of one kind of licence. The guide describes all three as "Number of uses"."""

    on_server: int | None = named("OnServer")
    used: int | None = named("Used")
    total: int | None = named("Total")


@dataclass(frozen=True, kw_only=True)
class License(Wire):
    """The licence: guide, "GET /license".

    `channels` gathers the members that have the shape of `ChannelLicenseUsage`, by the vendor's keys: the list of kinds
    grows with the versions.
    """

    product_type: str | None = named("ProductType")
    is_time_limited: bool | None = named("IsTimeLimited")
    time_limit: datetime | None = named("TimeLimit")
    is_rest_configuration_enabled: bool | None = named("IsRestConfigurationEnabled")
    is_active_directory_auth_enabled: bool | None = named("IsActiveDirectoryAuthEnabled")
    is_archive_episodes_feature_enabled: bool | None = named("IsArchiveEpisodesFeatureEnabled")
    channels: dict[str, ChannelLicenseUsage]

    @classmethod
    @override
    def __pre_deserialize__(cls, d: dict[Any, Any]) -> dict[Any, Any]:
        kinds = {key: value for key, value in d.items() if isinstance(value, Mapping) and "Total" in value}
        return {**d, "channels": kinds}
