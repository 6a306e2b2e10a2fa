// What a file of scans is, before any topology: for `swivel inspect FILE`.

import Chemistry
import Foundation
import TextFiles

/// One scan of a file in facts.
public struct ScanFileFacts: Sendable {
  /// Such as "Gaussian log".
  public var format: String
  /// The program with its version, where the file says.
  public var program: String?
  /// Which of several in the file; nil where there is one.
  public var entry: String?
  /// The molecular formula in Hill's order; nil where the file has no elements.
  public var formula: String?
  /// How many atoms the first frame has.
  public var atoms: Int
  /// Bonds that the first geometry shows, zero-based; empty without elements.
  public var bonds: [[Int]]
  /// Levels of theory that the file states.
  public var levels: [String]
  /// The driven dihedral, zero-based; nil where the file names none and none turns.
  public var driven: [Int]?
  /// Whether the file names it.
  public var drivenIsNamed: Bool
  /// Further held dihedrals, zero-based.
  public var held: [[Int]]
  /// relaxed or rigid; nil where nothing tells.
  public var geometry: String?
  /// How many frames it has.
  public var points: Int
  /// The driven dihedral of each frame, degree, in the file's order.
  public var angles: [Double]
  /// The most common distance of neighbouring angles, degree.
  public var spacing: Double?
  /// Energies above the lowest, kcal/mol, in the file's order; nil where a frame has none.
  public var energies: [Double?]
  /// How many frames have forces.
  public var withForces: Int
  /// What is odd, in words.
  public var remarks: [String]
  /// The lines that family.yaml would have.
  public var manifestEntry: [String]
}

/// What the scans of a file or folder are.
/// - Parameters:
///   - path: a file, one entry of a file ("records.json#42"), or a folder.
///   - energyUnit: the unit of energies that the file does not state; nil where nobody says.
///   - forceUnit: the same of forces.
/// - Throws: ``InputError`` where it is no scan, or damaged.
public func scanFileFacts(_ path: String, energyUnit: Units.Energy? = nil, forceUnit: Units.Force? = nil)
  throws
  -> [ScanFileFacts]
{
  var statement = ScanStatement()
  statement.energyUnit = energyUnit
  statement.forceUnit = forceUnit
  let scans = try readRawScans(path, statement: statement)
  guard let first = scans.first, scans.count > 1 || !first.frames.isEmpty else {
    throw InputError(SourcePlace(file: path), "holds no scan")
  }
  return scans.map { facts(of: $0, path: path) }
}

/// Whether a path is a file or folder of a scan format.
public func isScanFile(_ path: String) -> Bool {
  if isFolder(path) { return (try? readScanFolder(path, statement: ScanStatement())) != nil }
  return (try? ScanSource.beginning(of: splitEntry(path).file)).flatMap { ScanFormat($0) } != nil
}

private func facts(of raw: RawScan, path: String) -> ScanFileFacts {
  let energies = raw.frames.compactMap(\.energy).filter(\.isFinite)
  let low = energies.min() ?? 0
  var facts = ScanFileFacts(
    format: raw.format, program: raw.program, entry: raw.entry, formula: nil,
    atoms: raw.frames.first?.coordinates.count ?? 0,
    bonds: [], levels: raw.levels, driven: raw.driven?.atoms, drivenIsNamed: raw.driven != nil,
    held: raw.held.map(\.atoms),
    geometry: raw.geometry?.rawValue, points: raw.frames.count, angles: [], spacing: nil,
    energies: raw.frames.map { $0.energy.map { $0 - low } },
    withForces: raw.frames.count { $0.forces != nil },
    remarks: raw.remarks, manifestEntry: [])
  for (index, frame) in raw.frames.enumerated() {
    if let fault = frame.fault ?? frame.aside { facts.remarks.append("frame \(index + 1) \(fault)") }
  }
  let whole = raw.frames.filter { $0.fault == nil && $0.coordinates.count == facts.atoms }
  if whole.count < raw.frames.count {
    facts.remarks.append("\(raw.frames.count - whole.count) frames cannot be used")
  }
  if let elements = whole.first?.elements {
    measure(&facts, raw: raw, elements: elements, whole: whole)
    if let words = energyUnitVerdict(energies, elements: elements).words(on: elements) { facts.remarks.append(words) }
  }
  if raw.levels.count > 1 {
    facts.remarks.append("mixes levels of theory: \(raw.levels.joined(separator: ", "))")
  }
  facts.manifestEntry = manifestEntry(facts, path: path)
  return facts
}

