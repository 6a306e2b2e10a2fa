// Torsions by SMARTS: bond orders from a structure, patterns matched by RDKit in a library that is loaded when needed.

import Chemistry
import Foundation
import TextFiles

/// What says a molecule's bond orders.
public enum StructureSource: Hashable, Sendable {
  /// A SMILES; hydrogens may be left out.
  case smiles(String)
  /// An SDF, MOL or MOL2 file; its atoms may stand in any order.
  case file(String)
}

/// The topology with every torsion that a SMARTS matches marked as such; of several patterns the first that matches
/// counts.
///
/// Quartets that a pattern matches and the force field has no term on become torsions without terms.
/// - Parameters:
///   - patterns: SMARTS of four tagged atoms.
///   - topology: the molecule.
///   - structure: its bond orders.
///   - molecule: its name, for messages.
/// - Throws: ``InputError`` where the structure is another molecule, a pattern is no SMARTS, or RDKit is absent.
public func matching(
  _ patterns: [String], in topology: Topology, structure: StructureSource, molecule: String
) throws -> Topology {
  let library = try SMARTSLibrary.shared()
  var result = topology
  let graph = topology.bondGraph
  var known = Set(topology.torsions.map(\.quartet.canonical))
  let (text, kind, place) = try read(structure)
  for smarts in patterns {
    guard let type = TorsionType(smarts: smarts) else {
      throw InputError(nil, "\"\(smarts)\" does not tag four atoms", hint: "tag them :1, :2, :3 and :4")
    }
    let quartets: [Quartet]
    switch library.matches(of: smarts, in: text, kind: kind, topology: topology) {
    case .success(let found): quartets = found
    case .failure(let fault):
      throw InputError(
        place, "\(molecule), SMARTS \(smarts): \(fault.reason)",
        hint: "the structure must be the topology's molecule, and the SMARTS one that RDKit reads")
    }
    for quartet in quartets.map(\.canonical) where result.patterns[quartet] == nil {
      // A pattern may tag atoms that are no chain: such are no torsions.
      guard graph.isChain(quartet), quartet.i != quartet.l else {
        throw InputError(
          place, "\(molecule), SMARTS \(smarts): matches atoms that are no chain of four",
          hint: "tag the four atoms in the order in which they are bonded")
      }
      result.patterns[quartet] = type
      if known.insert(quartet).inserted { result.torsions.append(Torsion(quartet, terms: [])) }
    }
  }
  return result
}

/// The SMILES of a molecule in which every atom of its topology, hydrogens included, has its number from 1.
///
/// Of atoms that bonds do not tell apart either may have the other's number.
/// - Parameters:
///   - topology: the molecule.
///   - structure: its bond orders.
///   - molecule: its name, for messages.
/// - Throws: ``InputError`` where the structure is another molecule, or RDKit is absent.
public func mappedSMILES(of topology: Topology, structure: StructureSource, molecule: String) throws -> String {
  let library = try SMARTSLibrary.shared()
  let (text, kind, place) = try read(structure)
  switch library.mappedSMILES(of: text, kind: kind, topology: topology) {
  case .success(let smiles): return smiles
  case .failure(let fault):
    throw InputError(
      place, "\(molecule): \(fault.reason)",
      hint: "the structure must be the topology's molecule; an older library is built anew by `make smarts`")
  }
}

/// Whether torsions can be chosen by SMARTS here, and by which version of RDKit; else the reason.
public func smartsSupport() -> Result<String, InputError> {
  do {
    return .success(try SMARTSLibrary.shared().version)
  } catch let error as InputError {
    return .failure(error)
  } catch {
    return .failure(InputError(nil, "\(error)"))
  }
}

private func read(_ structure: StructureSource) throws -> (text: String, kind: Int32, place: SourcePlace?) {
  switch structure {
  case .smiles(let smiles): return (smiles, 0, nil)
  case .file(let path):
    let text = try readText(path)
    let name = path.lowercased()
    if name.hasSuffix(".sdf") || name.hasSuffix(".mol") { return (text, 1, SourcePlace(file: path)) }
    if name.hasSuffix(".mol2") { return (text, 2, SourcePlace(file: path)) }
    throw InputError(
      SourcePlace(file: path), "has none of the extensions sdf, mol, mol2",
      hint: "give a structure with bond orders in one of these formats, or `smiles:`")
  }
}

private struct SMARTSFault: Error {
  var reason: String
}

/// libswivel-smarts, which scripts/setup/build_smarts.sh makes.
private struct SMARTSLibrary: Sendable {
  typealias Matches =
    @convention(c) (
      UnsafePointer<CChar>, Int32, Int32, UnsafePointer<Int32>, Int32, UnsafePointer<Int32>,
      UnsafePointer<CChar>,
      UnsafeMutablePointer<Int32>, Int32, UnsafeMutablePointer<CChar>, Int32
    ) -> Int32
  typealias MappedSMILES =
    @convention(c) (
      UnsafePointer<CChar>, Int32, Int32, UnsafePointer<Int32>, Int32, UnsafePointer<Int32>,
      UnsafeMutablePointer<CChar>, Int32, UnsafeMutablePointer<CChar>, Int32
    ) -> Int32
  typealias Version = @convention(c) () -> UnsafePointer<CChar>

