// The gates: what a reader should know before using the numbers, each with a verdict and its reason in words.

import Statistics
import TorsionModel

/// One question about the fit, answered.
struct Gate: Hashable, Sendable {
  /// The answer; its word is shown with it, so that colour carries nothing alone.
  enum Verdict: Int, Hashable, Sendable, Comparable {
    case notRun, good, look, bad

    var word: String {
      switch self {
      case .notRun: "not run"
      case .good: "good"
      case .look: "look"
      case .bad: "bad"
      }
    }

    /// A shape for each, for eyes that do not tell the colours apart.
    var sign: String {
      switch self {
      case .notRun: "○"
      case .good: "✓"
      case .look: "!"
      case .bad: "✕"
      }
    }

    static func < (a: Verdict, b: Verdict) -> Bool { a.rawValue < b.rawValue }
  }

  /// What a verdict other than good says: that errors are large, that intervals are rough, or something else to know.
  enum Subject: Hashable, Sendable { case errors, intervals, remark }

  /// What is asked, as a noun: "Convergence".
  var title: String
  var subject = Subject.remark
  var verdict: Verdict
  /// Why, in a sentence or two.
  var reason: String
  /// Where more is shown: an id on the page.
  var place: String
}

extension ReportPage {
  /// Every gate, in the order of the page.
  var gates: [Gate] {
    [
      errorGate, causeGate, everyScanGate, singlePointGate, wellGate, unitGate, heldOutGate,
      everyUnseenScanGate, coverageGate,
      halvesGate,
      convergenceGate, relaxationGate,
      linearisationGate,
    ]
    .compactMap { $0 }
      + dataGates
      + [priorOnlyGate, typesGate, oneMoleculeGate, signGate, setAsideGate, unequalBaseGate, oneFourGate]
      .compactMap {
        $0
      }
  }

  /// Whether the fit worked, and what that hangs on: "Yes" and ", with 2 remarks".
  var answer: (word: String, rest: String) {
    func looks(_ subject: Gate.Subject) -> Int {
      gates.count { $0.verdict == .look && $0.subject == subject }
    }
    if verdict == .bad { return ("Not yet", "") }
    if looks(.errors) > 0 { return ("Partly", reasonOfLargeErrors) }
    if looks(.intervals) > 0 { return ("Yes", ", but its intervals are rough") }
    let remarks = looks(.remark)
    return ("Yes", remarks > 0 ? ", with \(counted(remarks, "remark"))" : "")
  }

  /// The worst verdict.
  var verdict: Gate.Verdict { gates.map(\.verdict).max() ?? .notRun }

  /// The id of a scan's panel.
  func place(_ scan: ScanPanel) -> String { "scan-\(scans.firstIndex(of: scan) ?? 0)" }

  private var coverageGate: Gate? {
    let points = heldOut?.coverage.first?.points.filter { [0.5, 0.9, 0.95].contains($0.nominal) } ?? []
    guard !points.isEmpty else { return nil }
    let distance = points.map { abs($0.observed - $0.nominal) }.max() ?? 0
    let shortfall = points.map { $0.nominal - $0.observed }.max() ?? 0
    // With the decimal that decides where a share stands at the limit.
    func share(_ value: Double, _ nominal: Double) -> String {
      abs(abs(value - nominal) - 0.05) < 0.005 ? "\(fixed(100 * value, 1))\u{A0}%" : percent(value)
    }
    let words = points.map { point in
      let miss = point.observed - point.nominal
      let side = abs(miss) <= 0.05 ? "" : miss > 0 ? " (too wide)" : " (too narrow)"
      return "\(percent(point.nominal)) intervals hold \(share(point.observed, point.nominal))\(side)"
    }
    return Gate(
      title: "Honest intervals", subject: .intervals,
      verdict: distance <= 0.05 ? isMinorityTested ? .look : .good : shortfall <= 0.15 ? .look : .bad,
      reason: "\(testedWords) " + listed(words)
        + " of the QM points; the limit is 5 percentage points.",
      place: "calibration")
  }

