"""How much a text looks like one of many languages: a code length, as if its characters had to be sent.

Frequent characters of a language are cheap, letters foreign to it dear, and what stands in no text
(unassigned or private code points, capitals or symbols in the middle of a word) dearer still. Of several
readings of the same bytes, the one with the shortest code is the likeliest (Rissanen 1978).
"""

import math
import unicodedata
from collections import Counter
from functools import cache, lru_cache

import regex

# The letters beyond ASCII, the most frequent first.
LANGUAGES = {
    "fr": "éèàêçâôùîûœëïüæ",
    "de": "üäöß",
    "es": "óíáéñúü¿¡",
    "pt": "ãçéáíõóêúâàô",
    "it": "àèòùéì",
    "sv": "äåöé",
    "da": "øåæéö",
    "is": "ðáíþöéóæúý",
    "pl": "łąężśćóńź",
    "cs": "íáěéřžýšůčúóňťďľĺäôŕ",
    "hu": "áéöóőüíúű",
    "ro": "ăîâşţșț",
    "hr": "čšžćđ",
    "tr": "ıişüğöçâîû",
    "lt": "ėšžųįąčęū",
    "lv": "āīēšūžļķņģč",
    "et": "äõüöšž",
    "vi": "đáàạảãâấầậẩẫăắằặẳẵéèẹẻẽêếềệểễíìịỉĩóòọỏõôốồộổỗơớờợởỡúùụủũưứừựửữýỳỵỷỹ",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "uk": "оанивтіерслкдумпзяьбгйчцхшюжєїщґф",
    "sr": "аиоенрстујвкдмплзгбшчцћњжђхљфџ",
    "el": "αοιετσνηυρπκμλςάωγίδόέήύθχφβώξζψϊϋΐΰ",
    "he": "יוהלאמרבתשנכםדחעפקצזטגןסץךף" + "ִֶַָּׁ",
    "ar": "ايلمنوترةبعدسفهكأحقجشىخصطإزءضذثئغظؤآ" + "ًَُِّْ",
    "fa": "ایرندهمتوسبکشگزفلخقعجپچحصطضغذظثژ" + "\u200c",
    "th": "านรกอเง่มยลว้ดทสตะปบคหีแจพชิใขไโูุ",
    "ko": "이다의는에을고가지하로한사를은기도서리인자어대시정해있일스나과수만그아제부전들주장라원"
    "으상여보동구성조비소면와적신공연유선내우마위물문국세개경회치게화관오저학미생행산방요진",
    "ja": "のにはをたがでてとしれさいるなっかもらこりくあうまよそけすつきんみえだせじ"
    "ンースルトイラリアクドレシジタロマフメプ日人一国年大会中本出月十分行時事二見上生者間三社地"
    "合東前立長方後子自部来対今学場内発手新同入目外高小家気言話思山水車道電金木火土何食全名私文書"
    "知理女男心物当店動美雪夕夜朝母父明口海花川町強少早度教世界体力野作通回業市定最表実問開意",
    "zh": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之"
    "年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心"
    "她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由"
    "问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次"
    "度门任常先海通教东提立比员解水名真论处走义各入几口认条平系气题活更别打女变四神总电数",
    "zh-hant": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自"
    "之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理"
    "心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間"
    "由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西月話合回特代內信表化老給世位"
    "次度門任常先海通教東提立比員解水名真論處走義各入幾口認條平系氣題活更別打女變四神總電數曰矣乃",
}  # fmt: skip
CAPITAL = 2.5  # nats more than the small letter
ASCII = 3.0
PUNCTUATION = 4.5
LETTER = 9.0  # one that the language does not have
RARE_IDEOGRAPH = 13.0
SYMBOL = 11.0
NO_CHARACTER = 20.0
ODD_NEIGHBOURS = 3.0
_PUNCTUATION = frozenset("“”‘’–—…•·«»„‚°§©®€£、。，；：？！「」『』（）《》【】〈〉～ー　¿¡،؛؟ \u200e\u200f")
_ODD_NEIGHBOURS = regex.compile(
    r"\p{Ll}(?=[\p{Lu}--A-Z])|[\p{Ll}--a-z](?=[A-Z])"  # a capital after a small letter
    r"|\p{L}[\p{S}\p{Cc}\p{Cn}\p{Co}\p{No}¡¿«»„](?=\p{L})"  # a symbol inside a word
    r"|\p{Latin}(?=[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Thai}])"
    r"|[\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{Thai}](?=\p{Latin})",
    regex.V1,
)


def code_length(text: str) -> tuple[float, float]:
    """Nats that `text` costs in the language that suits it best: in all, and its characters beyond ASCII.

    >>> right, wrong = "Быть или не быть", "Быть или не быть".encode("cp1251").decode("koi8-r")
    >>> code_length(right) < code_length(wrong)
    True
    """
    counts = Counter(c for c in text if c > "\x7f")
    n_ascii = len(text) - sum(counts.values())
    beyond = min(_characters_in(language, counts) for language in LANGUAGES)
    n_odd = sum(1 for _ in _ODD_NEIGHBOURS.finditer(text))
    return beyond + ASCII * n_ascii + ODD_NEIGHBOURS * n_odd, beyond


def _characters_in(language: str, counts: Counter[str]) -> float:
    known = _costs(language)
    return sum(n * (known.get(c) or foreign_cost(c)) for c, n in counts.items())


@cache
def _costs(language: str) -> dict[str, float]:
    """Nats of each letter of a language: Zipf's law over its ranks."""
    letters = LANGUAGES[language]
    share = 0.5 if len(letters) > 60 else 1.0  # ideographs and syllables have many more than those listed
    total = sum(1 / (rank + 2) for rank in range(len(letters)))
    costs = {c: -math.log(share / (rank + 2) / total) for rank, c in enumerate(letters)}
    capitals = {c.upper(): cost + CAPITAL for c, cost in costs.items() if len(c.upper()) == 1}
    return capitals | costs


@lru_cache(100_000)
def foreign_cost(character: str) -> float:
    """Nats of a character that is not a letter of the language at hand."""
    if character in _PUNCTUATION:
        return PUNCTUATION
    category = unicodedata.category(character)
    if category in ("Cc", "Cn", "Co", "Cs") or character == "\ufffd":
        return NO_CHARACTER
    if category == "Lo" and character >= "\u3400":
        return LETTER if character in common_ideographs() else RARE_IDEOGRAPH
    return LETTER if category[0] in "LM" else SYMBOL


@cache
def common_ideographs() -> frozenset[str]:
    """Ideographs of the first levels of GB 2312, Big5 and JIS X 0208, and the syllables of KS X 1001."""
    rows = (
        ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
        ("euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF)),
        ("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)),
        ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
    )
    return frozenset(
        bytes((lead, trail)).decode(encoding, "ignore")
        for encoding, leads, trails in rows
        for lead in leads
        for trail in trails
    )
