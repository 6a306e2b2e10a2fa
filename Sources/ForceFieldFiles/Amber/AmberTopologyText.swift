// The sections of a prmtop, in the %FLAG format (ambermd.org/prmtop.pdf).

import Chemistry
import FoundationEssentials
import TextFiles

extension AmberTopologyWriter {
  func text(title: String) throws -> String {
    let atoms = topology.atoms
    let bonds = Table(topology.bonds.map { [$0.forceConstant, $0.length] })
    let angles = Table(topology.angles.map { [$0.forceConstant, $0.angle] })
    let terms = Table(
      dihedrals.map {
        [
          $0.term.forceConstant, Double($0.term.periodicity), $0.term.phase, $0.scaling.coulombDivisor,
          $0.scaling.lennardJonesDivisor,
        ]
      })
    let bondRows = zip(topology.bonds, bonds.rows).map { ([$0.i, $0.j], "\($1 + 1)") }
    let angleRows = zip(topology.angles, angles.rows).map { ([$0.i, $0.j, $0.k], "\($1 + 1)") }
    let (bondsH, bondsA) = split(bondRows)
    let (anglesH, anglesA) = split(angleRows)
    let (dihedralsH, dihedralsA) = dihedralFields(rows: terms.rows)
    let (counts, excluded) = exclusions
    let (index, a, b) = pairTables
    let pointers = pointers([
      1: kindCount, 2: bondsH.count / 3, 3: bondsA.count / 3, 4: anglesH.count / 4, 5: anglesA.count / 4,
      6: dihedralsH.count / 5, 7: dihedralsA.count / 5, 10: excluded.count, 11: 1, 12: bondsA.count / 3,
      13: anglesA.count / 4, 14: dihedralsA.count / 5, 15: bonds.values.count, 16: angles.values.count,
      17: terms.values.count, 18: kindCount, 28: atoms.count,
    ])
    let names = atoms.enumerated().map { number, atom in
      atom.name.count <= 4 && !atom.name.isEmpty ? atom.name : "\(atom.element.symbol)\(number + 1)"
    }
    let charge = topology.coulombConstant.squareRoot()
    let nothing = [String](repeating: "0", count: atoms.count)
    var text = "%VERSION  VERSION_STAMP = V0001.000\n"
    func add(_ flag: String, _ format: String, _ fields: [String]) {
      let width = format.contains("a4") ? 4 : format.contains("I8") ? 8 : 16
      let perLine = format.contains("20a4") ? 20 : format.contains("10I8") ? 10 : 5
      text += "%FLAG \(flag)\n%FORMAT(\(format))\n"
      text += lines(
        fields.map { width == 4 ? left($0, 4) : padded($0, width) }, perLine: perLine)
    }
    func numbers(_ flag: String, _ values: [Double]) { add(flag, "5E16.8", values.map(scientific)) }
    text += "%FLAG TITLE\n%FORMAT(20a4)\n\(title.prefix(80))\n"
    add("POINTERS", "10I8", pointers.map(String.init))
    add("ATOM_NAME", "20a4", names)
    numbers("CHARGE", atoms.map { $0.charge * charge })
    add("ATOMIC_NUMBER", "10I8", atoms.map { "\($0.element.atomicNumber)" })
    numbers("MASS", atoms.map { $0.element.mass ?? 0 })
    add("ATOM_TYPE_INDEX", "10I8", kinds.map { "\($0 + 1)" })
    add("NUMBER_EXCLUDED_ATOMS", "10I8", counts)
    add("NONBONDED_PARM_INDEX", "10I8", index)
    add("RESIDUE_LABEL", "20a4", ["MOL"])
    add("RESIDUE_POINTER", "10I8", ["1"])
    numbers("BOND_FORCE_CONSTANT", bonds.values.map { $0[0] })
    numbers("BOND_EQUIL_VALUE", bonds.values.map { $0[1] })
    numbers("ANGLE_FORCE_CONSTANT", angles.values.map { $0[0] })
    numbers("ANGLE_EQUIL_VALUE", angles.values.map { $0[1] })
    numbers("DIHEDRAL_FORCE_CONSTANT", terms.values.map { $0[0] })
    numbers("DIHEDRAL_PERIODICITY", terms.values.map { $0[1] })
    numbers("DIHEDRAL_PHASE", terms.values.map { $0[2] })
    numbers("SCEE_SCALE_FACTOR", terms.values.map { $0[3] })
    numbers("SCNB_SCALE_FACTOR", terms.values.map { $0[4] })
    numbers("SOLTY", [Double](repeating: 0, count: kindCount))
    numbers("LENNARD_JONES_ACOEF", a)
    numbers("LENNARD_JONES_BCOEF", b)
    add("BONDS_INC_HYDROGEN", "10I8", bondsH)
    add("BONDS_WITHOUT_HYDROGEN", "10I8", bondsA)
    add("ANGLES_INC_HYDROGEN", "10I8", anglesH)
    add("ANGLES_WITHOUT_HYDROGEN", "10I8", anglesA)
    add("DIHEDRALS_INC_HYDROGEN", "10I8", dihedralsH)
    add("DIHEDRALS_WITHOUT_HYDROGEN", "10I8", dihedralsA)
    add("EXCLUDED_ATOMS_LIST", "10I8", excluded)
    add("HBOND_ACOEF", "5E16.8", [])
    add("HBOND_BCOEF", "5E16.8", [])
    add("HBCUT", "5E16.8", [])
    add("AMBER_ATOM_TYPE", "20a4", atoms.map(\.type))
    add("TREE_CHAIN_CLASSIFICATION", "20a4", atoms.map { _ in "BLA" })
    add("JOIN_ARRAY", "10I8", nothing)
    add("IROTAT", "10I8", nothing)
    text += "%FLAG RADIUS_SET\n%FORMAT(1a80)\nnone: for vacuum only\n"
    numbers("RADII", atoms.map { _ in 0 })
    numbers("SCREEN", atoms.map { _ in 0 })
    return text
  }

