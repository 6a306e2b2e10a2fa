// What a scan file says before it is held against a molecule: frames, energies, forces, units.

import Chemistry
import TextFiles

/// One frame as read.
struct RawFrame {
  /// Element symbols, where the file has them.
  var symbols: [String]?
  /// Å.
  var coordinates: [Vector3]
  /// kcal/mol; nil where the file has no energy.
  var energy: Double?
  /// −dE/dx, kcal/mol/Å.
  var forces: [Vector3]?
  /// The line it starts at.
  var line: Int
  /// A fault that makes it useless, in words.
  var fault: String?
}

/// A scan as read.
struct RawScan {
  var file: String
  var frames: [RawFrame] = []
  /// The driven dihedral, where the file names it, zero-based.
  var driven: Quartet?
  /// Where it names it.
  var drivenPlace: SourcePlace?
  /// Further dihedrals that the file says were held or driven, zero-based; empty where it names none.
  var held: [Quartet] = []
  /// How many dihedrals were driven, where the file tells without naming them.
  var dimensions = 1
  /// How its geometries came about, where the file says so.
  var geometry: ScanGeometry?
  /// The levels of theory that its frames state, each once.
  var levels: [String] = []
  /// Every file that was read.
  var inputs: [String]
}

/// What a manifest says about a scan where the file does not.
struct ScanStatement: Hashable {
  var energyUnit: Units.Energy?
  var forceUnit: Units.Force?
  /// Zero-based.
  var driven: Quartet?
  var place: SourcePlace?
  var geometry: ScanGeometry?
  /// Zero-based; nil where nothing is stated, empty where it is that nothing was held.
  var held: [Quartet]?
  var heldPlace: SourcePlace?

  /// What is stated of one scan alone, and no unit.
  init(geometry: ScanGeometry? = nil, held: [Quartet]? = nil) {
    self.geometry = geometry
    self.held = held
  }
}

/// A finite number in any Fortran or C spelling; nil when it is none.
func number(_ text: some StringProtocol) -> Double? {
  if let value = Double(text) { return value.isFinite ? value : nil }
  let spelled = String(text.map { $0 == "D" || $0 == "d" ? "e" : $0 })
  guard let value = Double(spelled), value.isFinite else { return nil }
  return value
}

/// Reads a scan of whatever format a path holds.
/// - Throws: ``InputError`` where it is none that is known, or damaged.
func readRawScan(_ path: String, statement: ScanStatement) throws -> RawScan {
  if isFolder(path) { return try readTorsionDriveFolder(path) }
  let text = try readText(path)
  guard let first = text.split(separator: "\n", maxSplits: 1).first, Int(first.trimmed) != nil else {
    throw InputError(
      SourcePlace(file: path, line: 1), "is no scan that Swivel reads",
      hint: "extended XYZ, TorsionDrive's scan.xyz, xtb's xtbscan.log, or a folder with qdata.txt")
  }
  let second =
    text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).dropFirst().first ?? ""
  if second.contains("=") { return try readExtendedXYZ(text, file: path, statement: statement) }
  return try readCommentedXYZ(text, file: path)
}

extension StringProtocol {
  /// Without white space at its ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text = text.dropFirst() }
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}
