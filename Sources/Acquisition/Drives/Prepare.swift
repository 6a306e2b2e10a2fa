// Molecules to a family folder: asks prepare.py, writes the drive list and the manifest.

import FamilyFiles
import Foundation
import TextFiles

/// What to make a family of, and how.
public struct PrepareOptions: Sendable {
  /// Files (SDF, MOL, MOL2, SMI) and SMILES, as the user gave them.
  public var sources: [String]
  /// "gaff2", "gaff", "sage-2.2", "sage-2.3", or the path of an offxml.
  public var base = "gaff2"
  /// The user's own topology instead, for a single molecule.
  public var topology: String?
  /// Drive methyl rotors too.
  public var methyls = false
  /// Drive rotors that end in hydrogens of N, O, S, P too.
  public var polar = false
  /// Drive bonds of equal surroundings in every molecule.
  public var allBonds = false
  /// Heavy atoms at most.
  public var largest = 40
  /// Molecules of more heavy atoms are driven in fragments.
  public var whole = 25
  /// Geometries to start each scan from, at most.
  public var starts = 1
  /// Degrees between grid points.
  public var spacing = 15

  /// The usual ones.
  /// - Parameter sources: files and SMILES.
  public init(sources: [String]) { self.sources = sources }

  /// The bases that are known by name.
  public static let namedBases = ["gaff2", "gaff", "sage-2.2", "sage-2.3"]

  /// Families know the base force field by these words.
  var baseWords: String {
    switch base {
    case "gaff2": "GAFF2, AM1-BCC charges"
    case "gaff": "GAFF, AM1-BCC charges"
    default: "the user's own topology"
    }
  }
}

extension PrepareOptions {
  /// A hash of everything asked for, with the contents of files: equal requests make equal families.
  /// - Throws: `InputError` when a file cannot be read.
  public func digest() throws -> String {
    var words = [
      base, "\(methyls) \(polar) \(allBonds) \(largest) \(whole) \(starts) \(spacing)", pythonRequirements,
    ]
    for source in sources + [base, topology].compactMap({ $0 }) {
      words.append(FileManager.default.fileExists(atPath: source) ? sha256(try readBytes(source)) : source)
    }
    return sha256(Array(words.joined(separator: "\n").utf8))
  }

  /// Whether a folder holds the family that these options make.
  /// - Parameter folder: the family's folder.
  /// - Throws: `InputError` when a source cannot be read.
  public func isPrepared(in folder: String) throws -> Bool {
    guard let list = try? DriveList(readingFrom: folder),
      list.molecules.allSatisfy({ FileManager.default.fileExists(atPath: "\(folder)/\($0.topology)") })
    else { return false }
    return try list.request == digest()
  }
}

/// What came of the molecules.
public struct PrepareResult: Sendable {
  /// A molecule that was taken.
  public struct Taken: Sendable {
    /// Its name in files.
    public var id: String
    /// Canonical SMILES.
    public var smiles: String
    /// How many dihedrals are driven.
    public var drives: Int
    /// The fragments in which its bonds are driven.
    public var fragments: [DriveList.Fragment]
    /// Bonds not driven because another molecule has their surroundings, with that molecule's name.
    public var leftOut: [(quartet: [Int], same: String)]
    /// What the owner should know.
    public var notes: [String]
  }
  /// Molecules of the family.
  public var taken: [Taken]
  /// Molecules that could not be taken, with words.
  public var refused: [(name: String, words: String)]
}

/// Makes a family folder: topologies, structures, pictures of the driven bonds, drives.json, family.yaml.
/// - Parameters:
///   - options: of what and how.
///   - folder: the family's folder.
///   - name: the family's name.
///   - tell: told of each molecule.
/// - Returns: what came of each molecule.
/// - Throws: `InputError` when no molecule can be taken, a file is missing, or there is no Python environment.
public func prepareFamily(
  _ options: PrepareOptions, in folder: String, name: String, tell: @escaping @Sendable (String) -> Void
) throws -> PrepareResult {
  let sources = try options.sources.map(Request.Source.init)
  let environment = try PythonEnvironment()
  let output = URL(fileURLWithPath: folder).path
  let exchange = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: exchange) }
  let (asked, answered) = ("\(exchange.path)/request.json", "\(exchange.path)/result.json")
  let request = Request(
    sources: sources, base: options.base, topology: options.topology.map { URL(fileURLWithPath: $0).path },
    methyls: options.methyls, polar: options.polar, allBonds: options.allBonds, largest: options.largest,
    whole: options.whole, starts: options.starts, output: output)
  try writeAtomically(try jsonText(request), to: asked)
  try runPreparation(environment, [asked, answered], tell)
  let answer = try readJSON(
    Answer.self, from: answered, schema: Answer.schema, hint: "this is a fault of Swivel")
  if let words = answer.error { throw InputError(nil, words, hint: "`swivel doctor` says what is there") }
  let good = answer.molecules.filter(\.ok)
  let refused = answer.molecules.filter { !$0.ok }.map {
    (name: $0.name.isEmpty ? $0.id : $0.name, words: $0.error ?? "")
  }
  guard !good.isEmpty else {
    throw InputError(
      nil,
      "no molecule can be taken: "
        + refused.map { "\($0.name): \($0.words)" }.joined(separator: "; "))
  }
  let list = DriveList(
    name: name, base: answer.base ?? options.baseWords, spacing: options.spacing, versions: answer.versions,
    request: try options.digest(), torsions: answer.torsions, molecules: try good.map { try $0.molecule() })
  try writeAtomically(try list.text(), to: "\(folder)/drives.json")
  try writeAtomically(list.manifest(level: nil, scans: [:]), to: "\(folder)/family.yaml")
  return PrepareResult(
    taken: good.map { molecule in
      PrepareResult.Taken(
        id: molecule.id, smiles: molecule.smiles ?? "", drives: molecule.drives?.count ?? 0,
        fragments: molecule.fragments ?? [], leftOut: (molecule.leftOut ?? []).map { ($0.quartet, $0.same) },
        notes: molecule.notes ?? [])
    }, refused: refused)
}

