// What `swivel check` found, for people, programs, JUnit readers and GitHub.

import FamilyFiles
import Foundation
import ReportFiles
import TextFiles
import TorsionModel
import Validation

/// A failure with the place to look at.
struct LocatedFailure: Sendable {
  var failure: RegressionFailure
  var file: String
  var line: Int
  /// One line: what, by how much, since which baseline.
  var text: String
}

/// What the check of one family found.
struct CheckResult: Sendable {
  var family: String
  var baselinePath: String
  /// "the baseline of swivel 0.1.0, data of 2026-11-25 (3f2a91c0)".
  var baselineName: String
  var before: FitDigest?
  var now: FitDigest
  var isCached: Bool
  var seconds: Double
  var failures: [LocatedFailure]

  /// Compares a family as it is now with its baseline.
  init(_ check: FamilyCheck, _ digested: Digested, limits: RegressionLimits) {
    family = check.name
    baselinePath = check.baselinePath
    now = digested.digest
    isCached = digested.isCached
    seconds = digested.seconds
    before = check.baseline?.fit
    failures = []
    baselineName = "no baseline"
    guard let baseline = check.baseline else { return }
    let stamp = sha256(Array(check.baselineText.utf8)).prefix(8)
    baselineName =
      "the baseline of swivel \(baseline.version), data of \(baseline.origin["date"] ?? "unknown date") (\(stamp))"
    let lines = check.baselineText.split(separator: "\n", omittingEmptySubsequences: false)
    func line(of subject: String) -> Int {
      let marks =
        [subject]
        + baseline.fit.scans.filter { $0.label == subject }.map {
          "\"driven\":[\($0.driven.map(String.init).joined(separator: ","))]"
        }
      let scan = baseline.fit.scans.first { $0.label == subject }
      let index = lines.firstIndex { line in
        scan.map { line.contains("\"molecule\":\"\($0.molecule)\"") && line.contains(marks[1]) }
          ?? line.contains("\"label\":\"\(subject)\"")
      }
      return (index ?? 0) + 1
    }
    let found =
      inputFailures(baseline.inputs, check.inputs)
      + originFailures(baseline.origin, check.loaded.family.origin.statements)
      + dataFailures(from: baseline.data, to: check.data)
      + regressionFailures(from: baseline.fit, to: digested.digest, limits: limits)
    failures = found.map { failure in
      let file = check.file(of: failure)
      return LocatedFailure(
        failure: failure, file: file ?? check.baselinePath, line: file == nil ? line(of: failure.subject) : 1,
        text: failure.message
          + (failure.gate == .input ? ", and the baseline was not updated (`swivel check --update`)" : "")
          + ", since \(baselineName)")
    }
  }

  func failures(of gate: RegressionFailure.Gate) -> [LocatedFailure] {
    failures.filter { $0.failure.gate == gate }
  }

  /// Whether a gate had something to look at.
  func looked(at gate: RegressionFailure.Gate) -> Bool {
    ![.coverage, .heldOut].contains(gate) || before?.heldOut != nil
  }
}

/// Files that have another hash, are gone, or new.
func inputFailures(_ old: [String: String], _ new: [String: String]) -> [RegressionFailure] {
  Set(old.keys).union(new.keys).sorted().compactMap { path in
    guard old[path] != new[path] else { return nil }
    let what =
      old[path] == nil ? "is new" : new[path] == nil ? "is no longer read" : "has another content (SHA-256)"
    return RegressionFailure(
      .input, path, "the input \(path) \(what)")
  }
}

/// What family.yaml states of the data and did not, or otherwise, in the baseline.
func originFailures(_ old: [String: String], _ new: [String: String]) -> [RegressionFailure] {
  Set(old.keys).union(new.keys).sorted().compactMap { key in
    guard old[key] != new[key] else { return nil }
    func words(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "nothing" }
    return RegressionFailure(
      .data, "family.yaml", "\(key) in family.yaml changed from \(words(old[key])) to \(words(new[key]))")
  }
}

/// The table for a terminal, and every failure in one line.
func checkText(_ results: [CheckResult]) -> String {
  let table = textTable(
    header: ["family", "parameters", "scans", "error", "baseline", "moved", "allowed", "seconds", ""],
    rows: results.map { result in
      let shift = result.before.flatMap { PosteriorShift(from: $0, to: result.now) }
      return [
        result.family, "\(result.now.parameters.count { !$0.isNoise })", "\(result.now.scans.count)",
        decimal(result.now.error?.mean, 3), decimal(result.before?.error?.mean, 3),
        decimal(shift?.distance, 2), decimal(shift.map { $0.noise + RegressionLimits().shift }, 2),
        result.isCached ? "unchanged" : decimal(result.seconds, 1),
        result.failures.isEmpty ? "passed" : "FAILED",
      ]
    })
  let failures = failureLines(results)
  return ([table] + (failures.isEmpty ? [] : [""]) + failures).joined(separator: "\n")
}

