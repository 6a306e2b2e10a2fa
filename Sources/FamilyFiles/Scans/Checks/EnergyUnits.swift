// Whether energies are in the unit that they are said to be in: against what atoms have, and against the base force
// field.
//
// Forces that are wrong alike agree with their energies, so that no check of the two tells.

import CMath
import Chemistry
import Mechanics
import TextFiles

/// What an energy must be near, for a molecule of these elements; hartree.
private struct ExpectedEnergy {
  /// All electrons: free atoms. B3LYP/DZVP's totals of 181 published drives lie 0.1 to 1.2 % below.
  var allElectrons = 0.0
  /// Valence electrons, as extended tight binding has them: GFN2-xTB's free atoms and a fifth. Totals of the 76 shipped
  /// scans lie within 0.96 and 1.03 of it.
  var valence = 0.0
  /// Formation from free atoms: shares by least squares over 172 of these drives, which lie within 0.95 and 1.02 of
  /// their sum; those of boron, silicon and phosphorus, which they lack, are guesses.
  var formation = 0.0

  /// Hartree by atomic number. Beyond argon pseudopotentials are common, and nothing is expected.
  private static let table: [Int: (all: Double, valence: Double, formation: Double)] = [
    1: (-0.5, -0.47, -0.102), 5: (-24.65, -1.2, -0.2), 6: (-37.85, -2.15, -0.265), 7: (-54.58, -3.12, -0.174),
    8: (-75.07, -4.52, -0.159), 9: (-99.73, -5.54, -0.142), 14: (-289.4, -1.88, -0.16),
    15: (-341.26, -2.84, -0.12),
    16: (-398.1, -3.78, -0.03), 17: (-460.1, -5.38, -0.062),
  ]

  /// Nil where an element is not in the table.
  init?(_ elements: [Element]) {
    for element in elements {
      guard let own = Self.table[element.atomicNumber] else { return nil }
      allElectrons += own.all
      valence += own.valence
      formation += own.formation
    }
    guard elements.count > 1 else { return nil }
  }

  /// How far an energy is from a total one, as a logarithm; nil where it is none. Minimal basis sets miss two per
  /// cent of all electrons' energy; hartree per eV and eV per kcal/mol are 18 % apart.
  func distance(_ energy: Double) -> Double? {
    let ratios = [(energy / allElectrons, 0.97...1.03), (energy / valence, 0.85...1.18)]
    return ratios.filter { $0.1.contains($0.0) }.map { abs(log($0.0)) }.min()
  }

  /// Whether an energy is one of formation from atoms.
  func isOfFormation(_ energy: Double) -> Bool { (0.9...1.1).contains(energy / formation) }
}

/// What is said of total energies.
enum EnergyUnitVerdict: Equatable {
  /// They are what the molecule has: the unit is right.
  case right
  /// They are relative ones, or of a method that is not known: nothing is told.
  case untold
  /// They are numbers of one unit that were taken for another.
  case wrong(meant: Units.Energy, taken: Units.Energy)
}

/// Whether energies (kcal/mol, of grid points of one molecule) are total ones in another unit.
func energyUnitVerdict(_ energies: [Double], elements: [Element]) -> EnergyUnitVerdict {
  guard let expected = ExpectedEnergy(elements), !energies.isEmpty else { return .untold }
  let middle = energies.sorted()[energies.count / 2] / Units.hartree
  if expected.distance(middle) != nil || expected.isOfFormation(middle) { return .right }
  var best: (distance: Double, meant: Units.Energy, taken: Units.Energy)?
  for meant in Units.Energy.allCases {
    for taken in Units.Energy.allCases where taken != meant {
      guard let distance = expected.distance(middle * meant.factor / taken.factor) else { continue }
      if distance < best?.distance ?? .infinity { best = (distance, meant, taken) }
    }
  }
  if let best { return .wrong(meant: best.meant, taken: best.taken) }
  return .untold
}

