// summary.json and posterior.csv: the keys that other tools rely on, null for what is undefined, round trips.

import Foundation
import TextFiles
import Testing
import TorsionModel

@testable import ReportFiles

@Suite struct SummaryTests {
  private func object() async throws -> [String: Any] {
    let text = try jsonText(Summary(try await SyntheticFamily.fit.value, version: "0.0.0-test"))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func hasEveryKeyOfTheContract() async throws {
    let summary = try await object()
    let top: Set = [
      "schema", "family", "seed", "units", "model", "parameters", "scans", "rmse_base", "rmse_fit",
      "relaxation_rounds",
      "linearisation_khat", "diagnostics", "validation",
    ]
    #expect(top.subtracting(summary.keys).isEmpty)
    #expect(summary["schema"] as? String == "swivel.summary/1")
    #expect((summary["units"] as? [String: String]) == ["energy": "kcal/mol", "phase": "degree"])
    let parameter = try #require((summary["parameters"] as? [[String: Any]])?.first)
    #expect(
      Set(parameter.keys) == [
        "types", "smarts", "periodicity", "phase", "mean", "sd", "median", "interval50", "interval90",
        "interval95", "base",
        "prior_sd", "contraction", "tau", "molecules", "rhat", "ess_bulk", "ess_tail", "mcse_mean",
        "mcse_interval90", "flags",
      ])
    let bounds = try #require(parameter["mcse_interval90"] as? [Double])
    #expect(try #require(parameter["mcse_mean"] as? Double) > 0 && bounds.count == 2 && bounds.min()! > 0)
    let scan = try #require((summary["scans"] as? [[String: Any]])?.first)
    let scanKeys: Set = ["molecule", "scan", "points", "rmse_base", "rmse_fit", "max_error_fit"]
    #expect(scanKeys.subtracting(scan.keys).isEmpty)
    #expect((scan["jumps"] as? [Any])?.isEmpty == true && scan["left_well"] is [Any])
    let cause = try #require(scan["cause"] as? [String: Any])
    #expect(
      Set(cause.keys) == [
        "cause", "least_squares_alone", "least_squares_family", "least_squares_weighed", "posterior",
        "relaxed",
        "reported", "why", "remedy",
      ])
    #expect(cause["reported"] as? Double == scan["rmse_fit"] as? Double)
    let diagnostics = try #require(summary["diagnostics"] as? [String: Any])
    let diagnosticKeys: Set = ["max_rhat", "min_ess_bulk", "min_ess_tail", "draws"]
    #expect(diagnosticKeys.subtracting(diagnostics.keys).isEmpty)
    #expect((summary["model"] as? [String: Any])?["likelihood"] as? String == "energy+torque")
  }

  @Test func undefinedIsNullAndPresent() async throws {
    var fit = try await SyntheticFamily.fit.value
    fit.baseRMSE = .nan
    fit.fitRMSE = .infinity
    fit.parameters[0].contraction = .nan
    fit.parameters[0].diagnostics.rhat = nil
    let text = try jsonText(Summary(fit, version: "0.0.0-test"))
    let summary = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(
      summary["rmse_base"] is NSNull && summary["rmse_fit"] is NSNull && summary["validation"] is NSNull)
    let parameter = try #require((summary["parameters"] as? [[String: Any]])?.first)
    #expect(
      parameter["contraction"] is NSNull && parameter["rhat"] is NSNull && parameter["smarts"] is NSNull)
    #expect((summary["diagnostics"] as? [String: Any])?["max_rhat"] is NSNull)
    // The page says the same without the word.
    let html = htmlReport(of: fit, provenance: SyntheticFamily.provenance)
    #expect(PageReader(html).error == nil)
    #expect(!hasUndefinedNumber(html))
  }

  @Test func readsBackWhatWasWritten() async throws {
    let fit = try await SyntheticFamily.fit.value
    let summary = Summary(fit, version: "0.0.0-test")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("summary.json").path
    try writeAtomically(jsonText(summary), to: path)
    #expect(try Summary(readingFrom: path) == summary)
    try writeAtomically(jsonText(summary).replacingOccurrences(of: "summary/1", with: "summary/9"), to: path)
    #expect(throws: InputError.self) { try Summary(readingFrom: path) }

    let table = folder.appendingPathComponent("posterior.csv").path
    let labels = fit.parameters.map(\.parameter.label)
    try writeAtomically(posteriorTable(of: fit), to: table)
    let draws = try readPosteriorTable(table, labels: labels)
    let kept = Array(fit.draws.forceConstants.joined())
    #expect(draws.count == kept.count)
    // Single precision twice, 2^-24 for the rounding and as much for its shortest decimal form.
    let largest = zip(draws.joined(), kept.joined()).map { abs($0 - $1) / max(abs($1), 1e-30) }.max() ?? 1
    #expect(largest <= 1.2e-7)
    #expect(throws: InputError.self) { try readPosteriorTable(table, labels: labels.reversed()) }
    for (damage, repair) in [("\n0,3,", "\n0,3,1,"), ("\n1,4,", "\n1,4,nan"), ("\n0,5,", "\n0,5,x")] {
      try writeAtomically(posteriorTable(of: fit).replacingOccurrences(of: damage, with: repair), to: table)
      #expect(throws: InputError.self) { try readPosteriorTable(table, labels: labels) }
    }
  }
}