/// Every failure in one line, with the place to look at.
func failureLines(_ results: [CheckResult]) -> [String] {
  results.flatMap { result in
    result.failures.map { "\($0.file):\($0.line): \($0.failure.gate.rawValue): \($0.text)" }
  }
}

/// Workflow commands: `::error file=…,line=…,title=…::message`.
func githubAnnotations(_ result: CheckResult) -> [String] {
  result.failures.map {
    githubError(
      file: $0.file, line: $0.line, title: "swivel check: \(result.family), \($0.failure.gate.rawValue)",
      message: $0.text)
  }
}

/// The workflow command for a family that could not be checked.
func githubAnnotation(_ fault: CheckFault) -> String {
  githubError(
    file: fault.place.file, line: fault.place.line ?? 1, title: "swivel check: \(fault.family), input",
    message: fault.text)
}

private func githubError(file: String, line: Int, title: String, message: String) -> String {
  func escaped(_ text: String, property: Bool) -> String {
    var text = text.replacingOccurrences(of: "%", with: "%25").replacingOccurrences(of: "\r", with: "%0D")
      .replacingOccurrences(of: "\n", with: "%0A")
    if property {
      text = text.replacingOccurrences(of: ":", with: "%3A").replacingOccurrences(of: ",", with: "%2C")
    }
    return text
  }
  return
    """
    ::error file=\(escaped(file, property: true)),line=\(line),\
    title=\(escaped(title, property: true))::\(escaped(message, property: false))
    """
}

/// JUnit XML: a suite a family, a case a gate; a family that could not be checked has one case with an error.
func junitXML(_ results: [CheckResult], _ faults: [CheckFault]) -> String {
  let gates = RegressionFailure.Gate.allCases
  let failed = results.map { result in gates.count { !result.failures(of: $0).isEmpty } }
  var lines = [
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    """
    <testsuites name="swivel check" tests="\(results.count * gates.count + faults.count)" \
    failures="\(failed.reduce(0, +))" errors="\(faults.count)">
    """,
  ]
  for (result, failed) in zip(results, failed) {
    let skipped = gates.count { !result.looked(at: $0) }
    lines.append(
      """
        <testsuite name="\(xmlText(result.family))" tests="\(gates.count)" failures="\(failed)" errors="0" \
      skipped="\(skipped)" time="\(decimal(result.seconds, 3))">
      """
    )
    for gate in gates {
      let start =
        "    <testcase classname=\"swivel.check.\(xmlText(result.family))\" name=\"\(gate.rawValue)\" time=\"0\""
      let failures = result.failures(of: gate)
      if let first = failures.first {
        lines += [
          start + ">",
          "      <failure type=\"\(gate.rawValue)\" message=\"\(xmlText(first.text))\">"
            + failures.map { xmlText("\($0.file):\($0.line): \($0.text)") }.joined(separator: "\n")
            + "</failure>",
          "    </testcase>",
        ]
      } else if !result.looked(at: gate) {
        lines.append(
          start + "><skipped message=\"the baseline has no scores on molecules left out\"/></testcase>")
      } else {
        lines.append(start + "/>")
      }
    }
    lines.append("  </testsuite>")
  }
  for fault in faults {
    lines += [
      """
        <testsuite name="\(xmlText(fault.family))" tests="1" failures="0" errors="1" skipped="0" time="0">
      """,
      "    <testcase classname=\"swivel.check.\(xmlText(fault.family))\" name=\"input\" time=\"0\">",
      """
            <error type="input" message="\(xmlText(fault.text))">\
      \("\(fault.error)".split(separator: "\n").map { xmlText(String($0)) }.joined(separator: "\n"))</error>
      """,
      "    </testcase>", "  </testsuite>",
    ]
  }
  return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
}

extension CheckRecord {
  /// check's JSON.
  init(_ results: [CheckResult], _ faults: [CheckFault]) {
    self.init(
      families: results.map { result in
        FamilyRecord(
          family: result.family, baseline: result.baselinePath, since: result.baselineName,
          isCached: result.isCached, before: result.before, now: result.now,
          failures: result.failures.map { Failure($0.failure, file: $0.file, line: $0.line) })
      }, errors: faults.map { Fault(family: $0.family, message: $0.text, place: $0.place) })
  }
}
