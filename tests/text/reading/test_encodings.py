"""Which encoding a file is in: every text comes back as it was written, or the question is asked."""

import pytest

from lmcore.errors import TextError
from lmcore.text.reading.encodings import CANDIDATES, ENCODINGS, declared_encoding, decode, decode_together

TEXTS = {
    "French": (
        "Le soir, les élèves rentraient à pied par le chemin de la forêt ; où qu'on regardât, "
        "la neige était déjà tombée."
        " « Ça gèle », répétait grand-père, et personne ne répondait à sa voix fatiguée."
    ),
    "German": (
        "Über Nacht schmolz der Schnee, und der Bäcker öffnete früher als sonst. Die "
        "Straße war naß, die Häuser grau."
    ),
    "Spanish": (
        "Mañana el señor Núñez leerá aquí la lección más difícil. ¿Quién sabrá la "
        "respuesta? Ningún niño la conoció."
    ),
    "Polish": (
        "Wczoraj wieczorem wróciliśmy późno do domu. Deszcz padał, księżyc świecił, a "
        "źródło szumiało cicho wśród drzew."
    ),
    "Czech": (
        "Příští týden přijede děda z města a přiveze tři košíky čerstvých třešní. "
        "Všichni už se na něj těšíme."
    ),
    "Hungarian": (
        "Az öreg tölgyfa alatt ült egy kisfiú, és nézte, hogyan repülnek a vadludak "
        "észak felé. Hűvös őszi reggel volt."
    ),
    "Turkish": (
        "Küçük çocuk akşam üstü bahçede oynuyordu. Annesi onu çağırdı: yağmur yağacak, "
        "içeri gir, ıslanırsın şimdi."
    ),
    "Russian": (
        "Вечером дети вернулись домой. Шёл снег, и в окнах уже горел свет. Бабушка "
        "поставила чайник и достала варенье."
    ),
    "Ukrainian": (
        "Увечері діти повернулися додому. Йшов сніг, і у вікнах уже горіло світло. Її "
        "бабуся поставила чайник на плиту."
    ),
    "Greek": (
        "Το βράδυ τα παιδιά γύρισαν στο σπίτι. Έξω χιόνιζε και τα φώτα ήταν ήδη αναμμένα "
        "στα παράθυρα του χωριού."
    ),
    "Hebrew": (
        "בערב חזרו הילדים הביתה. ירד שלג, ובחלונות כבר דלק אור. סבתא שמה את הקומקום על האש והביאה עוגיות."
    ),
    "Arabic": (
        "في المساء عاد الأطفال إلى البيت. كان الثلج يتساقط وكانت الأنوار مضاءة في "
        "النوافذ. وضعت الجدة إبريق الشاي على النار."
    ),
    "Thai": "ตอนเย็นเด็กๆ กลับบ้าน หิมะกำลังตกและไฟในหน้าต่างก็เปิดแล้ว คุณยายต้มน้ำชาและเล่านิทานให้ฟัง",
    "Chinese": (
        "傍晚，孩子们回到了家。外面下着雪，窗户里的灯已经亮了。奶奶把水壶放在炉子上，给大"
        "家讲了一个很长的故事。"
    ),
    "Taiwanese": (
        "傍晚，孩子們回到了家。外面下著雪，窗戶裡的燈已經亮了。奶奶把水壺放在爐子上，給大"
        "家講了一個很長的故事。"
    ),
    "Japanese": (
        "夕方、子どもたちは家に帰りました。外では雪が降っていて、窓にはもう明かりがついて"
        "いました。祖母はお茶をいれました。"
    ),
    "Korean": (
        "저녁에 아이들은 집으로 돌아왔습니다. 밖에는 눈이 내리고 있었고 창문에는 이미 "
        "불이 켜져 있었습니다. 할머니는 차를 끓였습니다."
    ),
}
WRITTEN = [
    *((name, encoding) for name in ("French", "German", "Spanish") for encoding in ("cp1252", "iso8859-15")),
    *((name, encoding) for name in ("Polish", "Czech", "Hungarian") for encoding in ("cp1250", "iso8859-2")),
    ("Turkish", "cp1254"),
    *(("Russian", encoding) for encoding in ("cp1251", "koi8-r", "iso8859-5", "cp866", "mac-cyrillic")),
    *(("Ukrainian", encoding) for encoding in ("cp1251", "koi8-u")),
    *(("Greek", encoding) for encoding in ("cp1253", "iso8859-7")),
    *(("Hebrew", encoding) for encoding in ("cp1255", "iso8859-8")),
    *(("Arabic", encoding) for encoding in ("cp1256", "iso8859-6")),
    ("Thai", "cp874"),
    *(("Chinese", encoding) for encoding in ("gb18030", "gbk", "gb2312")),
    *(("Taiwanese", encoding) for encoding in ("big5", "gb18030")),
    *(("Japanese", encoding) for encoding in ("shift_jis", "cp932", "euc_jp", "iso2022_jp")),
    *(("Korean", encoding) for encoding in ("cp949", "euc_kr")),
    *((name, encoding) for name in TEXTS for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
    *(
        (name, encoding)
        for name in TEXTS
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    ),
]


@pytest.mark.parametrize(("name", "encoding"), WRITTEN)
def test_a_short_text_is_read_in_the_encoding_it_was_written_in(name: str, encoding: str) -> None:
    text = TEXTS[name] + "\n"
    data = text.encode(encoding, "ignore")
    decoded = decode(data)
    assert decoded.text == data.decode(encoding)
    assert decoded.n_replaced == 0


@pytest.mark.parametrize("text", ["你好吗", "中国人", "我爱你", "今天好", "春眠不觉晓"])
def test_gbk_of_a_few_bytes_is_chinese(text: str) -> None:
    decoded = decode(text.encode("gbk"))
    assert (decoded.text, decoded.encoding) == (text, "gb18030")


def test_latin_and_cyrillic_are_not_taken_for_chinese() -> None:
    for name, encoding in (("French", "cp1252"), ("Russian", "cp1251"), ("Russian", "koi8-r")):
        assert decode(TEXTS[name].encode(encoding)).encoding == encoding


def test_what_cannot_be_known_is_asked_with_previews() -> None:
    decoded = decode(b"na\xefve")  # a single byte could be a letter of any language
    assert not decoded.certain
    assert 2 <= len(decoded.guesses) <= 6
    assert "naïve" in {guess.preview for guess in decoded.guesses}
    assert len({guess.preview for guess in decoded.guesses}) == len(decoded.guesses)


def test_two_characters_of_gbk_may_be_asked_but_are_among_the_guesses() -> None:
    decoded = decode("联通".encode("gbk"))
    assert decoded.encoding == "gb18030" or not decoded.certain
    assert "联通" in [guess.preview for guess in decoded.guesses]


def test_bytes_of_no_known_language_are_asked() -> None:
    decoded = decode(bytes(range(0xA0, 0x100)) * 3)
    assert not decoded.certain
    assert decoded.guesses


def test_a_cut_last_character_is_no_other_encoding() -> None:
    for text in (TEXTS["Chinese"], TEXTS["French"] + "é"):
        decoded = decode(text.encode()[:-1])
        assert (decoded.encoding, decoded.n_replaced, decoded.certain) == ("utf-8", 1, True)
        assert decoded.text[:-1] == text[:-1]


def test_a_few_broken_bytes_are_replaced_and_counted() -> None:
    data = TEXTS["Russian"].encode() * 20
    decoded = decode(data[:1000] + b"\xff\xfe" + data[1000:])
    assert (decoded.encoding, decoded.n_replaced, decoded.certain) == ("utf-8", 2, True)


def test_mixed_encodings_are_asked() -> None:
    decoded = decode((TEXTS["French"] * 2).encode() + b"\n" + TEXTS["French"].encode("cp1252"))
    assert not decoded.certain
    assert {"utf-8", "cp1252"} <= {guess.encoding for guess in decoded.guesses}
    assert "élèves" in decoded.text


def test_replacement_characters_of_the_file_itself_are_not_counted() -> None:
    assert decode("a \ufffd b é è ê ë ü ö ä".encode() + b"\xff").n_replaced == 1
    assert decode("\ufeffa \ufffd b".encode()).n_replaced == 0


def test_a_wanted_encoding_is_used_and_the_others_still_shown() -> None:
    decoded = decode(TEXTS["Russian"].encode("cp1251"), wanted="koi8-r")
    assert (decoded.encoding, decoded.certain) == ("koi8-r", True)
    assert decoded.guesses[0].encoding == "cp1251"
    assert decode(b"plain", wanted="GBK").text == "plain"


@pytest.mark.parametrize(
    "name", ["nonsense", "rot13", "zlib", "unicode_escape", "idna", "a\0b", "<b>", "x" * 5000]
)
def test_an_encoding_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(TextError) as refusal:
        decode(b"abc", wanted=name)
    assert refusal.value.key == "encoding_unknown"
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_on_offer_reads_any_bytes(encoding: str) -> None:
    assert decode(bytes(range(256)) * 4, wanted=encoding).encoding == encoding


def test_pages_say_their_encoding() -> None:
    assert declared_encoding(b'<?xml version="1.0" encoding="ISO-8859-2"?>') == "iso8859-2"
    assert (
        declared_encoding(b'<META http-equiv=Content-Type content="text/html; charset=Shift_JIS">') == "cp932"
    )
    assert declared_encoding(b'<meta charset="x-made-up">') == ""
    assert decode("<p>Dvořák".encode("iso8859-2"), declared="iso8859-2").text == "<p>Dvořák"


def test_files_of_one_origin_share_the_encoding_that_suits_all() -> None:
    words = ["Москва", "снег", "чайник", "бабушка вернулась домой", "plain"]
    decoded = decode_together([word.encode("cp1251") for word in words])
    assert [one.text for one in decoded] == words
    assert decode_together([]) == []


def test_the_candidates_can_all_be_chosen() -> None:
    assert set(CANDIDATES) < set(ENCODINGS)
