"""Clean: what every step does, or would do."""

from collections.abc import Iterator
from dataclasses import asdict

from lmcore.runs.home import Home
from lmcore.runs.texts.shared import Part, cleaning_of, text_of
from lmcore.text.cleaning.walk import walk
from lmcore.text.config import STEPS, CleaningConfig, step_order


def clean(home: Home, corpus: str, cleaning: Part) -> Iterator[Part]:
    """What every step does to the text, or would do."""
    raw, config = text_of(home, corpus, CleaningConfig()), cleaning_of(cleaning)
    reports = []
    for report in walk(raw.documents, config, step_order(config)):
        reports.append(report)
        yield {"progress": len(reports) / len(STEPS)}
    done = [report for report in reports if report.on]
    first, last = (done[0], done[-1]) if done else (reports[0], None)
    before = {"characters_before": first.characters_before, "documents_before": first.documents_before}
    yield {
        "language": raw.language,
        "steps": [asdict(report) for report in reports],
        "totals": before
        | {
            "characters_after": last.characters_after if last else first.characters_before,
            "documents_after": last.documents_after if last else first.documents_before,
        },
    }
