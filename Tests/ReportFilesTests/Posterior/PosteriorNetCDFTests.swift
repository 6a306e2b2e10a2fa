// posterior.nc, read back through netCDF-C; scripts/tests/test_posterior.py reads it with ArviZ.

import CNetCDF
import Chemistry
import Foundation
import Support
import TextFiles
import Testing
import TorsionModel

@testable import ReportFiles

/// A netCDF file open for reading.
private struct NetCDFReader {
  let path: String
  let root: Int32

  init(_ path: String) throws {
    var id: Int32 = 0
    try netCDF(path) { nc_open(path, NC_NOWRITE, &id) }
    (self.path, root) = (path, id)
  }

  func close() throws { try netCDF(path) { nc_close(root) } }

  private func group(_ name: String) throws -> Int32 {
    var id: Int32 = 0
    try netCDF(path) { nc_inq_grp_ncid(root, name, &id) }
    return id
  }

  /// The names and lengths of a variable's dimensions.
  private func shape(_ group: Int32, _ variable: String) throws -> (id: Int32, dimensions: [(String, Int)]) {
    var (id, count): (Int32, Int32) = (0, 0)
    try netCDF(path) { nc_inq_varid(group, variable, &id) }
    try netCDF(path) { nc_inq_varndims(group, id, &count) }
    var ids = [Int32](repeating: 0, count: Int(count))
    try netCDF(path) { nc_inq_vardimid(group, id, &ids) }
    let dimensions = try ids.map { dimension -> (String, Int) in
      var name = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
      var length = 0
      try netCDF(path) { nc_inq_dim(group, dimension, &name, &length) }
      return (String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self), length)
    }
    return (id, dimensions)
  }

  func dimensions(_ groupName: String, _ variable: String) throws -> [String] {
    try shape(group(groupName), variable).dimensions.map(\.0)
  }

  func numbers(_ groupName: String, _ variable: String) throws -> [Double] {
    let group = try group(groupName)
    let (id, dimensions) = try shape(group, variable)
    var values = [Double](repeating: 0, count: dimensions.reduce(1) { $0 * $1.1 })
    try netCDF(path) { nc_get_var_double(group, id, &values) }
    return values
  }

  func strings(_ groupName: String, _ variable: String) throws -> [String] {
    let group = try group(groupName)
    let (id, dimensions) = try shape(group, variable)
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: dimensions[0].1)
    try netCDF(path) { nc_get_var_string(group, id, &pointers) }
    defer { _ = try? netCDF(path) { nc_free_string(pointers.count, &pointers) } }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  func attribute(_ name: String) throws -> String {
    var pointer: UnsafeMutablePointer<CChar>?
    try netCDF(path) { nc_get_att_string(root, NC_GLOBAL, name, &pointer) }
    defer { _ = try? netCDF(path) { nc_free_string(1, &pointer) } }
    return pointer.map { String(cString: $0) } ?? ""
  }
}

