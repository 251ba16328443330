"""What is said of a run that ends with an error."""

import torch

from lmcore.i18n import notice_key, translate
from lmcore.runs.worker import failure


def test_a_full_device_is_one_sentence_with_a_way_out():
    said = failure(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    assert "details" not in said
    for language in ("en", "zh"):
        assert translate(notice_key(said["notice"]["key"]), language)
    assert "batch" in translate("notice.device_full", "en")


def test_anything_else_keeps_its_traceback():
    try:
        raise ZeroDivisionError("x" * 1000)
    except ZeroDivisionError as error:
        said = failure(error)
    assert "ZeroDivisionError" in said["details"]
    assert len(said["notice"]["given"]["reason"]) == 300