  /// Above this rms z of halves intervals of parameters count as too narrow.
  static let narrowZ = 1.3

  private var halvesGate: Gate? {
    halvesZ.map { z in
      Gate(
        title: "Honest parameters", subject: .intervals,
        verdict: z <= Self.narrowZ ? .good : z <= 2 ? .look : .bad,
        reason:
          "Fits on random halves of the molecules differ by \(fixed(z, 2)) times what their intervals allow; "
          + (z < 0.8
            ? "intervals of parameters are wider than they need be."
            : z <= Self.narrowZ
              ? "near 1, as it should be." : "intervals of parameters are too narrow by that factor."),
        place: "held-out")
    }
  }

  private var convergenceGate: Gate {
    Gate(
      title: "Convergence", subject: .intervals, verdict: chains.converged ? .good : .bad,
      reason:
        "Largest R-hat \(fixed(chains.maxRhat, 3)) (limit \(fixed(ConvergenceLimits.rhat, 3))), smallest "
        + "effective sample size "
          + """
          \(fixed(chains.minBulkESS, 0)) in the bulk and \(fixed(chains.minTailESS, 0)) in the tails (limit \
          \(fixed(ConvergenceLimits.ess, 0)))
          """
        + (chains.converged ? "." : ": more draws or a longer warm-up are needed."),
      place: "diagnostics")
  }

  private var relaxationGate: Gate {
    guard relaxation.wasAsked else {
      return Gate(
        title: "Relaxation", subject: .intervals, verdict: .look,
        reason: "Geometries were taken as given, without relaxing them under the force field.",
        place: "relaxation")
    }
    let rounds = counted(relaxation.errors.count, "round")
    let jumped = scans.filter { !$0.jumps.isEmpty }
    if relaxation.settled, let first = jumped.first {
      let points = jumped.reduce(0) { $0 + $1.jumps.count }
      return Gate(
        title: "Relaxation", subject: .remark, verdict: .look,
        reason:
          "The relaxed error stopped moving after \(rounds), but at \(counted(points, "grid point")) of "
          + listed(jumped.map { "\($0.molecule) \($0.driven)" })
          + " the molecule settles in another shape than the bands were made at.",
        place: place(first))
    }
    return Gate(
      title: "Relaxation", subject: .intervals, verdict: relaxation.settled ? .good : .look,
      reason: relaxation.settled
        ? "The relaxed error stopped moving after \(rounds)."
        : "The relaxed error was still moving after \(rounds).",
      place: "relaxation")
  }

  private var linearisationGate: Gate? {
    guard let khat = linearisationKhat, khat.isFinite else { return nil }
    return Gate(
      title: "Linearisation", subject: .intervals,
      verdict: khat <= LinearisationCheck.usableLimit ? .good : .look,
      reason:
        """
        Pareto k\u{302} is \(fixed(khat, 2)) (limit \(fixed(LinearisationCheck.usableLimit, 2))): the \
        linear posterior \(khat <= LinearisationCheck.usableLimit ? "stands for" : "may be off from") the \
        one with relaxed geometries.
        """,
      place: "relaxation")
  }

  /// How many parameters carry a flag, and their names, periodicities of one type together.
  private func flagged(_ flag: String) -> (count: Int, names: [String], place: String) {
    let first = parameters.firstIndex { $0.flags.contains(flag) }
    let rows = parameters.filter { $0.flags.contains(flag) }
    var names: [String] = []
    var last: String?
    for row in rows {
      let n = "\(row.periodicity)" + (row.isSine ? " sin" : "")
      if row.type == last {
        names[names.count - 1] += ",\u{A0}\(n)"
      } else {
        names.append("\(row.type) n\u{A0}=\u{A0}\(n)")
      }
      last = row.type
    }
    return (rows.count, names, first.map { "parameter-\($0)" } ?? "parameter-table")
  }

