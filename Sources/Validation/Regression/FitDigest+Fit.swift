// From a fit to its digest.

import CMath
import Chemistry
import Statistics
import TextFiles
import TorsionModel

extension FitDigest {
  /// The digest of a fit made for a report; other fits have no scans.
  public init(_ fit: Fit) {
    let diagnostics = fit.parameters.map(\.diagnostics) + fit.scales.map(\.diagnostics)
    func worst(_ values: [Double?], _ better: (Double, Double) -> Double) -> Double? {
      let known = values.compactMap { $0 }
      return known.count == values.count ? known.reduce(known.first, { better($0 ?? $1, $1) }) : nil
    }
    let fitted = fit.scans.filter { !$0.isHeldOut }
    self.init(
      parameters: fit.parameters.map {
        // The directions see differences of parameters that are far smaller than each one's standard deviation.
        ParameterDigest(
          label: $0.parameter.label, mean: rounded($0.draws.mean, 6), sd: rounded($0.draws.sd, 4))
      },
      directions: determinedDirections(
        of: Array(fit.draws.forceConstants.joined()), units: fit.parameters.map(\.priorSD)),
      error: ErrorDigest(pooled: fitted), scans: fitted.map(ScanDigest.init),
      maxRhat: worst(diagnostics.map(\.rhat), max).map { rounded($0, 4) },
      minESS: worst(diagnostics.flatMap { [$0.essBulk, $0.essTail] }, min).map { rounded($0, 0) },
      converged: fit.converged)
  }
}

extension FitDigest.ErrorDigest {
  /// The moments of an error's draws; nil of fewer than two.
  init?(_ draws: [Double]) {
    guard let mean = Statistics.mean(draws), let sd = Statistics.standardDeviation(draws) else { return nil }
    self.init(mean: rounded(mean, 4), sd: rounded(sd, 4))
  }

  /// The error over all grid points of some scans, draw by draw.
  init?(pooled scans: [ScanFit]) {
    let known = scans.filter { !$0.errorDraws.isEmpty }
    let points = Double(known.reduce(0) { $0 + ($1.fitError?.points ?? 0) })
    guard let first = known.first, points > 0 else { return nil }
    self.init(
      first.errorDraws.indices.map { draw in
        let sum = known.reduce(0.0) {
          $0 + Double($1.fitError?.points ?? 0) * $1.errorDraws[draw] * $1.errorDraws[draw]
        }
        return (sum / points).squareRoot()
      })
  }
}

extension FitDigest.ScanDigest {
  init(_ scan: ScanFit) {
    self.init(
      molecule: scan.molecule, driven: scan.driven.atoms, points: scan.points.count,
      error: FitDigest.ErrorDigest(scan.errorDraws),
      angles: scan.points.map { rounded($0.angle / Units.degree, 1) },
      deviations: scan.points.map { point in point.fit.map { rounded($0 - point.qm, 3) } })
  }
}

/// The directions along which draws have less than half of the prior's variance, each divided by the draws' standard
/// deviation along it, so that a change of the parameters times a direction is in posterior standard deviations.
///
/// - Parameters:
///   - draws: draw by parameter.
///   - units: the prior standard deviation of each parameter.
public func determinedDirections(of draws: [[Double]], units: [Double]) -> [[Double]] {
  let count = units.count
  guard draws.count > 1, count > 0, units.allSatisfy({ $0 > 0 }) else { return [] }
  let covariance = SampleMoments(draws, count: count, units: units).covariance
  guard let eigen = SymmetricEigen(covariance) else { return [] }
  return (0..<count).filter { eigen.values[$0] < 0.5 && eigen.values[$0] > 1e-12 }.map { column in
    let vector = (0..<count).map { eigen.vectors[$0, column] }
    // A direction and its opposite are one; the largest part is made positive so that files do not differ by it.
    let largest = vector.max { abs($0) < abs($1) } ?? 1
    let scale = (largest < 0 ? -1 : 1) / eigen.values[column].squareRoot()
    return (0..<count).map { significant(vector[$0] * scale / units[$0], 5) }
  }
}
