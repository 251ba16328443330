"""A checkpoint is whole, or it is refused in words."""

import numpy as np
import pytest
import torch

from lmcore.errors import RunError
from lmcore.models.configs.gpt import GPTConfig
from lmcore.models.gpt import GPT
from lmcore.training.batches import TokenBatches
from lmcore.training.checkpoints import load_checkpoint, save_checkpoint
from lmcore.training.config import TrainingConfig
from lmcore.training.state import TrainingState


def new_state(d_model: int = 8) -> TrainingState:
    model = GPT(GPTConfig(vocab_size=9, context_length=4, n_layers=1, n_heads=2, d_model=d_model))
    return TrainingState(model, TokenBatches(np.arange(9), 4, 2, 1), TrainingConfig())


def test_a_checkpoint_before_the_first_step_comes_back(tmp_path):
    path = tmp_path / "deep" / "c.safetensors"
    save_checkpoint(path, new_state().capture())
    state = new_state()
    state.restore(load_checkpoint(path))
    assert state.step == 0 and state.first_loss is None
    assert [child.name for child in path.parent.iterdir()] == ["c.safetensors"]


def test_a_checkpoint_of_another_model_is_refused_and_changes_nothing():
    state = new_state()
    before = state.model.token_embedding.weight.clone()
    with pytest.raises(RunError, match="another model"):
        state.restore(new_state(d_model=16).capture())
    assert torch.equal(state.model.token_embedding.weight, before)


def test_a_missing_checkpoint_is_an_error_a_visitor_understands(tmp_path):
    with pytest.raises(RunError, match=r"0000003\.safetensors"):
        load_checkpoint(tmp_path / "0000003.safetensors")


@pytest.mark.parametrize("damage", [b"", b"hello", "half", "pickle", "snapshot"])
def test_what_is_no_checkpoint_is_refused(tmp_path, damage):
    path = tmp_path / "c.safetensors"
    save_checkpoint(path, new_state().capture())
    if damage == "half":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "pickle":
        torch.save({"a": torch.ones(2)}, path)
    elif damage == "snapshot":
        from safetensors.torch import save_file

        save_file({"a": torch.ones(2)}, path)
    else:
        path.write_bytes(damage)
    with pytest.raises(RunError, match="cannot be read"):
        load_checkpoint(path)
