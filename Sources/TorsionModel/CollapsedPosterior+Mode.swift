// The scales at the top of the collapsed posterior: a point estimate for the rounds of relaxation.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CollapsedPosterior {
  /// Log scales to start from: noise as large as the data's spread, the prior as in the prototypes (0.3 kcal/mol).
  var startingScales: [Double] {
    blocks.map { block in
      let spread = (block.yy / Swift.max(1, block.degreesOfFreedom)).squareRoot()
      return logOrFloor(0.5 * spread)
    } + [logOrFloor(0.3)]
  }

  /// The log scales of highest density, by cyclic golden-section searches (the scales hardly depend on each other);
  /// good to about 10⁻³, far inside their posterior width.
  func mode() -> [Double] {
    var workspace = ScaleWorkspace(self)
    var scales = startingScales
    var reach = 3.0
    for _ in 0..<30 {
      let before = scales
      for coordinate in scales.indices {
        let origin = scales[coordinate]
        let best = goldenSection(from: origin - reach, to: origin + reach) { value in
          var trial = scales
          trial[coordinate] = value
          return logDensity(trial, &workspace)
        }
        scales[coordinate] = best
      }
      let moved = zip(scales, before).map { abs($0 - $1) }.max() ?? 0
      if moved < 1e-3 { break }
      reach = Swift.max(2 * moved, 0.05)
    }
    return scales
  }

  private func logOrFloor(_ scale: Double) -> Double { log(Swift.max(scale, 1e-3)) }
}

/// The argument in an interval at which a unimodal function is largest, within 10⁻⁴ of the interval's length.
private func goldenSection(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
  let ratio = 0.618_033_988_749_894_9
  var (a, b) = (low, high)
  var x1 = b - ratio * (b - a)
  var x2 = a + ratio * (b - a)
  var f1 = function(x1)
  var f2 = function(x2)
  while b - a > 1e-4 * (high - low) {
    if f1 > f2 {
      (b, x2, f2) = (x2, x1, f1)
      x1 = b - ratio * (b - a)
      f1 = function(x1)
    } else {
      (a, x1, f1) = (x1, x2, f2)
      x2 = a + ratio * (b - a)
      f2 = function(x2)
    }
  }
  return 0.5 * (a + b)
}
