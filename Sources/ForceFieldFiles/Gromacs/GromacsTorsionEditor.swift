// A GROMACS topology with other torsion terms: they stand on the lines of [ dihedrals ], all other bytes stay.

import Chemistry
import Foundation
import TextFiles

/// Edits the [ dihedrals ] of every molecule that a topology defines, in the .top or in what it includes.
///
/// A torsion that grompp looks up by type gets its terms on its line, so that no other molecule is touched.
struct GromacsTorsionEditor: TorsionEditor {
  private(set) var system = MolecularSystem(
    types: [], elements: [], residues: [], bonds: [], copies: [], sites: [], oneFourScalings: [])
  /// The lines of each site.
  private var lines: [[Line]] = []
  private let files: [String]

  private struct Line {
    var place: SourcePlace
    var atoms: [Substring]
    var function: Int
  }

  private struct Molecule {
    var name: String
    var place: SourcePlace
    var lines: [String: [GromacsLine]] = [:]
  }

  /// Reads a .top, or an .itp that defines a molecule.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  init(_ path: String) throws {
    let source = try GromacsSource(path)
    files = source.files
    system.skipped = source.skippedDihedrals
    var forceField = GromacsForceField()
    var molecules: [Molecule] = []
    var counts: [String: Int] = [:]
    var hasCounts = false
    for line in source.lines where !line.isHeader {
      if GromacsForceField.sections.contains(line.section) {
        try forceField.take(line)
      } else if line.section == "moleculetype" {
        molecules.append(Molecule(name: try line.word(0, "a name"), place: line.place))
      } else if line.section == "molecules" {
        hasCounts = true
        counts[try line.word(0, "a molecule's name").lowercased(), default: 0] +=
          try line.integer(1, in: 0...1_000_000_000, "a count")
      } else if let last = molecules.indices.last {
        molecules[last].lines[line.section, default: []].append(line)
      }
    }
    guard !molecules.isEmpty else {
      throw InputError(
        SourcePlace(file: path), "defines no molecule",
        hint: "parameters are applied to the [ dihedrals ] of a [ moleculetype ]")
    }
    if forceField.rule > 0, forceField.generatesPairs {
      system.oneFourScalings = [
        OneFourScaling(
          coulombDivisor: 1 / forceField.fudgeQQ, lennardJonesDivisor: 1 / forceField.fudgeLJ)
      ]
    }
    for molecule in molecules {
      let count = hasCounts ? counts[molecule.name.lowercased()] ?? 0 : 1
      try add(molecule, copies: count, forceField)
    }
  }

  private mutating func add(_ molecule: Molecule, copies: Int, _ forceField: GromacsForceField) throws {
    let first = system.types.count
    let rows = molecule.lines["atoms"] ?? []
    for line in rows {
      let name = try line.word(1, "the atom type")
      let type = forceField.atomTypes[name]
      system.types.append(type?.bondedType ?? name)
      system.elements.append(
        type?.atomicNumber.flatMap { Element(atomicNumber: $0) } ?? type.flatMap { Element(mass: $0.mass) })
      system.residues.append(molecule.name)
      system.copies.append(copies)
    }
    func atoms(_ line: GromacsLine, _ count: Int) throws -> [Int] {
      try (0..<count).map {
        first + (try line.integer($0, in: 1...max(1, rows.count), "an atom's number")) - 1
      }
    }
    var bonds: [BondIndex] = []
    for line in (molecule.lines["bonds"] ?? []) + (molecule.lines["constraints"] ?? []) {
      let pair = try atoms(line, 2)
      let function = line.fields.count > 2 ? Int(line.fields[2]) ?? 1 : 1
      // Harmonic potentials, restraints and constraints of the second kind bond nothing.
      let isBond = line.section == "bonds" ? ![6, 9, 10].contains(function) : function == 1
      if isBond, pair[0] != pair[1] { bonds.append(BondIndex(pair[0], pair[1])) }
    }
    system.bonds += bonds
    let bonded = Set(bonds)
    var siteOf: [Quartet: Int] = [:]
    for line in molecule.lines["dihedrals"] ?? [] {
      let members = try atoms(line, 4)
      let function = line.fields.count > 4 ? try line.integer(4, in: 1...99, "the function") : 1
      guard [1, 3, 5, 9].contains(function),
        bonded.isChain(members)
      else { continue }
      let quartet = Quartet(members[0], members[1], members[2], members[3]).canonical
      let terms = try terms(of: line, function: function, atoms: members, forceField)
      let own = Line(place: line.place, atoms: Array(line.fields.prefix(4)), function: function)
      if let site = siteOf[quartet] {
        lines[site].append(own)
        system.sites[site].terms = system.sites[site].terms.flatMap { old in terms.map { old + $0 } }
      } else {
        siteOf[quartet] = system.sites.count
        system.sites.append(TorsionSite(quartet: quartet, terms: terms))
        lines.append([own])
      }
    }
  }

  /// The terms of a line, its own or those of its types; nil where the files read have none.
  private func terms(
    of line: GromacsLine, function: Int, atoms: [Int], _ forceField: GromacsForceField
  ) throws -> [TorsionTerm]? {
    let own = try line.numbers(from: 5, "a parameter")
    let count = gromacsParameterCount("dihedrals", function: function) ?? 0
    guard own.isEmpty else {
      guard own.count == count else {
        throw InputError(
          line.place,
          "[ dihedrals ]: \(own.count) parameters where function \(function) has \(count)"
            + (own.count > count ? ": a second state (free-energy columns) is not supported" : ""),
          hint: "apply the parameters to the topology of one state, and make the other from it")
      }
      return try gromacsTorsionTerms(GromacsParameters(values: own, place: line.place), function: function)
    }
    return try forceField.dihedrals.lines(of: atoms.map { system.types[$0] }, function: function)?.flatMap {
      try gromacsTorsionTerms($0, function: function)
    }
  }

  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile] {
    var result = try files.map { try EditedFile($0) }
    let position = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1, $0) })
    for (site, terms) in changes.sorted(by: { $0.key < $1.key }) {
      for (index, line) in lines[site].enumerated() {
        guard let file = position[line.place.file], let number = line.place.line else { continue }
        let comment = index == 0 ? self.comment(result[file].line(number)) : ""
        result[file].replaceLine(number, with: index == 0 ? text(terms, line, comment: comment) : [])
      }
    }
    return result
  }

  private func comment(_ text: String) -> String {
    text.firstIndex(of: ";").map { " " + text[$0...] } ?? ""
  }

  /// The lines of a torsion: of function 3 where it had such (5 is the same to GROMACS) and can have, else periodic.
  private func text(_ terms: [TorsionTerm], _ line: Line, comment: String) -> [String] {
    let atoms = line.atoms.map { padded(String($0), 6) }.joined(separator: " ")
    if [3, 5].contains(line.function), let series = RyckaertBellemans(terms) {
      let numbers = series.coefficients.map { "\($0 / Units.kilojoule)" }.joined(separator: "  ")
      return ["\(atoms)     3  \(numbers)\(comment)"]
    }
    let function = line.function == 1 ? 1 : 9
    let all = terms.orZero
    return all.enumerated().map { index, term in
      """
      \(atoms)     \(function)  \(degrees(term.phaseAsComputed))  \(term.forceConstant / Units.kilojoule)  \
      \(term.periodicity)
      """
        + (index == 0 ? comment : "")
    }
  }
}