@Suite struct PosteriorNetCDFTests {
  @Test func valuesComeBack() async throws {
    let fit = try await SyntheticFamily.fit.value
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("new/posterior.nc").path
    try await writePosteriorNetCDF(of: fit, version: "0.0.0-test", to: path)
    let file = try NetCDFReader(path)
    #expect(try file.attribute("created_by") == "Swivel 0.0.0-test")
    #expect(try file.attribute("inference_library") == "swivel")
    #expect(try file.attribute("family") == fit.family)
    #expect(try file.attribute("level_of_theory") == fit.origin.levelOfTheory)

    #expect(try file.dimensions("posterior", "force_constant") == ["chain", "draw", "parameter"])
    #expect(try file.dimensions("posterior", "scale") == ["chain", "draw", "scale_name"])
    #expect(try file.dimensions("posterior", "offset") == ["chain", "draw", "scan"])
    let kept = fit.draws.forceConstants.flatMap { $0.flatMap { $0 } }
    #expect(try file.numbers("posterior", "force_constant") == kept)
    #expect(try file.numbers("posterior", "scale") == fit.draws.scales.flatMap { $0.flatMap { $0 } })
    #expect(try file.strings("posterior", "parameter") == fit.parameters.map(\.parameter.label))
    #expect(try file.strings("posterior", "scale_name") == fit.scales.map(\.name))
    #expect(try file.strings("posterior", "scale_unit") == fit.scales.map(\.unit))
    #expect(try file.numbers("posterior", "chain") == [0, 1, 2, 3])
    let lp = try file.numbers("sample_stats", "lp")
    #expect(lp == fit.draws.logDensities.flatMap { $0 } && lp.allSatisfy(\.isFinite))

    // Hexane is held out.
    let scans = fit.scans.filter { !$0.isHeldOut }
    let points = scans.flatMap { scan in scan.points.filter(\.isFitted).map { (scan, $0) } }
    let names = points.map { "\($0.0.molecule)/\($0.0.scan)@\($0.1.frame)" }
    #expect(try file.strings("posterior", "scan") == scans.map { "\($0.molecule)/\($0.scan)" })
    for group in ["observed_data", "posterior_predictive", "log_likelihood"] {
      #expect(try file.strings(group, "point") == names)
      #expect(try file.strings(group, "scan") == points.map { "\($0.0.molecule)/\($0.0.scan)" })
      #expect(try file.numbers(group, "angle").allSatisfy { abs($0) <= 180 })
    }
    let observed = try file.numbers("observed_data", "energy")
    #expect(zip(observed, points).allSatisfy { abs($0 - $1.1.qm) < 1e-9 } && observed.count == points.count)

    // Scan by scan in its place.
    let offsets = try file.numbers("posterior", "offset")
    let energies = try file.numbers("posterior_predictive", "energy")
    let likelihoods = try file.numbers("log_likelihood", "energy")
    let parts = await fit.predictive.replicates(ofScans: 0..<2, draws: fit.draws, threads: 1)
    let counts = fit.predictive.scans.map(\.points.count)
    let all = counts.reduce(0, +)
    for draw in [0, 149, 150, 599] {
      for (s, part) in parts.enumerated() {
        #expect(offsets[2 * draw + s] == part.offsets[draw])
        let first = counts[..<s].reduce(0, +)
        for i in 0..<counts[s] {
          #expect(energies[draw * all + first + i] == Double(part.energies[draw * counts[s] + i]))
          #expect(likelihoods[draw * all + first + i] == Double(part.logLikelihoods[draw * counts[s] + i]))
        }
      }
    }
    #expect(energies.allSatisfy(\.isFinite) && likelihoods.allSatisfy(\.isFinite))
    // Replicates of a model that fits lie about the data.
    let mean = (0..<all).map { i in (0..<600).reduce(0.0) { $0 + energies[$1 * all + i] } / 600 }
    #expect(zip(mean, observed).allSatisfy { abs($0 - $1) < 0.3 })

    let prior = fit.predictive.priorDraws(1000)
    #expect(try file.numbers("prior", "force_constant") == prior.flatMap(\.forceConstants))
    #expect(try file.numbers("prior", "scale") == prior.flatMap(\.scales))
    try file.close()

    // The same bytes on another number of threads, over an older file.
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var other = fit
    other.options.threads = 1
    try await writePosteriorNetCDF(of: other, version: "0.0.0-test", to: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new") == ["posterior.nc"])
  }

  @Test func refusalsNameThePathAndLeaveNothing() async throws {
    let fit = try await SyntheticFamily.fit.value
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try Folders.write("a file", to: folder.path + "/file")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/posterior.nc/full", withIntermediateDirectories: true)
    for path in [folder.path + "/file/posterior.nc", folder.path + "/posterior.nc"] {
      let error = await #expect(throws: InputError.self) {
        try await writePosteriorNetCDF(of: fit, version: "0", to: path)
      }
      #expect(error?.place?.file == path && error?.message.contains("cannot be written") == true)
    }
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["file", "posterior.nc"])
    // What netCDF itself refuses: two groups of one name.
    let file = try NetCDFGroup(for: "x.nc")
    _ = try file.group("a")
    let error = #expect(throws: InputError.self) { try file.group("a") }
    #expect(error?.place?.file == "x.nc" && error?.message.contains("netCDF: ") == true)
    file.abandon()
  }
}