/// Fills in what the geometries tell.
private func measure(_ facts: inout ScanFileFacts, raw: RawScan, elements: [Element], whole: [RawFrame]) {
  facts.formula = formula(of: elements)
  let topology = Topology(bondedAs: whole[0].coordinates, elements: elements)
  let graph = topology.bondGraph
  facts.bonds = graph.bonds.map { [$0.a, $0.b] }
  let frames = whole.map(\.coordinates)
  var driven = raw.driven
  if driven == nil, frames.count > 2 {
    driven = try? foundDriven(frames, topology: topology, file: raw.file)
    facts.driven = driven?.atoms
  }
  if driven == nil, frames.count > 2 {
    facts.remarks.append("names no driven dihedral, and no single one turns along it")
  }
  guard let driven, driven.atoms.allSatisfy({ $0 < elements.count }) else { return }
  facts.angles = frames.map { dihedralAngle(driven, in: $0) / Units.degree }
  let sorted = facts.angles.filter(\.isFinite).sorted()
  let steps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0.5 }.sorted()
  facts.spacing = steps.isEmpty ? nil : steps[steps.count / 2]
  if facts.geometry == nil, frames.count > 2 {
    facts.geometry =
      (isRigid(frames, axes: [driven] + raw.held, graph: graph) ? ScanGeometry.rigid : .relaxed).rawValue
  }
  let doubled = sorted.indices.dropFirst().count { sorted[$0] - sorted[$0 - 1] < 0.5 }
  if doubled > 1, raw.held.isEmpty {
    facts.remarks.append("\(doubled) of its angles stand twice within half a degree")
  }
  if raw.dimensions > raw.held.count + 1 {
    facts.remarks.append("is a grid over \(raw.dimensions) dihedrals")
  }
}

/// What `swivel init` would write.
private func manifestEntry(_ facts: ScanFileFacts, path: String) -> [String] {
  let path = pathBesideManifest(path)
  let file = facts.entry.map { path.hasSuffix("#\($0)") ? path : "\(path)#\($0)" } ?? path
  var lines = ["- file: \(yamlScalar(file))"]
  if let driven = facts.driven {
    lines.append("  dihedral: [\(driven.map(String.init).joined(separator: ", "))]")
  }
  if !facts.held.isEmpty {
    let held = facts.held.map { "[\($0.map(String.init).joined(separator: ", "))]" }
    lines.append("  held: [\(held.joined(separator: ", "))]")
  }
  if facts.driven != nil || !facts.held.isEmpty { lines.append("  dihedral_indexing: zero") }
  if facts.geometry == "rigid" { lines.append("  geometry: rigid") }
  return lines
}

/// A path as the family.yaml in a folder above it would name it; without one as that in its own folder would.
private func pathBesideManifest(_ path: String) -> String {
  let parts = path.split(separator: "/").map(String.init)
  for count in parts.indices.reversed() {
    let folder = (path.hasPrefix("/") ? "/" : "./") + parts[..<count].joined(separator: "/")
    if FileManager.default.fileExists(atPath: "\(folder)/family.yaml") {
      return parts[count...].joined(separator: "/")
    }
  }
  return parts.last ?? path
}

/// "C4H10" in Hill's order: carbon, hydrogen, then the others by the alphabet; without carbon all by the alphabet.
func formula(of elements: [Element]) -> String {
  let counts = Dictionary(grouping: elements, by: \.symbol).mapValues(\.count)
  let first = counts["C"] == nil ? [] : ["C", "H"].filter { counts[$0] != nil }
  let others = counts.keys.filter { !first.contains($0) }.sorted()
  return (first + others).map { $0 + (counts[$0]! > 1 ? "\(counts[$0]!)" : "") }.joined()
}

extension RawFrame {
  /// Its elements; nil where a symbol is none or the file has none.
  var elements: [Element]? {
    guard let symbols, symbols.count == coordinates.count, !symbols.isEmpty else { return nil }
    let elements = symbols.compactMap { Element(symbol: $0) ?? Int($0).flatMap { Element(atomicNumber: $0) } }
    return elements.count == symbols.count ? elements : nil
  }
}

extension Topology {
  /// The atoms and bonds that a geometry shows, without any energy: what can be told of a scan before its topology is
  /// known.
  init(bondedAs coordinates: [Vector3], elements: [Element]) {
    let graph = BondGraph(elements: elements, coordinates: coordinates)
    self.init(
      atoms: elements.enumerated().map { index, element in
        Atom(name: "\(element.symbol)\(index)", type: element.symbol, element: element, charge: 0)
      },
      bonds: graph.bonds.map { HarmonicBond(i: $0.a, j: $0.b, forceConstant: 0, length: 1) }, angles: [],
      torsions: [],
      impropers: [], pairs: [], coulombConstant: 332.0637, oneFourScalings: [])
  }
}
