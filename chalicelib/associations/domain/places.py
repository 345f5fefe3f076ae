"""Where associations belong: to a provincial-level division, to the whole country, or to the corps in Xinjiang.

A place is two digits: a division's of GB/T 2260, or one of the two of ours, which that standard leaves free.
"""

from collections.abc import Mapping

from chalicelib.instrument.domain.regions import OVERSEAS, Regions

NATION, CORPS = "00", "66"
_NAMES: Mapping[str, Mapping[str, str]] = {
    NATION: {"zh-Hans": "全国", "en": "Nationwide"},
    CORPS: {"zh-Hans": "新疆生产建设兵团", "en": "Xinjiang Production and Construction Corps"},
}
_CALLED = {
    NATION: {"全国", "中国", "国家", "全国性", "national", "nationwide", "china", "cn", "00"},
    CORPS: {"兵团", "新疆兵团", "建设兵团", "生产建设兵团", "新疆生产建设兵团", "xpcc", "bt", "66"},
}
_DIGITS = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 51 52 52 53 53 54 61 61 62 62 63 64 65 "
    "71 81 82"
)
_SHORT = dict(
    zip("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新台港澳", _DIGITS.split(), strict=True)
)
LETTERS: Mapping[str, str] = {
    NATION: "CN", CORPS: "BT", OVERSEAS[:2]: "OS",
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL", "31": "SH",
    "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA", "42": "HB", "43": "HN",
    "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ", "53": "YN", "54": "XZ", "61": "SN",
    "62": "GS", "63": "QH", "64": "NX", "65": "XJ", "71": "TW", "81": "HK", "82": "MO",
}  # fmt: skip
"""With what a place's codes begin: GB/T 2260's letters for divisions."""


def find_place(regions: Regions, typed: str) -> str | None:
    """A place by its digits or name (`44`, `广东`, `粤`, `广东省广州市`, `全国`, `兵团`); None where it is none."""
    plain = typed.strip()
    for place, names in _CALLED.items():
        if plain.casefold() in names:
            return place
    found = _SHORT.get(plain) or regions.find_province(plain)
    if found is None and len(plain) > 2:
        named = [one for one in regions.provinces if plain.startswith(regions.name(f"{one}0000"))]
        found = named[0] if len(named) == 1 else None
    return found or _of_city(regions, plain)


def _of_city(regions: Regions, typed: str) -> str | None:
    """The division in which a city lies (`深圳`, `深圳市`), where only one has such a city."""
    found = {one[:2] for one in regions.cities if typed in {name := regions.name(one), name.removesuffix("市")}}
    return found.pop() if len(found) == 1 else None


def place_name(regions: Regions, place: str, lang: str = "zh-Hans") -> str:
    """What a place is called."""
    ours = _NAMES.get(place)
    return ours[lang if lang in ours else "zh-Hans"] if ours else regions.name(f"{place}0000", lang)
