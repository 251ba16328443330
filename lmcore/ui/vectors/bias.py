"""Bias: which words stand nearer to which, and what taking a direction out does not mend."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmcore.errors import LmcoreError, TextError
from lmcore.runs.store import RunRecord
from lmcore.tasks.spec import RunSpec
from lmcore.ui.asking import asked
from lmcore.ui.components import show
from lmcore.ui.follow import follow, nothing_yet
from lmcore.ui.link import one_of
from lmcore.ui.messages import escaped, show_error
from lmcore.ui.pictures import Draw, bias_figure
from lmcore.ui.server import engine
from lmcore.ui.vectors.bias_sets import LINES, TESTS
from lmcore.ui.vectors.bias_words import pairs_of, words_of
from lmcore.ui.visit import step_to_show, t
from lmcore.vectors.config import IMPORTED, imported_language

KINDS = ("direction", "test")
FIRST = {True: "titles", False: "flowers"}  # in the constructed world few other tests have enough words
CHANCE = 0.6  # of words told apart; half would be by guessing
SURE = 0.05  # a result that chance would give more often is not told as one
MOST_MISSING = 6  # words named

Scene = dict[str, Any]


def bias_view(
    record: RunRecord, spec: RunSpec, level: str, controls: DeltaGenerator, stage: DeltaGenerator
) -> Draw | None:
    """Words along a direction, or two groups of words between two sets of attributes."""
    language, constructed = _text_of(record)
    with controls:
        kind = _kind_control()
        if kind == "test":
            fields = _test_fields(language, FIRST[constructed], level)
        else:
            fields = _line_fields(language)
        message = st.container(key="message", gap="xsmall")
        if level == "play":
            st.markdown(f":gray[{t(f'vectors.bias.limit.{kind}')}]")
    follow(record)
    step = step_to_show(record)
    if step is None:
        with stage:
            nothing_yet(record)
        return None
    scene = (_test if kind == "test" else _line)(record, step, fields, message)
    with stage:
        show("bias_view", run=record.id, **(scene or _nothing()))
    if scene is None:
        return None
    groups = {
        group["name"]: {word["word"]: word["before"] for word in group["words"]} for group in scene["groups"]
    }
    return bias_figure(groups, (scene["left"], scene["right"]), scene["says"])


def _kind_control() -> str:
    chosen = st.segmented_control(
        t("vectors.bias.kind"),
        KINDS,
        default=one_of("bias", KINDS),
        required=True,
        format_func=lambda kind: t(f"vectors.bias.kind.{kind}"),
        label_visibility="collapsed",
        width="stretch",
        key="bias_kind",
    )
    st.query_params["bias"] = chosen or KINDS[0]
    return chosen or KINDS[0]


def _text_of(record: RunRecord) -> tuple[str, bool]:
    """Language of the text of a run, and whether it is of the constructed world."""
    if record.spec.vectors.method == IMPORTED:
        return imported_language(record.spec.corpus), False
    try:
        info = engine().corpora.info(record.spec.corpus)
    except LmcoreError:  # removed since
        return "en", False
    return info.language, info.constructed


def _test_fields(language: str, first: str, level: str) -> dict[str, str]:
    """The four sets of a test with their names; at Tune they can be changed."""
    tests = TESTS.get(language, TESTS["en"])
    name = st.selectbox(
        t("vectors.bias.test"),
        sorted(tests, key=lambda test: test != first),
        format_func=lambda test: t(f"vectors.bias.test.{test}"),
        key=f"bias_test_{language}_{first}",
    )
    sets = tests[name].sets()
    names = {which: t(f"vectors.bias.test.{name}.{which}") for which in sets}
    if level != "play":
        with st.popover(t("vectors.bias.change"), width="stretch", key="bias_change"):
            for which, words in sets.items():
                key = f"bias_{language}_{name}_{which}"
                sets[which] = st.text_area(names[which], words, height=88, key=key, max_chars=4000) or ""
    return sets | {f"{which}_name": names[which] for which in names}


def _line_fields(language: str) -> dict[str, str]:
    line = LINES.get(language, LINES["en"])
    pairs = st.text_input(
        t("vectors.bias.pairs"),
        line.pairs,
        key=f"bias_pairs_{language}",
        max_chars=500,
        help=t("vectors.bias.pairs.help"),
    )
    words = st.text_area(
        t("vectors.bias.words"), line.words, height=100, key=f"bias_words_{language}", max_chars=4000
    )
    return {"pairs": pairs or "", "words": words or ""}


def _test(record: RunRecord, step: int, fields: dict[str, str], message: DeltaGenerator) -> Scene | None:
    """The groups of an association test, and its result in one sentence."""
    sets: dict[str, Any] = {which: words_of(fields[which]) for which in "xyab"}
    answer = asked("bias", message, source=engine().vectors, run=record.id, step=step, **sets)
    if answer is None:
        return None
    _say_missing(answer["missing"], message)
    groups: list[Scene] = [
        {
            "name": fields[f"{which}_name"],
            "words": [
                {"word": one["word"], "before": one["association"], "after": None}
                for one in answer["each"]
                if one["set"] == which
            ],
        }
        for which in "xy"
    ]
    return {
        "left": t("vectors.bias.more_like", name=fields["b_name"]),
        "right": t("vectors.bias.more_like", name=fields["a_name"]),
        "groups": groups,
        "has_medians": True,
        "says": _result(answer, fields),
        "says_after": None,
        "clusters": None,
        "limit": t("vectors.bias.note.test"),
    }


def _result(answer: dict[str, Any], fields: dict[str, str]) -> str:
    """Effect size and p-value in words."""
    d, p, n = answer["effect_size"], answer["p_value"], answer["n_permutations"]
    divisions = t("vectors.bias.divisions.all" if answer["exact"] else "vectors.bias.divisions.random", n=n)
    p = p if d > 0 else 1 - p  # one-sided; the other group may be the nearer one
    as_strong = round(p * n)
    if p > SURE:
        return t("vectors.bias.chance", d=f"{abs(d):.2f}", weaker=n - as_strong, divisions=divisions)
    x, y = (fields["x_name"], fields["y_name"]) if d > 0 else (fields["y_name"], fields["x_name"])
    given = {"x": x, "y": y, "a": fields["a_name"], "d": f"{abs(d):.2f}"}
    told = t("vectors.bias.result", weaker=n - as_strong, divisions=divisions, **given)
    return told[:1].upper() + told[1:]


def _line(record: RunRecord, step: int, fields: dict[str, str], message: DeltaGenerator) -> Scene | None:
    """Words on the line that the pairs span, before and after the direction is taken out."""
    pairs, words = pairs_of(fields["pairs"]), words_of(fields["words"])
    if not pairs:
        with message:
            show_error(TextError("bias_no_pair", given=fields["pairs"][:40]))
        return None
    answer = asked(
        "debias", message, source=engine().vectors, run=record.id, step=step, neutral=words, pairs=pairs
    )
    if answer is None:
        return None
    _say_missing(answer["missing"], message)
    left, right = answer["pairs"][0]["words"]  # the first of those that were learned
    rows = answer["words"]
    ends = sorted(rows, key=lambda row: row["before"])
    return {
        "left": left,
        "right": right,
        "groups": [
            {"name": "", "words": rows},
            {"name": t("vectors.bias.the_pairs"), "words": _pairs(answer)},
        ],
        "has_medians": False,
        "says": t(
            "vectors.bias.line",
            n=len(rows),
            left=left,
            right=right,
            low=ends[0]["word"],
            high=ends[-1]["word"],
        ),
        "says_after": t("vectors.bias.line_after"),
        "clusters": answer["clusters"],
        "limit": t(f"vectors.bias.note.{'stays' if answer['clusters']['after'] > CHANCE else 'gone'}"),
    }


def _pairs(answer: dict[str, Any]) -> list[Scene]:
    """The words of the pairs, each once, before and after they are equalised."""
    found = {
        word: {"word": word, "before": before, "after": after}
        for pair in answer["pairs"]
        for word, before, after in zip(pair["words"], pair["before"], pair["after"], strict=True)
    }
    return list(found.values())


def _nothing() -> Scene:
    """The stage beside an error, before there was any picture."""
    empty: Scene = dict.fromkeys(("says_after", "clusters", "limit"))
    return empty | {"left": "", "right": "", "groups": [], "says": t("vectors.bias.nothing")}


def _say_missing(missing: list[str], message: DeltaGenerator) -> None:
    """Which words the run has not learned."""
    if missing:
        words = escaped(", ".join(missing[:MOST_MISSING])) + (" …" if len(missing) > MOST_MISSING else "")
        message.markdown(f":orange[{t('vectors.bias.missing', n=len(missing), words=words)}]")
