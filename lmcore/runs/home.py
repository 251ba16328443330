"""Where everything a visitor makes is kept: LM_PLAYGROUND_HOME, or the platform's default folder."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from lmcore.i18n import ASSETS

UPLOADS_KEPT_H = 6  # a file that nobody made a text of within that time goes
STORED_PREFIX = "stored-"  # runs that come with the app


@dataclass(frozen=True)
class Home:
    """The data folder and the places in it."""

    folder: Path

    @classmethod
    def default(cls) -> "Home":
        """LM_PLAYGROUND_HOME, else the platform's user data folder."""
        chosen = os.environ.get("LM_PLAYGROUND_HOME")
        return cls(Path(chosen) if chosen else Path(platformdirs.user_data_dir("lm-playground", False)))

    @property
    def database(self) -> Path:
        return self.folder / "playground.db"

    @property
    def corpora(self) -> Path:
        return self.folder / "corpora"

    @property
    def uploads(self) -> Path:
        """Files as they came, until they are texts of the library."""
        return self.folder / "uploads"

    @property
    def downloads(self) -> Path:
        """Files of the catalogue, whole or in part."""
        return self.folder / "downloads"

    @property
    def vectors(self) -> Path:
        """Where the owner of the machine puts files of word vectors that are too large to upload."""
        return self.folder / "vectors"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def exported(self) -> Path:
        """Files to be taken home."""
        return self.cache / "exported"

    def run_folder(self, run_id: str) -> Path:
        """Snapshots, checkpoints, tokenizer and frames of one run."""
        if run_id.startswith(STORED_PREFIX):
            return ASSETS / "showcase" / run_id
        return self.folder / "runs" / run_id
