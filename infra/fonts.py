"""Makes the font that prints: `python -m infra.fonts` (needs npm; the same bytes each time).

Source: npm package @expo-google-fonts/noto-sans-sc, which carries Google's Noto Sans SC, Medium (SIL Open Font License
1.1, © Adobe, kept beside the font). Ours is which characters stay: GB 2312, the names of the divisions, and below them
what names of people and organisations need beyond. Everything goes that `chalicelib.links.gateways.font` doesn't read:
hints, composites, layout.
"""

import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from chalicelib.instrument import questionnaires

PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
SHA256 = "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59"
FONT, LICENCE = "package/500Medium/NotoSansSC_500Medium.ttf", "package/LICENSE_FONT"
TARGET = Path("chalicelib/kernel/fonts")
UNUSED_TABLES = ["GDEF", "GPOS", "GSUB", "BASE", "STAT", "vhea", "vmtx", "gasp", "prep"]

RARE = "镕喆堃祎玥珺昇淼垚翀赟囍頔湉瑀璟濛甯芃忞彧祺瑄珮琤翛畲啫栢堺〇—·"
TRADITIONAL = (
    "學會協網絡資訊務業聯區體係發電腦雲數據國際臺灣門義興榮華龍東廣劉陳張黃楊趙吳鄭馬羅孫蕭許鄧馮葉蘇盧賈鍾蔣謝"
    "產團與專員師長動調問參填寫請掃碼機構辦處組織總監護衛質檢標準書館藝術樂園場廠礦車鐵運輸郵報導視聽廳屬級縣鎮鄉"
    "鄰裏莊灣島嶼嶺澤淺溫濕漢滙潔淨環綠勞樂軍隊戰勝戶籍醫藥齡兒婦幫扶愛關懷慈濟貧農漁養殖畜糧種貿買賣價錢財稅銀證"
    "債險經營創業設計製圖樓層號號線纜訪談話語論講議題選舉評審獎勵職稱級應變災難緊急預測試驗實現當選擇開閉時間點對錯"
)


def characters() -> set[str]:
    """What the font can write."""
    gb2312 = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    regions = questionnaires.regions()
    names = "".join(name for leaf in regions.leaves for name in regions.path(leaf))
    latin = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x100)]))
    return {*(code.decode("gb2312", "ignore") for code in gb2312), *names, *latin, *RARE, *TRADITIONAL} - {""}


def fetch() -> tuple[bytes, bytes]:
    """Font and licence. Raises where the package's bytes are not those that were looked at."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
        ).stdout.strip()
        archive = Path(folder, packed)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise SystemExit(f"{PACKAGE} has changed since it was checked")
        with tarfile.open(archive) as tar:
            font, licence = tar.extractfile(FONT), tar.extractfile(LICENCE)
            assert font is not None
            assert licence is not None
            return font.read(), licence.read()


def decompose(font: TTFont) -> None:
    """Draws every composite glyph out, so that a glyph never needs another."""
    glyphs, drawn = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        if font["glyf"][name].isComposite():
            recording, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
            glyphs[name].draw(recording)
            recording.replay(pen)
            drawn[name] = pen.glyph()
    for name, glyph in drawn.items():
        font["glyf"][name] = glyph


def map_characters(font: TTFont) -> None:
    """Leaves one table of characters, in the plainest format."""
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = font.getBestCmap()
    font["cmap"].tables = [table]


def main() -> None:
    """Write the font and its licence."""
    full, licence = fetch()
    options = subset.Options(hinting=False, layout_features=[], glyph_names=False, notdef_outline=True)
    options.drop_tables += UNUSED_TABLES
    font = TTFont(io.BytesIO(full), recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(text="".join(sorted(characters())))
    chosen.subset(font)
    decompose(font)
    map_characters(font)
    TARGET.mkdir(exist_ok=True)
    font.save(TARGET / "NotoSansSC-Medium-subset.ttf")
    (TARGET / "OFL.txt").write_bytes(licence)


if __name__ == "__main__":
    main()
