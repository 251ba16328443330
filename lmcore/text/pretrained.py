"""Tokenizers that others trained: a `tokenizer.json`, or the older vocabulary files of GPT-2 and BERT.

The files may come from anybody. What is wrong with them is a `TextError`, also where the library panics;
what takes for ever or all memory is kept in bounds by `lmcore.text.confined`.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers as hf
from tokenizers import decoders, models, normalizers, pre_tokenizers

from lmcore.errors import LmcoreError, TextError
from lmcore.text.byte_symbols import BYTE_OF
from lmcore.text.tokenizers import Encoding, Tokenizer, reason_of
from lmcore.text.uploads import shown_name

MAX_BYTES = 50 * 2**20
MAX_TOKENS = 1_000_000
MAX_ID = 10_000_000
_SPACE = "▁"  # SentencePiece's sign for a space, U+2581
_BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_UNKNOWN_NAMES = ("[UNK]", "<unk>")  # where the model does not say


class PretrainedTokenizer(Tokenizer):
    """A tokenizer of somebody else's, without its truncation, padding and added begin and end tokens.

    Its ids may have gaps; `vocab_size` is how many tokens it has.
    """

    def __init__(self, tokenizer: hf.Tokenizer, name: str) -> None:
        super().__init__(tokenizer)
        self.name = name
        self.kind, self._cut_before = "pretrained", False
        parts = json.loads(tokenizer.to_str())
        types = set(_types(parts["decoder"])) | set(_types(parts["pre_tokenizer"]))
        self._byte_level = "ByteLevel" in types
        self._marks_space = _SPACE in json.dumps(
            [parts["decoder"], parts["pre_tokenizer"]], ensure_ascii=False
        )
        self._prefix = parts["model"].get("continuing_subword_prefix") or ""
        self._suffix = parts["model"].get("end_of_word_suffix") or ""
        self._added = {token["id"] for token in parts["added_tokens"]}
        self.unknown_id = _unknown_id(tokenizer, parts["model"])
        self.exact = _keeps_everything(tokenizer, parts)

    def encode(self, text: str) -> Encoding:
        with _explained("tokenizer_breaks", self.name):
            return super().encode(text)

    def ids(self, text: str) -> np.ndarray:
        with _explained("tokenizer_breaks", self.name):
            return super().ids(text)

    def unknown(self, text: str) -> list[str]:
        with _explained("tokenizer_breaks", self.name):
            return super().unknown(text)

    def decode(self, ids: Sequence[int] | np.ndarray) -> str:
        with _explained("tokenizer_breaks", self.name):
            return self.hf.decode(np.asarray(ids, np.int64).tolist(), skip_special_tokens=False)

    def token_label(self, id: int) -> str:
        return self._token(id) if self._prefix else self.token_text(id)

    def token_bytes(self, id: int) -> bytes:
        token = self._token(id)
        if id in self._added:
            return token.encode("utf-8")
        if self._byte_level and all(character in BYTE_OF for character in token):
            return bytes(map(BYTE_OF.__getitem__, token))
        if found := _BYTE_TOKEN.fullmatch(token):
            return bytes.fromhex(found[1])
        if self._marks_space:
            token = token.replace(_SPACE, " ")
        token = token.removeprefix(self._prefix) if len(token) > len(self._prefix) else token
        return token.removesuffix(self._suffix).encode("utf-8")

    def _token(self, id: int) -> str:
        return self.hf.id_to_token(id) or ""


def load_pretrained(path: Path, name: str = "") -> PretrainedTokenizer:
    """The tokenizer of a `tokenizer.json`, a `vocab.txt` (BERT), or a folder that has one of them or GPT-2's
    `vocab.json` and `merges.txt`; what a file holds counts, not what it is called.

    Raises `TextError` for files that are missing, too large, broken, or of an impossible vocabulary.
    """
    name = shown_name(name or path.name)
    files = _files_of(path, name)
    size = sum(file.stat().st_size for file in files)
    if size > MAX_BYTES:
        raise TextError("tokenizer_too_large", name=name, size=size / 2**20, limit=MAX_BYTES // 2**20)
    with _explained("tokenizer_unreadable", name):
        tokenizer = _of_files(files, name)
        ids = tokenizer.get_vocab().values()
        _check_size(len(ids), name)
        if max(ids, default=0) > MAX_ID:
            raise TextError("tokenizer_ids_too_large", name=name, largest=max(ids), limit=MAX_ID)
        return PretrainedTokenizer(tokenizer, name)


def _files_of(path: Path, name: str) -> list[Path]:
    if path.is_file():
        return [path]
    for names in (["tokenizer.json"], ["vocab.json", "merges.txt"], ["vocab.txt"]):
        files = [path / file for file in names]
        if all(file.is_file() for file in files):
            return files
    raise TextError("tokenizer_missing", name=name)


def _of_files(files: list[Path], name: str) -> hf.Tokenizer:
    if len(files) == 2:
        return _gpt2(_json(files[0]), files[1].read_text("utf-8"), name)
    content = files[0].read_bytes().decode("utf-8-sig")
    if not content.lstrip().startswith("{"):
        return _bert(content, files[0].with_name("tokenizer_config.json"), name)
    parts = json.loads(content)
    if not isinstance(parts.get("model"), dict):
        raise ValueError("no “model” in it")
    _check_size(_length(parts["model"].get("vocab")), name)
    plain = parts | {"truncation": None, "padding": None, "post_processor": None}
    return hf.Tokenizer.from_str(json.dumps(plain))


def _gpt2(vocabulary: Any, merges: str, name: str) -> hf.Tokenizer:
    """Byte-level BPE as GPT-2's own files describe it: token → id, and one merge a line."""
    _check_size(_length(vocabulary), name)
    lines = (line.rstrip("\r") for line in merges.split("\n") if not line.startswith("#version"))
    halves = (line.partition(" ") for line in lines if line)
    pairs = [(left, right) for left, _, right in halves]
    tokenizer = hf.Tokenizer(models.BPE(vocabulary, pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _bert(vocabulary: str, config: Path, name: str) -> hf.Tokenizer:
    """Word pieces as BERT's own file lists them, one a line; lower-cased unless its settings say no."""
    lines = vocabulary.removesuffix("\n").split("\n")
    _check_size(len(lines), name)
    ids = {line.rstrip("\r"): id for id, line in enumerate(lines)}
    if "[UNK]" not in ids:
        raise ValueError("neither JSON nor a list of word pieces with [UNK]")
    settings = _json(config) if config.is_file() else {}
    lowercase = not isinstance(settings, dict) or settings.get("do_lower_case", True) is not False
    tokenizer = hf.Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def _json(path: Path) -> Any:
    return json.loads(path.read_bytes().decode("utf-8"))


def _length(vocabulary: Any) -> int:
    return len(vocabulary) if isinstance(vocabulary, dict | list) else 0


def _check_size(n_tokens: int, name: str) -> None:
    if n_tokens > MAX_TOKENS:
        raise TextError("tokenizer_vocabulary_too_large", name=name, n_tokens=n_tokens, limit=MAX_TOKENS)


def _types(part: Any) -> Iterator[str]:
    """The types of a component and of the components inside it."""
    if isinstance(part, dict):
        yield part.get("type", "")
        for inner in part.values():
            yield from _types(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _types(inner)


def _unknown_id(tokenizer: hf.Tokenizer, model: dict[str, Any]) -> int | None:
    if model.get("unk_id") is not None:
        return model["unk_id"]
    if model.get("unk_token") is not None:
        return tokenizer.token_to_id(model["unk_token"])
    if model["type"] in ("WordPiece", "WordLevel"):
        return next((id for name in _UNKNOWN_NAMES if (id := tokenizer.token_to_id(name)) is not None), None)
    return None


def _keeps_everything(tokenizer: hf.Tokenizer, parts: dict[str, Any]) -> bool:
    """Whether it works on bytes, knows all of them, and changes and drops nothing on the way."""
    before = parts["pre_tokenizer"] or {}
    steps = before.get("pretokenizers", [before])
    changes = any(step.get("add_prefix_space") or step.get("behavior") == "Removed" for step in steps)
    known = all(tokenizer.token_to_id(symbol) is not None for symbol in BYTE_OF)
    types = {step.get("type") for step in steps}
    on_bytes = "ByteLevel" in types <= {"ByteLevel", "Split", "Digits"} and parts["normalizer"] is None
    return known and on_bytes and not changes and (parts["decoder"] or {}).get("type") == "ByteLevel"


@contextmanager
def _explained(key: str, name: str) -> Iterator[None]:
    """Whatever the library raises as one `TextError`; a panic of its Rust code is no `Exception`."""
    try:
        yield
    except LmcoreError:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise TextError(key, name=name, reason=reason_of(error)) from None
        raise
