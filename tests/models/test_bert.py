"""Facts about BERT, and BERT of transformers as oracle."""

import math
import os

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers

from lmcore.errors import ConfigError
from lmcore.models.bert import FOLLOWS, Bert
from lmcore.models.bert_folder import bert_settings, bert_tensors
from lmcore.models.configs.bert import BertConfig
from lmcore.models.recording import Recording

V = 50


def made(next_sentence: bool = False) -> Bert:
    """A model whose biases and norms are not what they start as, which would hide a mix-up."""
    torch.manual_seed(0)
    model = Bert(BertConfig(V, 16, n_layers=2, n_heads=3, d_model=24, next_sentence=next_sentence)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


def theirs(model: Bert, kind: type[transformers.PreTrainedModel]) -> transformers.PreTrainedModel:
    settings = {key: value for key, value in bert_settings(model.config).items() if key != "architectures"}
    oracle = kind(transformers.BertConfig(**settings)).eval()
    missing, unexpected = oracle.load_state_dict(bert_tensors(model), strict=False)
    assert not unexpected and set(missing) <= {  # tied to the embedding and to the bias
        "cls.predictions.decoder.weight",
        "cls.predictions.decoder.bias",
    }
    oracle.tie_weights()
    return oracle


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(V, (2, 16), generator=torch.Generator().manual_seed(1))


@pytest.fixture
def segments() -> torch.Tensor:
    return (torch.arange(16) > torch.tensor([[5], [9]])).long()


def test_logits_equal_those_of_transformers(ids, segments):
    model = made()
    oracle = theirs(model, transformers.BertForMaskedLM)
    with torch.no_grad():
        assert (model(ids) - oracle(ids).logits).abs().max() <= 1e-4
        two = model(ids, segments=segments)
        assert (two - oracle(ids, token_type_ids=segments).logits).abs().max() <= 1e-4
    assert not torch.allclose(two, model(ids), atol=1e-2)


def test_what_it_thinks_of_two_sentences_equals_transformers(ids, segments):
    model = made(next_sentence=True)
    oracle = theirs(model, transformers.BertForPreTraining)
    with torch.no_grad():
        expected = oracle(ids, token_type_ids=segments)
        assert (model(ids, segments=segments) - expected.prediction_logits).abs().max() <= 1e-4
        judged = model.judged(model.hidden(ids, segments))
        assert (judged - expected.seq_relationship_logits).abs().max() <= 1e-4


def test_the_two_losses_equal_those_of_transformers(monkeypatch):
    """Over whole batches: our gaps and labels, handed to transformers."""
    model = made(next_sentence=True)
    oracle = theirs(model, transformers.BertForPreTraining)
    windows = torch.randint(V - 3, (8, 17))
    seen = {}
    guess = model.guess_loss
    monkeypatch.setattr(
        model, "guess_loss", lambda x, masked, s: seen.update(m=masked) or guess(x, masked, s)
    )
    torch.manual_seed(3)
    ours = model.masked_loss(windows)
    torch.manual_seed(3)
    _, segments, labels = model.pairs(windows[:, :13])
    masked = seen["m"]
    targets = torch.full_like(masked.ids, -100).scatter(1, masked.positions, masked.targets)
    with torch.no_grad():
        answer = oracle(
            masked.ids,
            token_type_ids=segments.expand(8, -1),
            labels=targets,
            next_sentence_label=labels,
        )
    assert ours.item() == pytest.approx(answer.loss.item(), abs=1e-4)


def test_a_blind_guess_costs_ln_v_and_ln_2():
    torch.manual_seed(0)
    windows = torch.randint(77, (64, 65))
    for pairs, expected in ((False, math.log(80)), (True, math.log(80) + math.log(2))):
        model = Bert(BertConfig(80, 64, next_sentence=pairs))
        with torch.no_grad():
            assert model.masked_loss(windows).item() == pytest.approx(expected, abs=0.25)


@pytest.mark.parametrize("next_sentence", [False, True])
def test_the_promised_number_of_parameters_is_the_real_one(next_sentence):
    config = BertConfig(33, 12, n_layers=3, n_heads=1, d_model=10, next_sentence=next_sentence)
    assert sum(parameter.numel() for parameter in Bert(config).parameters()) == config.n_parameters


def test_every_position_sees_every_other(ids):
    model = made()
    changed = ids.clone()
    changed[:, 8] = (changed[:, 8] + 1) % V
    assert ((model(ids) - model(changed)).abs().amax(dim=-1) > 1e-6).all()


def test_recording_keeps_everything_and_changes_nothing(ids):
    model, recording = made(), Recording()
    torch.testing.assert_close(model(ids, record=recording), model(ids))
    assert [tuple(weights.shape) for weights in recording.attention] == [(2, 3, 16, 16)] * 2
    assert [tuple(stream.shape) for stream in recording.residual] == [(2, 16, 24)] * 3
    assert recording.logits is not None
    torch.testing.assert_close(recording.logits, model.scores(recording.residual[-1]))


def test_half_of_the_second_halves_come_from_another_text():
    model = made(next_sentence=True)
    texts = torch.arange(40)[:, None].expand(-1, 13).contiguous()  # every text is one number
    foreign = 0
    for seed in range(50):
        torch.manual_seed(seed)
        ids, segments, labels = model.pairs(texts)
        assert (ids[:, 0] == V - 2).all() and (ids[:, [7, 15]] == V - 1).all()
        assert segments.tolist() == [0] * 8 + [1] * 8
        same = ids[:, 1] == ids[:, 8]
        assert torch.equal(labels, (~same).long())  # 0: follows, as in transformers
        foreign += int((~same).sum())
    assert foreign / 2000 == pytest.approx(0.5, abs=0.04)


def test_one_text_alone_has_no_foreign_half():
    model = made(next_sentence=True)
    for seed in range(20):
        torch.manual_seed(seed)
        assert model.pairs(torch.arange(13)[None])[2].tolist() == [FOLLOWS]


def test_a_text_shorter_than_its_window_can_be_measured():
    for pairs in (False, True):
        assert made(pairs).masked_loss(torch.tensor([[1, 2]])).isfinite()


def test_a_context_without_room_for_two_texts_is_refused():
    with pytest.raises(ConfigError, match="context_length"):
        BertConfig(context_length=4)
