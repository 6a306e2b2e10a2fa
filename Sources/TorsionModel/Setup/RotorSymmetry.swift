// Which terms of a torsion type add up to a constant, because of how its torsions stand about a bond.

import CMath
import Chemistry

/// How the torsions of each type stand about the bonds of a family's molecules.
///
/// About one bond all dihedrals turn together, φ_a = φ + δ_a. So Σ_a cos(nφ_a − γ) is the real part of
/// exp(i(nφ − γ)) S_n with S_n = Σ_a exp(i n δ_a): where S_n = 0 the terms are a constant, and no data can tell their
/// force constant. The hydrogens of a methyl group on an sp³ carbon leave n = 3 and 6, on a planar group with two equal
/// sides n = 6 alone.
struct RotorSymmetry: Sendable {
  /// |S_n| over the number of torsions below which terms count as cancelled. Of the groups that chemistry has, those
  /// that do not cancel have at least a quarter (both ends of a C–C bond with two hydrogens).
  static let limit = 0.1
  /// Offsets are taken for those of an ideal geometry within so many radian: relaxed methyl groups are off by up to
  /// four degrees, which n = 4 would make sixteen.
  private static let distortion = 10 * Units.degree
  /// Resultant length of an offset over the geometries below which it is no offset: inversions, rings.
  private static let leastResultant = 0.95

  /// Offsets of each type about each bond that has any; nil for a bond about which they are not constant.
  private var groups: [TorsionType: Set<[Double]?>] = [:]

  /// The symmetry of molecules at the geometries of their scans. Bonds in rings count only where a scan drives them.
  init(_ molecules: [Molecule]) {
    for molecule in molecules {
      guard let first = molecule.scans.first else { continue }
      let graph = molecule.topology.bondGraph
      let byBond = Dictionary(grouping: molecule.topology.torsions.map(\.quartet), by: \.centralBond)
      for (bond, quartets) in byBond {
        let driving = molecule.scans.first { $0.driven.centralBond == bond }
        guard driving != nil || !graph.isInRing(bond) else { continue }
        let frames = (driving ?? first).points.map(\.coordinates)
        for (type, own) in Dictionary(grouping: quartets, by: { molecule.topology.type(of: $0) }) {
          groups[type, default: []].insert(Self.offsets(own, in: frames))
        }
      }
    }
  }

  /// Whether terms of a type add up to a constant about every bond that has it; false for a type about none.
  func cancels(_ type: TorsionType, periodicity n: Int) -> Bool {
    guard let found = groups[type], !found.isEmpty else { return false }
    return found.allSatisfy { $0.map { Self.strength($0, periodicity: n) < Self.limit } ?? false }
  }

  /// |S_n| over the number of torsions, 0 … 1.
  static func strength(_ offsets: [Double], periodicity n: Int) -> Double {
    let x = offsets.reduce(0) { $0 + cos(Double(n) * $1) }
    let y = offsets.reduce(0) { $0 + sin(Double(n) * $1) }
    return (x * x + y * y).squareRoot() / Double(max(1, offsets.count))
  }

  /// By how much the dihedrals about one bond differ from the first, radian, ascending, those near to an ideal
  /// geometry's taken for it; nil where they are not constant.
  static func offsets(_ quartets: [Quartet], in frames: [[Vector3]]) -> [Double]? {
    let angles = quartets.map { quartet in frames.map { dihedralAngle(quartet, in: $0) } }
    guard let first = angles.first, !first.isEmpty else { return nil }
    var result: [Double] = []
    for own in angles {
      let differences = zip(own, first).map { $0 - $1 }.filter(\.isFinite)
      guard !differences.isEmpty else { return nil }
      let count = Double(differences.count)
      let x = differences.reduce(0) { $0 + cos($1) } / count
      let y = differences.reduce(0) { $0 + sin($1) } / count
      guard (x * x + y * y).squareRoot() > leastResultant else { return nil }
      result.append(ideal(atan2(y, x)))
    }
    return result.sorted()
  }

