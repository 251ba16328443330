"""The neural probabilistic language model: equation 1, how far it looks back, what it is worth."""

import numpy as np
import pytest
import torch

from lmcore.device import limit_threads
from lmcore.models.configs.nnlm import NNLMConfig
from lmcore.models.nnlm import NNLM
from lmcore.text.config import CleaningConfig, TokenizerConfig
from lmcore.text.corpora import CorpusLibrary
from lmcore.text.ngrams import CountingModel
from lmcore.text.prepared import tokenized
from lmcore.text.splits import split_ids
from lmcore.training.batches import TokenBatches
from lmcore.training.config import TrainingConfig
from lmcore.training.evaluation import held_back_loss
from lmcore.training.schedules import learning_rate_at
from lmcore.training.state import TrainingState

V, T = 11, 9


def tiny(**settings) -> NNLM:
    torch.manual_seed(1)
    config = NNLMConfig(V, T, **{"n_before": 3, "d_embedding": 4, "d_hidden": 6, **settings})
    model = NNLM(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)
    return model


@pytest.mark.parametrize("direct", [False, True])
def test_logits_are_those_of_equation_1_one_window_at_a_time(direct):
    model, ids = tiny(direct=direct), torch.arange(T) % V
    for t, logits in enumerate(model(ids[None])[0]):
        table, start = model.token_embedding.weight, model.start_embedding[0]
        x = torch.cat([table[ids[i]] if i >= 0 else start for i in range(t - 2, t + 1)])
        hidden = torch.tanh(model.hidden.bias + model.hidden.weight @ x)
        expected = model.head.bias + model.head.weight @ hidden
        if model.direct is not None:
            expected = expected + model.direct.weight @ x
        torch.testing.assert_close(logits, expected)


@pytest.mark.parametrize("n_before", [1, 3, 12])  # the last one looks back farther than the text goes
def test_a_token_changes_the_predictions_of_its_window_and_no_others(n_before):
    model, ids = tiny(n_before=n_before), torch.zeros(1, T, dtype=torch.long)
    other = ids.clone()
    other[0, 2] = 5
    changed = (model(ids) != model(other)).any(-1)[0].nonzero().flatten().tolist()
    assert changed == list(range(2, min(T, 2 + n_before)))


def test_it_beats_counting_of_the_same_order_on_the_constructed_world(tmp_path):
    limit_threads(1)
    world = CorpusLibrary(tmp_path).get("sentences_en")
    tokenizer, ids = tokenized(world, CleaningConfig(), TokenizerConfig("word"), None)
    parts, size = split_ids(ids[:25_000], 0.1), tokenizer.vocab_size
    counted = CountingModel(parts.train, size, 6).losses(parts.validation)
    torch.manual_seed(0)
    config = TrainingConfig(steps=300, batch_size=16, learning_rate=8e-3)
    model = NNLM(NNLMConfig(size, 32, n_before=5))
    state = TrainingState(model, TokenBatches(parts.train, 32, 16, seed=1), config)
    for step in range(1, 301):
        state.update(learning_rate_at(state.progress, step, config))
    held_back = torch.from_numpy(parts.validation.astype(np.int64))
    assert held_back_loss(model, held_back, 32) < 0.97 * counted.min()


@pytest.mark.parametrize("direct", [False, True])
def test_the_promised_number_of_parameters_is_the_real_one(direct):
    model = tiny(direct=direct)
    assert sum(parameter.numel() for parameter in model.parameters()) == model.config.n_parameters
