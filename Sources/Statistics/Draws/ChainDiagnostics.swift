// What tells whether chains have converged, quantity by quantity, and the limits.

/// When chains count as converged (Vehtari et al. 2021, doi:10.1214/20-BA1221, section 4).
public enum ConvergenceLimits {
  /// R-hat at most.
  public static let rhat = 1.01
  /// Effective sample sizes, in the bulk and in the tails, at least.
  public static let ess = 400.0

  /// Whether a quantity's diagnostics are within them; not where one is undefined.
  public static func areMet(rhat: Double?, essBulk: Double?, essTail: Double?) -> Bool {
    guard let rhat, let essBulk, let essTail else { return false }
    return rhat <= Self.rhat && essBulk >= ess && essTail >= ess
  }
}

/// Convergence of one quantity over chains (Vehtari et al. 2021, doi:10.1214/20-BA1221); nil where undefined.
public struct ChainDiagnostics: Hashable, Sendable {
  /// Rank-normalised split R-hat.
  public var rhat: Double?
  /// Effective draws for the centre.
  public var essBulk: Double?
  /// Effective draws for the tails.
  public var essTail: Double?
  /// Monte Carlo standard error of the mean of the draws, in their unit; where the mean is one of conditional means, as
  /// of force constants, it is better known than that.
  public var mcseMean: Double?
  /// Of the bounds of the central 90 % interval: lower, upper.
  public var mcseInterval90: [Double]?

  /// Of one quantity's draws, chain by chain.
  ///
  /// - Parameters:
  ///   - chains: draws, one list a chain.
  ///   - hasErrors: whether Monte Carlo standard errors are asked for.
  public init(_ chains: [[Double]], hasErrors: Bool = false) {
    let diagnostics = Diagnostics(chains)
    rhat = diagnostics?.rhat
    essBulk = diagnostics?.essBulk
    guard hasErrors, let diagnostics else {
      essTail = diagnostics?.essTail
      return
    }
    mcseMean = diagnostics.mcseMean
    guard let lower = diagnostics.essQuantile(0.05), let upper = diagnostics.essQuantile(0.95) else { return }
    essTail = min(lower, upper)
    guard let first = diagnostics.mcseQuantile(0.05, ess: lower),
      let last = diagnostics.mcseQuantile(0.95, ess: upper)
    else { return }
    mcseInterval90 = [first, last]
  }

  /// Whether all three are within their limits.
  public var isGood: Bool { ConvergenceLimits.areMet(rhat: rhat, essBulk: essBulk, essTail: essTail) }

  /// Whether chains `factor` times as long can be expected to meet the limits: effective sizes grow with the draws, and
  /// what R-hat exceeds 1 by falls with them.
  public func mayBeGood(withDraws factor: Double) -> Bool {
    ConvergenceLimits.areMet(
      rhat: rhat.map { 1 + ($0 - 1) / factor }, essBulk: essBulk.map { $0 * factor },
      essTail: essTail.map { $0 * factor })
  }
}
