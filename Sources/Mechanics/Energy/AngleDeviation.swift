// How far an angle is from its equilibrium value, without an arc cosine in the common case.

import CMath

/// The cosine and sine of an angle.
struct Direction {
  var cosine: Double, sine: Double

  init(angle: Double) {
    cosine = cos(angle)
    sine = sin(angle)
  }
}

/// The largest |x| that ``smallArcSine(_:)`` is good for: the sine of 30°.
let smallArcSineLimit = 0.5

/// arcsin x for |x| ≤ ½ as x + x³ · P(x²)/Q(x²); relative error below 1e-15 (a test compares with libm).
/// The coefficients are those of the public-domain Cephes library's asin.c (S. L. Moshier, 1984–2000).
@inline(__always)
func smallArcSine(_ x: Lanes) -> Lanes {
  let z = x * x
  let z2 = z * z
  let z4 = z2 * z2
  // Estrin's order: short dependency chains let several angles be in flight at once.
  let p0 = -8.198089802484824371615 + 19.56261983317594739197 * z
  let p1 = -16.26247967210700244449 + 5.444622390564711410273 * z
  let p2 = -0.6019598008014123785661 + 4.253011369004428248960e-3 * z
  let q0 = -49.18853881490881290097 + 139.5105614657485689735 * z
  let q1 = -147.1791292232726029859 + 70.49610280856842141659 * z
  let q2 = -14.74091372988853791896 + z
  let p = p0 + p1 * z2 + p2 * z4
  let q = q0 + q1 * z2 + q2 * z4
  return x + x * z * (p / q)
}

/// θ − θ₀ in radian from the cosine and sine of both; within ±30° no library function is called.
@inline(__always)
func angleDeviation(cosine: Lanes, sine: Lanes, cosine0: Lanes, sine0: Lanes) -> Lanes {
  let sinDeviation = sine * cosine0 - cosine * sine0
  let cosDeviation = cosine * cosine0 + sine * sine0
  let cosLimit = 0.8660254037844387
  if cosDeviation[0] > cosLimit && cosDeviation[1] > cosLimit { return smallArcSine(sinDeviation) }
  return Lanes(atan2(sinDeviation[0], cosDeviation[0]), atan2(sinDeviation[1], cosDeviation[1]))
}