/// Runs prepare.py and tells its lines.
private func runPreparation(
  _ environment: PythonEnvironment, _ arguments: [String], _ tell: @escaping @Sendable (String) -> Void
) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: environment.interpreter)
  process.arguments = ["\(environment.sources)/prepare.py"] + arguments
  let (out, faults) = (
    Pipe(), "\(URL(fileURLWithPath: arguments[0]).deletingLastPathComponent().path)/faults.txt"
  )
  try writeAtomically("", to: faults)
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = out
  process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: faults))
  try process.run()
  eachLine(of: out.fileHandleForReading, tell)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    let words =
      ((try? readText(faults)) ?? "").split(separator: "\n").last.map(String.init) ?? "no reason given"
    throw InputError(
      SourcePlace(file: environment.interpreter), "prepare.py failed: \(words)",
      hint: "`swivel doctor --install` makes an environment that has what it needs")
  }
}

/// What prepare.py is asked.
private struct Request: Encodable {
  struct Source: Encodable {
    var path: String?
    var smiles: String?
    var name: String?

    /// A file that is there, else a SMILES.
    init(_ text: String) throws {
      if FileManager.default.fileExists(atPath: text) {
        path = URL(fileURLWithPath: text).path
        return
      }
      let kinds = [".sdf", ".sd", ".mol", ".mol2", ".smi", ".smiles"]
      guard !kinds.contains(where: { text.lowercased().hasSuffix($0) }) else {
        throw InputError(
          SourcePlace(file: text), "no such file",
          hint: didYouMean(nearestPath(to: text), else: "check the path"))
      }
      smiles = text
    }
  }
  var schema = "swivel.prepare/1"
  var sources: [Source]
  var base: String
  var topology: String?
  var methyls: Bool
  var polar: Bool
  var allBonds: Bool
  var largest: Int
  var whole: Int
  var starts: Int
  var output: String

  enum CodingKeys: String, CodingKey {
    case schema, sources, base, topology, methyls, polar
    case allBonds = "all_bonds"
    case largest, whole, starts, output
  }
}

/// What prepare.py answers.
private struct Answer: Decodable {
  static let schema = "swivel.prepared/1"
  struct LeftOut: Decodable {
    var quartet: [Int]
    var same: String
    enum CodingKeys: String, CodingKey {
      case quartet
      case same = "as"
    }
  }
  struct Molecule: Decodable {
    var ok: Bool
    var id: String
    var name: String
    var error: String?
    var smiles: String?
    var key: String?
    var symbols: [String]?
    var bonds: [[Int]]?
    var charge: Int?
    var ranks: [Int]?
    var positions: [[Double]]?
    var topology: String?
    var structure: String?
    var drives: [DriveList.Drive]?
    var starts: [[[Double]]]?
    var fragments: [DriveList.Fragment]?
    var leftOut: [LeftOut]?
    var notes: [String]?

    enum CodingKeys: String, CodingKey {
      case ok, id, name, error, smiles, key, symbols, bonds, charge, ranks, positions, topology, structure,
        drives, starts, fragments, notes
      case leftOut = "left_out"
    }

    func molecule() throws -> DriveList.Molecule {
      guard let smiles, let key, let symbols, let bonds, let charge, let ranks, let positions, let topology,
        let structure, let drives
      else { throw InputError(nil, "prepare.py left out part of \(id)", hint: "this is a fault of Swivel") }
      return DriveList.Molecule(
        id: id, smiles: smiles, key: key, symbols: symbols, bonds: bonds, charge: charge, ranks: ranks,
        positions: positions, topology: topology, structure: structure, drives: drives,
        starts: starts, fragments: fragments)
    }
  }
  var schema: String
  var molecules: [Molecule]
  var versions: [String: String]
  /// What the base is called, where its name was not enough.
  var base: String?
  /// SMARTS of the torsions to fit, where the base has some.
  var torsions: [String]?
  /// Why there is nothing at all.
  var error: String?
}
