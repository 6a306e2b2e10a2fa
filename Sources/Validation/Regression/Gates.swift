// The gates of `swivel check`: pure functions of two digests.

import Statistics

/// Every reason why `now` is not the fit that `baseline` was; empty where it is.
public func regressionFailures(
  from baseline: FitDigest, to now: FitDigest, limits: RegressionLimits = RegressionLimits()
) -> [RegressionFailure] {
  dataFailures(baseline, now) + parameterFailures(baseline, now) + errorFailures(baseline, now, limits)
    + posteriorFailures(baseline, now, limits) + heldOutFailures(baseline, now, limits)
    + diagnosticFailures(now)
}

/// Scans and grid points that are gone or new.
private func dataFailures(_ baseline: FitDigest, _ now: FitDigest) -> [RegressionFailure] {
  var failures: [RegressionFailure] = []
  let (old, new) = (scansByLabel(baseline), scansByLabel(now))
  for scan in baseline.scans {
    if let other = new[scan.label] {
      if other.points != scan.points {
        failures.append(
          RegressionFailure(
            .data, scan.label,
            """
            scan \(scan.label) has \(other.points) grid points instead of \
            \(scan.points)\(missing(scan, other, "gone"))\(missing(other, scan, "new"))
            """,
            change: .init(before: Double(scan.points), after: Double(other.points), unit: "grid points")))
      }
    } else {
      failures.append(
        RegressionFailure(
          .data, scan.label, "scan \(scan.label) with \(scan.points) grid points is no longer fitted"))
    }
  }
  for scan in now.scans where old[scan.label] == nil {
    failures.append(RegressionFailure(.data, scan.label, "scan \(scan.label) is new"))
  }
  return failures
}

/// "; -60° is gone": the grid points that only the first has.
private func missing(_ scan: FitDigest.ScanDigest, _ other: FitDigest.ScanDigest, _ word: String) -> String {
  var rest = anglesInDegrees(other)
  let own = anglesInDegrees(scan).filter { angle in
    guard let index = rest.firstIndex(of: angle) else { return true }
    rest.remove(at: index)
    return false
  }
  guard !own.isEmpty else { return "" }
  let names = own.prefix(4).map { "\($0)°" }.joined(separator: ", ")
  return
    "; \(names)\(own.count > 4 ? " and \(own.count - 4) more" : "") \(own.count == 1 ? "is" : "are") \(word)"
}

/// Force constants that are gone or new.
private func parameterFailures(_ baseline: FitDigest, _ now: FitDigest) -> [RegressionFailure] {
  let old = Dictionary(baseline.parameters.map { ($0.label, $0) }) { first, _ in first }
  let new = Dictionary(now.parameters.map { ($0.label, $0) }) { first, _ in first }
  var failures: [RegressionFailure] = []
  for parameter in baseline.parameters {
    if new[parameter.label] == nil {
      failures.append(
        RegressionFailure(.parameters, parameter.label, "\(parameter.label) is no longer fitted"))
    }
  }
  for parameter in now.parameters where old[parameter.label] == nil {
    failures.append(RegressionFailure(.parameters, parameter.label, "\(parameter.label) is new"))
  }
  return failures
}

/// Errors, pooled and scan by scan, that grew by more than the tolerance.
private func errorFailures(
  _ baseline: FitDigest, _ now: FitDigest, _ limits: RegressionLimits
) -> [RegressionFailure] {
  func grown(
    _ before: FitDigest.ErrorDigest?, _ after: FitDigest.ErrorDigest?, _ subject: String, _ place: String
  ) -> RegressionFailure? {
    guard let before else { return nil }
    guard let after else {
      return RegressionFailure(.error, subject, "\(subject): no grid point relaxes any more")
    }
    let probability = probabilityOfGrowth(from: before, to: after, beyond: limits.tolerance)
    guard probability > limits.probability else { return nil }
    return RegressionFailure(
      .error, subject,
      """
      \(subject): the error grew by \(number(after.mean - before.mean)) kcal/mol, from \
      \(number(before.mean)) to \(number(after.mean))\(place); P(by more than \(number(limits.tolerance))) \
      = \(number(probability))
      """,
      probability: probability, change: .init(before: before.mean, after: after.mean, unit: "kcal/mol"))
  }
  let old = scansByLabel(baseline)
  let scans = now.scans.compactMap { scan -> RegressionFailure? in
    guard let before = old[scan.label] else { return nil }
    let place = largestChange(from: before, to: scan).map { ", most at \($0.angleText)" } ?? ""
    return grown(before.error, scan.error, "scan \(scan.label)", place)
  }
  let place = largestChange(from: baseline, to: now).map { ", most in \($0.text)" } ?? ""
  return (grown(baseline.error, now.error, "all scans", place).map { [$0] } ?? []) + scans
}

