// The choice among scans that are not computed yet: beliefs from a report, rows of candidates, the greedy order.

import Acquisition
import ArgumentParser
import Chemistry
import Foundation
import ReportFiles
import Statistics
import TextFiles
import TorsionModel

/// What a scan costs.
enum ScanCost: String, ExpressibleByArgument, CaseIterable {
  case size, scan

  /// In units of a scan of 20 atoms.
  func value(atoms: Int) -> Double { self == .scan ? 1 : pow(Double(atoms) / 20, 2) }
}

/// A dihedral that might be driven.
struct ScanCandidate {
  var folder: String
  var list: DriveList
  var molecule: DriveList.Molecule
  var drive: DriveList.Drive
  var quartet: Quartet
  var topology: Topology
  /// Torsion types about the bond that the report does not have.
  var newTypes: [TorsionType]
}

/// A candidate in the order of choice.
struct ChosenScan {
  var candidate: ScanCandidate
  /// Expected information of the scan alone, nats.
  var alone: Double
  /// What it adds to those chosen before it, nats.
  var added: Double
  /// See ``ScanCost``.
  var cost: Double
}

/// What is believed, and what each candidate would measure.
struct ScanChoice {
  private let belief: GaussianBelief
  private let parameters: [Parameter]
  private let measurements: [(candidate: ScanCandidate, rows: Matrix, noise: Matrix)]

  /// - Throws: `InputError` when the report has no draws or no noise to reckon with.
  init(summary: Summary, draws: [[Double]], pool: [ScanCandidate]) throws {
    let known = summary.fittedParameters.map(\.parameter)
    func scale(_ name: String) -> Double? { summary.model.scales.first { $0.name == name }?.mean }
    guard let energyNoise = scale("energy noise"), energyNoise > 0, draws.count > 1, !known.isEmpty else {
      throw InputError(nil, "the report has no posterior to reckon with", hint: "run `swivel fit` again")
    }
    let newTypes = Set(pool.flatMap(\.newTypes)).sorted()
    let added = newTypes.flatMap { type in (1...4).map { Parameter(type: type, periodicity: $0) } }
    parameters = known + added
    let priors = Dictionary(grouping: summary.parameters, by: \.periodicity).mapValues { group in
      sqrt(group.reduce(0) { $0 + $1.priorSD * $1.priorSD } / Double(group.count))
    }
    let usual = priors.values.max() ?? 1
    belief = GaussianBelief(
      covariance: Self.covariance(draws, prior: added.map { priors[$0.periodicity] ?? usual }))
    let taus = summary.parameters.map { $0.tau ?? 0 }
    let mean = taus.reduce(0, +) / Double(taus.count)
    let deviations = taus + added.map { _ in mean }
    let all = parameters
    measurements = pool.compactMap { candidate in
      let start = vectors(candidate.molecule.positions)
      guard
        let scan = CandidateScan(
          of: candidate.topology, driven: candidate.quartet, from: start,
          points: 360 / candidate.list.spacing,
          parameters: all)
      else { return nil }
      let noise = scan.noise(
        energyNoise: energyNoise,
        torqueNoise: summary.model.likelihood == "energy" ? nil : scale("driven torque noise"),
        effective: summary.model.effectivePoints ?? .infinity, deviations: deviations)
      return (candidate, scan.rows, noise)
    }
  }

  /// Block diagonal: the covariance of the draws, then independent priors.
  private static func covariance(_ draws: [[Double]], prior: [Double]) -> Matrix {
    let (known, count) = (draws[0].count, draws[0].count + prior.count)
    let means = (0..<known).map { column in draws.reduce(0) { $0 + $1[column] } / Double(draws.count) }
    var centred = Matrix(rows: draws.count, columns: known)
    for (row, draw) in draws.enumerated() {
      for column in 0..<known { centred[row, column] = draw[column] - means[column] }
    }
    let gram = centred.gram()
    var result = Matrix(rows: count, columns: count)
    for row in 0..<known {
      for column in 0..<known { result[row, column] = gram[row, column] / Double(draws.count - 1) }
    }
    for (index, sd) in prior.enumerated() { result[known + index, known + index] = sd * sd }
    return result
  }

  /// The columns of a torsion type.
  /// - Throws: `InputError` with the nearest type where there is none.
  func columns(of label: String) throws -> [Int] {
    let names = label.split(separator: "-").map(String.init)
    let type = names.count == 4 ? TorsionType(names) : nil
    let found = parameters.indices.filter {
      parameters[$0].type == type || parameters[$0].type.label == label
    }
    guard !found.isEmpty else {
      let labels = Set(parameters.map(\.type.label)).sorted()
      throw InputError(
        nil, "neither the report nor a candidate has the torsion type \(label)",
        hint: didYouMean(nearestName(to: label, in: labels), else: "`swivel audit` lists those of a report"))
    }
    return found
  }

  /// The best scans, each the one that adds most per cost to those before it.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - about: the columns that the information is about; nil for all.
  ///   - cost: what a scan costs.
  func greedy(count: Int, about: [Int]?, cost: ScanCost) -> [ChosenScan] {
    var current = belief
    var left = Array(measurements.indices)
    var chosen: [ChosenScan] = []
    while chosen.count < count, !left.isEmpty {
      let ranked = left.compactMap { index -> (index: Int, gain: Double, cost: Double)? in
        let item = measurements[index]
        guard let gain = current.gain(item.rows, noise: item.noise, about: about) else { return nil }
        return (index, gain, cost.value(atoms: item.candidate.topology.atoms.count))
      }
      // The first of equals, so that the order of the pool decides and nothing else.
      guard let best = ranked.max(by: { ($0.gain / $0.cost, -$0.index) < ($1.gain / $1.cost, -$1.index) }),
        best.gain > 1e-6,
        let next = current.after(measurements[best.index].rows, noise: measurements[best.index].noise)
      else { break }
      let item = measurements[best.index]
      chosen.append(
        ChosenScan(
          candidate: item.candidate, alone: belief.gain(item.rows, noise: item.noise, about: about) ?? 0,
          added: best.gain, cost: best.cost))
      current = next
      left.removeAll { $0 == best.index }
    }
    return chosen
  }
}
