// Fitted torsions in a user's own topology: which torsions get which terms, what stays, what is nowhere, and the files.

import Chemistry
import TextFiles

/// A topology that torsion parameters can be applied to, in the format that it has.
public struct ApplicableTopology {
  /// Its atoms and torsions.
  public var system: MolecularSystem { editor.system }
  /// Whether atom types in capitals and small letters are the same (CHARMM).
  var ignoresCase: Bool { editor.ignoresCase }
  private let editor: any TorsionEditor
  private let path: String

  /// Reads a topology of one molecule or of a whole system.
  /// - Parameters:
  ///   - path: the topology.
  ///   - companions: files that it needs beside it.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  public init(_ path: String, companions: [String] = []) throws {
    self.path = path
    let text = try readText(path)
    guard let format = TopologyFormat(text, file: path) else {
      throw InputError(
        SourcePlace(file: path), "is no topology that Swivel knows",
        hint: "give an AMBER prmtop, a GROMACS top or itp, an OpenMM System, a CHARMM PSF with its prm, "
          + "a LAMMPS data file or a Tinker xyz with its prm or key")
    }
    switch format {
    case .amber: editor = try AmberTorsionEditor(path, text: text)
    case .gromacs: editor = try GromacsTorsionEditor(path)
    case .openmm:
      editor = try OpenMMTorsionEditor(path, names: companions) {
        try ApplicableTopology($0, companions: $1).system
      }
    case .charmm: editor = try CharmmTorsionEditor(path, text: text, parameters: companions)
    case .lammps: editor = try LammpsTorsionEditor(path, text: text, input: companions)
    case .tinker: editor = try TinkerTorsionEditor(path, text: text, parameters: companions)
    }
  }

  /// The terms that torsions get under some parameters, and the files that say so.
  ///
  /// A torsion whose terms already give the energy of the parameters' stays as it is written.
  /// - Parameters:
  ///   - parameters: what to apply.
  ///   - patterns: torsions that a SMARTS of the parameters matches, by canonical quartet.
  ///   - names: the molecules or residues whose torsions may change; nil for all.
  /// - Throws: ``InputError`` where the format cannot say the terms, or has no molecule of a name.
  public func applying(
    _ parameters: TorsionParameters, patterns: [Quartet: TorsionType] = [:], onlyIn names: [String]? = nil
  ) throws -> TorsionApplication {
    let system = try system(spelledLike: parameters.namedTypes)
    let allowed = try names.map(requireResidues)
    var rows: [TorsionApplication.RowKey: Int] = [:]
    var found: [TorsionApplication.Row] = []
    var changes: [Int: [TorsionTerm]] = [:]
    var used: Set<TorsionType> = []
    for (index, site) in system.sites.enumerated() {
      let own = system.type(of: site.quartet)
      let type = patterns[site.quartet] ?? own
      let isAllowed =
        allowed.map {
          $0.contains(system.residues[site.quartet.j]) && $0.contains(system.residues[site.quartet.k])
        }
        ?? true
      let fitted = isAllowed ? parameters.key(for: type) : nil
      let terms = fitted.flatMap { parameters.terms[$0] }
      if let fitted { used.insert(fitted) }
      let isSame = terms.map(site.has)
      if let terms, isSame == false { changes[index] = terms }
      let key = TorsionApplication.RowKey(
        type: type, molecule: system.residues[site.quartet.j], before: site.terms, after: terms)
      let copies = system.copies[site.quartet.j]
      if let row = rows[key] {
        found[row].count += copies
      } else {
        rows[key] = found.count
        found.append(
          TorsionApplication.Row(
            type: type, molecule: key.molecule, before: site.terms, after: terms,
            outcome: isSame.map { $0 ? .already : .replaced } ?? .kept, count: copies))
      }
    }
    return TorsionApplication(
      rows: found, missing: parameters.terms.keys.filter { !used.contains($0) }.sorted(),
      files: try editor.edited(changes).map { ($0.path, $0.edited, !$0.isUnchanged) },
      oneFourScalings: system.oneFourScalings, skipped: system.skipped)
  }

  /// Names as a set.
  /// - Throws: ``InputError`` where the topology has none of a name.
  private func requireResidues(_ names: [String]) throws -> Set<String> {
    let own = Set(system.residues)
    guard own != [""] else {
      throw InputError(
        SourcePlace(file: path), "names no molecules or residues to choose among",
        hint: "for LAMMPS and Tinker give the ligand's atoms types of their own")
    }
    for name in names where !own.contains(name) {
      throw InputError(
        SourcePlace(file: path), "no molecule or residue is called \(name)",
        hint: didYouMean(
          nearestName(to: name, in: own.sorted()),
          else: "there are \(own.sorted().prefix(20).joined(separator: ", "))"))
    }
    return Set(names)
  }
}

/// What applying parameters to a topology does.
public struct TorsionApplication {
  /// What becomes of a torsion.
  public enum Outcome: String, Sendable {
    /// Its terms are others now.
    case replaced
    /// It had the parameters' terms already.
    case already
    /// The parameters do not have its type.
    case kept
  }

  /// Torsions of one type, one molecule and the same terms.
  public struct Row: Sendable {
    /// The type by which they were looked up.
    public var type: TorsionType
    /// The molecule or residue that their central bond is part of.
    public var molecule: String
    /// The terms in the file; nil where it leaves them to a definition that was not read.
    public var before: [TorsionTerm]?
    /// The parameters' terms; nil where they have none.
    public var after: [TorsionTerm]?
    /// What becomes of them.
    public var outcome: Outcome
    /// How many torsions, those of all copies of the molecule counted.
    public var count: Int
  }

  fileprivate struct RowKey: Hashable {
    var type: TorsionType
    var molecule: String
    var before: [TorsionTerm]?
    var after: [TorsionTerm]?
  }

  /// The torsions in the order of the file.
  public var rows: [Row]
  /// Types of the parameters that no torsion of the topology has.
  public var missing: [TorsionType]
  /// Every file of the topology: its path, its new bytes, and whether they are others than before.
  public var files: [(path: String, bytes: [UInt8], isChanged: Bool)]
  /// The 1-4 scalings that the topology states.
  public var oneFourScalings: [OneFourScaling]
  /// Where torsions stand that a condition of the topology leaves out, which keep their terms.
  public var skipped: [SourcePlace]

  /// How many torsions have an outcome.
  public func count(_ outcome: Outcome) -> Int {
    rows.reduce(0) { $0 + ($1.outcome == outcome ? $1.count : 0) }
  }

  /// Whether any torsion has a type of the parameters.
  public var isMatched: Bool { rows.contains { $0.outcome != .kept } }
}

extension TorsionParameters {
  /// The key whose terms hold for a type: its own, else the first wildcard that covers it; nil where there is none.
  func key(for type: TorsionType) -> TorsionType? {
    terms[type] != nil ? type : wildcards.first { $0.covers(type) }
  }
}
