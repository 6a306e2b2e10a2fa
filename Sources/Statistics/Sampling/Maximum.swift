// The maximum of a smooth function of a few variables, and its curvature there, from values alone.

import CGSL

/// Where a function is largest, and how it falls off.
public struct Maximum: Sendable, Hashable {
  /// The position found.
  public let position: [Double]
  /// The function there.
  public let value: Double

  /// Climbs from `start` by the BFGS method with central differences (Nocedal & Wright, Numerical Optimization, 2nd
  /// ed., ch. 6); nil when `function` is not finite at `start`.
  ///
  /// Meant for log densities of log scales, whose widths are of order one: differences are over 10⁻³, it stops when no
  /// slope exceeds `tolerance`, after 60 steps, or when a step gains less than 10⁻⁷. No step is longer than 1.5.
  ///
  /// - Parameters:
  ///   - function: what is climbed.
  ///   - start: where from.
  ///   - tolerance: the largest slope at the end.
  ///   - slopes: the gradient, nil where it cannot be computed; without, central differences take its place.
  public init?(
    of function: ([Double]) -> Double, gradient slopes: (([Double]) -> [Double]?)? = nil,
    from start: [Double],
    tolerance: Double = 1e-3
  ) {
    let n = start.count
    var x = start
    var value = function(x)
    guard value.isFinite else { return nil }
    func gradient(_ x: [Double]) -> [Double] {
      if let slopes { return slopes(x) ?? [Double](repeating: 0, count: n) }
      return (0..<n).map { i in
        var (up, down) = (x, x)
        up[i] += 1e-3
        down[i] -= 1e-3
        let slope = (function(up) - function(down)) / 2e-3
        return slope.isFinite ? slope : 0
      }
    }
    var inverse = Matrix(diagonal: [Double](repeating: 0.2, count: n))
    var slope = gradient(x)
    for _ in 0..<60 {
      guard slope.contains(where: { abs($0) > tolerance }) else { break }
      var direction = inverse.times(slope)
      if zip(direction, slope).reduce(0, { $0 + $1.0 * $1.1 }) <= 0 {
        inverse = Matrix(diagonal: [Double](repeating: 0.2, count: n))
        direction = inverse.times(slope)
      }
      let longest = direction.map { abs($0) }.max() ?? 0
      if longest > 1.5 { direction = direction.map { $0 * 1.5 / longest } }
      let rise = zip(direction, slope).reduce(0) { $0 + $1.0 * $1.1 }
      var step = 1.0
      var accepted: (x: [Double], value: Double)?
      for _ in 0..<12 {
        let trial = zip(x, direction).map { $0 + step * $1 }
        let trialValue = function(trial)
        if trialValue.isFinite, trialValue >= value + 1e-4 * step * rise {
          accepted = (trial, trialValue)
          break
        }
        step /= 3
      }
      guard let accepted else { break }
      let newSlope = gradient(accepted.x)
      let s = zip(accepted.x, x).map { $0 - $1 }
      let y = zip(slope, newSlope).map { $0 - $1 }
      let sy = zip(s, y).reduce(0) { $0 + $1.0 * $1.1 }
      if sy > 1e-12 { inverse = Self.updated(inverse, s: s, y: y, sy: sy) }
      let gain = accepted.value - value
      (x, value, slope) = (accepted.x, accepted.value, newSlope)
      if gain < 1e-7 { break }
    }
    position = x
    self.value = value
  }

  private static func updated(_ inverse: Matrix, s: [Double], y: [Double], sy: Double) -> Matrix {
    let n = s.count
    let hy = inverse.times(y)
    let yhy = zip(y, hy).reduce(0) { $0 + $1.0 * $1.1 }
    var result = inverse
    for i in 0..<n {
      for j in 0..<n {
        result[i, j] += (1 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy
      }
    }
    return result
  }

  /// Minus the matrix of second derivatives at a position, by differences of about 0.3 widths, with eigenvalues
  /// below `least` raised to it: the precision of the normal density that fits a log density there.
  public static func precision(
    of function: ([Double]) -> Double, at position: [Double], least: Double = 0.25
  ) -> Matrix {
    let n = position.count
    let value = function(position)
    func at(_ changes: [(Int, Double)]) -> Double {
      var x = position
      for (i, change) in changes { x[i] += change }
      return function(x)
    }
    var steps = [Double](repeating: 0.1, count: n)
    var result = Matrix(rows: n, columns: n)
    var up = steps
    for i in 0..<n {
      // Twice: the first time for the width.
      for _ in 0..<2 {
        let above = at([(i, steps[i])])
        let below = at([(i, -steps[i])])
        let second = -(above + below - 2 * value) / (steps[i] * steps[i])
        result[i, i] = second.isFinite ? second : least
        up[i] = above
        steps[i] = 0.3 / max(result[i, i], least).squareRoot()
      }
      up[i] = at([(i, steps[i])])
    }
    for i in 0..<n {
      for j in (i + 1)..<max(n, i + 1) {
        let mixed = -(at([(i, steps[i]), (j, steps[j])]) - up[i] - up[j] + value) / (steps[i] * steps[j])
        result[i, j] = mixed.isFinite ? mixed : 0
        result[j, i] = result[i, j]
      }
    }
    guard let eigen = SymmetricEigen(result) else {
      return Matrix(diagonal: [Double](repeating: 1, count: n))
    }
    let raised = eigen.values.map { max($0, least) }
    return eigen.vectors.times(eigen.vectors.transposed.scalingRows(by: raised))
  }
}
