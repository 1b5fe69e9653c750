"""What Numba has no words for: instructions on sixteen numbers, and the bits of a float.

Each function here writes LLVM's intermediate code. Addresses are whole numbers.
"""

from itertools import chain
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16
"""Outputs that one instruction adds to: int32 numbers in a register of 512 bits."""
PANEL = 64
"""Outputs whose weights lie together; see `linear_rows`."""
WIDEST = 4 * PANEL
"""Outputs that are computed at once at most."""
AHEAD = 2048
"""Bytes of weights that are fetched before they are needed."""

LINE = 64
"""Bytes that memory gives at once."""

_INT8, _INT32, _INT64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_NEAREST_CACHE, _NEXT_CACHE = _INT32(3), _INT32(2)
_SIXTEEN = ir.VectorType(_INT32, LANES)
_HALVES, _FLOAT = ir.VectorType(ir.IntType(16), LANES), ir.FloatType()
_FLOATS = ir.VectorType(_FLOAT, LANES)
_ZEROS = ir.Constant(_FLOATS, [_FLOAT(0)] * LANES)
_UPPER = ir.Constant(_SIXTEEN, [_INT32(16)] * LANES)
_NOUGHTS = ir.Constant(_SIXTEEN, [_INT32(0)] * LANES)
_UNKNOWN = ir.Constant(_SIXTEEN, ir.Undefined)


def dot_tile(num_rows: int, num_columns: int) -> Any:
    """Sums of products of `num_rows` rows of bytes with `num_columns` · 16 outputs.

    The function takes five addresses or numbers: the weights (signed bytes, four inputs of
    each output side by side), the rows (unsigned bytes), bytes from row to row, how many
    fours of inputs there are, and the int32 sums, which it adds to, `WIDEST` for a row.
    Meanwhile they stay in registers: a weight is read once for all rows. Beyond four columns
    the next panels follow, which are read side by side: memory serves several streams faster
    than one.

    `vpdpbusd` multiplies 64 pairs of bytes and adds four products to each of 16 sums.
    """

    @intrinsic
    def tile(
        _context: Any, weights: Any, rows: Any, row_bytes: Any, num_fours: Any, sums: Any
    ) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            weights, rows, row_bytes, num_fours, sums = arguments

            def at(base: Any, offset: int, kind: ir.Type) -> Any:
                return builder.inttoptr(builder.add(base, _INT64(offset)), kind.as_pointer())

            multiply_add = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(_SIXTEEN, [_SIXTEEN] * 3),
                "llvm.x86.avx512.vpdpbusd.512",
            )
            places = [
                [
                    at(sums, 4 * (WIDEST * row + LANES * column), _SIXTEEN)
                    for column in range(num_columns)
                ]
                for row in range(num_rows)
            ]
            starts = [[builder.load(place, align=4) for place in row] for row in places]
            before = builder.block
            loop, after = (
                builder.append_basic_block("fours"),
                builder.append_basic_block("summed"),
            )
            builder.branch(loop)
            builder.position_at_end(loop)
            four = builder.phi(_INT64)
            four.add_incoming(_INT64(0), before)
            totals = [[builder.phi(_SIXTEEN) for _ in range(num_columns)] for _ in range(num_rows)]
            for row_totals, row_starts in zip(totals, starts, strict=True):
                for total, start in zip(row_totals, row_starts, strict=True):
                    total.add_incoming(start, before)
            here = builder.add(weights, builder.mul(four, _INT64(4 * PANEL)))
            columns = []
            for column in range(num_columns):
                panel, within = divmod(4 * LANES * column, 4 * PANEL)
                base = builder.add(here, builder.mul(row_bytes, _INT64(panel * PANEL)))
                _fetch(builder, at(base, AHEAD + within, _INT8))
                columns.append(builder.load(at(base, within, _SIXTEEN), align=4 * LANES))
            inputs = builder.add(rows, builder.mul(four, _INT64(4)))
            following = builder.add(four, _INT64(1))
            four.add_incoming(following, loop)
            results = []
            for row, row_totals in enumerate(totals):
                place = builder.add(inputs, builder.mul(row_bytes, _INT64(row)))
                quad = builder.load(at(place, 0, _INT32), align=4)
                single = builder.insert_element(_UNKNOWN, quad, _INT32(0))
                everywhere = builder.shuffle_vector(single, _UNKNOWN, _NOUGHTS)
                for total, column in zip(row_totals, columns, strict=True):
                    added = builder.call(multiply_add, [total, everywhere, column])
                    total.add_incoming(added, loop)
                    results.append(added)
            builder.cbranch(builder.icmp_signed("<", following, num_fours), loop, after)
            builder.position_at_end(after)
            for place, result in zip(chain.from_iterable(places), results, strict=True):
                builder.store(result, place, align=4)
            return context.get_dummy_value()

        return types.void(*[types.intp] * 5), generate

    return tile