extension EnergyUnitVerdict {
  /// What is wrong with energies of a molecule of these elements, in words; nil where nothing is.
  func words(on elements: [Element]) -> String? {
    guard case .wrong(let meant, let taken) = self else { return nil }
    let (ratio, isLarge) = factorWords(taken.factor / meant.factor)
    return """
      its energies are \(isLarge ? "too large" : "too small") by a factor of \(ratio) for \(formula(of: elements)): \
      numbers in \(meant.rawValue) that are taken for \(taken.rawValue); `energy_unit: \(meant.rawValue)` in \
      family.yaml (--energy-unit \(meant.rawValue) of inspect and init) says so where the file states none, else mend \
      the unit that the file states
      """
  }
}

/// "627.5" and whether it is above one.
private func factorWords(_ factor: Double) -> (String, Bool) {
  let size = max(factor, 1 / factor)
  return ("\(rounded(size, size < 100 ? 2 : 1))", factor > 1)
}

/// By how much more a scan's energies rise and fall than the base force field's torques about the driven bond would
/// have it; nil where that tells nothing: rings, grids, few points, a bond that turns freely in the base.
func riseRatio(of scan: Scan, topology: Topology) -> Double? {
  guard scan.second == nil else { return nil }
  let model = EnergyModel(topology)
  var based = scan
  for index in based.points.indices {
    based.points[index].forces = model.energyAndForces(of: based.points[index].coordinates).forces
  }
  guard let torques = torques(of: based, graph: topology.bondGraph) else { return nil }
  let all = steps(of: based, torques: torques)
  guard all.count >= 7 else { return nil }
  let rise = (all.reduce(0) { $0 + $1.rise * $1.rise } / Double(all.count)).squareRoot()
  let work = (all.reduce(0) { $0 + $1.work * $1.work } / Double(all.count)).squareRoot()
  guard work > 0.3, work.isFinite, rise > 0 else { return nil }
  return rise / work
}

/// Scans whose unit is in doubt, in words with their place: each by its total energies, and relative energies by how
/// they change along the scans.
///
/// A base force field may be off by far in one scan: methyl esters change by a thirtieth of what GAFF2 has, and no
/// drive of 224 by more than 3.2 times as much. Medians of three drives that were drawn from 148 published ones lay
/// outside 0.22 … 2.9 in one draw of a thousand. So a factor of 4 is told of three scans and more, and of one scan
/// what is beyond all.
/// - Parameter molecules: those of a family.
func notesOnUnits(_ molecules: [Molecule]) -> [DataNote] {
  var notes: [DataNote] = []
  var relative: [(place: String, ratio: Double)] = []
  for molecule in molecules {
    let elements = molecule.topology.atoms.map(\.element)
    for scan in molecule.scans {
      let energies = scan.points.map(\.energy)
      let place = "\(scan.id) of \(molecule.id)"
      let verdict = energyUnitVerdict(energies, elements: elements)
      if let words = verdict.words(on: elements) {
        notes.append(DataNote(.units, words, place: place))
      } else if verdict == .untold, let ratio = riseRatio(of: scan, topology: molecule.topology) {
        relative.append((place, ratio))
      }
    }
  }
  let hint =
    ": a unit may be wrong; `energy_unit:` in family.yaml (--energy-unit) states it where the file does not"
  let beyond = relative.filter { !(0.004...25).contains($0.ratio) }
  notes += beyond.map { scan in
    let (ratio, isLarge) = factorWords(scan.ratio)
    return DataNote(
      .units,
      """
      its energies change \(ratio) times \(isLarge ? "as much as" : "less than") the base force field's torques about \
      the bond say\(hint)
      """, place: scan.place)
  }
  guard beyond.isEmpty, relative.count >= 3 else { return notes }
  let median = relative.map(\.ratio).sorted()[relative.count / 2]
  if !(0.22...2.9).contains(median) {
    let (ratio, isLarge) = factorWords(median)
    let two = relative.prefix(2).map(\.place).joined(separator: ", ")
    notes.append(
      DataNote(
        .units,
        """
        energies of \(relative.count) scans (\(two), …) change \(ratio) times \(isLarge ? "as much as" : "less than") \
        the base force field's torques say, in the median\(hint) (1 kJ/mol is 0.239 kcal/mol)
        """))
  }
  return notes
}
