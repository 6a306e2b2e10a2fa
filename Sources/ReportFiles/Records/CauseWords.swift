// Why a fit ends where it does, in words, and what a user can change about it.

import Chemistry
import TorsionModel

/// A cause in a sentence, and what changes it.
public struct CauseWords: Codable, Hashable, Sendable {
  /// The cause in a few words, after "since": "the prior holds the force constants back".
  public var brief: String
  /// What was found, in a sentence or two.
  public var why: String
  /// An option of `swivel fit`, or what to do with the data.
  public var remedy: String
}

extension Fit {
  /// The words of the whole fit's cause; nil where there is none.
  public func causeWords(_ found: ScanCause) -> CauseWords? {
    guard let cause = found.cause else { return nil }
    let named = scans.filter { $0.cause?.cause == cause }
    let most = named.isEmpty ? "" : " Most of all \(names(named))."
    return CauseWords(
      brief: brief(cause, found), why: found.steps.ladder + "." + most,
      remedy: remedy(cause, found, scan: nil))
  }

  /// The words of one scan's cause; nil where there is none.
  public func causeWords(_ found: ScanCause, of scan: ScanFit) -> CauseWords? {
    guard let cause = found.cause else { return nil }
    var words = CauseWords(
      brief: brief(cause, found), why: why(cause, found, scan), remedy: remedy(cause, found, scan: scan))
    let others = found.steps.steps.filter { $0.cause != cause }.sorted { $0.size > $1.size }
    if let second = others.first, second.size > ErrorSteps.tolerance {
      words.why += " \(subject(second.cause)) adds \(fixed(second.size, 2)) more."
      words.remedy += "; \(remedy(second.cause, found, scan: scan))"
    }
    return words
  }

  /// What adds to an error, to begin a sentence with.
  private func subject(_ cause: FitCause) -> String {
    switch cause {
    case .form: "What torsion terms cannot say"
    case .sharing: "Sharing force constants with other scans"
    case .noise: "Weighing rows as the fit does"
    case .prior: "The prior"
    case .relaxation: "Relaxing under the fitted force constants"
    case .unfittedPoints: "Counting all points alike"
    }
  }

  /// The worst scans' names.
  private func names(_ scans: [ScanFit]) -> String {
    listed(
      scans.sorted { ($0.fitError?.rmse ?? 0) > ($1.fitError?.rmse ?? 0) }
        .map { "\($0.molecule) \(joinedIndices($0.driven.atoms))" }, limit: 3)
  }

  private func brief(_ cause: FitCause, _ found: ScanCause) -> String {
    switch cause {
    case .form: "torsion terms cannot describe it"
    case .sharing: "scans with the same torsion types want different force constants"
    case .noise:
      found.isOfTorques
        ? "torques ask for other force constants than energies" : "other scans count for more"
    case .prior: "the prior holds the force constants back"
    case .relaxation: "relaxed geometries are not those of the fit's rows"
    case .unfittedPoints: "grid points that do not count in the fit are far off"
    }
  }

  private func why(_ cause: FitCause, _ found: ScanCause, _ scan: ScanFit) -> String {
    let steps = found.steps
    func number(_ value: Double) -> String { fixed(value, 2) }
    switch cause {
    case .form:
      return
        "Torsion terms cannot describe it: least squares on this scan alone leaves \(number(steps.form)) "
        + "kcal/mol. " + formDetail(found, scan)
    case .sharing:
      return
        "Alone, least squares leaves \(number(steps.form)) kcal/mol; with the force constants shared with the "
        + "other scans it leaves \(number(steps.sharing))."
    case .noise:
      let words =
        "Least squares leaves \(number(steps.sharing)) kcal/mol, and \(number(steps.noise)) once rows are "
        + "weighed as in the fit: "
      if found.isOfTorques {
        return words + "torques and forces ask for other force constants than energies do."
      }
      let weight =
        scan.noiseWeight.map { "it counts \(number($0)) times as much as an ordinary one, since " } ?? ""
      return words + "\(weight)the others' force constants do not describe this scan."
    case .prior:
      return "The prior holds the force constants near the base force field: without it the same rows reach "
        + "\(number(steps.noise)) kcal/mol, with it \(number(steps.prior)). That takes changes of a force "
        + "constant of up "
        + "to \(number(found.leastSquaresChange)) kcal/mol; the fit makes \(number(found.fittedChange))."
    case .relaxation:
      return
        "At the geometries of its rows the fit is off by \(number(steps.prior)) kcal/mol, relaxed under the fitted "
        + "force constants by \(number(steps.relaxation)). " + relaxationDetail(scan)
    case .unfittedPoints:
      return
        "At the points that the fit counts the error is \(number(steps.relaxation)) kcal/mol, over all points "
        + "\(number(steps.unfittedPoints))."
    }
  }

