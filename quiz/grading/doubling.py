"""Double negation written straight, so that 没有证不得动火 is read as 必须有证再动火."""

import re

NO = r"(?:没有|没|未经?|不(?!得|能|可|许|准|允|要|应|该|同|少|超|高|低|满|足))"
# Bans also before another negation, which `meaning.MUST_NOT` leaves out.
BAN = r"(?:不得|不能|不可以?|不许|不准|不允许|不应当?|不该|禁止|严禁|别|没法|无法)"
EVERYBODY = r"(?:一律|谁都|谁也|都|就|任何人|绝|绝对)*"
# 不能没有签名, 不许一次都不公布.
BANNED_LACK = re.compile(rf"{BAN}(?:[一半][次回个天年]|任何人?)?(?:都|也)?(?:没有|没|不(?!得|能|可|许|准))")
# 没有告知、没有登记的，一律不得清理.
WITHOUT = re.compile(
    rf"(?:要是|如果|只要)?{NO}([^，,。；;]{{2,40}}?)(?:的话|过的|的|过|之前|以前|前)?[，,]?{EVERYBODY}{BAN}([^，,。；;]{{2,24}})"
)
# 没有本人同意，子女不能绑定.
LACKING = re.compile(
    rf"(?:没有?|未经?)([^，,。；;]{{2,40}}?)(?:的话|的|过)?[，,]([^，,。；;]{{1,4}}?){BAN}([^，,。；;]{{2,24}})"
)
ANOTHER = re.compile(rf"(?<=[、和或]){NO}")
# 除了公安，谁都不许取走.
ONLY = re.compile(
    rf"除了?([^，,。；;]{{2,16}}?)(?:以外|之外|外)?[，,]?(?:谁都|谁也|别人都|任何人都?|其他人都?|一律|都){BAN}"
)


def straight(text: str) -> str:
    """The text with its double negations turned into duties; the text itself when it has none."""
    text = ONLY.sub(r"必须由\1", text)
    text = WITHOUT.sub(lambda found: f"必须{ANOTHER.sub('', found[1])}再{found[2]}", text)
    text = LACKING.sub(lambda found: f"{found[2]}必须{ANOTHER.sub('', found[1])}再{found[3]}", text)
    return BANNED_LACK.sub("必须", text)
