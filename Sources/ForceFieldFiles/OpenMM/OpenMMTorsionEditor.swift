// A serialized OpenMM System with other torsion terms: elements of its torsion forces are written anew, all else stays.

import Chemistry
import TextFiles

/// Edits PeriodicTorsionForce and RBTorsionForce of a System of any size.
///
/// Types come from files beside it: another topology of the same atoms (prmtop, top, psf), or a PDB and ForceField XML
/// files; residues that these do not type keep their torsions. Torsions are all chains of four atoms: OpenMM leaves out
/// terms of no force constant.
struct OpenMMTorsionEditor: TorsionEditor {
  private(set) var system: MolecularSystem
  private let path: String
  /// The elements of each site.
  private var elementsOf: [[Element]] = []
  /// Where terms are added: the tag that ends the <Torsions> of a force, or is all of it.
  private var periodicEnd: MarkupTag?
  private var seriesEnd: MarkupTag?

  private struct Element {
    var tag: MarkupTag
    var isSeries: Bool
  }

  /// What the forces of a System hold, as far as torsions need it.
  private struct Contents {
    var masses: [Double] = []
    var bonds: [BondIndex] = []
    var constraints: [BondIndex] = []
    var angles: [(Int, Int, Int)] = []
    var torsions: [(quartet: Quartet, terms: [TorsionTerm], element: Element)] = []
    var custom: [Quartet] = []
  }

