// Atom types of a molecule from residue templates, by atom names or by the bond graph.

import Chemistry
import TextFiles

extension OpenMMNames {
  /// The type of each atom, and its name and element where the PDB does not say them.
  /// - Parameters:
  ///   - graph: the bonds.
  ///   - elements: the elements.
  /// - Throws: ``InputError`` where no template fits or two fit with unlike types.
  func typed(graph: BondGraph, elements: [Element], file: String) throws -> [OpenMMTemplate.Atom] {
    if let topology {
      try requireSameMolecule(topology.system, as: graph, at: topology.path)
      return elements.indices.map {
        .init(name: "\(elements[$0].symbol)\($0 + 1)", type: topology.system.types[$0], element: elements[$0])
      }
    }
    guard !templates.isEmpty else {
      // Names of atoms are types of their own: `Topology.hasTypePerAtom` tells.
      return elements.indices.map { atom in
        let name = "\(elements[atom].symbol)\(atom + 1)"
        return .init(name: name, type: name, element: elements[atom])
      }
    }
    // Without a PDB the molecule is one residue.
    let parts = names == nil ? [Residue(name: "", atoms: Array(elements.indices))] : residues
    var result = [OpenMMTemplate.Atom?](repeating: nil, count: elements.count)
    for residue in parts {
      let fragment = Fragment(residue, names: names, graph: graph, elements: elements)
      let found = try fragment.types(templates, place: SourcePlace(file: pdb ?? file))
      for (atom, type) in zip(residue.atoms, found) { result[atom] = type }
    }
    return result.compactMap { $0 }
  }
}

extension OpenMMNames {
  /// The type and the residue of each atom; residues that no template fits have types of no name.
  /// - Parameters:
  ///   - graph: the bonds.
  ///   - elements: the elements, where they are known.
  ///   - file: the System, for messages.
  /// - Throws: ``InputError`` where no residue is typed, or two templates fit one with unlike types.
  func typedWhereKnown(
    graph: BondGraph, elements: [Element?], file: String
  ) throws -> (types: [String], residues: [String]) {
    var types = [String](repeating: "", count: elements.count)
    var names = types
    let parts = self.names == nil ? graph.parts.map { Residue(name: "", atoms: $0) } : residues
    var failure: InputError?
    var isFound = false
    let sizes = Set(templates.map(\.atoms.count))
    let filled = elements.compactMap { $0 }.first.map { any in elements.map { $0 ?? any } }
    for residue in parts {
      for atom in residue.atoms { names[atom] = residue.name }
      // Virtual sites have no element.
      guard let filled, sizes.contains(residue.atoms.count),
        residue.atoms.allSatisfy({ elements[$0] != nil })
      else { continue }
      let fragment = Fragment(residue, names: self.names, graph: graph, elements: filled)
      do {
        let found = try fragment.types(templates, place: SourcePlace(file: pdb ?? file))
        for (atom, type) in zip(residue.atoms, found) { types[atom] = type.type }
        isFound = true
      } catch let error as InputError {
        failure = failure ?? error
      }
    }
    guard isFound else {
      throw failure
        ?? InputError(
          SourcePlace(file: file),
          "no residue of the System has as many atoms as a template of the files beside it",
          hint: openMMNamesHint)
    }
    return (types, names)
  }
}

/// A residue of a molecule, to be found among the templates.
private struct Fragment {
  let name: String
  /// Atom names; nil without a PDB.
  let names: [String]?
  let elements: [Element]
  let graph: BondGraph
  /// How many bonds each atom has to other residues.
  let outside: [Int]

  init(_ residue: OpenMMNames.Residue, names: [String]?, graph: BondGraph, elements: [Element]) {
    name = residue.name
    self.names = names.map { all in residue.atoms.map { all[$0] } }
    self.elements = residue.atoms.map { elements[$0] }
    let position = Dictionary(residue.atoms.enumerated().map { ($1, $0) }) { first, _ in first }
    let bonds = residue.atoms.enumerated().flatMap { own, atom in
      graph.neighbours[atom].compactMap { other in position[other].map { BondIndex(own, $0) } }
    }
    self.graph = BondGraph(atomCount: residue.atoms.count, bonds: bonds)
    outside = residue.atoms.map { atom in graph.neighbours[atom].filter { position[$0] == nil }.count }
  }

