// A folder as one scan: TorsionDrive's and ForceBalance's, or single results of a program, a file or a subfolder each.

import Chemistry
import Foundation
import TextFiles

/// Reads a folder as one scan.
/// - Throws: `InputError` where it holds none.
func readScanFolder(_ folder: String, statement: ScanStatement) throws -> RawScan {
  if isTorsionDriveFolder(folder) { return try readTorsionDriveFolder(folder, statement: statement) }
  let results = singleResults(among: filesBelow(folder, depth: 4, most: 4000), statement: statement)
  guard let scan = combined(results, folder: folder) else {
    throw InputError(
      SourcePlace(file: folder),
      "is a folder without qdata.txt, scan.xyz, or results of at least two grid points of one molecule",
      hint:
        """
        a TorsionDrive or ForceBalance target folder, or one with an output of Gaussian, ORCA, Psi4, \
        QCEngine or xtb a point
        """
    )
  }
  return scan
}

/// What files say that hold one geometry with its energy each.
///
/// Where a folder has several files of the same geometry (xtb's gradient and .engrad), the one with the most digits
/// counts.
func singleResults(among files: [String], statement: ScanStatement) -> [RawScan] {
  var found: [RawScan] = []
  for path in files {
    guard let head = try? ScanSource.beginning(of: path), let format = ScanFormat(head),
      format.holdsSingleResults, let source = try? head.whole(),
      let scans = try? format.read(source, statement: statement), scans.count == 1, let scan = scans.first,
      scan.frames.count == 1, scan.frames[0].energy != nil
    else { continue }
    found.append(scan)
  }
  return found
}

/// Single results as the points of one scan, in the natural order of their names; nil where they are not of one
/// molecule.
///
/// Of formats beside each other the one with the most points counts, and among these the one with forces.
func combined(_ results: [RawScan], folder: String) -> RawScan? {
  let groups = Dictionary(grouping: results) { result in
    [result.format, (result.frames[0].symbols ?? []).joined(separator: " ")]
  }
  let best = groups.max { a, b in
    func rank(_ group: [RawScan]) -> (Int, Int) { (group.count, group.count { $0.frames[0].forces != nil }) }
    return rank(a.value) == rank(b.value) ? a.key[0] > b.key[0] : rank(a.value) < rank(b.value)
  }
  guard
    let members = best?.value.sorted(by: { $0.file.compare($1.file, options: .numeric) == .orderedAscending }
    ),
    members.count > 1, let first = members.first
  else { return nil }
  var scan = RawScan(
    file: folder, format: "\(first.format), a file a point", program: first.program, inputs: [])
  for member in members {
    scan.frames += member.frames
    scan.inputs += member.inputs
    member.levels.forEach { scan.state(level: $0) }
    for remark in member.remarks where !scan.remarks.contains(where: { $0.hasSuffix(remark) }) {
      scan.remarks.append("\(member.file): \(remark)")
    }
  }
  if Set(members.map(\.driven)).count == 1 {
    (scan.driven, scan.drivenPlace) = (first.driven, first.drivenPlace)
  }
  return scan
}

extension ScanFormat {
  /// Whether a file of it may be one point of a scan in many files.
  var holdsSingleResults: Bool {
    switch self {
    case .gaussianLog, .gaussianCheckpoint, .orcaOutput, .orcaGradient, .turbomoleGradient, .psi4Output,
      .json:
      true
    default: false
    }
  }
}
