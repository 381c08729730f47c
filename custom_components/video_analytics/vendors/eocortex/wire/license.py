"""Licences: `webapi/license`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from ...wire import named
from .row import Row, spelt


@dataclass(frozen=True, kw_only=True)
class ChannelLicenseUsage(Row):
    """Use of one kind of licence. The guide describes all three as "Number of uses"."""

    on_server: int | None = named("OnServer")
    used: int | None = named("Used")
    total: int | None = named("Total")


@dataclass(frozen=True, kw_only=True)
class License(Row):
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
        kinds = {
            key: usage for key, usage in d.items() if isinstance(usage, Mapping) and spelt(usage, "Total") in usage
        }
        return {**super().__pre_deserialize__(d), "channels": kinds}
