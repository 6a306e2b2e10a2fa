// posterior.nc: the fit as ArviZ reads it (`az.from_netcdf`), netCDF-4 with a group each for posterior, prior,
// replicates, pointwise likelihood, data and the sampler.

import CNetCDF
import Chemistry
import TextFiles
import TorsionModel

/// How many draws of the prior the file has.
private let priorDrawCount = 1000

/// Writes posterior.nc, made in memory first; the same fit gives the same bytes.
///
/// Chains and draws are those of `Fit.draws`, none left out, in every group but the prior.
/// - Throws: ``InputError`` naming the path when netCDF or the disk refuses; then an older file stays as it was.
public func writePosteriorNetCDF(of fit: Fit, version: String, to path: String) async throws {
  let file = try NetCDFGroup(for: path)
  do {
    try file.set("created_by", "Swivel \(version)")
    try file.set("inference_library", "swivel")
    try file.set("inference_library_version", version)
    try file.set("family", fit.family)
    if let level = fit.origin.levelWords { try file.set("level_of_theory", level) }
    try await PosteriorGroups(fit, in: file).write()
    try writePrior(of: fit, in: file)
  } catch {
    file.abandon()
    throw error
  }
  try writeAtomically(file.close(), to: path)
}

extension Fit {
  fileprivate var parameterLabels: [String] { parameters.map(\.parameter.label) }
}

/// The variables of force constants and scales, in a group with chains and draws.
private func drawVariables(
  of fit: Fit, in group: NetCDFGroup, chain: NetCDFDimension, draw: NetCDFDimension
) throws -> (forceConstant: NetCDFVariable, scale: NetCDFVariable) {
  let parameter = try group.namedDimension("parameter", fit.parameterLabels)
  let scaleName = try group.namedDimension("scale_name", fit.scales.map(\.name))
  try group.strings("scale_unit", fit.scales.map(\.unit), along: scaleName)
  let forceConstant = try group.numbers("force_constant", NC_DOUBLE, [chain, draw, parameter])
  try forceConstant.set("units", "kcal/mol")
  try forceConstant.set(
    "long_name", "force constant k of k(1 + cos(n phi)), or of k(1 + sin(n phi)) where marked sin")
  let scale = try group.numbers("scale", NC_DOUBLE, [chain, draw, scaleName])
  try scale.set("units", "that of the coordinate scale_unit")
  try scale.set(
    "long_name",
    "standard deviations of noise, of the prior and of what molecules and scans have of their own")
  try scale.set("coordinates", "scale_unit")
  return (forceConstant, scale)
}

private func writePrior(of fit: Fit, in file: NetCDFGroup) throws {
  let draws = fit.predictive.priorDraws(priorDrawCount)
  let group = try file.group("prior")
  let chain = try group.countingDimension("chain", 1)
  let draw = try group.countingDimension("draw", draws.count)
  let variables = try drawVariables(of: fit, in: group, chain: chain, draw: draw)
  try variables.forceConstant.write(
    draws.flatMap(\.forceConstants), start: [0, 0, 0], count: [1, draws.count, fit.parameters.count])
  try variables.scale.write(
    draws.flatMap(\.scales), start: [0, 0, 0], count: [1, draws.count, fit.scales.count])
}

/// Every group whose draws are those of the chains, and the data.
private struct PosteriorGroups {
  let fit: Fit
  let file: NetCDFGroup
  let chains: Int
  let draws: Int

  init(_ fit: Fit, in file: NetCDFGroup) {
    self.fit = fit
    self.file = file
    chains = fit.draws.scales.count
    draws = fit.draws.scales.first?.count ?? 0
  }

  func write() async throws {
    let offset = try writePosterior()
    try writeSampleStatistics()
    try writeObserved()
    let replicate = try pointVariable("posterior_predictive")
    try replicate.set("units", "kcal/mol")
    try replicate.set(
      "long_name",
      "replicates of the quantum-chemical energy, on the zero of the observed ones, with grid-point noise")
    let likelihood = try pointVariable("log_likelihood")
    try likelihood.set(
      "long_name", "ln likelihood of the energy of each grid point, raised to the power of its scan")
    try likelihood.set("comment", likelihoodComment)
    // A few scans at a time, so that a large family's replicates never are in memory at once.
    var point = 0
    let batch = max(1, 2 * fit.options.threads)
    for start in stride(from: 0, to: fit.predictive.scans.count, by: batch) {
      let range = start..<min(start + batch, fit.predictive.scans.count)
      let parts = await fit.predictive.replicates(
        ofScans: range, draws: fit.draws, threads: fit.options.threads)
      for (scan, part) in zip(range, parts) {
        let points = fit.predictive.scans[scan].points.count
        try offset.write(part.offsets, start: [0, 0, scan], count: [chains, draws, 1])
        try replicate.write(part.energies, start: [0, 0, point], count: [chains, draws, points])
        try likelihood.write(part.logLikelihoods, start: [0, 0, point], count: [chains, draws, points])
        point += points
      }
    }
  }

