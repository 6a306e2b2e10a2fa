// Limited-memory BFGS over flat coordinates (Liu & Nocedal 1989, doi:10.1007/BF01589116).

import Chemistry

/// How a minimisation ended.
struct MinimiserOutcome {
  /// Whether the largest gradient component fell under the tolerance.
  var converged: Bool
  /// Evaluations spent.
  var evaluations: Int
}

/// Minimises `function` from `x` in place.
///
/// - Parameters:
///   - x: flat coordinates, Å.
///   - tolerance: largest gradient component that counts as converged, kcal/mol/Å.
///   - maxEvaluations: bound on the work; the last point is kept when it is reached.
///   - longestStep: largest change of one coordinate in one step, Å; keeps a poor start from exploding.
///   - function: value and gradient (second argument, overwritten) at the first argument.
func minimise(
  _ x: inout [Double], tolerance: Double, maxEvaluations: Int, longestStep: Double = 0.15,
  function: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Double
) -> MinimiserOutcome {
  let n = x.count
  let memory = 8
  var s = [Double](repeating: 0, count: memory * n)
  var y = s
  var rho = [Double](repeating: 0, count: memory)
  var alpha = rho
  var stored = 0
  var gradient = [Double](repeating: 0, count: n)
  var trial = gradient
  var trialGradient = gradient
  var direction = gradient
  var evaluations = 1
  var value = function(x, &gradient)
  guard value.isFinite else { return MinimiserOutcome(converged: false, evaluations: 1) }

  while evaluations < maxEvaluations {
    if largest(gradient) < tolerance { return MinimiserOutcome(converged: true, evaluations: evaluations) }
    twoLoop(&direction, gradient, s, y, rho, &alpha, stored: stored, memory: memory)
    var slope = dot(direction, gradient)
    if !(slope < 0) {
      // The curvature memory has gone bad: start again downhill.
      stored = 0
      for i in 0..<n { direction[i] = -gradient[i] * 1e-3 }
      slope = dot(direction, gradient)
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
    let slot = stored % memory
    var sy = 0.0
    for i in 0..<n {
      let ds = trial[i] - x[i]
      let dy = trialGradient[i] - gradient[i]
      s[slot * n + i] = ds
      y[slot * n + i] = dy
      sy += ds * dy
    }
    swap(&x, &trial)
    swap(&gradient, &trialGradient)
    if sy > 1e-14 {
      rho[slot] = 1 / sy
      stored += 1
    }
  }
  return MinimiserOutcome(converged: largest(gradient) < tolerance, evaluations: evaluations)
}

/// Writes −H·gradient to `direction`, H the inverse Hessian that the stored pairs imply.
private func twoLoop(
  _ direction: inout [Double], _ gradient: [Double], _ s: [Double], _ y: [Double], _ rho: [Double],
  _ alpha: inout [Double], stored: Int, memory: Int
) {
  let n = gradient.count
  for i in 0..<n { direction[i] = -gradient[i] }
  guard stored > 0 else {
    // No curvature yet: bonds have force constants near 1000 kcal/mol/Å².
    for i in 0..<n { direction[i] *= 1e-3 }
    return
  }
  let first = max(0, stored - memory)
  direction.withUnsafeMutableBufferPointer { d in
    s.withUnsafeBufferPointer { s in
      y.withUnsafeBufferPointer { y in
        for pair in stride(from: stored - 1, through: first, by: -1) {
          let at = (pair % memory) * n
          var sum = 0.0
          for i in 0..<n { sum += s[at + i] * d[i] }
          let a = rho[pair % memory] * sum
          alpha[pair % memory] = a
          for i in 0..<n { d[i] -= a * y[at + i] }
        }
        let last = ((stored - 1) % memory) * n
        var yy = 0.0
        for i in 0..<n { yy += y[last + i] * y[last + i] }
        let scale = 1 / (rho[(stored - 1) % memory] * yy)
        for i in 0..<n { d[i] *= scale }
        for pair in first..<stored {
          let at = (pair % memory) * n
          var sum = 0.0
          for i in 0..<n { sum += y[at + i] * d[i] }
          let b = alpha[pair % memory] - rho[pair % memory] * sum
          for i in 0..<n { d[i] += b * s[at + i] }
        }
      }
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

private func largest(_ a: [Double]) -> Double {
  var result = 0.0
  // A NaN must not pass for small.
  for value in a { result = abs(value) <= result ? result : (value.isNaN ? .infinity : abs(value)) }
  return result
}
