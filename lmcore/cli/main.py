"""The commands: text, train, vectors, generate, export, runs, showcase.

Results on stdout, errors in words on stderr.

Exit codes: 0, 1 for an error, 2 for wrong usage, 130 after Ctrl+C (or `kill`, or a lost connection).
"""

import argparse
import os
import sys
from collections.abc import Callable

from lmcore.cli.corpus import AS_RECOMMENDED
from lmcore.cli.export import export
from lmcore.cli.generate import MAX_TOKENS, generate
from lmcore.cli.runs import runs
from lmcore.cli.session import ends_like_ctrl_c
from lmcore.cli.showcase import showcase
from lmcore.cli.terminal import complain, survive_any_character
from lmcore.cli.text import text
from lmcore.cli.train import train
from lmcore.cli.vectors import vectors
from lmcore.errors import LmcoreError, RunError
from lmcore.runs.take_home.forms import FORMS
from lmcore.tasks.model_presets import LIVE_MODEL, LIVE_SIZE, PRESETS, SIZES
from lmcore.tasks.spec import DEVICES
from lmcore.text.config import KINDS, STEPS, TokenizerConfig
from lmcore.vectors.config import METHODS
from lmcore.vectors.files.detect import WRITABLE

SAID_HERE = {"run_unknown": "run_not_found"}  # the pages' sentence speaks of a link
INTERRUPTED = 130
PIECES = TokenizerConfig()  # the tokens of the pages


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    survive_any_character()
    options = _parser().parse_args(arguments)
    with ends_like_ctrl_c():
        sys.exit(_code(options))


def _code(options: argparse.Namespace) -> int:
    try:
        return options.run(options)
    except LmcoreError as error:
        complain(str(RunError(SAID_HERE.get(error.key, error.key), **error.given)))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has enough
        _forget_output()
        return 1


def _forget_output() -> None:
    """Python would write what is left while it exits, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lmcore", description="Train small language models and look inside."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_text(_command(commands, "text", text, "look at a text: figures, cleaning, counting"))
    _add_train(_command(commands, "train", train, "train a language model"))
    _add_vectors(
        _command(
            commands, "vectors", vectors, "train word vectors, or bring them from a file, or take them to one"
        )
    )
    _add_generate(_command(commands, "generate", generate, "write with a trained run"))
    _add_export(_command(commands, "export", export, "write a run to a file for other programs"))
    _add_runs(_command(commands, "runs", runs, "list runs, or stop or delete one"))
    _command(commands, "showcase", showcase, "train the stored runs that the app plays")
    return parser


def _command(
    commands: argparse._SubParsersAction, name: str, run: Callable[[argparse.Namespace], int], text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text.capitalize() + ".")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="one line of JSON for every event")
    return parser


def _add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        default="world_en",
        help="a file of any kind with text in it, or the id of a text in the library",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same run")


def _add_cleaning(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--clean",
        default=AS_RECOMMENDED,
        metavar="STEPS",
        help=f"recommended, all, or some of {', '.join(STEPS)}",
    )


def _add_text(parser: argparse.ArgumentParser) -> None:
    _add_corpus(parser)
    _add_cleaning(parser)
    parser.add_argument("--unit", default="character", choices=("character", "word"), help="what is counted")


def _add_train(parser: argparse.ArgumentParser) -> None:
    _add_corpus(parser)
    _add_cleaning(parser)
    parser.add_argument("--model", default=LIVE_MODEL, choices=tuple(PRESETS))
    parser.add_argument("--size", default=LIVE_SIZE, choices=SIZES)
    parser.add_argument("--tokenizer", default=PIECES.kind, choices=KINDS)
    parser.add_argument("--vocab-size", type=int, default=PIECES.vocab_size, help="pieces of a BPE tokenizer")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="updates until the end")
    length.add_argument("--seconds", type=float, help="end by the clock instead")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--device", default="auto", choices=DEVICES)


def _add_vectors(parser: argparse.ArgumentParser) -> None:
    _add_corpus(parser)
    _add_cleaning(parser)
    parser.add_argument("--method", default=METHODS[0], choices=METHODS)
    parser.add_argument("--epochs", type=int, help="passes over the text")
    parser.add_argument("--dimensions", type=int, help="numbers in every word's vector")
    parser.add_argument("--word", help="print the neighbours of this word at the end")
    _add_vectors_files(parser)


def _add_vectors_files(parser: argparse.ArgumentParser) -> None:
    files = parser.add_argument_group("files")
    way = files.add_mutually_exclusive_group()
    way.add_argument("--import", dest="source", metavar="FILE", help="make a run of a file of vectors")
    way.add_argument("--export", dest="goal", metavar="FILE", help="write the vectors of a run")
    files.add_argument("--name", help="of the run that is made; the file's if left out")
    files.add_argument("--first-words", type=int, default=0, metavar="N", help="read so many; 0 reads all")
    files.add_argument("--language", default="en", choices=("en", "zh"), help="of the words of the file")
    files.add_argument("--member", default="", help="which file of an archive; the first if left out")
    files.add_argument("--format", default="word2vec", choices=WRITABLE)
    files.add_argument("--run", dest="run_id", metavar="ID", help="the newest if left out")
    files.add_argument("--step", type=int, help="the nearest snapshot is written; the last if left out")


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", dest="run_id", metavar="ID", help="the newest if left out")
    parser.add_argument("--step", type=int, help="the nearest snapshot writes; the last if left out")
    parser.add_argument("--prompt", help="what to go on from; a new line if left out")
    parser.add_argument("--tokens", type=int, default=200, help=f"how many to write, at most {MAX_TOKENS:,}")
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--top-k", type=int, default=0, help="0 keeps all")
    parser.add_argument("--top-p", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1, help="the same seed writes the same text")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN", help="its id")
    parser.add_argument("--form", default=FORMS[0], choices=FORMS)
    parser.add_argument("--step", type=int, help="of the weights: the nearest snapshot; the last if left out")
    parser.add_argument("--out", dest="goal", metavar="FILE", help="named after the run if left out")


def _add_runs(parser: argparse.ArgumentParser) -> None:
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--stop", metavar="ID")
    end.add_argument("--delete", metavar="ID")