/// Parameters that left the joint posterior region: the one that moved farthest, with the scan where it shows most.
private func posteriorFailures(
  _ baseline: FitDigest, _ now: FitDigest, _ limits: RegressionLimits
) -> [RegressionFailure] {
  guard let shift = PosteriorShift(from: baseline, to: now, quantile: limits.monteCarloQuantile),
    !(shift.distance - shift.noise <= limits.shift)
  else { return [] }
  let moved = zip(baseline.parameters, now.parameters).map { before, after in
    (before: before, after: after, z: (after.mean - before.mean) / max(before.sd, 1e-4))
  }
  guard let worst = moved.max(by: { abs($0.z) < abs($1.z) }) else { return [] }
  let place = largestChange(from: baseline, to: now).map { "; most in \($0.text)" } ?? ""
  // Noise scales have units of their own: of energies, of torques.
  let unit = worst.before.unit
  // Of a noise scale nobody knows what to do about it.
  let constant =
    worst.before.isNoise
    ? moved.filter { !$0.before.isNoise }.max { abs($0.z) < abs($1.z) } : nil
  let also =
    constant.map {
      """
      , of the force constants \($0.before.label) by \(signed($0.after.mean - $0.before.mean)) kcal/mol \
      (\(number(abs($0.z))) posterior sd)
      """
    } ?? ""
  return [
    RegressionFailure(
      .posterior, worst.before.label,
      """
      \(worst.before.label) moved by \(signed(worst.after.mean - worst.before.mean)) \(unit) \
      (\(number(abs(worst.z))) posterior sd), from \(number(worst.before.mean)) to \
      \(number(worst.after.mean))\(also): all together are \(number(shift.distance)) sd from the baseline, \
      where \(number(limits.shift)) and Monte Carlo error of \(number(shift.noise)) are allowed\(place)
      """,
      change: .init(before: worst.before.mean, after: worst.after.mean, unit: unit))
  ]
}

/// Coverage out of its band, and errors that grew, on molecules left out.
private func heldOutFailures(
  _ baseline: FitDigest, _ now: FitDigest, _ limits: RegressionLimits
) -> [RegressionFailure] {
  guard let before = baseline.heldOut, let after = now.heldOut else { return [] }
  var failures: [RegressionFailure] = []
  let normal = FitDigest.ErrorDigest(mean: before.rmse, sd: limits.heldOutSD)
  let probability = probabilityOfGrowth(
    from: normal, to: .init(mean: after.rmse, sd: limits.heldOutSD), beyond: limits.tolerance)
  if probability > limits.probability {
    failures.append(
      RegressionFailure(
        .heldOut, "molecules left out",
        """
        molecules left out: the error grew by \(number(after.rmse - before.rmse)) kcal/mol, from \
        \(number(before.rmse)) to \(number(after.rmse)); P(by more than \(number(limits.tolerance))) = \
        \(number(probability))
        """,
        probability: probability, change: .init(before: before.rmse, after: after.rmse, unit: "kcal/mol")))
  }
  for (index, mass) in [50, 90, 95].enumerated()
  where before.coverage.indices.contains(index) && after.coverage.indices.contains(index) {
    // Two binomial standard deviations of as many points as the model counts scans for.
    let p = before.coverage[index]
    let spread = max(p * (1 - p), 0.02) / max(1, Double(before.scans) * limits.effectivePoints)
    let band = 2 * spread.squareRoot()
    if abs(after.coverage[index] - p) > band {
      failures.append(
        RegressionFailure(
          .coverage, "\(mass) % intervals",
          """
          molecules left out: \(number(after.coverage[index])) of the grid points are in their \(mass) % \
          intervals, \(number(p)) in the baseline; its band is ± \(number(band))
          """,
          change: .init(before: p, after: after.coverage[index], unit: "")))
    }
  }
  return failures
}

/// Chains that missed their limits.
private func diagnosticFailures(_ now: FitDigest) -> [RegressionFailure] {
  guard !now.converged else { return [] }
  func text(_ value: Double?) -> String { value.map { number($0) } ?? "undefined" }
  return [
    RegressionFailure(
      .diagnostics, "chains",
      """
      the chains did not converge: max R-hat \(text(now.maxRhat)) (limit \(ConvergenceLimits.rhat)), min \
      ESS \(text(now.minESS)) (limit \(Int(ConvergenceLimits.ess)))
      """
    )
  ]
}
