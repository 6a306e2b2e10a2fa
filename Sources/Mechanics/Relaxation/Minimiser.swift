// Limited-memory BFGS over flat coordinates (Liu & Nocedal 1989, doi:10.1007/BF01589116).

import Chemistry

/// How a minimisation ended.
struct MinimiserOutcome {
  /// Whether the largest gradient component fell under the tolerance.
  var converged: Bool
  /// Evaluations spent.
  var evaluations: Int
}

/// A minimiser that keeps what it learnt of the curvature from one call to the next, for functions that differ little.
struct Minimiser {
  private let n: Int
  private static let memory = 16
  /// The curvature to start from; nil for that of the steps before alone.
  var curvature: CurvatureModel?
  private var s: [Double]
  private var y: [Double]
  private var rho = [Double](repeating: 0, count: memory)
  private var alpha = [Double](repeating: 0, count: memory)
  private var stored = 0
  private var gradient: [Double]
  private var trial: [Double]
  private var trialGradient: [Double]
  private var direction: [Double]

  /// A minimiser over so many coordinates that knows nothing yet.
  init(count: Int) {
    n = count
    s = [Double](repeating: 0, count: Self.memory * count)
    y = s
    gradient = [Double](repeating: 0, count: count)
    trial = gradient
    trialGradient = gradient
    direction = gradient
  }

  /// Minimises `function` from `x` in place.
  ///
  /// - Parameters:
  ///   - x: flat coordinates, Å.
  ///   - tolerance: largest gradient component that counts as converged, kcal/mol/Å.
  ///   - maxEvaluations: bound on the work; the last point is kept when it is reached.
  ///   - longestStep: largest change of one coordinate in one step, Å; keeps a poor start from exploding.
  ///   - function: value and gradient (second argument, overwritten) at the first argument.
  mutating func minimise(
    _ x: inout [Double], tolerance: Double, maxEvaluations: Int, longestStep: Double = 0.15,
    function: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Double
  ) -> MinimiserOutcome {
    var evaluations = 1
    var value = function(x, &gradient)
    guard value.isFinite else { return MinimiserOutcome(converged: false, evaluations: 1) }

    while evaluations < maxEvaluations {
      if largest(gradient) < tolerance {
        return MinimiserOutcome(converged: true, evaluations: evaluations)
      }
      aim()
      var slope = dot(direction, gradient, n)
      if !(slope < 0) {
        // The curvature memory has gone bad: start again downhill.
        stored = 0
        for i in 0..<n { direction[i] = -gradient[i] * 1e-3 }
        slope = dot(direction, gradient, n)
      }
      let reach = largest(direction)
      var step = reach > longestStep ? longestStep / reach : 1
      var accepted = false
      for _ in 0..<25 where evaluations < maxEvaluations {
        for i in 0..<n { trial[i] = x[i] + step * direction[i] }
        let trialValue = function(trial, &trialGradient)
        evaluations += 1
        // The last bits of the energy are noise near the minimum: allow for them.
        if trialValue <= value + 1e-4 * step * slope + 1e-12 * abs(value) {
          value = trialValue
          accepted = true
          break
        }
        // Quadratic interpolation, kept within a fifth and a half.
        let curvature = trialValue - value - step * slope
        let proposal = trialValue.isFinite && curvature > 0 ? -0.5 * slope * step * step / curvature : 0
        step = min(max(proposal, 0.1 * step), 0.5 * step)
      }
      guard accepted else {
        if stored == 0 { break }
        stored = 0
        continue
      }
      var sy = 0.0
      for i in 0..<n { sy += (trial[i] - x[i]) * (trialGradient[i] - gradient[i]) }
      if sy > 1e-14 {
        let slot = stored % Self.memory
        for i in 0..<n {
          s[slot * n + i] = trial[i] - x[i]
          y[slot * n + i] = trialGradient[i] - gradient[i]
        }
        rho[slot] = 1 / sy
        stored += 1
      }
      swap(&x, &trial)
      swap(&gradient, &trialGradient)
    }
    return MinimiserOutcome(converged: largest(gradient) < tolerance, evaluations: evaluations)
  }
}

extension Minimiser {
  /// Writes −H·gradient to `direction`, H the inverse Hessian that the stored pairs make of the curvature known before.
  private mutating func aim() {
    let first = max(0, stored - Self.memory)
    direction.withUnsafeMutableBufferPointer { direction in
      guard let d = direction.baseAddress else { return }
      for i in 0..<n { d[i] = -gradient[i] }
      s.withUnsafeBufferPointer { s in
        y.withUnsafeBufferPointer { y in
          guard let s = s.baseAddress, let y = y.baseAddress else { return }
          for slot in stride(from: stored - 1, through: first, by: -1).lazy.map({ $0 % Self.memory }) {
            alpha[slot] = rho[slot] * dot(s + slot * n, d, n)
            subtract(alpha[slot], y + slot * n, from: d, n)
          }
          if let curvature {
            curvature.solve(d)
          } else if stored > 0 {
            let last = (stored - 1) % Self.memory
            let scale = 1 / (rho[last] * dot(y + last * n, y + last * n, n))
            for i in 0..<n { d[i] *= scale }
          } else {
            // Bonds have force constants near 1000 kcal/mol/Å².
            for i in 0..<n { d[i] *= 1e-3 }
          }
          for slot in (first..<stored).lazy.map({ $0 % Self.memory }) {
            subtract(rho[slot] * dot(y + slot * n, d, n) - alpha[slot], s + slot * n, from: d, n)
          }
        }
      }
    }
  }
}

/// a − f b, written to `a`.
@inline(__always)
private func subtract(
  _ f: Double, _ b: UnsafePointer<Double>, from a: UnsafeMutablePointer<Double>, _ count: Int
) {
  for i in 0..<count { a[i] -= f * b[i] }
}

/// A scalar product; four sums side by side hide the latency of the additions.
@inline(__always)
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var i = 0
  while i &+ 8 <= count {
    sums.0 += Lanes(a[i], a[i &+ 1]) * Lanes(b[i], b[i &+ 1])
    sums.1 += Lanes(a[i &+ 2], a[i &+ 3]) * Lanes(b[i &+ 2], b[i &+ 3])
    sums.2 += Lanes(a[i &+ 4], a[i &+ 5]) * Lanes(b[i &+ 4], b[i &+ 5])
    sums.3 += Lanes(a[i &+ 6], a[i &+ 7]) * Lanes(b[i &+ 6], b[i &+ 7])
    i &+= 8
  }
  var sum = ((sums.0 + sums.1) + (sums.2 + sums.3)).sum()
  while i < count {
    sum += a[i] * b[i]
    i &+= 1
  }
  return sum
}

private func largest(_ a: [Double]) -> Double {
  var result = 0.0
  // A NaN must not pass for small.
  for value in a { result = abs(value) <= result ? result : (value.isNaN ? .infinity : abs(value)) }
  return result
}
