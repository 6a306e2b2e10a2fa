// The texts of a PSF, its parameter file and its PDB, of terms already by CHARMM's atom types.

import Chemistry
import FoundationEssentials
import TextFiles

extension CharmmWriter {
  /// The parameter file.
  func parameters(_ header: [String]) -> String {
    var text = header.map { "* \($0)\n" }.joined() + "*\n\nATOMS\n"
    var seen: Set<String> = []
    for (index, type) in types.enumerated() where seen.insert(type).inserted {
      let atom = topology.atoms[index]
      text +=
        "MASS \(seen.count) \(type) \(atom.element.mass ?? 0) \(atom.element.symbol.uppercased()) ! \(atom.type)\n"
    }
    // Parameters by type are looked up under these names.
    for (type, atom) in zip(types, topology.atoms) where type != atom.type.uppercased() {
      text += charmmTypeName(type, atom.type)
    }
    func section(_ name: String, _ rows: [[String]: [String]]) {
      text += "\n\(name)\n"
      for (key, lines) in rows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        for line in lines { text += "\(key.joined(separator: " ")) \(line)\n" }
      }
    }
    section("BONDS", bonds.mapValues { [$0] })
    section("ANGLES", angles.mapValues { [$0] })
    section("DIHEDRALS", dihedrals)
    section("IMPROPER", impropers.mapValues { [$0] })
    text += "\nNONBONDED nbxmod 5 atom cdiel vatom vdistance vswitch -\n"
    text += "cutnb 999.0 ctofnb 998.0 ctonnb 997.0 eps 1.0 e14fac \(plan.coulombWeight) wmin 1.5\n"
    for (type, line) in atoms.sorted(by: { $0.key < $1.key }) { text += "\(type) \(line)\n" }
    if !fixes.isEmpty { section("NBFIX", fixes.mapValues { [$0] }) }
    return text + "\nEND\n"
  }

  /// The PSF.
  func structure(_ header: [String]) -> String {
    var text = "PSF EXT XPLOR\n\n\(padded("\(header.count)", 10)) !NTITLE\n"
    for line in header { text += "* \(line)\n" }
    text += "\n\(padded("\(types.count)", 10)) !NATOM\n"
    func left(_ word: String, _ width: Int) -> String {
      word.padding(toLength: max(width, word.count), withPad: " ", startingAt: 0)
    }
    for (index, atom) in topology.atoms.enumerated() {
      text += "\(padded("\(index + 1)", 10)) \(left("MOL", 8)) \(left("1", 8)) \(left("MOL", 8)) "
      text += "\(left(names[index], 8)) \(left(types[index], 6)) \(padded(fixedPoint(atom.charge, 10), 14))"
      text += "\(padded(fixedPoint(atom.element.mass ?? 0, 4), 14))\(padded("0", 8))\n"
    }
    func section(_ title: String, _ rows: [[Int]], perLine: Int) {
      text += "\n\(padded("\(rows.count)", 10)) !\(title)\n"
      for start in stride(from: 0, to: rows.count, by: perLine) {
        text +=
          rows[start..<min(rows.count, start + perLine)].joined().map { padded("\($0 + 1)", 10) }.joined()
          + "\n"
      }
    }
    section("NBOND: bonds", topology.bonds.map { [$0.i, $0.j] }, perLine: 4)
    section("NTHETA: angles", topology.angles.map { [$0.i, $0.j, $0.k] }, perLine: 3)
    section("NPHI: dihedrals", quartets.map(\.atoms), perLine: 2)
    section("NIMPHI: impropers", topology.harmonicImpropers.map(\.quartet.atoms), perLine: 2)
    section("NDON: donors", [], perLine: 4)
    section("NACC: acceptors", [], perLine: 4)
    text += "\n\(padded("0", 10)) !NNB\n\n"
    for start in stride(from: 0, to: types.count, by: 8) {
      text += String(repeating: padded("0", 10), count: min(8, types.count - start)) + "\n"
    }
    text += "\n\(padded("1", 10))\(padded("0", 10)) !NGRP NST2\n"
    text += "\(padded("0", 10))\(padded("1", 10))\(padded("0", 10))\n\n"
    return text + "\(padded("0", 10))\(padded("0", 10)) !NUMLP NUMLPH\n\n"
  }

  /// The PDB.
  func positions(_ coordinates: [Vector3]) -> String {
    var text = ""
    for (index, p) in coordinates.enumerated() {
      let name = names[index].count < 4 ? " \(names[index])" : names[index]
      text += "HETATM\(padded("\((index + 1) % 100_000)", 5)) "
      text += name.padding(toLength: 4, withPad: " ", startingAt: 0) + " MOL A   1    "
      text += [p.x, p.y, p.z].map { padded(fixedPoint($0, 3), 8) }.joined()
      text += "  1.00  0.00          \(padded(topology.atoms[index].element.symbol.uppercased(), 2))\n"
    }
    return text + "END\n"
  }
}
