"""Questions on texts: asked once however many look, taken back when nobody looks, right after a failure."""

import pytest

from lmcore.errors import ResourceError, TextError
from lmcore.runs.questions import Questions
from lmcore.runs.replies import Replies


class Reader:
    """A worker that writes down what it hears."""

    pid = 7

    def __init__(self, *, listens: bool = True) -> None:
        self.heard: list[dict] = []
        self.listens = listens

    def say(self, **message: object) -> bool:
        self.heard.append(message)
        return self.listens


@pytest.fixture
def replies() -> Replies:
    return Replies()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def questions(replies: Replies, reader: Reader) -> Questions:
    return Questions(replies, lambda corpus: reader)  # type: ignore[arg-type, return-value]


def test_two_visitors_with_one_question_wait_for_one_answer(questions: Questions, reader: Reader) -> None:
    first = questions.open("count", corpus="news", n=2)
    second = questions.open("count", corpus="news", n=2)
    assert first is second and len(reader.heard) == 1
    questions.leave(first)
    assert len(reader.heard) == 1, "one of them still waits"
    questions.leave(second)
    assert reader.heard[1] == {"cancel": first.id}


def test_another_argument_is_another_question(questions: Questions, reader: Reader) -> None:
    assert questions.open("count", corpus="news", n=2) is not questions.open("count", corpus="news", n=3)
    assert questions.open("count", corpus="wikipedia", n=2).id not in {m["request"] for m in reader.heard[:2]}


def test_an_answer_is_kept(questions: Questions, reader: Reader) -> None:
    reply = questions.open("count", corpus="news")
    for line in ({"part": {"progress": 0.5}}, {"part": {"n": 1}}, {"done": True}):
        reply.add(line)
    questions.leave(reply)
    assert questions.ask("count", corpus="news") == {"n": 1}
    assert len(reader.heard) == 1, "neither asked again nor taken back"


def test_progress_is_what_the_worker_said_last(questions: Questions) -> None:
    reply = questions.open("count", corpus="news")
    assert reply.progress == 0
    reply.add({"part": {"progress": 0.25}})
    assert reply.progress == 0.25 and not reply.settled(0)


def test_a_question_that_was_taken_back_can_be_asked_again(questions: Questions, reader: Reader) -> None:
    reply = questions.open("count", corpus="news")
    questions.leave(reply)
    again = questions.open("count", corpus="news")
    assert again is not reply and reader.heard[-1]["request"] == again.id


def test_an_error_is_said_and_not_remembered(questions: Questions) -> None:
    reply = questions.open("count", corpus="news")
    reply.add({"error": TextError("prompt_empty").to_json()})
    with pytest.raises(TextError):
        reply.answer(0)
    assert questions.open("count", corpus="news") is not reply


def test_a_worker_that_is_gone_is_said_at_once(replies: Replies) -> None:
    questions = Questions(replies, lambda corpus: Reader(listens=False))  # type: ignore[arg-type, return-value]
    with pytest.raises(ResourceError):
        questions.ask("count", corpus="news")


def test_only_the_questions_of_a_lost_worker_fail(questions: Questions, replies: Replies) -> None:
    mine = questions.open("count", corpus="news")
    other = replies.open("other")
    other.worker_pid = 8
    assert replies.unfinished_of(7) == [mine] and replies.n_unfinished_of(8) == 1


def test_what_changes_the_library_is_done_each_time(questions: Questions, reader: Reader) -> None:
    first = questions.open("take_in", corpus="0" * 24)
    first.add({"part": {"info": {}}})
    first.add({"done": True})
    assert questions.open("take_in", corpus="0" * 24) is not first and len(reader.heard) == 2


def test_an_answer_that_takes_long_is_waited_for(
    questions: Questions, replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lmcore.runs.replies.KEPT_S", 0.0)
    slow = questions.open("count", corpus="news")
    questions.open("count", corpus="wikipedia")
    assert replies.get(slow.id) is slow and replies.n_unfinished_of(7) == 2


def test_a_run_that_was_begun_again_is_asked_again(replies: Replies, reader: Reader) -> None:
    revision = 0
    questions = Questions(replies, lambda run: reader, "run", lambda run: revision)  # type: ignore[arg-type, return-value]
    first = questions.open("neighbours", run="abc", step=8)
    assert questions.open("neighbours", run="abc", step=8) is first
    revision = 1
    assert questions.open("neighbours", run="abc", step=8) is not first