  private var priorOnlyGate: Gate {
    let (count, names, place) = flagged("prior only")
    let told = pulls.compactMap(\.determined)
    let directions =
      !told.isEmpty && told.count == pulls.count
      ? """
      In \(told.reduce(0, +)) of \(counted(parameters.count, "direction")) of parameter space the data take \
      away more than half of what was open before
      """
      : "The data see \(rank) of \(counted(parameters.count, "direction")) of parameter space"
    return Gate(
      title: "Told by the data", verdict: names.isEmpty ? .good : .look,
      reason: names.isEmpty
        ? "\(directions), and no parameter rests on its prior alone."
        : """
        \(directions); \(counted(count, "parameter")) \(count == 1 ? "rests" : "rest") on the prior alone: \
        \(listed(names, limit: 8)).
        """,
      place: place)
  }

  private var oneMoleculeGate: Gate {
    let (count, names, place) = flagged("one molecule")
    if let molecule = onlyMolecule {
      return Gate(
        title: "More than one molecule", verdict: .look,
        reason:
          "All data are of one molecule, \(molecule): nothing is known about transfer to others, and every "
          + "credible interval is about this molecule only.",
        place: "parameter-table")
    }
    return Gate(
      title: "More than one molecule", verdict: names.isEmpty ? .good : .look,
      reason: names.isEmpty
        ? "Every parameter is seen in at least two molecules."
        : """
        \(counted(count, "parameter")) \(count == 1 ? "is" : "are") seen in a single molecule, so nothing \
        says how far \(count == 1 ? "it carries" : "they carry") over: \(listed(names, limit: 8)).
        """,
      place: place)
  }

  private var typesGate: Gate? {
    guard let typePerAtom, !typePerAtom.isEmpty else { return nil }
    return Gate(
      title: "Atom types", verdict: .bad,
      reason:
        "Every atom type occurs once in \(listed(typePerAtom)): the types name atoms, so each torsion has "
        + "constants of its "
        + "own, which hold for no other molecule. Choose torsions by SMARTS with a structure in family.yaml, or give "
        + "topologies with atom types.",
      place: "parameter-table")
  }

  private var signGate: Gate? {
    let (_, names, place) = flagged("sign against the base")
    guard !names.isEmpty else { return nil }
    return Gate(
      title: "Signs", verdict: .look,
      reason:
        "Of the other sign than in the base force field, with a 90 % credible interval that excludes zero: "
        + listed(names, limit: 8) + ".",
      place: place)
  }

  private var setAsideGate: Gate {
    let points = scans.reduce(0) { sum, scan in
      let frames = Set(scan.setAside.map(\.frame))
      return sum + scan.points.count { !frames.contains($0.frame) }
    }
    let out = scans.reduce(0) { $0 + $1.setAside.count }
    let affected = scans.filter { !$0.setAside.isEmpty }
    return Gate(
      title: "Points set aside", verdict: out == 0 ? .good : 10 * out > points ? .bad : .look,
      reason: out == 0
        ? "All \(points) grid points were used."
        : "\(counted(out, "grid point")) left out and \(points) used; left out are points of "
          + listed(affected.map { "\($0.molecule) \($0.driven)" }) + ", with the reasons under each scan.",
      place: affected.first.map(place) ?? "scans")
  }

  private var unequalBaseGate: Gate {
    Gate(
      title: "One base force field", verdict: unequalBase.isEmpty ? .good : .look,
      reason: unequalBase.isEmpty
        ? "Every torsion type has the same base terms in all molecules."
        : "Base terms differ between molecules for \(listed(unequalBase)): the base marks are means.",
      place: "parameters")
  }

  private var oneFourGate: Gate? {
    guard oneFourScalings.count > 1 else { return nil }
    return Gate(
      title: "One 1-4 scaling", verdict: .look,
      reason: "The base force field scales 1-4 pairs in more than one way: \(listed(oneFourScalings)).",
      place: "provenance")
  }
}