  /// Reads a System and what names its types.
  /// - Parameters:
  ///   - path: the <System> file.
  ///   - names: files beside it, in any order.
  ///   - otherSystem: reads a topology of any format, given the files that it needs beside it.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  init(_ path: String, names: [String], otherSystem: (String, [String]) throws -> MolecularSystem) throws {
    self.path = path
    _ = try readXML(path, root: "System", keeping: [])
    let contents = try Self.contents(
      try readBytes(path), file: path, periodicEnd: &periodicEnd, seriesEnd: &seriesEnd)
    let count = contents.masses.count
    var ends: Set<BondIndex> = []
    var legs: Set<BondIndex> = []
    for (i, j, k) in contents.angles {
      ends.insert(BondIndex(i, k))
      legs.formUnion([BondIndex(i, j), BondIndex(j, k)])
    }
    // Harmonic terms between an angle's ends are Urey-Bradley terms; bonds may be constrained instead of harmonic.
    let bonds =
      contents.bonds.filter { !ends.contains($0) || legs.contains($0) }
      + contents.constraints.filter { !ends.contains($0) }
    let graph = BondGraph(atomCount: count, bonds: bonds)
    let elements = contents.masses.map { Chemistry.Element(mass: $0) }
    let named = try Self.names(
      names, graph: graph, elements: elements, file: path, otherSystem: otherSystem)
    system = MolecularSystem(
      types: named?.types ?? [String](repeating: "", count: count), elements: elements,
      residues: named?.residues ?? [String](repeating: "", count: count), bonds: graph.bonds,
      copies: [Int](repeating: 1, count: count), sites: [], oneFourScalings: [])
    if let custom = contents.custom.first(where: graph.isChain) {
      throw InputError(
        SourcePlace(file: path),
        """
        a CustomTorsionForce holds the torsion of the atoms \(joinedIndices(custom.atoms)) (from 0), which \
        apply cannot change
        """,
        hint: "make the System with a PeriodicTorsionForce or an RBTorsionForce")
    }
    addSites(contents, graph)
  }

  private mutating func addSites(_ contents: Contents, _ graph: BondGraph) {
    var siteOf: [Quartet: Int] = [:]
    func add(_ quartet: Quartet, _ terms: [TorsionTerm], _ elements: [Element], _ editor: inout Self) {
      if let site = siteOf[quartet] {
        editor.system.sites[site].terms? += terms
        editor.elementsOf[site] += elements
      } else {
        siteOf[quartet] = editor.elementsOf.count
        editor.system.sites.append(TorsionSite(quartet: quartet, terms: terms))
        editor.elementsOf.append(elements)
      }
    }
    for torsion in contents.torsions where graph.isChain(torsion.quartet) {
      add(torsion.quartet.canonical, torsion.terms, [torsion.element], &self)
    }
    for bond in graph.bonds {
      for quartet in graph.quartets(about: bond) where siteOf[quartet.canonical] == nil {
        add(quartet.canonical, [], [], &self)
      }
    }
  }

  // MARK: Reading

  private static func contents(
    _ bytes: [UInt8], file: String, periodicEnd: inout MarkupTag?, seriesEnd: inout MarkupTag?
  ) throws -> Contents {
    var result = Contents()
    var force = ""
    for tag in MarkupTag.all(in: bytes) {
      if tag.name == "Torsions", tag.isEnd || tag.isEmpty {
        if force == "PeriodicTorsionForce", periodicEnd == nil { periodicEnd = tag }
        if force == "RBTorsionForce", seriesEnd == nil { seriesEnd = tag }
      }
      guard !tag.isEnd else { continue }
      let isWanted =
        switch tag.name {
        case "Force": true
        // Those of the non-bonded forces say nothing of torsions.
        case "Particle", "Constraint": force.isEmpty
        case "Bond": force == "HarmonicBondForce"
        case "Angle": force == "HarmonicAngleForce"
        case "Torsion": true
        default: false
        }
      guard isWanted else { continue }
      let element = MarkupElement(
        name: tag.name,
        attributes: Dictionary(
          tag.attributes(in: bytes).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
        place: SourcePlace(file: file, line: nil))
      if tag.name == "Force" {
        force = element.attributes["type"] ?? ""
      } else {
        try take(element, tag, of: force, into: &result)
      }
    }
    return result
  }

  private static func take(
    _ element: MarkupElement, _ tag: MarkupTag, of force: String, into result: inout Contents
  ) throws {
    let atoms = result.masses.count
    func at(_ count: Int) throws -> [Int] {
      try (1...count).map { try element.integer("p\($0)", in: 0..<max(1, atoms)) }
    }
    switch (element.name, force) {
    case ("Particle", ""): result.masses.append(try element.number("mass"))
    case ("Constraint", ""):
      let pair = try at(2)
      result.constraints.append(BondIndex(pair[0], pair[1]))
    case ("Bond", "HarmonicBondForce"):
      let pair = try at(2)
      if pair[0] != pair[1] { result.bonds.append(BondIndex(pair[0], pair[1])) }
    case ("Angle", "HarmonicAngleForce"):
      let three = try at(3)
      result.angles.append((three[0], three[1], three[2]))
    case ("Torsion", "PeriodicTorsionForce"):
      let four = try at(4)
      let term = TorsionTerm(
        periodicity: Int(try element.number("periodicity")), phase: try element.number("phase"),
        forceConstant: try element.number("k") * Units.kilojoule)
      result.torsions.append(
        (Quartet(four[0], four[1], four[2], four[3]), [term], Element(tag: tag, isSeries: false)))
    case ("Torsion", "RBTorsionForce"):
      let four = try at(4)
      let series = try (0...5).map { try element.number("c\($0)") * Units.kilojoule }
      result.torsions.append(
        (
          Quartet(four[0], four[1], four[2], four[3]), RyckaertBellemans(series).periodicTerms,
          Element(tag: tag, isSeries: true)
        ))
    case ("Torsion", "CustomTorsionForce"):
      let four = try at(4)
      result.custom.append(Quartet(four[0], four[1], four[2], four[3]))
    default: break
    }
  }

  /// Types and residues from the files beside; nil where there are none.
  private static func names(
    _ paths: [String], graph: BondGraph, elements: [Chemistry.Element?], file: String,
    otherSystem: (String, [String]) throws -> MolecularSystem
  ) throws -> (types: [String], residues: [String])? {
    guard !paths.isEmpty else { return nil }
    let given = try OpenMMNames(paths, otherSystem: otherSystem)
    if let (path, other) = given.topology {
      try requireSameMolecule(other, as: graph, at: path)
      return (other.types, other.residues)
    }
    if let names = given.names, names.count != elements.count {
      throw InputError(
        given.pdb.map { SourcePlace(file: $0) },
        "the PDB has \(names.count) atoms, the System \(elements.count)",
        hint: "both must hold the same atoms in the same order")
    }
    return try given.typedWhereKnown(
      graph: graph, elements: elements.indices.map { given.elements?[$0] ?? elements[$0] }, file: file)
  }

  // MARK: Writing

  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile] {
    var file = try EditedFile(path)
    var periodic: [String] = []
    var series: [String] = []
    for (site, terms) in changes.sorted(by: { $0.key < $1.key }) {
      let old = elementsOf[site]
      let function = RyckaertBellemans(terms)
      if let own = old.first, own.isSeries, let function {
        file.replace(own.tag.range, with: text(of: own.tag, file, seriesValues(function)))
      } else if let own = old.first(where: { !$0.isSeries }) {
        let texts = terms.map { text(of: own.tag, file, values($0)) }
        file.replace(
          own.tag.range, with: texts.joined(separator: separator(before: own.tag.range.lowerBound, file)))
        for other in old where other.tag.range != own.tag.range { remove(other.tag, &file) }
        continue
      } else if periodicEnd != nil {
        periodic += terms.map { element(system.sites[site].quartet, values($0)) }
        for other in old { remove(other.tag, &file) }
        continue
      } else if seriesEnd != nil, let function {
        series.append(element(system.sites[site].quartet, seriesValues(function)))
      } else {
        throw InputError(
          SourcePlace(file: path),
          """
          the System has no PeriodicTorsionForce for the terms of \
          \(system.type(of: system.sites[site].quartet).label)
          """,
          hint: "add an empty PeriodicTorsionForce to the System before it is serialized")
      }
      for other in old.dropFirst() { remove(other.tag, &file) }
    }
    if let periodicEnd { insert(periodic, at: periodicEnd, &file) }
    if let seriesEnd { insert(series, at: seriesEnd, &file) }
    return [file]
  }

  private func values(_ term: TorsionTerm) -> [(String, String)] {
    [
      ("k", "\(term.forceConstant / Units.kilojoule)"), ("periodicity", "\(term.periodicity)"),
      ("phase", "\(term.phaseAsComputed)"),
    ]
  }

  private func seriesValues(_ function: RyckaertBellemans) -> [(String, String)] {
    function.coefficients.enumerated().map { ("c\($0.offset)", "\($0.element / Units.kilojoule)") }
  }

  /// The tag with other values, its attributes in their order.
  private func text(of tag: MarkupTag, _ file: EditedFile, _ values: [(String, String)]) -> String {
    let new = Dictionary(uniqueKeysWithValues: values)
    let attributes = tag.attributes(in: file.bytes).map { "\($0.name)=\"\(new[$0.name] ?? $0.value)\"" }
    return "<Torsion \(attributes.joined(separator: " "))/>"
  }

  private func element(_ quartet: Quartet, _ values: [(String, String)]) -> String {
    let all = values + quartet.atoms.enumerated().map { ("p\($0.offset + 1)", "\($0.element)") }
    return "<Torsion "
      + all.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: " ") + "/>"
  }

  /// The blanks between a tag and what stands before it.
  private func separator(before start: Int, _ file: EditedFile) -> String {
    var first = start
    while first > 0, file.bytes[first - 1] <= 32 { first -= 1 }
    return String(decoding: file.bytes[first..<start], as: UTF8.self)
  }

  private func remove(_ tag: MarkupTag, _ file: inout EditedFile) {
    let blanks = separator(before: tag.range.lowerBound, file).utf8.count
    file.replace((tag.range.lowerBound - blanks)..<tag.range.upperBound, with: "")
  }

  private func insert(_ elements: [String], at end: MarkupTag, _ file: inout EditedFile) {
    guard !elements.isEmpty else { return }
    let outer = separator(before: end.range.lowerBound, file)
    let inner = outer.isEmpty ? "\n\t\t\t\t" : outer + "\t"
    let text = elements.map { inner + $0 }.joined()
    if end.isEmpty {
      file.replace(end.range, with: "<Torsions>\(text)\(outer)</Torsions>")
    } else {
      let start = end.range.lowerBound - outer.utf8.count
      file.replace(start..<start, with: text)
    }
  }
}
