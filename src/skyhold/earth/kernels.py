"""Sine and cosine that the compiler can put eight to a vector, and the request for wide vectors.

The llvmlite of PyPI has no vector mathematics library, so `math.sin` inside a loop stays scalar
(docs/why/vectors.md).
"""

import math

from numba import njit
from numba.core import types
from numba.extending import intrinsic

EXACT = {"contract", "nsz"}  # no reassociation: the two-part reduction of an angle would be undone
LOOSE = {"contract", "reassoc", "nsz", "arcp"}  # NaN and infinity keep their meaning

_PER_TURN = 0.5 / math.pi
_TURN_HIGH = 2.0 * math.pi
_TURN_LOW = 2.4492935982947064e-16  # 2 pi - _TURN_HIGH

# Minimax polynomials in h^2 on |h| <= pi/2 (Remez exchange): sin h = h + h^3 P, cos h = 1 + h^2 Q
_S1, _S2, _S3, _S4 = -0.1666666666666581, 0.00833333333326288, -0.00019841269820094202, 2.755731607700745e-06
_S5, _S6, _S7 = -2.5051851497018036e-08, 1.604730119734255e-10, -7.364646462267063e-13
_C1, _C2, _C3, _C4 = -0.49999999999993117, 0.041666666665954206, -0.001388888886393402, 2.4801583156323112e-05
_C5, _C6, _C7 = -2.75569507540121e-07, 2.0858735146808857e-09, -1.1012491497864048e-11
_s1, _s2, _s3 = -0.1666666660646703, 0.008333330495673027, -0.00019840804039390717
_s4, _s5 = 2.7522618863283277e-06, -2.3846694158631854e-08
_c1, _c2, _c3 = -0.49999999549555785, 0.041666640728025825, -0.001388840350795016
_c4, _c5 = 2.4761886239648368e-05, -2.607710525252522e-07


@intrinsic
def wide_vectors(typing_context):
    """Ask LLVM for 512-bit vectors in the function that calls this, where the processor has them.

    LLVM prefers 256 bits on most processors with AVX-512; long loops of pure arithmetic run 1.3 to 1.5 times
    faster with 512. numba has no option for it, so the attribute is set on the function being built
    (docs/why/vectors.md). Without AVX-512, or should llvmlite's attribute set change, it does nothing.
    """

    def codegen(context, builder, signature, args):
        attributes = builder.function.attributes
        if isinstance(attributes, set):
            set.add(attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), codegen


@njit(fastmath=EXACT, error_model="numpy", forceinline=True)
def half_turn(x):
    """Half of `x` (rad) brought to within pi/2 of zero: reduction by 2 pi in two parts (Cody and Waite)."""
    k = math.floor(x * _PER_TURN + 0.5)
    return 0.5 * ((x - k * _TURN_HIGH) - k * _TURN_LOW)


@njit(fastmath=EXACT, error_model="numpy", forceinline=True)
def sincos(x):
    """Sine and cosine of `x` (rad), by sin x = 2 sin h cos h, cos x = 1 - 2 sin^2 h.

    Within 5e-15 plus the rounding of `x` itself, for |x| < 1e5.
    """
    h = half_turn(x)
    z = h * h
    w = z * z
    s = h + h * z * ((_S1 + z * _S2) + w * ((_S3 + z * _S4) + w * ((_S5 + z * _S6) + w * _S7)))
    c = 1.0 + z * ((_C1 + z * _C2) + w * ((_C3 + z * _C4) + w * ((_C5 + z * _C6) + w * _C7)))
    return 2.0 * s * c, 1.0 - 2.0 * s * s


@njit(fastmath=EXACT, error_model="numpy", forceinline=True)
def sincos_coarse(x):
    """Sine and cosine of `x` (rad), within 5e-10, for terms that are themselves small corrections."""
    h = half_turn(x)
    z = h * h
    w = z * z
    s = h + h * z * ((_s1 + z * _s2) + w * ((_s3 + z * _s4) + w * _s5))
    c = 1.0 + z * ((_c1 + z * _c2) + w * ((_c3 + z * _c4) + w * _c5))
    return 2.0 * s * c, 1.0 - 2.0 * s * s


@njit(fastmath=LOOSE, error_model="numpy", forceinline=True)
def sincos_small(d):
    """Sine and cosine of a small angle: within 3e-13 for |d| <= 0.1 (Taylor, to d^7 and d^6)."""
    z = d * d
    s = d * (1.0 - z * (1 / 6 - z * (1 / 120 - z * (1 / 5040))))
    return s, 1.0 - z * (0.5 - z * (1 / 24 - z * (1 / 720)))