def half_tile(num_rows: int, num_outputs: int) -> Any:
    """Products of `num_rows` rows of float32 with `num_outputs` rows of bfloat16 weights.

    The function takes the addresses of weights and rows, the width of both, a multiple of 16,
    and where the float32 sums (rows, outputs) go. A weight is read and widened once for all
    rows; the outputs are streams side by side, and what the next call will read is fetched.
    """

    @intrinsic
    def tile(_context: Any, weights: Any, rows: Any, width: Any, sums: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            weights, rows, width, sums = arguments

            def at(base: Any, number: int, item: int, kind: ir.Type) -> Any:
                distance = builder.mul(width, _INT64(number * item))
                return builder.inttoptr(builder.add(base, distance), kind.as_pointer())

            multiply_add = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(_FLOATS, [_FLOATS] * 3), "llvm.fma.v16f32"
            )
            before = builder.block
            loop, after = (
                builder.append_basic_block("sixteens"),
                builder.append_basic_block("summed"),
            )
            builder.branch(loop)
            builder.position_at_end(loop)
            place = builder.phi(_INT64)
            place.add_incoming(_INT64(0), before)
            totals = [builder.phi(_FLOATS) for _ in range(num_rows * num_outputs)]
            here = builder.add(weights, builder.mul(place, _INT64(2)))
            inputs = builder.add(rows, builder.mul(place, _INT64(4)))
            numbers = []
            for output in range(num_outputs):
                _fetch(builder, at(here, num_outputs + output, 2, _INT8), _NEXT_CACHE)
                half = builder.load(at(here, output, 2, _HALVES), align=2)
                wide = builder.shl(builder.zext(half, _SIXTEEN), _UPPER)
                numbers.append(builder.bitcast(wide, _FLOATS))
            results: list[Any] = []
            for row in range(num_rows):
                x = builder.load(at(inputs, row, 4, _FLOATS), align=4)
                for number in numbers:
                    total = totals[len(results)]
                    results.append(builder.call(multiply_add, [x, number, total]))
                    total.add_incoming(_ZEROS, before)
                    total.add_incoming(results[-1], loop)
            following = builder.add(place, _INT64(LANES))
            place.add_incoming(following, loop)
            builder.cbranch(builder.icmp_signed("<", following, width), loop, after)
            builder.position_at_end(after)
            add_up = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(_FLOAT, [_FLOAT, _FLOATS]),
                "llvm.vector.reduce.fadd.v16f32",
            )
            for number, result in enumerate(results):
                total = builder.call(add_up, [_FLOAT(-0.0), result], fastmath=("reassoc",))
                target = builder.add(sums, _INT64(4 * number))
                builder.store(total, builder.inttoptr(target, _FLOAT.as_pointer()), align=4)
            return context.get_dummy_value()

        return types.void(*[types.intp] * 4), generate

    return tile


@intrinsic
def fetch(_context: Any, address: Any) -> Any:
    """Have the 64 bytes around an address brought to the cache; nothing waits for them."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        _fetch(builder, builder.inttoptr(arguments[0], _INT8.as_pointer()))
        return context.get_dummy_value()

    return types.void(types.intp), generate


def _fetch(builder: Any, place: Any, cache: ir.Constant = _NEAREST_CACHE) -> None:
    kinds = [_INT8.as_pointer(), _INT32, _INT32, _INT32]
    function = ir.FunctionType(ir.VoidType(), kinds)
    prefetch = cgutils.get_or_insert_function(builder.module, function, "llvm.prefetch.p0")
    builder.call(prefetch, [place, _INT32(0), cache, _INT32(1)])


def pointer_to(number: Any) -> Any:
    """A function that takes an address for that of numbers of a type."""

    @intrinsic
    def pointer(_context: Any, address: Any) -> Any:
        kind = types.CPointer(number)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(types.intp), generate

    return pointer


floats_at = pointer_to(types.float32)
bytes_at = pointer_to(types.uint8)
halves_at = pointer_to(types.uint16)
wholes_at = pointer_to(types.int64)


def _same_bits(source: Any, target: Any, bits: ir.Type) -> Any:
    @intrinsic
    def cast(_context: Any, number: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], bits)

        return target(source), generate

    return cast


float_of_bits = _same_bits(types.int32, types.float32, ir.FloatType())
bits_of_float = _same_bits(types.float32, types.int32, _INT32)

SUMS_IN_ANY_ORDER = {"reassoc", "contract", "arcp", "nsz"}
"""What the compiler may assume of floats: all that vectors need, and yet NaN stays NaN."""

_LOG2_E = np.float32(1.4426950408889634)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_HALF, _ONE = np.float32(0.5), np.float32(1)
_LOWEST, _HIGHEST = np.float32(-87), np.float32(88)
# 1/2! to 1/6!, by which the error of e^r for |r| ≤ ln 2 / 2 stays below that of float32.
_SECOND, _THIRD = np.float32(1 / 2), np.float32(1 / 6)
_FOURTH, _FIFTH, _SIXTH = np.float32(1 / 24), np.float32(1 / 120), np.float32(1 / 720)


@njit(inline="always", fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def exp(x: Any) -> Any:
    """e^x in float32 without a table or a branch, so that the compiler makes vectors of it.

    With n the whole number nearest to x / ln 2, e^x = 2^n · e^r: 2^n is a float's exponent,
    e^r a short power series.
    """
    x = min(max(x, _LOWEST), _HIGHEST)
    n = np.floor(x * _LOG2_E + _HALF)
    r = x - n * _LN2_HIGH - n * _LN2_LOW
    series = _ONE + r * (
        _ONE + r * (_SECOND + r * (_THIRD + r * (_FOURTH + r * (_FIFTH + r * _SIXTH))))
    )
    return series * float_of_bits(np.int32((np.int32(n) + np.int32(127)) << np.int32(23)))