  /// The multiple of 60° or 90° that an offset is near to, else the offset; in [0, 2π).
  private static func ideal(_ offset: Double) -> Double {
    let turn = offset < 0 ? offset + 2 * .pi : offset
    for step in [60, 90] {
      let nearest = (turn / (Double(step) * Units.degree)).rounded()
      if abs(turn - nearest * Double(step) * Units.degree) < distortion {
        return Double(Int(nearest) * step % 360) * Units.degree
      }
    }
    return turn
  }
}

/// Terms of one type that the symmetry of its rotors makes a constant: what was done about them.
public struct CancelledTerms: Hashable, Sendable {
  /// What parameter files say of base terms that stay.
  public static let flag = "cancels by symmetry"

  /// The type.
  public var type: TorsionType
  /// The periodicities, ascending.
  public var periodicities: [Int]
  /// The base force field's terms of these periodicities, which stay; of unequal molecules the mean. Empty where it has
  /// none, or where a rule asks for the periodicities.
  public var kept: [TorsionTerm]
  /// Whether n = 6 is a parameter because it is the first that does not cancel.
  public var offersSix: Bool
  /// Whether a rule asks for these periodicities: then they are parameters all the same.
  public var isAskedFor: Bool

  /// Terms of their facts.
  public init(
    type: TorsionType, periodicities: [Int], kept: [TorsionTerm], offersSix: Bool, isAskedFor: Bool
  ) {
    self.type = type
    self.periodicities = periodicities
    self.kept = kept
    self.offersSix = offersSix
    self.isAskedFor = isAskedFor
  }

  /// The fact and what follows from it, in one sentence.
  public var words: String {
    let which = "n = \(periodicities.map(String.init).joined(separator: ", "))"
    let fact = "terms of \(type.label) with \(which) add up to a constant by the symmetry of the rotor"
    if isAskedFor { return "\(fact): a rule asks for them, and no data can tell them" }
    return "\(fact) and stay at the base" + (offersSix ? "; n = 6 is what acts, and is fitted" : "")
  }
}

extension RotorSymmetry {
  /// The periodicities of a type that are parameters, and what is said of the others.
  ///
  /// - Parameters:
  ///   - wanted: the periodicities that would be parameters without symmetry.
  ///   - isAskedFor: whether a rule states them.
  ///   - variants: the base force field's terms of the type, one list for each that molecules have.
  func choose(
    _ type: TorsionType, from wanted: Set<Int>, isAskedFor: Bool, variants: [[TorsionTerm]]
  ) -> (periodicities: Set<Int>, cancelled: CancelledTerms?) {
    let gone = wanted.filter { $0 > 0 && cancels(type, periodicity: $0) }.sorted()
    guard !gone.isEmpty else { return (wanted, nil) }
    if isAskedFor {
      return (
        wanted,
        CancelledTerms(type: type, periodicities: gone, kept: [], offersSix: false, isAskedFor: true)
      )
    }
    var chosen = wanted.subtracting(gone)
    let offersSix =
      !chosen.contains(6) && (1...5).allSatisfy { cancels(type, periodicity: $0) }
      && !cancels(type, periodicity: 6)
    if offersSix { chosen.insert(6) }
    return (
      chosen,
      CancelledTerms(
        type: type, periodicities: gone, kept: meanTerms(variants, periodicities: gone), offersSix: offersSix,
        isAskedFor: false)
    )
  }

  /// Terms of some periodicities: a lone variant's own, else one a periodicity with the mean amplitudes.
  private func meanTerms(_ variants: [[TorsionTerm]], periodicities: [Int]) -> [TorsionTerm] {
    let own = variants.map { $0.filter { periodicities.contains($0.periodicity) && $0.forceConstant != 0 } }
    if own.count == 1 { return own[0].sorted { $0.periodicity < $1.periodicity } }
    return periodicities.compactMap { n in
      let terms = own.flatMap { $0 }.filter { $0.periodicity == n }
      let count = Double(max(1, own.count))
      let x = terms.reduce(0) { $0 + $1.cosineAmplitude } / count
      let y = terms.reduce(0) { $0 + $1.sineAmplitude } / count
      guard x != 0 || y != 0 else { return nil }
      return y == 0
        ? TorsionTerm(periodicity: n, phase: 0, forceConstant: x)
        : TorsionTerm(periodicity: n, phase: atan2(y, x), forceConstant: (x * x + y * y).squareRoot())
    }
  }
}
