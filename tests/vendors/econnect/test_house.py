"""The rules of the house, for a vendor that is not in the registry yet."""

from custom_components.video_analytics.vendors.econnect import VENDOR
from tests.vendors import test_house as house


def test_the_vendor_keeps_the_rules():
    house.test_a_vendor_introduces_itself(VENDOR)
    house.test_a_vendor_asks_for_one_address_and_at_least_one_secret(VENDOR)
    assert VENDOR.key == "econnect"
    assert (house.VENDORS / VENDOR.key / "__init__.py").is_file()
