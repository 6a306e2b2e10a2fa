// From family.yaml to a family: topologies and scans read, checked, and held against each other.

import Chemistry
import Foundation
import TextFiles

/// What the reader may leave out.
public struct FamilyOptions: Hashable, Sendable {
  /// Bad grid points are named and left out instead of ending the run.
  public var setAsideBadPoints: Bool
  /// Molecules and scans that cannot be used are named and left out instead of ending the run.
  public var setAsideBadMolecules: Bool

  /// Options of the two choices.
  public init(setAsideBadPoints: Bool = false, setAsideBadMolecules: Bool = false) {
    self.setAsideBadPoints = setAsideBadPoints
    self.setAsideBadMolecules = setAsideBadMolecules
  }
}

/// A path of a manifest as seen from the current folder.
/// - Parameters:
///   - path: as the manifest has it.
///   - folder: that of the manifest; empty for the current one.
public func manifestPath(_ path: String, in folder: String) -> String {
  path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
}

/// A molecule's files as the manifest names them.
public struct MoleculeFiles: Hashable, Sendable {
  /// The topology.
  public var topology: String
  /// What it needs beside it.
  public var parameters: [String]
  /// A file with bond orders.
  public var structure: String?
  /// Bond orders in a line.
  public var smiles: String?
}

/// A family as read.
public struct LoadedFamily: Sendable {
  /// A file that was read.
  public struct Input: Hashable, Sendable {
    /// Its path.
    public var path: String
    /// SHA-256 of its bytes, hexadecimal.
    public var sha256: String
  }
  /// The family.
  public var family: Family
  /// Every file that was read, manifest first.
  public var inputs: [Input]
  /// Each molecule's files as the manifest names them, by the molecule's name.
  public var files: [String: MoleculeFiles] = [:]
  /// The folder that paths in the manifest are relative to; empty for the current one.
  public var folder = ""
  /// What was left out and what the user should know.
  public var notes: [String]
}

extension LoadedFamily {
  /// Takes in notes on data, for messages and for the family.
  fileprivate mutating func add(_ notes: [DataNote]) {
    family.dataNotes += notes
    self.notes += notes.map(\.text)
  }
}

/// Reads a topology, given the files that it needs beside it; returns it with every file that was read.
public typealias TopologyReader = (_ path: String, _ parameters: [String]) throws -> (
  topology: Topology, files: [String]
)

/// Reads a family.
///
/// - Parameters:
///   - path: a folder with family.yaml, or the manifest itself; paths in it are relative to its folder.
///   - options: what may be left out.
///   - readTopology: reads a topology.
/// - Throws: ``InputError`` with the place of what cannot be used.
public func readFamily(
  path: String, options: FamilyOptions = FamilyOptions(), readTopology: @escaping TopologyReader
) throws -> LoadedFamily {
  let manifestPath = isFolder(path) ? "\(path)/family.yaml" : path
  guard FileManager.default.fileExists(atPath: manifestPath) else {
    throw InputError(
      SourcePlace(file: manifestPath), "no such family",
      hint: isFolder(path)
        ? "`swivel init \(path)` writes a family.yaml for the files in it"
        : didYouMean(
          nearestPath(to: path), else: "give a folder with a family.yaml, or a name under families/"))
  }
  let manifest = try FamilyManifest(try readText(manifestPath), file: manifestPath)
  var reading = FamilyReading(manifest, path: manifestPath, options: options, readTopology: readTopology)
  reading.loaded.inputs = [try input(manifestPath)]
  for entry in manifest.molecules {
    do {
      try reading.add(entry)
    } catch let error as InputError where options.setAsideBadMolecules {
      reading.loaded.notes.append("left out: molecule \(entry.id): \(error.oneLine)")
    }
  }
  var loaded = reading.loaded
  let levels = try FamilyLevels(manifest, scans: reading.levels)
  loaded.family.origin.levelOfTheory = levels.target
  loaded.family.origin.otherLevels = Set(levels.others.values).sorted()
  loaded.add(levels.notes.map { DataNote(.levels, $0) })
  for m in loaded.family.molecules.indices {
    let id = loaded.family.molecules[m].id
    for s in loaded.family.molecules[m].scans.indices {
      let scan = loaded.family.molecules[m].scans[s].id
      loaded.family.molecules[m].scans[s].level = levels.others[ScanName(molecule: id, scan: scan)]
    }
  }
  loaded.add(notesOnUnits(loaded.family.molecules))
  loaded.notes += notesOnRules(manifest.rules, molecules: loaded.family.molecules)
  let named = loaded.family.molecules.filter { $0.topology.hasTypePerAtom && $0.topology.patterns.isEmpty }
  if !named.isEmpty { loaded.notes.append(typePerAtomNote(named.map(\.id))) }
  guard !loaded.family.molecules.isEmpty else {
    throw InputError(
      SourcePlace(file: manifestPath), "no molecule could be used: " + loaded.notes.joined(separator: "; "))
  }
  return loaded
}