  let find: Matches
  /// Nil in older libraries.
  let mapped: MappedSMILES?
  let version: String

  /// Where the library may lie: where SWIVEL_SMARTS says, beside the program, or in the build folder above it.
  private static var places: [String] {
    let name = "libswivel-smarts.so"
    var result = ProcessInfo.processInfo.environment["SWIVEL_SMARTS"].map { [$0] } ?? []
    let program = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    let executable =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map {
        URL(fileURLWithPath: $0)
      } ?? program
    var folder = executable.deletingLastPathComponent()
    result.append(folder.appendingPathComponent(name).path)
    for _ in 0..<3 {
      folder.deleteLastPathComponent()
      result.append(folder.appendingPathComponent("smarts/\(name)").path)
      result.append(folder.appendingPathComponent("lib/\(name)").path)
    }
    return result
  }

  static func shared() throws -> SMARTSLibrary {
    for path in places where FileManager.default.fileExists(atPath: path) {
      guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
        let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
        throw InputError(
          SourcePlace(file: path), "cannot be loaded: \(reason)",
          hint: "`make smarts` installs RDKit and builds it anew")
      }
      guard let find = dlsym(handle, "swivel_smarts_matches"),
        let version = dlsym(handle, "swivel_rdkit_version")
      else {
        throw InputError(
          SourcePlace(file: path), "is another library", hint: "`make smarts` builds it anew")
      }
      return SMARTSLibrary(
        find: unsafeBitCast(find, to: Matches.self),
        mapped: dlsym(handle, "swivel_mapped_smiles").map { unsafeBitCast($0, to: MappedSMILES.self) },
        version: String(cString: unsafeBitCast(version, to: Version.self)()))
    }
    throw InputError(
      nil, "torsions by SMARTS need RDKit, which is not there",
      hint: "`make smarts` installs RDKit and builds the library; or choose torsions by `types:`")
  }

  func mappedSMILES(of text: String, kind: Int32, topology: Topology) -> Result<String, SMARTSFault> {
    guard let mapped else { return .failure(SMARTSFault(reason: "the library of RDKit is an older one")) }
    let elements = topology.atoms.map { Int32($0.element.atomicNumber) }
    let bonds = topology.bondGraph.bonds.flatMap { [Int32($0.a), Int32($0.b)] }
    var fault = [CChar](repeating: 0, count: 512)
    // An atom takes "[C@@H+:1234]" and a few signs.
    var smiles = [CChar](repeating: 0, count: 64 * elements.count + 64)
    let length = mapped(
      text, kind, Int32(elements.count), elements, Int32(bonds.count / 2), bonds.isEmpty ? [0] : bonds,
      &smiles,
      Int32(smiles.count), &fault, Int32(fault.count))
    guard length >= 0, length < smiles.count else { return .failure(SMARTSFault(reason: string(fault))) }
    return .success(string(smiles))
  }

  func matches(of smarts: String, in text: String, kind: Int32, topology: Topology) -> Result<
    [Quartet], SMARTSFault
  > {
    let elements = topology.atoms.map { Int32($0.element.atomicNumber) }
    let bonds = topology.bondGraph.bonds.flatMap { [Int32($0.a), Int32($0.b)] }
    var fault = [CChar](repeating: 0, count: 512)
    // As many as there are chains of four; a pattern may match the same one several times, so twice as many would not
    // do.
    var capacity = 4096
    while true {
      var found = [Int32](repeating: 0, count: 4 * capacity)
      let count = Int(
        find(
          text, kind, Int32(elements.count), elements, Int32(bonds.count / 2), bonds.isEmpty ? [0] : bonds,
          smarts,
          &found, Int32(capacity), &fault, Int32(fault.count)))
      guard count >= 0 else {
        return .failure(SMARTSFault(reason: string(fault)))
      }
      if count > capacity {
        capacity = count
        continue
      }
      return .success(
        (0..<count).map {
          Quartet(
            Int(found[4 * $0]), Int(found[4 * $0 + 1]), Int(found[4 * $0 + 2]), Int(found[4 * $0 + 3]))
        })
    }
  }
}

/// Characters up to the zero that ends them.
private func string(_ characters: [CChar]) -> String {
  String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// What the manifest says of a molecule's bond orders.
func bondOrders(_ entry: FamilyManifest.MoleculeEntry, resolved: (String) -> String) throws -> StructureSource {
  if let structure = entry.structure {
    let path = resolved(structure)
    try requireFile(path, stated: structure, at: entry.structurePlace)
    return .file(path)
  }
  if let smiles = entry.smiles { return .smiles(smiles) }
  throw InputError(
    entry.place, "the molecule \(entry.id) has no bond orders, which torsions by SMARTS need",
    hint: "add `structure: molecules/\(entry.id).sdf` or `smiles: …`")
}
