// CHARMM parameter files with other torsion terms for the types of a PSF: lines of DIHEDRALS, all else stays.

import Chemistry
import TextFiles

/// Edits the parameter files that go with a PSF: torsions are looked up by type there, so every molecule of the types
/// changes.
struct CharmmTorsionEditor: TorsionEditor {
  private(set) var system: MolecularSystem
  let ignoresCase = true
  private let path: String
  private let parameters: [String]
  /// The PSF's own types, by which lines are found.
  private let types: [String]

  /// Reads a PSF and its parameter, topology and stream files.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  init(_ path: String, text: String, parameters: [String]) throws {
    self.path = path
    self.parameters = parameters
    guard !parameters.isEmpty else {
      throw InputError(
        SourcePlace(file: path),
        "is a PSF, which holds no parameters: those of its parameter files are changed",
        hint: "give them behind it: swivel apply \(path) molecule.prm …")
    }
    let structure = try CharmmStructure(text, file: path, isBondedOnly: true)
    let set = try CharmmParameterSet(parameters)
    let count = structure.atoms.count
    let bonds = structure.bonds.map { BondIndex($0.atoms[0], $0.atoms[1]) }
    types = structure.atoms.map(\.type)
    system = MolecularSystem(
      types: types.map { set.names[$0.uppercased()] ?? $0 },
      elements: structure.atoms.map { element(ofMass: $0.mass) },
      residues: structure.atoms.map(\.residue), bonds: bonds, copies: [Int](repeating: 1, count: count),
      sites: [], oneFourScalings: [])
    let bonded = Set(bonds)
    for term in structure.dihedrals where bonded.isChain(term.atoms) {
      let types = term.atoms.map { structure.atoms[$0].type.uppercased() }
      let lines = try? set.dihedral(types, term.place)
      system.sites.append(
        TorsionSite(
          quartet: Quartet(term.atoms[0], term.atoms[1], term.atoms[2], term.atoms[3]).canonical,
          terms: lines?.map {
            TorsionTerm(periodicity: $0.periodicity, phase: $0.phase, forceConstant: $0.forceConstant)
          }))
    }
  }

  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile] {
    var files = try ([path] + parameters).map { try EditedFile($0) }
    var own = system
    own.types = types
    let types = try torsionsByType(changes, of: own, file: path, format: "CHARMM")
    var lines: [(file: Int, line: CharmmLine)] = []
    for (index, name) in parameters.enumerated() {
      lines += try charmmLines(try readText(name), file: name).filter { $0.section == .dihedrals }.map {
        (index + 1, $0)
      }
    }
    for (type, terms) in types.sorted(by: { $0.key < $1.key }) {
      let key = Self.key(type.types)
      let own = lines.filter {
        !$0.line.isTitle && $0.line.words.count > 4 && Self.key(Array($0.line.words.prefix(4))) == key
      }
      let text = terms.map { line(own.first.map { Array($0.line.words.prefix(4)) } ?? type.types, $0) }
      if !own.isEmpty {
        for (index, found) in own.enumerated() {
          files[found.file].replaceLine(found.line.place.line ?? 1, with: index == 0 ? text : [])
        }
      } else if let title = lines.last(where: { $0.line.isTitle }) {
        files[title.file].insert(text, beforeLine: (title.line.place.line ?? 1) + 1)
      } else {
        throw InputError(
          SourcePlace(file: parameters[0]), "has no section DIHEDRALS for the lines of \(type.label)",
          hint: "give the parameter file that has one")
      }
    }
    return files
  }

  private static func key(_ types: [String]) -> [String] {
    let upper = types.map { $0.uppercased() }
    return Array(upper.reversed()).lexicographicallyPrecedes(upper) ? upper.reversed() : upper
  }

  private func line(_ types: [String], _ term: TorsionTerm) -> String {
    types.map { left($0, 8) }.joined(separator: " ")
      + """
       \(padded(fixedPoint(term.forceConstant, 8), 14)) \(term.periodicity) \
      \(padded(fixedPoint(degrees(term.phaseAsComputed), 6), 12))
      """
  }
}

/// Changes of torsions by their atom types, for formats that have one definition a type.
/// - Throws: ``InputError`` where torsions of one type change and others do not, or change otherwise.
func torsionsByType(
  _ changes: [Int: [TorsionTerm]], of system: MolecularSystem, file: String, format: String
) throws -> [TorsionType: [TorsionTerm]] {
  var result: [TorsionType: [TorsionTerm]] = [:]
  for (site, terms) in changes.sorted(by: { $0.key < $1.key }) {
    let type = system.type(of: system.sites[site].quartet)
    guard result[type] == nil || result[type] == terms else { throw unlike(type, file, format) }
    result[type] = terms
  }
  for (index, site) in system.sites.enumerated() where changes[index] == nil {
    let type = system.type(of: site.quartet)
    guard let new = result[type] else { continue }
    // One that has the terms already changes with the others.
    guard site.terms?.hasSameEnergy(as: new) == true else { throw unlike(type, file, format) }
  }
  return result
}

private func unlike(_ type: TorsionType, _ file: String, _ format: String) -> InputError {
  InputError(
    SourcePlace(file: file),
    "some torsions \(type.label) are to have other terms than others of the same types, which \(format) cannot say",
    hint: "give the atoms of the molecule types of their own, or leave --only-in out")
}