/// A family while its molecules are read one after the other.
private struct FamilyReading {
  let rules: [TorsionRule]
  let folder: String
  let options: FamilyOptions
  let readTopology: TopologyReader
  var loaded: LoadedFamily
  var levels: [ScanLevels] = []
  /// Scans by what their files hold.
  var known: [[String]: String] = [:]

  init(
    _ manifest: FamilyManifest, path: String, options: FamilyOptions, readTopology: @escaping TopologyReader
  ) {
    rules = manifest.rules
    folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    self.options = options
    self.readTopology = readTopology
    loaded = LoadedFamily(
      family: Family(name: manifest.name, origin: manifest.origin, rules: manifest.rules, molecules: []),
      inputs: [], notes: [])
    loaded.folder = folder
  }

  func resolved(_ path: String) -> String { manifestPath(path, in: folder) }

  /// Reads a molecule and its scans.
  mutating func add(_ entry: FamilyManifest.MoleculeEntry) throws {
    var molecule = Molecule(id: entry.id, topology: try topology(of: entry), scans: [])
    for scan in entry.scans {
      do {
        molecule.scans.append(try read(scan, of: entry.id, topology: molecule.topology))
      } catch let error as InputError where options.setAsideBadMolecules {
        loaded.notes.append("left out: scan \(scan.path) of \(entry.id): \(error.oneLine)")
      }
    }
    let graph = molecule.topology.bondGraph
    let statements = Dictionary(
      entry.scans.map { ($0.path, $0.statement) }, uniquingKeysWith: { first, _ in first })
    let marked = markingRows(molecule.scans, graph: graph) { statements[$0.id]?.held == nil }
    molecule.scans = marked.scans
    for (index, scan) in molecule.scans.enumerated() {
      let remarks =
        notesOnGeometry(
          scan, statement: statements[scan.id] ?? ScanStatement(), isRow: marked.rows.contains(index),
          graph: graph
        ).map { DataNote(.geometry, $0) } + scan.notes + notesOnPath(scan, topology: molecule.topology)
      loaded.add(remarks.map { DataNote($0.kind, $0.words, place: "\(scan.id) of \(entry.id)") })
    }
    loaded.add(marked.notes.map { DataNote(.geometry, $0, place: entry.id) })
    loaded.add(notesOnTwins(molecule).map { DataNote(.branches, $0, place: entry.id) })
    loaded.files[entry.id] = MoleculeFiles(
      topology: entry.topology, parameters: entry.parameters, structure: entry.structure, smiles: entry.smiles
    )
    loaded.family.molecules.append(molecule)
  }

