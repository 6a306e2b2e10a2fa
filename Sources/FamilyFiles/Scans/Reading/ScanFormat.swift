// Which scan formats there are, told by what stands in a file and not by its name, and the one door to all of them.

import Chemistry
import Foundation
import TextFiles

/// A format of quantum-chemical data.
enum ScanFormat: String, CaseIterable, Hashable {
  case extendedXYZ = "extended XYZ"
  case commentedXYZ = "multi-frame XYZ"
  case gaussianLog = "Gaussian log"
  case gaussianCheckpoint = "Gaussian formatted checkpoint"
  case orcaOutput = "ORCA output"
  case orcaGradient = "ORCA engrad"
  case turbomoleGradient = "Turbomole gradient"
  case psi4Output = "Psi4 output"
  case json = "JSON"
  case qdata = "ForceBalance qdata.txt"
  case aseTrajectory = "ASE trajectory"
  case sdf = "SDF"
  case pdb = "PDB"
  case table = "table of angles and energies"
  case amberTrajectory = "AMBER mdcrd"
  case hdf5 = "HDF5"

  /// The format of a file; nil where it is none of them.
  init?(_ source: ScanSource) {
    let bytes = source.bytes
    if bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .hdf5
      return
    }
    if bytes.starts(with: Array("- of Ulm".utf8)) {
      self = .aseTrajectory
      return
    }
    guard !bytes.prefix(1 << 16).contains(0) else { return nil }
    let head = source.head
    let lines = head.split(separator: "\n", maxSplits: 400, omittingEmptySubsequences: false)
    guard let format = Self.byFirstLines(lines) ?? Self.byBanner(head, lines: lines) ?? Self.byColumns(lines)
    else {
      return nil
    }
    self = format
  }

  /// Formats that their first lines give away.
  private static func byFirstLines(_ lines: [Substring]) -> ScanFormat? {
    guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
    let start = first.trimmed
    // "[ defaults ]" heads a section of GROMACS, and of other files: no list of JSON begins with a bare word.
    if start.hasPrefix("{")
      || start.hasPrefix("[") && start.dropFirst().first(where: { !$0.isWhitespace })?.isLetter != true
    {
      return .json
    }
    if start.hasPrefix("$grad") { return .turbomoleGradient }
    if start.hasPrefix("JOB ") || start == "JOB" { return .qdata }
    if start == "#", lines.prefix(4).contains(where: { $0.holds("# Number of atoms") }) {
      return .orcaGradient
    }
    if lines.prefix(6).contains(where: { $0.hasPrefix("Number of atoms                            I") }) {
      return .gaussianCheckpoint
    }
    if Int(start) != nil, lines.count > 1, let at = lines.firstIndex(of: first), at + 1 < lines.count {
      // A table of integers has an integer in its second line too, and no atom lines.
      let third = at + 2 < lines.count ? lines[at + 2].fields : []
      let isKeyed = lines[at + 1].isKeyedComment
      // Atoms may have numbers before their symbols: the columns are named then, or it is said that they should be.
      let isAtom = third.count >= 4 && number(third[1]) != nil
      let isCounted = third.count >= 5 && Int(third[0]) != nil && Element(symbol: third[1]) != nil
      if isAtom || isCounted || isKeyed && third.count >= 4 { return isKeyed ? .extendedXYZ : .commentedXYZ }
    }
    return nil
  }

  /// Outputs that programs head with their names.
  private static func byBanner(_ head: String, lines: [Substring]) -> ScanFormat? {
    for line in lines {
      if line.holds("Entering Gaussian System") || line.holds("This is part of the Gaussian(R)") {
        return .gaussianLog
      }
      if line.holds("* O   R   C   A *") { return .orcaOutput }
      if line.holds("Psi4: An Open-Source") { return .psi4Output }
      if line.holds("V2000") || line.holds("V3000") { return .sdf }
      if line.hasPrefix("ATOM  ") || line.hasPrefix("HETATM") { return .pdb }
    }
    return nil
  }

  /// Columns of numbers: two of them, or eight characters wide under a title.
  private static func byColumns(_ lines: [Substring]) -> ScanFormat? {
    let full = lines.prefix(200).filter { !$0.allSatisfy(\.isWhitespace) }
    if full.count >= 3, full[1].isFixedWidth { return .amberTrajectory }
    let rows = full.filter {
      !$0.trimmed.hasPrefix("#") && !$0.trimmed.hasPrefix("@") && !$0.trimmed.hasPrefix("!")
    }
    let numeric = rows.filter {
      tableFields($0).count >= 2 && tableFields($0).allSatisfy { number($0) != nil }
    }
    return numeric.count >= 2 && numeric.count >= rows.count - 2 ? .table : nil
  }

  /// Reads a file of the format.
  /// - Returns: the scans in it; more than one where it holds several drives or molecules.
  /// - Throws: `InputError` where it is damaged or lacks what a scan needs.
  func read(_ source: ScanSource, statement: ScanStatement) throws -> [RawScan] {
    switch self {
    case .extendedXYZ: [try readExtendedXYZ(try source.text(), file: source.file, statement: statement)]
    case .commentedXYZ: [try readCommentedXYZ(try source.text(), file: source.file, statement: statement)]
    case .gaussianLog: [try readGaussianLog(try source.lines(), statement: statement)]
    case .gaussianCheckpoint: [try readGaussianCheckpoint(try source.lines(), statement: statement)]
    case .orcaOutput: [try readOrcaOutput(try source.lines(), statement: statement)]
    case .orcaGradient: [try readOrcaGradient(try source.lines(), statement: statement)]
    case .turbomoleGradient: [try readTurbomoleGradient(try source.lines(), statement: statement)]
    case .psi4Output: [try readPsi4Output(try source.lines(), statement: statement)]
    case .json: try readJSONScans(source, statement: statement)
    case .qdata: [try readQData(source, statement: statement)]
    case .aseTrajectory: [try readASETrajectory(source, statement: statement)]
    case .sdf: [try readSDF(try source.lines(), statement: statement)]
    case .pdb: [try readPDB(try source.lines(), statement: statement)]
    case .table: [try readAngleTable(try source.lines(), statement: statement)]
    case .amberTrajectory: [try readAmberTrajectory(try source.lines(), statement: statement)]
    case .hdf5: try readHDF5(source, statement: statement)
    }
  }

  /// What Swivel reads, for hints.
  static let hint =
    "it reads outputs of Gaussian, ORCA, Psi4 and xtb, QCSchema and QCArchive JSON, TorsionDrive and ForceBalance "
    + "folders, ASE files, (extended) XYZ, SDF, PDB, tables of angles and energies, SPICE's HDF5, each also as .gz"
}

