// Square roots of two doubles at once. Swift's SIMD2.squareRoot() takes them one by one and calls libm for errno.
#pragma once

typedef double swivel_lanes __attribute__((ext_vector_type(2)));

static inline __attribute__((always_inline)) swivel_lanes swivel_sqrt(swivel_lanes x) {
  return __builtin_elementwise_sqrt(x);
}
