"""Tokenizers of others: the same ids as `transformers`, and one clear sentence for every broken file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tokenizers as hf
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertTokenizer, GPT2Tokenizer, PreTrainedTokenizerFast

from lmcore.errors import TextError
from lmcore.text import pretrained
from lmcore.text.built_in import built_in_corpus
from lmcore.text.pretrained import PretrainedTokenizer, load_pretrained

NEWS = built_in_corpus("news").text[:30_000]
TEXTS = [
    NEWS[:1_500],
    "",
    " two  spaces\n\nand 你好 😀 é\u0301 [CLS] \x00 don't",
    "a" * 5_000,
    "👩‍👩‍👧‍👦 שלום \u202e",
]


@pytest.fixture(scope="module")
def gpt2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GPT-2's own two files, small."""
    folder = tmp_path_factory.mktemp("gpt2")
    trained = hf.ByteLevelBPETokenizer()
    trained.train_from_iterator([NEWS], vocab_size=500, show_progress=False)
    trained.save_model(str(folder))
    return folder


@pytest.fixture(scope="module")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BERT's own file, small."""
    folder = tmp_path_factory.mktemp("bert")
    trained = hf.BertWordPieceTokenizer()
    trained.train_from_iterator([NEWS], vocab_size=500, show_progress=False)
    trained.save_model(str(folder))
    return folder


@pytest.mark.parametrize("text", TEXTS)
def test_gpt2_files_give_the_ids_of_transformers(gpt2_folder: Path, text: str) -> None:
    ours = load_pretrained(gpt2_folder)
    files = {"vocab": str(gpt2_folder / "vocab.json"), "merges": str(gpt2_folder / "merges.txt")}
    theirs = GPT2Tokenizer(**files, unk_token=None, bos_token=None, eos_token=None)
    if len(text) < 2_000:
        assert ours.encode(text).ids.tolist() == theirs(text)["input_ids"]
    assert ours.exact and ours.why_not_exact is None
    assert ours.decode(ours.ids(text)) == text
    assert b"".join(map(ours.token_bytes, ours.ids(text).tolist())).decode() == text


@pytest.mark.parametrize("text", TEXTS[:3])
def test_bert_file_gives_the_ids_of_transformers_without_begin_and_end(bert_folder: Path, text: str) -> None:
    ours = load_pretrained(bert_folder)
    theirs = BertTokenizer(vocab=str(bert_folder / "vocab.txt"))
    expected = theirs(text.replace("[CLS]", "cls"), add_special_tokens=False)["input_ids"]
    encoding = ours.encode(text.replace("[CLS]", "cls"))
    assert encoding.ids.tolist() == expected
    assert not ours.exact and ours.why_not_exact == "tokenizer.pretrained.not_exact"
    assert all(0 <= start < end <= len(text) for start, end in encoding.offsets)
    assert ours.unknown_id == 1


def test_labels_of_word_pieces_keep_their_mark(bert_folder: Path) -> None:
    tokenizer = load_pretrained(bert_folder / "vocab.txt")
    id = next(id for token, id in tokenizer.hf.get_vocab().items() if token.startswith("##"))
    assert tokenizer.token_label(id) == "##" + tokenizer.token_text(id)
    assert tokenizer.unknown("fine 帮 fine") == ["帮"]


def made(model: Any, **parts: Any) -> hf.Tokenizer:
    tokenizer = hf.Tokenizer(model)
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    return tokenizer


def test_template_truncation_and_padding_are_switched_off(tmp_path: Path) -> None:
    vocabulary = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": 3, "b": 4}
    tokenizer = made(
        models.WordLevel(vocabulary, unk_token="[UNK]"),
        pre_tokenizer=pre_tokenizers.Whitespace(),
        post_processor=processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 1), ("[SEP]", 2)]),
    )
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=64)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    theirs = PreTrainedTokenizerFast(tokenizer_file=str(tmp_path / "tokenizer.json"))
    assert theirs("a b")["input_ids"][0] == 1
    ours = load_pretrained(tmp_path)
    assert ours.ids("a b " * 5).tolist() == ours.encode("a b " * 5).ids.tolist() == [3, 4] * 5


