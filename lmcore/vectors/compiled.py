"""What the compiled kernels of the predictive methods have in common.

numba writes these functions into the kernels and notices a change of a kernel's own file only: after a change
here, delete `lmcore/vectors/__pycache__`.
"""

from collections.abc import Callable

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

MATH = {"reassoc", "contract", "nsz", "arcp"}  # fastmath without its promise that there is never a NaN
LONGEST = 1_000  # words read at once from a long sequence
TILE = 6  # rows that are multiplied at once: as many sums as stay in registers
LARGEST_SCORE = np.float32(30)  # beyond it σ is 0 or 1 in float32, and exp stays finite
PRODUCT_LIMIT = 1e200  # of factors whose logarithm is taken at once
REDRAWS = 8  # of a negative that is the centre itself; where there is hardly another word it stays

Kernel = Callable[..., tuple[float, int]]

_LOG2_E = np.float32(1.4426950408889634)
_FRACTION_BITS = np.int32(23)  # a float32 is 2^(exponent - 127) · (1 + fraction / 2^23)
_BIAS = np.int32(127)


@njit(inline="always")
def random_bits(state):  # type: ignore[no-untyped-def]
    """31 random bits from a linear congruential generator with Knuth's MMIX constants."""
    state[0] = state[0] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return state[0] >> np.uint64(33)


@njit(inline="always")
def read_words(tokens, position, end, keep, state, words):  # type: ignore[no-untyped-def]
    """Fill `words` with the next sequence, thinned by `keep`; gives how many, and where reading goes on."""
    n = 0
    while position < end and n < LONGEST:
        word = tokens[position]
        position += 1
        if word < 0:
            if n > 0:
                break
        elif np.float32(random_bits(state)) * np.float32(2**-31) < keep[word]:
            words[n] = word
            n += 1
    return n, position


@njit(inline="always")
def is_in(word, words, first, last):  # type: ignore[no-untyped-def]
    """Whether a word is among words[first:last]."""
    found = False
    for j in range(first, last):
        found |= words[j] == word
    return found


@njit(inline="always")
def exp(x):  # type: ignore[no-untyped-def]
    """e^x of a float32, |x| ≤ 30, within 4e-7 of it, as arithmetic that is done for many numbers at once.

    e^x = 2^n · 2^f: the whole number n becomes a float's exponent, 2^f (0 ≤ f < 1) is a polynomial.
    """
    y = x * _LOG2_E
    n = np.floor(y)
    f = y - n
    power = np.int32((np.int32(n) + _BIAS) << _FRACTION_BITS).view(np.float32)
    tail = np.float32(0.00967545) + f * (np.float32(0.00124678688) + f * np.float32(0.000216128292))
    body = np.float32(0.240229305) + f * (np.float32(0.0554852815) + f * tail)
    return power * (np.float32(1) + f * (np.float32(0.693147045) + f * body))


def _emit_prefetch(_context, matrix, _row, _column):  # type: ignore[no-untyped-def]
    """What numba asks for: the types of the arguments, and a function that writes the instruction."""

    def emit(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        where = cgutils.get_item_pointer(context, builder, signature.args[0], array, arguments[1:])
        address, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        to_write, keep_near, data = number(1), number(3), number(1)
        builder.call(function, [builder.bitcast(where, address), to_write, keep_near, data])
        return context.get_dummy_value()

    return types.void(matrix, types.int64, types.int64), emit


# prefetch(matrix, row, column): bring a line of memory into the cache, because it will be changed soon
prefetch: Callable[..., None] = intrinsic(_emit_prefetch)
