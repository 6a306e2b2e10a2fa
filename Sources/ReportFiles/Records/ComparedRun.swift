// One side of `swivel diff`: the numbers of a report or of a baseline that two runs can be compared by.

import Chemistry
import Foundation
import TextFiles
import TorsionModel

/// A run reduced to what can be compared.
public struct ComparedRun: Hashable, Sendable {
  /// A force constant.
  public struct ComparedParameter: Hashable, Sendable {
    /// "c3-c3-c3-c3 n=3".
    public var label: String
    /// Posterior mean and standard deviation, kcal/mol.
    public var mean: Double
    /// See `mean`.
    public var sd: Double
  }

  /// A scan.
  public struct ComparedScan: Hashable, Sendable {
    /// "butane 0-1-2-3".
    public var label: String
    /// Error of the posterior mean after a mean shift, kcal/mol; nil where the source does not say.
    public var rmse: Double?
    /// Fitted less quantum-chemical energy by the driven dihedral in whole degrees, mean-shifted, kcal/mol; empty where
    /// the source does not say.
    public var deviations: [Int: Double]
  }

  /// The path as given.
  public var source: String
  /// The family's name.
  public var family: String
  /// The version that made it.
  public var version: String
  /// Force constants.
  public var parameters: [ComparedParameter]
  /// Scans.
  public var scans: [ComparedScan]
  /// Errors, scores and diagnostics by name, in the order to show them.
  public var scores: [(name: String, value: Double)] { names.compactMap { n in values[n].map { (n, $0) } } }

  private var names: [String] = []
  private var values: [String: Double] = [:]

  private mutating func add(_ name: String, _ value: Double?) {
    guard let value else { return }
    names.append(name)
    values[name] = value
  }

  /// Reads a report folder, its summary.json, or a baseline.json.
  /// - Throws: ``InputError``.
  public init(readingFrom source: String) throws {
    var path = source
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: source, isDirectory: &isFolder), isFolder.boolValue {
      path = "\(source)/summary.json"
      if !FileManager.default.fileExists(atPath: path) { path = "\(source)/baseline.json" }
      if !FileManager.default.fileExists(atPath: path) {
        throw InputError(
          SourcePlace(file: source), "holds neither a summary.json nor a baseline.json",
          hint: "give the folder of a report (`swivel fit` writes it) or of a family with a baseline")
      }
    }
    struct Head: Decodable { var schema: String? }
    let head = try? JSONDecoder().decode(Head.self, from: Data(try readBytes(path)))
    if head?.schema?.hasPrefix("swivel.baseline/") ?? false {
      self.init(try Baseline(readingFrom: path), source: source)
    } else {
      let folder = path.hasSuffix("/summary.json") ? String(path.dropLast("/summary.json".count)) : "."
      self.init(try Summary(readingFrom: path), source: source, page: "\(folder)/page.json")
    }
  }

  /// The run of a baseline.
  public init(_ baseline: Baseline, source: String) {
    self.source = source
    (family, version) = (baseline.family, baseline.version)
    parameters = baseline.fit.parameters.map {
      ComparedParameter(label: $0.label, mean: $0.mean, sd: $0.sd)
    }
    scans = baseline.fit.scans.map { scan in
      let known = scan.deviations.compactMap { $0 }
      let square = known.reduce(0) { $0 + $1 * $1 } / Double(max(1, known.count))
      return ComparedScan(
        label: scan.label, rmse: known.isEmpty ? nil : square.squareRoot(),
        deviations: byDegree(zip(scan.angles, scan.deviations).map { ($0, $1) }))
    }
    addPooledError()
    add("max R-hat", baseline.fit.maxRhat)
    add("min ESS", baseline.fit.minESS)
    add("held-out error", baseline.fit.heldOut?.rmse)
    for (mass, share) in zip([50, 90, 95], baseline.fit.heldOut?.coverage ?? []) {
      add("held out in \(mass) %", share)
    }
  }

  /// The run of a report; profiles come from the page's data, where they are still there.
  init(_ summary: Summary, source: String, page: String) {
    self.source = source
    (family, version) = (summary.family, summary.version)
    parameters = zip(summary.fittedParameters, summary.parameters).map {
      ComparedParameter(label: $0.parameter.label, mean: $1.mean, sd: $1.sd)
    }
    let panels = (try? readBytes(page)).flatMap { try? JSONDecoder().decode(ReportPage.self, from: Data($0)) }
    scans = summary.scans.filter { !$0.heldOut }.map { scan in
      let driven = joinedIndices(scan.driven)
      let panel = panels?.scans.first { $0.molecule == scan.molecule && $0.driven == driven }
      return ComparedScan(
        label: "\(scan.molecule) \(driven)", rmse: scan.rmseFit,
        deviations: byDegree(
          (panel?.points ?? []).map { point in (point.angle, point.fit.map { $0 - point.qm }) }))
    }
    add("error", summary.rmseFit)
    add("max R-hat", summary.diagnostics.maxRhat)
    add("min ESS", [summary.diagnostics.minESSBulk, summary.diagnostics.minESSTail].compactMap { $0 }.min())
    add("base error", summary.rmseBase)
    add("linearisation k̂", summary.linearisationKhat)
    add("held-out error", summary.validation?.rmse)
    add("held-out CRPS", summary.validation?.crps)
    add("held-out log score", summary.validation?.logScore)
    add("held out in 50 %", summary.validation?.coverage.fifty)
    add("held out in 90 %", summary.validation?.coverage.ninety)
    add("held out in 95 %", summary.validation?.coverage.ninetyFive)
    add("rms z of halves", summary.splitHalves?.rmsZ)
  }

  private mutating func addPooledError() {
    let known = scans.filter { $0.rmse != nil }
    let points = known.reduce(0) { $0 + $1.deviations.count }
    guard points > 0 else { return }
    let sum = known.reduce(0) { $0 + $1.rmse! * $1.rmse! * Double($1.deviations.count) }
    add("error", (sum / Double(points)).squareRoot())
  }
}

/// Deviations by whole degree in (−180, 180]; page.json may hold what is no angle, which is left out.
private func byDegree(_ points: [(angle: Double, deviation: Double?)]) -> [Int: Double] {
  let known = points.filter { abs($0.angle) < 1e6 }.compactMap { point in
    point.deviation.map { deviation -> (Int, Double) in
      let degree = ((Int(point.angle.rounded()) % 360) + 360) % 360
      return (degree > 180 ? degree - 360 : degree, deviation)
    }
  }
  return Dictionary(known) { first, _ in first }
}