  /// The topology of a molecule, its torsions by SMARTS where rules say so.
  private mutating func topology(of entry: FamilyManifest.MoleculeEntry) throws -> Topology {
    let path = resolved(entry.topology)
    try requireFile(path, stated: entry.topology, at: entry.topologyPlace)
    let parameters = entry.parameters.map(resolved)
    for (path, stated) in zip(parameters, entry.parameters) {
      try requireFile(path, stated: stated, at: entry.parametersPlace)
    }
    var (topology, files) = try readTopology(path, parameters)
    let smarts = rules.compactMap(\.smarts)
    if !smarts.isEmpty {
      let structure = try bondOrders(entry, resolved: resolved)
      if case .file(let path) = structure { files.append(path) }
      topology = try matching(smarts, in: topology, structure: structure, molecule: entry.id)
    }
    for file in files where !loaded.inputs.contains(where: { $0.path == file }) {
      loaded.inputs.append(try input(file))
    }
    return topology
  }

  /// One scan; the same bytes twice are an error.
  private mutating func read(_ scan: FamilyManifest.ScanEntry, of molecule: String, topology: Topology) throws
    -> Scan
  {
    var statement = scan.statement
    statement.place = scan.place
    statement.atomCounts = [topology.atoms.count]
    let raw = try merged(
      ([scan.path] + scan.more).map { stated in
        let path = resolved(stated)
        try requireFile(path, stated: stated, at: scan.place)
        return try readRawScan(path, statement: statement)
      }, place: scan.place)
    let inputs = try raw.inputs.map(input)
    let content = inputs.map(\.sha256).sorted() + [raw.entry ?? ""]
    if let other = known[content] {
      throw InputError(
        scan.place,
        "\(scan.path) of \(molecule) holds the same bytes as \(other): its grid points would count twice",
        hint: "take one of the two out")
    }
    known[content] = "\(scan.path) of \(molecule)"
    var checked = try checkedScan(
      raw, id: scan.path, statement: scan.statement, topology: topology, options: options)
    if raw.levels.isEmpty, scan.statement.level == nil {
      checked.geometryLevel = loaded.family.origin.levelOfTheory.flatMap(levelOfGeometries)
    }
    levels.append(
      ScanLevels(
        name: ScanName(molecule: molecule, scan: scan.path), stated: scan.statement.level, read: raw.levels,
        place: scan.place))
    loaded.inputs += inputs.filter { new in !loaded.inputs.contains { $0.path == new.path } }
    return checked
  }
}

/// Scans that drive one dihedral with nothing else held, in groups of two and more: branches of one drive, each with a
/// zero of its own.
func twins(among scans: [Scan]) -> [[Scan]] {
  Dictionary(grouping: scans.filter(\.held.isEmpty)) { $0.driven.canonical }.values.filter { $0.count > 1 }
    .sorted { $0[0].id < $1[0].id }
}

/// The same in words.
private func notesOnTwins(_ molecule: Molecule) -> [String] {
  twins(among: molecule.scans).map { scans in
    "\(scans.map(\.id).joined(separator: ", ")) drive one dihedral, \(list(scans[0].driven)) (zero-based), and have a "
      + """
      zero each: `files: [\(scans.map(\.id).joined(separator: ", "))]` makes them one scan, `branches: \
      lowest` keeps the lowest points
      """
  }
}

/// Files of one drive as one scan, on one zero: frames count on from file to file.
/// - Throws: `InputError` where they drive different dihedrals.
private func merged(_ scans: [RawScan], place: SourcePlace) throws -> RawScan {
  guard var all = scans.first else { throw InputError(place, "the scan has no file") }
  for scan in scans.dropFirst() {
    if let own = all.driven, let other = scan.driven, own.centralBond != other.centralBond {
      throw InputError(
        place, "\(scan.file) drives \(list(other)) and \(all.file) drives \(list(own)) (zero-based)",
        hint: "files of one scan drive one dihedral; list the others as scans of their own")
    }
    if all.driven == nil { (all.driven, all.drivenPlace) = (scan.driven, scan.drivenPlace) }
    all.frames += scan.frames
    all.inputs += scan.inputs
    all.remarks += scan.remarks.map { "\(scan.file): \($0)" }
    all.dimensions = max(all.dimensions, scan.dimensions)
    scan.levels.forEach { all.state(level: $0) }
  }
  return all
}

