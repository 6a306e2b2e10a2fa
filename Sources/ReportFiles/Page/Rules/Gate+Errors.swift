// The gates of errors: how large they are, in sample and on molecules that were not fitted, and scans or points that
// stand out.

extension ReportPage {
  /// Below this error a profile is as good as matters at room temperature: kT at 298 K is 0.59 kcal/mol.
  static let goodError = 0.5
  /// A scan is worse than under the base force field where its error is larger by more than this, kcal/mol.
  private static let worse = 0.05

  var errorGate: Gate {
    guard let base = errors.base, let fitted = errors.fitted else {
      return Gate(
        title: "Error", subject: .errors, verdict: .bad,
        reason: "No grid point could be compared: relaxation failed everywhere.",
        place: "scans")
    }
    let change = "The relaxed error went from \(fixed(base, 3)) to \(fixed(fitted, 3)) kcal/mol"
    if fitted >= base {
      return Gate(
        title: "Error", subject: .errors, verdict: .bad,
        reason: "\(change): the fit is not better than the base force field.",
        place: "scans")
    }
    let isSmall = fitted <= Self.goodError
    return Gate(
      title: "Error", subject: .errors, verdict: isSmall ? .good : .look,
      reason:
        "\(change), \(isSmall ? "below" : "still above") the limit of \(fixed(Self.goodError, 1)) kcal/mol."
        + (isSmall ? "" : cause.map { " \($0.why) What changes it: \($0.remedy)." } ?? ""),
      place: "scans")
  }

  var everyScanGate: Gate {
    let grown = worsened(scans) { $0.fitError?.rmse }
    return Gate(
      title: "Every scan", verdict: grown.isEmpty ? .good : .look,
      reason: grown.isEmpty
        ? "No scan got worse by more than \(fixed(Self.worse, 2)) kcal/mol."
        : "\(counted(grown.count, "scan")) got worse by more than \(fixed(Self.worse, 2)) kcal/mol: \(changes(grown)).",
      place: grown.first.map { place($0.scan) } ?? "scans")
  }

  /// A scan with its error under the base force field and another.
  private typealias Change = (scan: ScanPanel, base: Double, now: Double)

  /// The scans that are worse than under the base force field, the worst first.
  private func worsened(_ scans: [ScanPanel], _ error: (ScanPanel) -> Double?) -> [Change] {
    scans.compactMap { scan -> Change? in
      guard let base = scan.baseError?.rmse, let now = error(scan), now > base + Self.worse else {
        return nil
      }
      return (scan, base, now)
    }.sorted { $0.now - $0.base > $1.now - $1.base }
  }

  private func changes(_ changes: [Change]) -> String {
    listed(
      changes.map { "\($0.scan.molecule) \($0.scan.driven) (\(fixed($0.base, 2)) → \(fixed($0.now, 2)))" })
  }

  var heldOutGate: Gate {
    let pair = heldOut.map { ($0.rmseBase, $0.rmse) } ?? (errors.heldOutBase, errors.heldOutFitted)
    guard let base = pair.0, let fitted = pair.1 else {
      return Gate(
        title: "Unseen molecules", subject: .errors, verdict: .notRun,
        reason: onlyMolecule == nil
          ? "Not measured in this run: swivel validate holds out each molecule in turn."
          : "Not known: with one molecule there is none to hold out.",
        place: "held-out")
    }
    let change =
      "\(testedWords) the error went from \(fixed(base, 3)) to \(fixed(fitted, 3)) kcal/mol"
    let isSmall = fitted <= Self.goodError
    let verdict: Gate.Verdict = fitted >= base ? .bad : isSmall && !isMinorityTested ? .good : .look
    let end =
      verdict == .bad
      ? ": it does not carry over."
      : ", \(isSmall ? "below" : "still above") the limit of \(fixed(Self.goodError, 1)) kcal/mol."
    return Gate(
      title: "Unseen molecules", subject: verdict == .look && isSmall ? .remark : .errors, verdict: verdict,
      reason: change + end + minorityWords, place: "held-out")
  }

  var everyUnseenScanGate: Gate? {
    // A scan of types that no other molecule has says nothing about how far parameters carry.
    let known = scans.filter { $0.isTestable != false && $0.heldOutRMSE != nil && $0.baseError != nil }
    guard !known.isEmpty else { return nil }
    let grown = worsened(known, \.heldOutRMSE)
    let others = worsened(untestable, \.heldOutRMSE)
    let limit = "worse than under the base force field by more than \(fixed(Self.worse, 2)) kcal/mol"
    let subject =
      grown.isEmpty
      ? untestable.isEmpty ? "no scan" : "none of the \(known.count) scans whose types other molecules have"
      : "\(counted(grown.count, "scan")) of \(known.count)"
    let remark =
      others.isEmpty
      ? ""
      : """
       Of those that cannot be tested so, having types seen nowhere else, \(changes(others)) \
      \(others.count == 1 ? "is" : "are") worse.
      """
    return Gate(
      title: "Every unseen scan", verdict: grown.isEmpty && !isMinorityTested ? .good : .look,
      reason: "With its molecule held out, \(subject) \(grown.count > 1 ? "are" : "is") \(limit)"
        + (grown.isEmpty ? "." : ": \(changes(grown)).") + remark,
      place: grown.first.map { place($0.scan) } ?? "held-out")
  }

  /// Scans of types that no other molecule has: holding their molecule out says nothing about what other data tell.
  var untestable: [ScanPanel] { scans.filter { $0.isTestable == false } }

  /// How many scans errors and coverages on held-out molecules are over, and of how many.
  private var tested: (count: Int, all: Int) {
    guard heldOut != nil else { return (scans.count(where: \.isHeldOut), scans.count(where: \.isHeldOut)) }
    let all = scans.count { $0.isTestable != nil }
    return (all - untestable.count, all)
  }

  /// Whether most scans say nothing about unseen molecules.
  var isMinorityTested: Bool { 2 * tested.count < tested.all }

  /// "On 20 of 24 scans, …": over how many scans errors and coverages on held-out molecules are.
  var testedWords: String {
    let (count, all) = tested
    guard heldOut != nil, count < all else {
      return all > 0 ? "On \(counted(all, "scan")) of held-out molecules" : "On held-out molecules"
    }
    let rest = untestable.count == 1 ? "1 has" : "\(untestable.count) have"
    return "On \(count) of \(all) scans, their molecules held out (\(rest) types seen nowhere else),"
  }

  /// What a gate says where most scans cannot be tested.
  private var minorityWords: String {
    isMinorityTested
      ? " It is a minority of the scans: of the other types nothing is known on unseen molecules." : ""
  }

  var unitGate: Gate? {
    unitDoubts(scans).map {
      Gate(title: "Units", subject: .errors, verdict: .look, reason: $0, place: "scans")
    }
  }

  /// Single points that their neighbours do not bear out; only where there are some.
  var singlePointGate: Gate? {
    let odd = scans.flatMap { scan in scan.pointsApart.map { (scan: scan, point: $0.point, by: $0.by) } }
      .sorted { abs($0.by) > abs($1.by) }
    guard let first = odd.first else { return nil }
    return Gate(
      title: "Single points", verdict: .look,
      reason: "The residual stands apart from those of its neighbours at "
        + listed(
          odd.map {
            "\($0.scan.molecule) \($0.scan.driven) \(fixed($0.point.angle, 0))° (by \(fixed(abs($0.by), 1)))"
          }) + " kcal/mol: an energy may be wrong, or the profile is too sharp there for torsion terms.",
      place: place(first.scan))
  }
}
