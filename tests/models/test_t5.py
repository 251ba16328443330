"""Facts about the T5, and the one of transformers as oracle."""

import math
import os

os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
import torch
import transformers

from lmcore.errors import ConfigError
from lmcore.models.configs.t5 import T5Config
from lmcore.models.recording import Recording
from lmcore.models.t5 import T5, distance_buckets
from lmcore.models.t5_folder import t5_config, t5_tensors

V = 60
CONFIG = T5Config(vocab_size=V, context_length=24, n_layers=2, n_heads=3, d_model=24)


@pytest.fixture
def model() -> T5:
    torch.manual_seed(0)
    model = T5(CONFIG).eval()
    with torch.no_grad():  # norms that start at 1 would hide a mix-up
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


@pytest.fixture
def texts() -> tuple[torch.Tensor, torch.Tensor]:
    """A source longer than all buckets, and a target."""
    generator = torch.Generator().manual_seed(1)
    return torch.randint(26, (2, 150), generator=generator), torch.randint(26, (2, 140), generator=generator)


def oracle(model: T5) -> transformers.T5ForConditionalGeneration:
    theirs = transformers.T5ForConditionalGeneration(transformers.T5Config(**t5_config(model.config)))
    missing, unexpected = theirs.load_state_dict(t5_tensors(model), strict=False)
    assert not unexpected
    assert set(missing) <= {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"}
    return theirs.eval()


def test_t5_of_transformers_computes_the_same(model, texts):
    source, target = texts
    with torch.no_grad():
        theirs = oracle(model)(input_ids=source, labels=target)
        assert (theirs.logits - model(source, target)).abs().max().item() <= 1e-4
        assert model.token_loss(source, target).item() == pytest.approx(theirs.loss.item(), abs=1e-5)


def test_recorded_attention_is_that_of_transformers(model, texts):
    source, target = texts
    recording = Recording()
    with torch.no_grad():
        logits = model(source, target, record=recording)
        settings = {"output_attentions": True, "return_dict": True}
        expected = oracle(model)
        expected.set_attn_implementation("eager")
        theirs = expected(input_ids=source, labels=target, **settings)
        torch.testing.assert_close(logits, model(source, target), atol=1e-4, rtol=0)
    assert recording.source is not None
    pairs = [
        (recording.attention, theirs.decoder_attentions),
        (recording.cross, theirs.cross_attentions),
        (recording.source.attention, theirs.encoder_attentions),
    ]
    for ours, known in pairs:
        assert len(ours) == len(known) == 2
        for layer, other in zip(ours, known, strict=True):
            assert (layer - other).abs().max().item() <= 1e-5
    assert [tuple(x.shape) for x in recording.residual] == [(2, 140, 24)] * 3
    assert [tuple(x.shape) for x in recording.source.residual] == [(2, 150, 24)] * 3


def test_the_decoder_sees_nothing_that_is_still_to_be_written(model, texts):
    source, target = texts
    changed = target.clone()
    changed[:, 8:] = (changed[:, 8:] + 1) % 26
    with torch.no_grad():
        before, after = model(source, target), model(source, changed)
    torch.testing.assert_close(before[:, :9], after[:, :9])
    assert not torch.allclose(before[:, 9:], after[:, 9:])


def test_the_encoder_sees_the_whole_source_from_everywhere(model, texts):
    source, target = texts
    changed = source.clone()
    changed[:, -1] = (changed[:, -1] + 1) % 26
    with torch.no_grad():
        assert not torch.allclose(model.encode(source)[:, 0], model.encode(changed)[:, 0])
        assert not torch.allclose(model(source, target)[:, 0], model(changed, target)[:, 0])


def test_far_distances_share_a_bucket_and_near_ones_do_not():
    near = distance_buckets(torch.arange(-15, 1), both_ways=False)
    assert near.tolist() == list(range(15, -1, -1))
    assert distance_buckets(torch.tensor([-128, -4000]), both_ways=False).tolist() == [31, 31]
    both = distance_buckets(torch.tensor([-3, 3, -500, 500]), both_ways=True)
    assert both.tolist() == [3, 19, 15, 31]


def test_a_sequence_loss_is_of_the_second_half_given_the_first(model, texts):
    windows = texts[0][:, :25]
    with torch.no_grad():
        by_hand = model.token_loss(windows[:, :12], windows[:, 12:])
        assert model.sequence_loss(windows) == by_hand


def test_a_span_loss_is_drawn_anew_and_the_same_for_the_same_seed(model, texts):
    windows = texts[0][:, :25]
    losses = []
    with torch.no_grad():
        for seed in (0, 0, 1):
            torch.manual_seed(seed)
            losses.append(float(model.span_loss(windows)))
    assert losses[0] == losses[1] != losses[2]


def test_a_fresh_model_has_scores_of_size_one():
    torch.manual_seed(0)
    model = T5(T5Config(vocab_size=500, d_model=128))
    ids = torch.randint(400, (4, 64))
    assert model(ids, ids).std().item() == pytest.approx(1, abs=0.15)
    assert model.token_loss(ids, torch.randint(400, (4, 64))).item() == pytest.approx(
        math.log(500) + 0.5, abs=0.3
    )


def test_a_vocabulary_must_have_room_for_the_special_tokens():
    with pytest.raises(ConfigError, match="vocab_size"):
        T5Config(vocab_size=34)
    assert CONFIG.special("<extra_id_31>") == V - 1
