"""The word lists of the world as entries: a dict of the forms that a frame may ask for.

A column `en.word` belongs to English, `zh.word` to Chinese, `kind` to both.
"""

from functools import cache

from lmcore.i18n import ASSETS

FOLDER = ASSETS / "small_world"
Entry = dict[str, str]
_BILINGUAL = ("animals", "colours", "countries", "foods", "jobs", "places", "things", "towns")
_OF_A_PERSON = {  # column of a person → the list that it points into
    "job": "jobs", "pet": "animals", "food": "foods", "country": "countries", "town": "towns",
    "colour": "colours", "thing": "things",
}  # fmt: skip
_KINDS = {  # a list of its own for each of these kinds
    "pet": "animal", "farm": "animal", "wild": "animal", "small": "animal",
    "meal": "food", "outdoors": "place",
}  # fmt: skip
_PRONOUNS = {
    ("en", "m"): {"he": "he", "him": "him", "his": "his", "boy": "boy", "man": "man"},
    ("en", "f"): {"he": "she", "him": "her", "his": "her", "boy": "girl", "man": "woman"},
    ("zh", "m"): {"he": "他", "boy": "男孩", "man": "男人"},
    ("zh", "f"): {"he": "她", "boy": "女孩", "man": "女人"},
}
_AN_BEFORE = ("a", "e", "i", "o", "u", "hour", "honest")
_NOT_AN_BEFORE = ("uni", "use", "usu", "eu", "one")


def with_article(words: str) -> str:
    """The indefinite article by sound.

    >>> with_article("apple"), with_article("unicorn"), with_article("Egyptian song")
    ('an apple', 'a unicorn', 'an Egyptian song')
    """
    sound = words.lower()
    an = sound.startswith(_AN_BEFORE) and not sound.startswith(_NOT_AN_BEFORE)
    return f"{'an' if an else 'a'} {words}"


@cache
def rows(path: str) -> tuple[Entry, ...]:
    """The rows of a list such as `words/animals`, with the columns as they stand in the file."""
    header, *lines = (FOLDER / f"{path}.tsv").read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    return tuple(dict(zip(columns, line.split("\t"), strict=True)) for line in lines)


@cache
def entries(name: str, language: str) -> tuple[Entry, ...]:
    """What there is of animals, foods, countries …, in the forms of one language.

    English entries also have every form with an article (`a_word`) and with a capital (`Word`, `A_word`),
    Chinese ones with a measure word (`a_word`).

    >>> cat = entries("animals", "en")[1]
    >>> cat["a_word"], cat["Many"], cat["young"], entries("animals", "zh")[1]["a_word"]
    ('a cat', 'Cats', 'kitten', '一 只 猫')
    """
    return tuple(_with_forms(_of_language(row, language), language) for row in rows(f"words/{name}"))


@cache
def people(name: str, language: str) -> tuple[Entry, ...]:
    """Grown-ups (`people`) or `children`, with all that belongs to them.

    >>> anna = people("people", "en")[0]
    >>> anna["name"], anna["a_job"], anna["job_place"], anna["His"], anna["pet_name"]
    ('Anna', 'a baker', 'bakery', 'Her', 'Snowy')
    """
    return tuple(_person(row, language) for row in rows(f"words/{name}"))


@cache
def family(name: str, language: str) -> tuple[Entry, ...]:
    """Words that change form (`verbs`, `genders`, `young` …) of one language, once for each of their ties."""
    return tuple(
        _with_forms({**row, "tie": tie}, language)
        for row in rows(f"{language}/{name}")
        for tie in row["ties"].split(", ")
    )


@cache
def lists(language: str) -> dict[str, tuple[Entry, ...]]:
    """What a slot of a frame can be filled with, by the slot's name."""
    world = {_singular(name): entries(name, language) for name in _BILINGUAL}
    world |= {"who": people("people", language), "kid": people("children", language)}
    world["own"] = tuple(country for country in world["country"] if country["own_language"])
    for kind, name in _KINDS.items():
        world[kind] = tuple(entry for entry in world[name] if entry["kind"] == kind)
    world["roamer"] = tuple(kid for kid in world["kid"] if kid["pet_roams"])
    if language == "en":
        return world | {
            "family": family("genders", "en"),
            "noun": family("plurals", "en"),
            "adjective": family("adjectives", "en"),
            "verb": family("verbs", "en"),
        }
    return world | {"family": family("genders", "zh"), "young": family("young", "zh")}


def _singular(name: str) -> str:
    return "country" if name == "countries" else name.removesuffix("s")


def _of_language(row: Entry, language: str) -> Entry:
    other = "zh." if language == "en" else "en."
    return {
        column.removeprefix(f"{language}."): value
        for column, value in row.items()
        if not column.startswith(other)
    }


def _with_forms(entry: Entry, language: str) -> Entry:
    if language == "zh":
        counted = "measure" in entry and "word" in entry
        return entry | ({"a_word": f"一 {entry['measure']} {entry['word']}"} if counted else {})
    forms = entry | {f"a_{form}": with_article(value) for form, value in entry.items() if value}
    return forms | {
        form[0].upper() + form[1:]: value[:1].upper() + value[1:] for form, value in forms.items()
    }


def _person(row: Entry, language: str) -> Entry:
    person = {"name": row[f"{language}.name"], "gender": row["gender"]}
    person["pet_name"] = row[f"pet_name.{language}"]
    person |= _PRONOUNS[language, row["gender"]]
    for column, name in _OF_A_PERSON.items():
        if column in row:
            person |= _belonging(column, name, row[column], language)
    return _with_forms(person, language)


def _belonging(column: str, name: str, word: str, language: str) -> Entry:
    """`{who[pet]}` is the animal's word, `{who[pet_home]}` where it lives, `{who[a_pet]}` "a cat"."""
    keys = [row["en.word"] for row in rows(f"words/{name}")]
    entry = entries(name, language)[keys.index(word)]
    named = {f"{column}_{form}": value for form, value in entry.items() if form[0].islower()}
    return named | {column: entry["word"], f"a_{column}": entry.get("a_word", "")}
