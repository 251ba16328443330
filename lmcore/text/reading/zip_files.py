"""A ZIP archive as a corpus: the documents of every file in it, and its class folders as labels."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from lmcore.errors import TextError
from lmcore.text.reading.archives import Archive, reason_to_skip
from lmcore.text.reading.draft import MAX_DOCUMENTS, NO_LABELS, Choices, Draft, Note
from lmcore.text.reading.encodings import decode_together
from lmcore.text.reading.formats import format_of_bytes
from lmcore.text.reading.one_file import documents_of
from lmcore.text.uploads import shown_name

_MOST_CLASSES = 50
_LEAST_IN_FOLDERS = 0.9  # share of the files that must lie as deep as the class folders
_SKIPPED = {  # why a member is skipped, and the note that says so
    "outside": "note.skipped_outside",
    "links": "note.skipped_links",
    "encrypted": "note.skipped_encrypted",
    "hidden": "note.skipped_hidden",
    "twice": "note.skipped_twice",
    "damaged": "note.skipped_damaged",
    "archives": "note.skipped_archives",
    "not_text": "note.skipped_not_text",
    "classless": "note.skipped_classless",
}


def read_zip(archive: Archive, choices: Choices) -> Draft:
    """One document for each file of text, or row of a table; raises `TextError` when there is none."""
    skipped: Counter[str] = Counter()
    names, contents = _contents(archive, skipped)
    drafts: list[tuple[str, Draft]] = []
    decoded = decode_together(contents, choices.encoding)
    del contents
    for name, text in zip(names, decoded, strict=True):
        try:
            drafts.append((name, documents_of(text, name, choices)))
        except TextError as error:  # binary, empty, or broken JSON: one bad file spoils no archive
            if error.key == "column_unknown":
                raise
            skipped["not_text"] += 1
    if not drafts:
        only_locked = skipped["encrypted"] and len(skipped) == 1
        raise TextError(
            "zip_encrypted" if only_locked else "zip_no_text", name=archive.name, n=skipped.total()
        )
    return _joined(drafts, choices, skipped)


def _contents(archive: Archive, skipped: Counter[str]) -> tuple[list[str], list[bytes]]:
    """Names and bytes of the members that may be text; counts the others by why they are skipped."""
    found: dict[str, bytes] = {}
    for member in archive.members():
        reason = reason_to_skip(member) or ("twice" if member.filename in found else "")
        data = None if reason else archive.read(member)
        kind = format_of_bytes(data[:4096]) if data else ""
        reason = reason or (
            "damaged" if data is None else "archives" if kind == "zip" else "not_text" if kind else ""
        )
        if reason:
            skipped[reason] += 1
        elif data:
            found[member.filename] = data
    return list(found), list(found.values())


def _joined(drafts: list[tuple[str, Draft]], choices: Choices, skipped: Counter[str]) -> Draft:
    """The drafts of all files as one."""
    rows = _with_labels(drafts, choices, skipped)
    left_out = len(rows) - MAX_DOCUMENTS
    notes = [Note(_SKIPPED[reason], {"n": n}) for reason, n in skipped.items()]
    notes += _summed([note for _, draft in drafts for note in draft.notes])
    notes += [Note("note.rows_left_out", {"n": left_out, "limit": MAX_DOCUMENTS})] if left_out > 0 else []
    labels = tuple(label for _, label in rows[:MAX_DOCUMENTS])
    first = drafts[0][1]
    alike = all(draft.columns == first.columns for _, draft in drafts)
    return Draft(
        documents=tuple(document for document, _ in rows[:MAX_DOCUMENTS]),
        labels=labels if any(labels) else (),
        format="zip",
        encoding=" + ".join(dict.fromkeys(draft.encoding for _, draft in drafts)),
        certain=all(draft.certain for _, draft in drafts),
        guesses=next((draft.guesses for _, draft in drafts if draft.guesses), ()),
        columns=first.columns if alike else (),
        text_column=first.text_column if alike else "",
        label_column=first.label_column if alike and any(labels) else "",
        rows=first.rows if alike else (),
        notes=tuple(notes),
    )


def _with_labels(
    drafts: list[tuple[str, Draft]], choices: Choices, skipped: Counter[str]
) -> list[tuple[str, str]]:
    """Documents with labels: those of the tables if all have some, or the class folders, or ""."""
    if all(draft.labels for _, draft in drafts):
        return [row for _, draft in drafts for row in zip(draft.documents, draft.labels, strict=True)]
    depth = 0 if choices.label_column == NO_LABELS else _depth_of_classes([name for name, _ in drafts])
    if not depth:
        return [(document, "") for _, draft in drafts for document in draft.documents]
    inside = [(_parts(name)[-2], draft) for name, draft in drafts if len(_parts(name)) == depth]
    if len(inside) < len(drafts):
        skipped["classless"] += len(drafts) - len(inside)
    return [(document, shown_name(folder, 40)) for folder, draft in inside for document in draft.documents]


def _depth_of_classes(names: Sequence[str]) -> int:
    """How many parts the paths of files in class folders have, or 0 when no folders look like classes.

    >>> _depth_of_classes(["r/pos/1.txt", "r/pos/2.txt", "r/neg/3.txt", "r/neg/4.txt"])
    3
    """
    depths = Counter(len(_parts(name)) for name in names)
    depth, n_files = depths.most_common(1)[0]
    if depth < 2 or n_files < _LEAST_IN_FOLDERS * len(names):
        return 0
    folders = Counter(_parts(name)[-2] for name in names if len(_parts(name)) == depth)
    return depth if 2 <= len(folders) <= min(_MOST_CLASSES, n_files / 2) else 0


def _parts(name: str) -> tuple[str, ...]:
    return PurePosixPath(name.replace("\\", "/")).parts


def _summed(notes: list[Note]) -> list[Note]:
    """Notes of the same kind as one, their numbers added up."""
    counts: dict[str, Note] = {}
    for note in notes:
        known = counts.get(note.key)
        n = sum(one.given["n"] for one in (known, note) if one and isinstance(one.given.get("n"), int))  # type: ignore[misc]
        counts[note.key] = Note(note.key, {**note.given, **({"n": n} if "n" in note.given else {})})
    return list(counts.values())
