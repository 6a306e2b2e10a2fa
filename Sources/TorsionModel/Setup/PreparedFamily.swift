// A family made ready for fitting: scans merged and sorted, force fields compiled, turns found.

import CMath
import Chemistry
import Mechanics

/// One scan of a prepared molecule, by index.
struct ScanIndex: Hashable, Sendable {
  var molecule: Int
  var scan: Int
}

/// All molecules of a fit and the parameters between them.
struct PreparedFamily: Sendable {
  var table: ParameterTable
  var molecules: [PreparedMolecule]
  /// The bond classes of its columns.
  var classTable: BondClassTable
  /// Every scan in order.
  var scans: [ScanIndex]
  /// The levels of theory of fitted scans beside the family's own, in the order of the scans; see ``LevelDifference``.
  var otherLevels: [String]

  init(_ family: Family, options: FitOptions) throws {
    let names = Set(family.molecules.map(\.id))
    if let unknown = options.heldOut.subtracting(names).min() {
      throw ModelError(
        message: "no molecule is called \"\(unknown)\"",
        hint: "the family has " + family.molecules.map(\.id).joined(separator: ", "))
    }
    let merged = family.molecules.map(mergingScans)
    let training = merged.filter { !options.heldOut.contains($0.id) }
    guard training.contains(where: { !$0.scans.isEmpty }) else {
      throw ModelError(
        message: "no scan is left to fit", hint: "give the family scans, or hold out fewer molecules")
    }
    let heldOut = merged.filter { options.heldOut.contains($0.id) }
    let table = ParameterTable(
      molecules: training, alsoTypesOf: options.includesHeldOutTypes ? heldOut : [], alsoSymmetryOf: heldOut,
      rules: family.rules)
    guard !table.parameters.isEmpty else {
      throw ModelError(
        message: "no torsion type is fitted",
        hint:
          "no rule under `torsions:` matches a torsion of these molecules; `swivel inspect` lists their types"
      )
    }
    self.table = table
    molecules = merged.map {
      PreparedMolecule($0, table: table, isHeldOut: options.heldOut.contains($0.id))
    }
    classTable = BondClassTable(table: table, molecules: molecules)
    var seen: Set<String> = []
    otherLevels = training.flatMap(\.scans).compactMap(\.level).filter { seen.insert($0).inserted }
    scans = merged.enumerated().flatMap { m, molecule in
      molecule.scans.indices.map { ScanIndex(molecule: m, scan: $0) }
    }
  }

  /// The grid points of all scans.
  var pointCount: Int { scans.reduce(0) { $0 + scan($1).points.count } }

  func scan(_ index: ScanIndex) -> Scan { molecules[index.molecule].molecule.scans[index.scan] }

  /// What turns while a scan relaxes, beside its held dihedrals.
  func rotors(of index: ScanIndex) -> Rotors {
    let scan = self.scan(index)
    return molecules[index.molecule].rotors.besides(scan.driven, and: scan.held)
  }

  /// Whether a scan goes over values of a dihedral about a bond of the class.
  func drives(_ index: ScanIndex, _ bondClass: BondClass) -> Bool {
    let bonds = Set(scan(index).axes.map(\.centralBond))
    return !molecules[index.molecule].columns(about: bonds).isDisjoint(with: bondClass.columns)
  }
}
