// Numbers against remarks, term by term.

import Chemistry
import FoundationEssentials
import TextFiles

/// Compares the terms of a file with their remarks.
struct RemarkComparison {
  let file: String
  let isForeign: Bool
  /// Whether the file is a base force field in which some terms were refitted.
  let hasOthers: Bool
  /// Whether the file is a draw of the posterior, which lies outside its 95 % interval one time in twenty.
  let isDraw: Bool
  private(set) var terms: [ParameterFileAudit.Term] = []
  private(set) var findings: [AuditFinding] = []
  /// Lines and periodicities whose phase a remark tells.
  private(set) var explainedPhases: Set<[Int]> = []

  init(file: String, isForeign: Bool, hasOthers: Bool, isDraw: Bool) {
    self.file = file
    self.isForeign = isForeign
    self.hasOthers = hasOthers
    self.isDraw = isDraw
  }

  /// What four decimals of a remark may hide.
  private static let tolerance = 6e-5
  /// Degrees, of three decimals.
  private static let phaseTolerance = 2e-3

  mutating func compare(_ torsions: [PlacedTorsion], with remarks: [ReadRemark]) {
    var free = remarks
    var last = 0
    for torsion in torsions.sorted(by: { $0.line < $1.line }) {
      // Remarks in the term's line, or before it and after what stood before.
      let mine = free.filter { remark in
        remark.label.map { isLabel($0, of: torsion.type) && remark.line > last && remark.line < torsion.line }
          ?? torsion.terms.contains { $0.line == remark.line }
      }
      free.removeAll { remark in mine.contains { $0.line == remark.line } }
      compare(torsion, with: mine)
      if torsion.terms.allSatisfy({ $0.line == torsion.line }) { last = torsion.line }
      if torsion.isOpen {
        add(
          .missing, torsion.terms.last?.line ?? torsion.line, torsion.type, nil,
          "the line says that another term follows, and none does: a line is missing")
      }
    }
    for remark in free { addMissing(remark) }
  }

  private mutating func compare(_ torsion: PlacedTorsion, with remarks: [ReadRemark]) {
    var left = remarks
    var unmatched: [PlacedTerm] = []
    for placed in torsion.terms {
      let index = left.firstIndex { remark in
        remark.label == nil
          ? remark.line == placed.line : remark.periodicity == placed.term.periodicity
      }
      if let index {
        compare(placed, of: torsion, with: left.remove(at: index))
      } else {
        unmatched.append(placed)
      }
    }
    for placed in unmatched {
      // A periodicity that was changed leaves a remark with the same force constant behind.
      let index = left.firstIndex { abs($0.value - placed.term.forceConstant) <= Self.tolerance }
      if let index {
        compare(placed, of: torsion, with: left.remove(at: index))
        continue
      }
      terms.append(
        ParameterFileAudit.Term(
          type: torsion.type, term: placed.term, place: SourcePlace(file: file, line: placed.line),
          remark: nil))
      // What a base force field says of phases is its own affair; the checksum tells changes.
      if hasOthers { explainedPhases.insert([placed.line, placed.term.periodicity]) }
      if !isForeign, !hasOthers || torsion.terms.count > unmatched.count {
        add(
          .noRemark, placed.line, torsion.type, placed.term.periodicity,
          """
          has no remark, and the file's other terms have: k = \(fixedPoint(placed.term.forceConstant, 4)) \
          kcal/mol comes from elsewhere
          """
        )
      }
    }
    for remark in left {
      if torsion.isSeries, abs(remark.value) <= Self.tolerance, let n = remark.periodicity {
        // A term of no amplitude is not in a series.
        let zero = TorsionTerm(periodicity: n, phase: 0, forceConstant: 0)
        compare(PlacedTerm(term: zero, line: torsion.line), of: torsion, with: remark)
      } else {
        addMissing(remark)
      }
    }
  }

  private mutating func addMissing(_ remark: ReadRemark) {
    findings.append(
      AuditFinding(
        .missing, SourcePlace(file: file, line: remark.line),
        term: remark.label.map { "\($0) n = \(remark.periodicity ?? 0)" } ?? "",
        "a remark says k = \(fixedPoint(remark.value, 4)) kcal/mol, and no line has the term"))
  }

  private mutating func compare(_ placed: PlacedTerm, of torsion: PlacedTorsion, with remark: ReadRemark) {
    let term = placed.term
    let type = torsion.type
    terms.append(
      ParameterFileAudit.Term(
        type: type, term: term, place: SourcePlace(file: file, line: placed.line),
        remark: remark.fitted(as: type, periodicity: term.periodicity)))
    if let n = remark.periodicity, n != term.periodicity {
      add(.periodicity, placed.line, type, term.periodicity, "the remark says n = \(n)")
    }
    // Remarks of old files say no phase: 0 then, as all were written but those of free phases.
    let isFree = !isHalfTurn(term.phase)
    let expected = remark.phase ?? (isFree ? degrees(term.phase) : 0)
    explainedPhases.insert([placed.line, term.periodicity])
    var value = term.forceConstant
    if torsion.isSeries {
      value = isSamePhase(expected, 180) ? -term.cosineAmplitude : term.cosineAmplitude
    } else if !isSamePhase(degrees(term.phase), expected) {
      add(
        .phase, placed.line, type, term.periodicity,
        "the phase is \(fixedPoint(degrees(term.phase), 3)) degrees, the remark says \(fixedPoint(expected, 3))"
      )
    }
    if abs(value - remark.value) > Self.tolerance {
      add(
        .value, placed.line, type, term.periodicity,
        "k is \(fixedPoint(value, 4)) kcal/mol, the remark says \(fixedPoint(remark.value, 4))")
    }
    checkInterval(value, remark, placed.line, type, term.periodicity)
  }

  private mutating func checkInterval(
    _ value: Double, _ remark: ReadRemark, _ line: Int, _ type: TorsionType, _ n: Int
  ) {
    guard !isDraw, let sd = remark.sd else { return }
    // Old remarks have no 95 % interval: that of a normal distribution about the mean.
    let interval = remark.interval95 ?? (remark.value - 1.96 * sd)...(remark.value + 1.96 * sd)
    guard value < interval.lowerBound - Self.tolerance || value > interval.upperBound + Self.tolerance else {
      return
    }
    add(
      .outsideInterval, line, type, n,
      """
      k = \(fixedPoint(value, 4)) kcal/mol lies outside its own 95 % interval \
      [\(fixedPoint(interval.lowerBound, 4)), \(fixedPoint(interval.upperBound, 4))]
      """
    )
  }

  private func isSamePhase(_ a: Double, _ b: Double) -> Bool {
    let difference = abs((a - b).truncatingRemainder(dividingBy: 360))
    return min(difference, 360 - difference) <= Self.phaseTolerance
  }

  private func isLabel(_ label: String, of type: TorsionType) -> Bool {
    if label == type.label || label == xmlComment(type.label) { return true }
    let types = label.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    return type.smarts == nil && types.count == 4 && (types == type.types || types.reversed() == type.types)
  }

  private mutating func add(
    _ kind: AuditFinding.Kind, _ line: Int, _ type: TorsionType, _ n: Int?, _ message: String
  ) {
    findings.append(
      AuditFinding(
        kind, SourcePlace(file: file, line: line), term: type.label + (n.map { " n = \($0)" } ?? ""), message)
    )
  }
}

/// Whether an angle is 0 or 180 degrees, as files round it.
func isHalfTurn(_ phase: Double) -> Bool {
  let rest = abs(degrees(phase).truncatingRemainder(dividingBy: 180))
  return min(rest, 180 - rest) <= 1e-2
}