  private var likelihoodComment: String {
    "Energies only: rows of torques and forces are part of the posterior and not of this group."
  }

  private func writePosterior() throws -> NetCDFVariable {
    let group = try file.group("posterior")
    let (chain, draw) = try sampleDimensions(of: group)
    let variables = try drawVariables(of: fit, in: group, chain: chain, draw: draw)
    let scan = try group.namedDimension("scan", fit.predictive.scans.map(\.name))
    let offset = try group.numbers("offset", NC_DOUBLE, [chain, draw, scan])
    try offset.set("units", "kcal/mol")
    try offset.set(
      "long_name", "energy of a scan less that of the force field, on the zero of the observed energies")
    try variables.forceConstant.write(
      fit.draws.forceConstants.flatMap { $0.flatMap { $0 } }, start: [0, 0, 0],
      count: [chains, draws, fit.parameters.count])
    try variables.scale.write(
      fit.draws.scales.flatMap { $0.flatMap { $0 } }, start: [0, 0, 0],
      count: [chains, draws, fit.scales.count])
    return offset
  }

  private func writeSampleStatistics() throws {
    let group = try file.group("sample_stats")
    let (chain, draw) = try sampleDimensions(of: group)
    let lp = try group.numbers("lp", NC_DOUBLE, [chain, draw])
    try lp.set("long_name", "ln posterior density of the logarithms of the scales, up to a constant")
    try lp.write(fit.draws.logDensities.flatMap { $0 }, start: [0, 0], count: [chains, draws])
  }

  private func writeObserved() throws {
    let group = try file.group("observed_data")
    let point = try pointDimension(of: group)
    let energy = try group.numbers("energy", NC_DOUBLE, [point])
    try energy.set("units", "kcal/mol")
    try energy.set("long_name", "quantum-chemical energy over the lowest of the scan")
    try energy.set("coordinates", "scan angle")
    try energy.write(
      fit.predictive.scans.flatMap { $0.points.map(\.energy) }, start: [0], count: [point.length])
  }

  private func sampleDimensions(of group: NetCDFGroup) throws -> (NetCDFDimension, NetCDFDimension) {
    (try group.countingDimension("chain", chains), try group.countingDimension("draw", draws))
  }

  /// The fitted points with their names, scans and angles.
  private func pointDimension(of group: NetCDFGroup) throws -> NetCDFDimension {
    let scans = fit.predictive.scans
    let point = try group.namedDimension("point", pointNames)
    try group.strings("scan", scans.flatMap { scan in scan.points.map { _ in scan.name } }, along: point)
    let angle = try group.numbers("angle", NC_DOUBLE, [point])
    try angle.set("units", "degree")
    try angle.set("long_name", "driven dihedral")
    try angle.write(
      scans.flatMap { $0.points.map { $0.angle / Units.degree } }, start: [0], count: [point.length])
    return point
  }

  /// "molecule/scan@frame"; a scan joined from several files has frames of one number, which are told apart.
  private var pointNames: [String] {
    var seen: [String: Int] = [:]
    return fit.predictive.scans.flatMap { scan in
      scan.points.map { point in
        let name = "\(scan.name)@\(point.frame)"
        let number = seen[name, default: 0] + 1
        seen[name] = number
        return number == 1 ? name : "\(name)#\(number)"
      }
    }
  }

  /// A new group with the energy of every point, chain by draw by point, to be filled scan by scan.
  private func pointVariable(_ name: String) throws -> NetCDFVariable {
    let group = try file.group(name)
    let (chain, draw) = try sampleDimensions(of: group)
    let energy = try group.numbers("energy", NC_FLOAT, [chain, draw, try pointDimension(of: group)])
    try energy.set("coordinates", "scan angle")
    return energy
  }
}
