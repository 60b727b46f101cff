"""A small inventory to record for, and the moment at which the tests take place."""

from datetime import UTC, datetime

from kontum_netcheck.inventory.schema import Inventory
from kontum_netcheck.recording import Item, items

NOW = datetime(2024, 6, 27, 4, 30, tzinfo=UTC)  # 11:30 in Kon Tum, in no quiet window

INVENTORY = Inventory.model_validate(
    {
        "version": "1",
        "province": {"code": "62", "name": "Kon Tum"},
        "exam": {"days": ["2024-06-27", "2024-06-28"]},
        "quiet": [{"from": "2024-06-27 07:00", "to": "2024-06-27 11:00"}],
        "carriers": [{"id": "vnpt", "name": "VNPT Kon Tum"}],
        "districts": [{"code": "608", "name": "Thành phố Kon Tum"}],
        "sites": [
            {
                "id": "thpt-a",
                "name": "Trường THPT A",
                "district": "608",
                "phones": [
                    {"number": "0260 3 000 002", "carrier": "vnpt", "loudspeaker": "true"},
                    {"number": "0260 3 000 051", "no_calls": "true"},
                ],
                "faxes": ["0260 3 000 003"],
                "internet": [{"id": "ftth", "endpoints": ["192.0.2.1"]}],
                "checklist": [{"id": "generator", "name": "Máy phát điện"}],
            },
            {"id": "thpt-b", "name": "Trường THPT B", "district": "608", "phones": ["0260 3 000 005"]},
        ],
    }
)
THINGS = items(INVENTORY)


def thing(check_id: str) -> Item:
    return next(item for item in THINGS if item.check.id == check_id)


PHONE = thing("thpt-a/phone-1/call")
FAX = thing("thpt-a/fax-1/fax")
GENERATOR = thing("thpt-a/generator/manual")