/// The names of a family's molecules, in its order, without reading their files.
/// - Throws: ``InputError`` with the place in the manifest of what cannot be used.
public func moleculeNames(ofFamily path: String) throws -> [String] {
  let manifest = isFolder(path) ? "\(path)/family.yaml" : path
  return try FamilyManifest(try readText(manifest), file: manifest).molecules.map(\.id)
}

/// What is said of molecules whose atom types are names of atoms.
/// - Parameter molecules: their names.
public func typePerAtomNote(_ molecules: [String]) -> String {
  """
  every atom type occurs once in \(molecules.joined(separator: ", ")): these name atoms, as Interchange, \
  LigParGen, ATB and
  """
    + " CGenFF streams write them, and each torsion would get constants of its own; give `torsions: [{smarts: …}]` and"
    + " `structure:` in family.yaml, or topologies with atom types"
}

/// Rules that choose no torsion: because none matches, or because rules before them took all that do.
private func notesOnRules(_ rules: [TorsionRule], molecules: [Molecule]) -> [String] {
  // SMARTS come first; of either kind the first that matches counts.
  let order = rules.filter { $0.smarts != nil } + rules.filter { $0.smarts == nil }
  let types = Set(molecules.flatMap { m in m.topology.torsions.map { m.topology.type(of: $0.quartet) } })
  let used = Set(types.compactMap { type in order.firstIndex { $0.matches(type) } })
  return order.indices.filter { !used.contains($0) }.map { index in
    let rule = order[index]
    let name = rule.smarts ?? rule.pattern.joined(separator: "-")
    return types.contains(where: rule.matches)
      ? "the torsion rule \(name) chooses nothing: rules before it match all that it does"
      : "the torsion rule \(name) chooses nothing: no torsion left to it in these molecules matches"
  }
}

/// Reads a single scan for a topology.
/// - Throws: ``InputError`` with the place of what cannot be used.
///
/// - Parameters:
///   - path: a file or a folder.
///   - topology: what it is a scan of.
///   - geometry: how its geometries came about; nil where the data tell.
///   - held: dihedrals that were held beside the driven one, zero-based; nil where the data tell.
///   - energyUnit: the unit of energies that the file does not state; nil where nobody says.
///   - forceUnit: the same of forces.
///   - options: what may be left out.
public func readScan(
  _ path: String, topology: Topology, geometry: ScanGeometry? = nil, held: [Quartet]? = nil,
  energyUnit: Units.Energy? = nil, forceUnit: Units.Force? = nil, options: FamilyOptions = FamilyOptions()
) throws -> Scan {
  var statement = ScanStatement(geometry: geometry, held: held)
  statement.energyUnit = energyUnit
  statement.forceUnit = forceUnit
  statement.atomCounts = [topology.atoms.count]
  var scan = try checkedScan(
    try readRawScan(path, statement: statement), id: path, statement: statement, topology: topology,
    options: options)
  scan.notes += notesOnPath(scan, topology: topology)
  scan.notes += notesOnUnits([Molecule(id: path, topology: topology, scans: [scan])])
  return scan
}

/// Whether a file or folder that the manifest names is there; `path` is what it states, seen from the current folder.
/// - Throws: ``InputError`` with the nearest name as the manifest would state it.
func requireFile(_ path: String, stated: String, at place: SourcePlace) throws {
  guard !FileManager.default.fileExists(atPath: splitEntry(path).file) else { return }
  let folder = path.hasSuffix(stated) ? path.dropLast(stated.count) : ""
  let meant = nearestPath(to: path).map { $0.hasPrefix(folder) ? String($0.dropFirst(folder.count)) : $0 }
  throw InputError(
    place, "there is no file \(path)", hint: didYouMean(meant, else: "paths are relative to the manifest"))
}

private func input(_ path: String) throws -> LoadedFamily.Input {
  LoadedFamily.Input(path: path, sha256: sha256(try readBytes(path)))
}

extension InputError {
  /// The error on one line.
  var oneLine: String { description.split(separator: "\n").map(\.trimmed).joined(separator: "; ") }
}