  private func formDetail(_ found: ScanCause, _ scan: ScanFit) -> String {
    if found.isInRing { return "The driven bond is in a ring, where bonds and angles give way with it." }
    if !scan.jumps.isEmpty { return "The relaxed energy jumps at \(degrees(scan.jumps.map(\.drivenAngle)))." }
    if let frame = found.pointApart {
      return "Frame \(frame) stands apart from what any force constants give."
    }
    if !scan.leftWell.isEmpty {
      return
        "Another rotor is held at the edge of its QM well at \(degrees(scan.leftWell.map(\.drivenAngle)))."
    }
    return "What is left lies in bonds, angles or non-bonded terms, or the torsions need more terms."
  }

  private func relaxationDetail(_ scan: ScanFit) -> String {
    let jumps = scan.jumps.filter(\.isFitted).map(\.drivenAngle)
    if !jumps.isEmpty { return "The relaxed energy jumps at \(degrees(jumps))." }
    let left = scan.leftWell.filter(\.isFitted).map(\.drivenAngle)
    if !left.isEmpty { return "Another rotor is held at the edge of its QM well at \(degrees(left))." }
    return settled ? "The geometries follow the force constants." : "The rounds had not settled."
  }

  private func degrees(_ angles: [Double]) -> String {
    var seen: Set<String> = []
    return listed(angles.map { "\(fixed($0 / Units.degree, 0))°" }.filter { seen.insert($0).inserted })
  }

  private func remedy(_ cause: FitCause, _ found: ScanCause, scan: ScanFit?) -> String {
    let width = options.relaxation.wellHalfWidth
    let hold =
      width < .pi
      ? "compare with --well-width 180, which lets rotors go (now \(fixed(width / Units.degree, 0)))"
      : "compare with --well-width 30, which keeps rotors in QM’s wells"
    let shaken = scan.map { !$0.jumps.isEmpty || !$0.leftWell.isEmpty } ?? false
    switch cause {
    case .form:
      if found.isInRing { return "leave the scan out of family.yaml" }
      if shaken { return hold }
      if found.pointApart != nil {
        return "check that energy; --noise student-t lets single points count for little"
      }
      return
        "more periodicities or finer types under torsions: in family.yaml, where they help; no option of fit does"
    case .sharing:
      return "types or a SMARTS of their own under torsions: in family.yaml, or a fit of the molecule alone"
    case .noise:
      return found.isOfTorques || options.model.noise.weighs != .scans
        ? "--likelihood energy leaves torques out" : "--noise normal lets all scans count alike"
    case .prior:
      let points = options.model.effectivePoints
      return points < 24
        ? "--effective-points \(fixed(4 * points, 0)) lets the data count for more (now \(fixed(points, 0)))"
        : "no option of fit: what least squares finds takes force constants that the prior holds to be too large"
    case .relaxation:
      return !shaken && !settled ? "--rounds \(2 * options.rounds) goes on (now \(options.rounds))" : hold
    case .unfittedPoints:
      return options.every > 1
        ? "--every 1 fits all points" : "--energy-weight none lets high energies count like the others"
    }
  }
}

extension ErrorSteps {
  /// All steps in a row.
  var ladder: String {
    "Least squares on each scan alone leaves \(fixed(form, 2)) kcal/mol, on all together "
      + "\(fixed(sharing, 2)), with the fit’s "
      + "weights \(fixed(noise, 2)); with the prior it is \(fixed(prior, 2)), relaxed "
      + "\(fixed(relaxation, 2)), over all points "
      + fixed(unfittedPoints, 2)
  }
}