def test_marks_of_spaces_and_single_bytes_are_read(tmp_path: Path) -> None:
    pieces = [("<unk>", 0.0), ("▁", -1.0), ("▁hi", -1.5), ("h", -3.0), ("i", -3.0)]
    pieces += [(f"<0x{byte:02X}>", -9.0) for byte in range(256)]
    tokenizer = made(
        models.Unigram(pieces, 0, byte_fallback=True),
        pre_tokenizer=pre_tokenizers.Metaspace(),
        decoder=decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()]),
    )
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    ours = load_pretrained(tmp_path)
    encoding = ours.encode("hi é")
    assert encoding.tokens == [" hi", " ", "⟨C3⟩", "⟨A9⟩"]
    assert encoding.offsets[-2:] == [(3, 4), (3, 4)]
    assert ours.decode(encoding.ids) == "hi é" and not ours.exact


WORDS = json.loads(made(models.WordLevel({"a": 0, "b": 1, "[UNK]": 2}, unk_token="[UNK]")).to_str())


def words_with(**changes: Any) -> str:
    return json.dumps(WORDS | changes)


def vocabulary(**ids: Any) -> str:
    return words_with(model=WORDS["model"] | {"vocab": ids})


def split_by(expression: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": expression}, "behavior": "Isolated", "invert": False}


BROKEN = {
    "nothing": "",
    "not JSON": "once upon a time",
    "half": words_with()[:-40],
    "a list": "[1, 2]",
    "a number": "17",
    "nested": "[" * 100_000 + "]" * 100_000,
    "nested object": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "nested normalizer": words_with(normalizer=None)[:-1] + ',"x":' + "[" * 5_000 + "]" * 5_000 + "}",
    "no model": json.dumps({"version": "1.0"}),
    "another key": words_with(surprise=1),
    "wrong types": json.dumps({"version": 1, "model": {"type": 3}}),
    "a vocabulary of text": words_with(model=WORDS["model"] | {"vocab": "abc"}),
    "ids that are text": vocabulary(a="0"),
    "negative": vocabulary(a=-1),
    "fractions": vocabulary(a=0.5),
    "an id past 32 bits": vocabulary(a=2**40),
    "an id past the limit": vocabulary(a=2**32 - 1),
    "not a number": '{"version":"1.0","model":{"type":"Unigram","unk_id":0,"vocab":[["a",NaN]]}}',
    "unknown id beyond": '{"version":"1.0","model":{"type":"Unigram","unk_id":7,"vocab":[["a",0.0]]}}',
    "invalid expression": words_with(pre_tokenizer=split_by("(")),
    "invalid expression in a normalizer": words_with(
        normalizer={"type": "Replace", "pattern": {"Regex": "[z-a]"}, "content": ""}
    ),
    "merges of unknown tokens": '{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","q"]]}}',
    "half a surrogate": vocabulary(**{"\ud800": 0}),
    "bytes": "\udcff\udcfe\x00",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_explained(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(BROKEN[name].encode("utf-8", "surrogateescape"))
    with pytest.raises(TextError) as error:
        load_pretrained(path, "<script>my.json")
    assert error.value.key in ("tokenizer_unreadable", "tokenizer_ids_too_large")
    for language in ("en", "zh"):
        message = error.value.message(language)
        assert "<script>my.json" in message and "{" not in message and len(message) < 500


def added_token(id: int, content: str) -> dict[str, Any]:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    return {"id": id, "content": content, "special": True} | flags


ODD = {
    "gaps": vocabulary(a=5, b=1_000, **{"[UNK]": 77}),
    "one id twice": vocabulary(a=1, b=1, **{"[UNK]": 0}),
    "no tokens": vocabulary(),
    "script": words_with(added_tokens=[added_token(3, "<script>alert(1)</script>")]),
    "empty added": words_with(added_tokens=[added_token(3, "")]),
    "a post-processor of nonsense": words_with(post_processor={"type": "Nonsense"}),
    "truncated to nothing": words_with(
        truncation={"direction": "Right", "max_length": 0, "strategy": "LongestFirst", "stride": 9}
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files_work_or_are_explained(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(ODD[name])
    try:
        tokenizer = load_pretrained(path)
        encoding = tokenizer.encode("a b <script>alert(1)</script> 你")
        assert all(isinstance(tokenizer.token_label(id), str) for id in encoding.ids.tolist())
        assert tokenizer.ids(NEWS[:3_000]).dtype == encoding.ids.dtype
        tokenizer.decode(encoding.ids)
    except TextError as error:
        assert name == "no tokens" and error.message("zh")


def test_an_added_token_is_shown_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(ODD["script"])
    tokenizer = load_pretrained(tmp_path)
    encoding = tokenizer.encode("a<script>alert(1)</script>")
    assert encoding.tokens[-1] == "<script>alert(1)</script>" and encoding.offsets[-1] == (1, 26)


@pytest.mark.parametrize(
    "call", [PretrainedTokenizer.ids, PretrainedTokenizer.encode, PretrainedTokenizer.unknown]
)
def test_a_panic_of_the_library_is_explained(call: Callable[..., Any], tmp_path: Path) -> None:
    """`(a|aa)+$` on many letters goes past the expression engine's limit, on which the library panics."""
    (tmp_path / "tokenizer.json").write_text(words_with(pre_tokenizer=split_by("(a|aa)+$")))
    tokenizer = load_pretrained(tmp_path)
    with pytest.raises(TextError) as error:
        call(tokenizer, "a" * 1_500 + "!")
    assert error.value.key == "tokenizer_breaks"


def test_too_large_and_missing_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TextError) as error:
        load_pretrained(tmp_path)
    assert error.value.key == "tokenizer_missing"
    (tmp_path / "vocab.txt").write_text("[UNK]\n" + "\n".join(map(str, range(2_000))))
    for limit, key in (
        ("MAX_BYTES", "tokenizer_too_large"),
        ("MAX_TOKENS", "tokenizer_vocabulary_too_large"),
    ):
        with monkeypatch.context() as patch, pytest.raises(TextError) as error:
            patch.setattr(pretrained, limit, 1_000)
            load_pretrained(tmp_path)
        assert error.value.key == key and error.value.message("en") and error.value.message("zh")


def test_lower_case_follows_the_settings_beside_the_file(bert_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes((bert_folder / "vocab.txt").read_bytes())
    assert load_pretrained(tmp_path).ids("The").tolist() == load_pretrained(tmp_path).ids("the").tolist()
    (tmp_path / "tokenizer_config.json").write_text('{"do_lower_case": false}')
    assert load_pretrained(tmp_path).ids("The").tolist() != load_pretrained(tmp_path).ids("the").tolist()


def test_what_changes_or_drops_text_is_not_exact(tmp_path: Path) -> None:
    alphabet = {symbol: i for i, symbol in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    isolated = pre_tokenizers.Split(hf.Regex(r"\p{L}+"), "isolated")
    removed = pre_tokenizers.Split(" ", "removed")
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"pre_tokenizer": byte_level}, True),
        ({"pre_tokenizer": pre_tokenizers.Sequence([isolated, byte_level])}, True),
        ({"pre_tokenizer": pre_tokenizers.Sequence([removed, byte_level])}, False),
        ({"pre_tokenizer": pre_tokenizers.ByteLevel(add_prefix_space=True)}, False),
        ({"pre_tokenizer": byte_level, "normalizer": normalizers.Lowercase()}, False),
    ]
    for parts, exact in cases:
        tokenizer = made(models.BPE(alphabet, []), decoder=decoders.ByteLevel(), **parts)
        tokenizer.save(str(tmp_path / "tokenizer.json"))
        ours = load_pretrained(tmp_path)
        assert ours.exact == exact
        assert (ours.decode(ours.ids("The cat")) == "The cat") == exact


def test_a_trained_byte_level_file_of_the_library_is_read(tmp_path: Path) -> None:
    tokenizer = made(models.BPE(), pre_tokenizer=pre_tokenizers.ByteLevel(), decoder=decoders.ByteLevel())
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<|endoftext|>"], show_progress=False)
    tokenizer.train_from_iterator([NEWS], trainer)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    ours = load_pretrained(tmp_path)
    assert ours.kind == "pretrained" and ours.vocab_size == tokenizer.get_vocab_size()
    assert ours.encode("the<|endoftext|>").tokens[-1] == "<|endoftext|>"