  /// POINTERS: the number of atoms, then the numbers given by their place; the others are zero.
  private func pointers(_ numbers: [Int: Int]) -> [Int] {
    (0..<31).map { $0 == 0 ? topology.atoms.count : numbers[$0] ?? 0 }
  }

  /// Fields of rows with hydrogen and without.
  private func split(_ rows: [([Int], String)]) -> (with: [String], without: [String]) {
    func fields(_ wanted: Bool) -> [String] {
      rows.filter { isHydrogen($0.0) == wanted }.flatMap { row in row.0.map { "\(3 * $0)" } + [row.1] }
    }
    return (fields(true), fields(false))
  }

  private func isHydrogen(_ members: [Int]) -> Bool {
    members.contains { topology.atoms[$0].element.atomicNumber == 1 }
  }

  /// Torsions with hydrogen and without, five fields each.
  private func dihedralFields(rows: [Int]) -> (with: [String], without: [String]) {
    var dihedralsH: [String] = []
    var dihedralsA: [String] = []
    for (dihedral, row) in zip(dihedrals, rows) {
      // A minus sign needs an atom other than the first: there is no −0.
      var q = dihedral.quartet
      if q.k == 0 || q.l == 0 { q = q.reversed }
      let third = dihedral.carriesPair ? 3 * q.k : -3 * q.k
      let fourth = dihedral.isImproper ? -3 * q.l : 3 * q.l
      let fields = ["\(3 * q.i)", "\(3 * q.j)", "\(third)", "\(fourth)", "\(row + 1)"]
      if isHydrogen(q.atoms) { dihedralsH += fields } else { dihedralsA += fields }
    }
    return (dihedralsH, dihedralsA)
  }

  /// How many atoms each leaves out of its pairs, and which.
  private var exclusions: (counts: [String], excluded: [String]) {
    let interacting = Set(topology.pairs.filter { !$0.isOneFour }.map { BondIndex($0.i, $0.j) })
    var excluded: [String] = []
    var counts: [String] = []
    for i in topology.atoms.indices {
      let later = (i + 1)..<max(i + 1, topology.atoms.count)
      let mine = later.filter { !interacting.contains(BondIndex(i, $0)) }
      counts.append("\(max(1, mine.count))")
      excluded += mine.isEmpty ? ["0"] : mine.map { "\($0 + 1)" }
    }
    return (counts, excluded)
  }

  /// Where each pair of kinds stands, and the Lennard-Jones coefficients there.
  private var pairTables: (index: [String], a: [Double], b: [Double]) {
    var index: [String] = []
    var a: [Double] = []
    var b: [Double] = []
    for x in 0..<kindCount {
      for y in 0...x {
        a.append(coefficients[x][y].a)
        b.append(coefficients[x][y].b)
      }
      for y in 0..<kindCount { index.append("\(max(x, y) * (max(x, y) + 1) / 2 + min(x, y) + 1)") }
    }
    return (index, a, b)
  }
}

/// Fields on lines of so many.
func lines(_ fields: [String], perLine: Int) -> String {
  guard !fields.isEmpty else { return "\n" }
  return stride(from: 0, to: fields.count, by: perLine).map {
    fields[$0..<min($0 + perLine, fields.count)].joined() + "\n"
  }.joined()
}

/// A number as E16.8 has it.
func scientific(_ value: Double) -> String {
  guard value != 0 else { return "  0.00000000E+00" }
  var exponent = 0
  var mantissa = abs(value)
  while mantissa >= 10 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 1 {
    mantissa *= 10
    exponent -= 1
  }
  var digits = fixedPoint(mantissa, 8)
  if digits.hasPrefix("10") {
    exponent += 1
    digits = fixedPoint(mantissa / 10, 8)
  }
  let size = abs(exponent)
  return padded(
    "\(value < 0 ? "-" : "")\(digits)E\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)", 16)
}

/// Equal rows once, with the row of each.
private struct Table {
  var values: [[Double]] = []
  var rows: [Int] = []

  init(_ all: [[Double]]) {
    var known: [[Double]: Int] = [:]
    for row in all {
      if let index = known[row] {
        rows.append(index)
      } else {
        known[row] = values.count
        rows.append(values.count)
        values.append(row)
      }
    }
  }
}

/// A text left-aligned in `width` columns.
func left(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