/// The scan formats that Swivel reads, for hints.
public let scanFormatHint = ScanFormat.hint

extension Substring {
  /// Whether a comment line is one of key=value pairs, as extended XYZ has them; "E = -1.2" is none.
  fileprivate var isKeyedComment: Bool {
    let keys = [
      "properties", "energy", "lattice", "pbc", "dihedral", "ref_energy", "dft_energy", "total_energy",
      "geometry",
    ]
    let words = split(whereSeparator: \.isWhitespace)
    return words.contains { word in
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
      let key = word[..<equals].lowercased()
      return keys.contains(key) || key.hasSuffix("energy") || key.hasSuffix("_unit")
    }
  }

  /// Whether it is coordinates of eight characters each, as AMBER's trajectories have them.
  fileprivate var isFixedWidth: Bool {
    let line = Array(utf8)
    guard line.count >= 24, line.count <= 80, line.count % 8 == 0 else { return false }
    return stride(from: 0, to: line.count, by: 8).allSatisfy { start in
      line[start + 4] == UInt8(ascii: ".")
        && number(String(decoding: line[start..<(start + 8)], as: UTF8.self).trimmed) != nil
    }
  }
}

/// Reads the scans of a path: a file, one of several in a file ("records.json#42"), or a folder.
/// - Throws: `InputError` where it is none that is known, or damaged.
func readRawScans(_ path: String, statement: ScanStatement) throws -> [RawScan] {
  if isFolder(path) { return [try readScanFolder(path, statement: statement)] }
  let (file, entry) = splitEntry(path)
  let source = try ScanSource(path: file, entry: entry)
  guard let format = ScanFormat(source) else {
    let isEmpty = source.bytes.allSatisfy { $0 == 32 || $0 == 10 || $0 == 13 || $0 == 9 }
    throw InputError(
      SourcePlace(file: path, line: 1), isEmpty ? "is empty" : "is no scan that Swivel reads",
      hint: ScanFormat.hint)
  }
  let scans = try format.read(source, statement: statement)
  guard let entry else { return scans }
  guard let scan = scans.first(where: { $0.entry == entry }) else {
    throw InputError(
      SourcePlace(file: file), "holds no entry \"\(entry)\"",
      hint: didYouMean(
        nearestName(to: entry, in: scans.compactMap(\.entry)),
        else: "it holds \(scans.compactMap(\.entry).prefix(8).joined(separator: ", "))"))
  }
  return [scan]
}

/// Reads the one scan of a path.
/// - Throws: `InputError` where it is none that is known, or damaged, or where a file holds several and none is named.
func readRawScan(_ path: String, statement: ScanStatement) throws -> RawScan {
  let scans = try readRawScans(path, statement: statement)
  guard scans.count == 1, let scan = scans.first else {
    let names = scans.compactMap(\.entry)
    throw InputError(
      SourcePlace(file: path),
      "holds \(scans.count) scans: \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? " …" : "")",
      hint: names.first.map { "name one of them: \"\(path)#\($0)\"" } ?? "write one file a scan")
  }
  return scan
}

/// "records.json#42" as its file and its entry; a file of that very name has none.
func splitEntry(_ path: String) -> (file: String, entry: String?) {
  guard !FileManager.default.fileExists(atPath: path), let mark = path.lastIndex(of: "#"),
    FileManager.default.fileExists(atPath: String(path[..<mark]))
  else { return (path, nil) }
  return (String(path[..<mark]), String(path[path.index(after: mark)...]))
}
