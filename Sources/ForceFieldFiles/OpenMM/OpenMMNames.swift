// What a serialized OpenMM System does not say: names, elements and types, from a PDB and a ForceField XML beside it.

import Chemistry
import Foundation
import TextFiles

/// What to give beside a System, whatever is done with it.
public let openMMNamesHint =
  """
  give beside it the prmtop, top or PSF that the System was made from, or a PDB and the ForceField XML \
  files with a <Residue> of the molecule
  """

/// Refuses a topology that is not of a System's atoms in its order.
/// - Throws: ``InputError``.
func requireSameMolecule(_ other: MolecularSystem, as graph: BondGraph, at path: String) throws {
  guard other.types.count == graph.neighbours.count, other.copies.allSatisfy({ $0 == 1 }) else {
    throw InputError(
      SourcePlace(file: path), "has \(other.types.count) atoms, the System \(graph.neighbours.count)",
      hint: "give a topology with the System's atoms in its order, such as the prmtop that it was made from")
  }
  // Rigid water is held by a third bond, between its hydrogens, that topologies leave out.
  let known = Set(other.bonds)
  if let bond = graph.bonds.first(where: { bond in
    !known.contains(bond) && Set(graph.neighbours[bond.a]).isDisjoint(with: graph.neighbours[bond.b])
  }) {
    throw InputError(
      SourcePlace(file: path),
      """
      has no bond between the atoms \(bond.a) and \(bond.b) (from 0), and the System has one: it is of \
      another molecule
      """,
      hint: "give a topology with the System's atoms in its order, such as the prmtop that it was made from")
  }
}

/// The atoms of a System as the files beside it name them.
struct OpenMMNames {
  /// A residue of the PDB: its name and its atoms.
  struct Residue {
    var name: String
    var atoms: [Int]
  }

  /// Atom names in the order of the particles; nil without a PDB.
  var names: [String]?
  /// Elements; nil where the PDB has none.
  var elements: [Element?]?
  /// Residues in order.
  var residues: [Residue] = []
  /// Bonds that the PDB's CONECT records give; they may be some of the bonds only.
  var conect: Set<BondIndex> = []
  /// Residue templates of the force field files with their types.
  var templates: [OpenMMTemplate] = []
  /// The PDB, for error messages.
  var pdb: String?
  /// A topology of the same atoms, which says their types.
  var topology: (path: String, system: MolecularSystem)?

  /// Reads the files: a topology, or PDB and ForceField XML in any order.
  /// - Parameters:
  ///   - paths: the files.
  ///   - otherSystem: reads a topology, given the files that it needs beside it.
  /// - Throws: ``InputError`` where one is damaged, is none of these, or there are two PDB files.
  init(_ paths: [String], otherSystem: (String, [String]) throws -> MolecularSystem) throws {
    for path in paths {
      let text = try readText(path)
      if let format = TopologyFormat(text, file: path), format != .openmm {
        guard paths.count == 1 || format == .charmm else {
          throw InputError(SourcePlace(file: path), "is a topology: no other file is needed for the types")
        }
        let others = paths.filter { $0 != path }
        topology = (path, try otherSystem(path, others))
        return
      }
      if let root = outermostXMLElement(text) {
        guard root == "ForceField" else {
          throw InputError(
            SourcePlace(file: path), "is an XML file of <\(root)> where a <ForceField> was expected",
            hint:
              "give the force field file that the System was made with, or one of its residue and atom types")
        }
        templates += try openMMTemplates(path)
      } else {
        guard pdb == nil else {
          throw InputError(SourcePlace(file: path), "is a second file of names: \(pdb ?? "") is one already")
        }
        pdb = path
        try readPDB(text, file: path)
      }
    }
  }

  private mutating func readPDB(_ text: String, file: String) throws {
    var names: [String] = []
    var elements: [Element?] = []
    var atomOfSerial: [Substring: Int] = [:]
    var lastResidue: Substring?
    var conectLines: [(Int, Substring)] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let place = SourcePlace(file: file, line: index + 1)
      if line.hasPrefix("ENDMDL") { break }
      if line.hasPrefix("CONECT") { conectLines.append((index, line)) }
      guard line.hasPrefix("ATOM  ") || line.hasPrefix("HETATM") else { continue }
      let fields = Array(line)
      func columns(_ range: ClosedRange<Int>) -> Substring {
        guard fields.count >= range.lowerBound else { return "" }
        return Substring(String(fields[(range.lowerBound - 1)..<min(fields.count, range.upperBound)]))
          .trimmingSpaces[...]
      }
      let name = String(columns(13...16))
      guard fields.count >= 54, !name.isEmpty else {
        throw InputError(
          place, "is no whole atom record of a PDB: name in columns 13–16, coordinates in 31–54",
          hint: "write the PDB with OpenMM's PDBFile.writeFile")
      }
      guard columns(17...17).isEmpty || columns(17...17) == "A" else {
        throw InputError(
          place, "alternate location \(columns(17...17)): one location of each atom was expected")
      }
      // Residue name, chain, number and insertion code together tell residues apart.
      let residue = Substring(String(fields[17..<min(27, fields.count)]))
      if residue != lastResidue {
        residues.append(Residue(name: String(columns(18...20)), atoms: []))
        lastResidue = residue
      }
      residues[residues.count - 1].atoms.append(names.count)
      atomOfSerial[columns(7...11)] = names.count
      names.append(name)
      let symbol = columns(77...78)
      let element = Element(symbol: symbol)
      guard symbol.isEmpty || element != nil else {
        throw InputError(place, "\"\(symbol)\" in columns 77–78 is no element")
      }
      elements.append(element)
    }
    guard !names.isEmpty else {
      throw InputError(
        SourcePlace(file: file), "has no atom: neither a PDB nor a ForceField XML",
        hint: openMMNamesHint)
    }
    for (index, line) in conectLines {
      let fields = Array(line)
      let serials = stride(from: 6, to: min(31, fields.count), by: 5).map {
        Substring(String(fields[$0..<min($0 + 5, fields.count)])).trimmingSpaces[...]
      }.filter { !$0.isEmpty }
      let atoms = try serials.map { serial in
        guard let atom = atomOfSerial[serial] else {
          throw InputError(
            SourcePlace(file: file, line: index + 1), "CONECT names the atom \(serial), which is not there")
        }
        return atom
      }
      for other in atoms.dropFirst() where other != atoms[0] { conect.insert(BondIndex(atoms[0], other)) }
    }
    self.names = names
    self.elements = elements
  }
}