  /// The types, by the first of these ways that a template fits: its own atom names, the same order of atoms, the
  /// graph.
  func types(_ templates: [OpenMMTemplate], place: SourcePlace) throws -> [OpenMMTemplate.Atom] {
    let sized = templates.filter { $0.atoms.count == elements.count && $0.bonds.count == graph.bonds.count }
    let hint =
      """
      give a ForceField XML with a <Residue> of this molecule, and a PDB whose residue and atom names are \
      the template's
      """
    for way in [byNames, byOrder] {
      let found = sized.compactMap { template in way(template).map { (template, $0) } }
      let own = found.filter { $0.0.name == name }
      let choices = own.isEmpty ? found : own
      guard let first = choices.first else { continue }
      guard choices.allSatisfy({ $0.1.map(\.type) == first.1.map(\.type) }) else {
        throw InputError(
          place,
          "the templates \(choices.map(\.0.name).joined(separator: ", ")) fit the residue \(name) with unlike types",
          hint: hint)
      }
      return first.1
    }
    let found = try sized.compactMap { try byGraph($0) }
    guard let first = found.first, found.allSatisfy({ $0.map(\.type) == first.map(\.type) }) else {
      throw InputError(
        place,
        (found.isEmpty ? "no residue template has" : "residue templates of unlike types have")
          + """
           the elements and bonds of \
          \(names.map { "the residue \(name): \($0.joined(separator: " "))" } ?? "the System")
          """,
        hint: hint)
    }
    return first
  }

  private func byNames(_ template: OpenMMTemplate) -> [OpenMMTemplate.Atom]? {
    guard let names, Set(names).count == names.count else { return nil }
    let position = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    let order = template.atoms.compactMap { position[$0.name] }
    guard Set(order).count == elements.count else { return nil }
    return typed(template, order)
  }

  private func byOrder(_ template: OpenMMTemplate) -> [OpenMMTemplate.Atom]? {
    template.atoms.allSatisfy { $0.element != nil } ? typed(template, Array(elements.indices)) : nil
  }

  /// The template's atoms in the fragment's order, where `order` gives each its place and elements and bonds agree.
  private func typed(_ template: OpenMMTemplate, _ order: [Int]) -> [OpenMMTemplate.Atom]? {
    for (atom, place) in zip(template.atoms, order)
    where atom.element != nil && atom.element != elements[place] {
      return nil
    }
    let bonds = Set(template.bonds.map { BondIndex(order[$0.a], order[$0.b]) })
    guard bonds == Set(graph.bonds) else { return nil }
    var result = template.atoms
    for (atom, place) in zip(template.atoms, order) { result[place] = atom }
    return result
  }

  /// By elements and bonds alone: atoms that these do not tell apart must have one type.
  private func byGraph(_ template: OpenMMTemplate) throws -> [OpenMMTemplate.Atom]? {
    let symbols = template.atoms.compactMap(\.element).map(\.symbol)
    guard symbols.count == elements.count else { return nil }
    let other = BondGraph(atomCount: symbols.count, bonds: template.bonds)
    let own = zip(elements.map(\.symbol), outside).map { "\($0)\($1)" }
    let theirs = zip(symbols, template.outside).map { "\($0)\($1)" }
    let count = own.count
    let colours = refinedColours(
      own + theirs, graph.neighbours + other.neighbours.map { $0.map { $0 + count } })
    guard colours.prefix(count).sorted() == colours.dropFirst(count).sorted() else { return nil }
    var atomOfColour: [Int: OpenMMTemplate.Atom] = [:]
    for (colour, atom) in zip(colours.dropFirst(count), template.atoms) {
      if let known = atomOfColour[colour], known.type != atom.type {
        throw InputError(
          template.place,
          "\(known.name) and \(atom.name) of the template \(template.name) differ in type, not in their bonds",
          hint: "give a PDB with the template's residue and atom names as well")
      }
      atomOfColour[colour] = atom
    }
    return colours.prefix(count).enumerated().compactMap { index, colour in
      atomOfColour[colour].map {
        .init(name: "\(elements[index].symbol)\(index + 1)", type: $0.type, element: $0.element)
      }
    }
  }
}

/// Colours of atoms by their symbols and, again and again, by their neighbours' colours: atoms of one colour cannot be
/// told apart that way (Weisfeiler and Leman's refinement).
func refinedColours(_ symbols: [String], _ neighbours: [[Int]]) -> [Int] {
  var keys = symbols
  var count = 0
  while true {
    let numbers = Dictionary(uniqueKeysWithValues: Set(keys).sorted().enumerated().map { ($1, $0) })
    let colours = keys.map { numbers[$0] ?? 0 }
    if numbers.count == count { return colours }
    count = numbers.count
    keys = colours.indices.map { atom in
      let around = neighbours[atom].map { colours[$0] }.sorted().map(String.init).joined(separator: ",")
      return "\(colours[atom]):\(around)"
    }
  }
}
