// paramfit's input: an AMBER trajectory in text (mdcrd) and a list of energies beside it.

import Chemistry
import TextFiles

/// Reads an mdcrd: a title, then coordinates of eight characters each, ten a line; how many atoms it has, it does not
/// say.
///
/// The number of atoms is the molecule's; energies stand one a line in a file of the same name (.dat, .txt, .ene).
func readAmberTrajectory(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  var scan = RawScan(file: lines.file, format: ScanFormat.amberTrajectory.rawValue)
  var values: [Double] = []
  var starts: [Int] = []
  for (index, line) in lines.lines.enumerated().dropFirst() {
    let bytes = Array(line.utf8)
    guard bytes.contains(where: { $0 != 32 && $0 != 13 }) else { continue }
    for start in stride(from: 0, to: bytes.count, by: 8) {
      let field = String(decoding: bytes[start..<min(start + 8, bytes.count)], as: UTF8.self).trimmed
      if field.isEmpty { continue }
      guard let value = number(field) ?? (field.contains("*") || Double(field) != nil ? .nan : nil) else {
        throw InputError(lines.place(index), "\"\(field)\" is no coordinate of eight characters")
      }
      values.append(value)
      starts.append(index + 1)
    }
  }
  let fitting = Set(statement.atomCounts).filter { $0 > 0 && values.count % (3 * $0) == 0 }.sorted(by: >)
  guard let atoms = fitting.first else {
    throw InputError(
      SourcePlace(file: lines.file),
      "has \(values.count) coordinates, "
        + (statement.atomCounts.isEmpty
          ? "and says not how many atoms it has"
          : "which are no whole frames of \(statement.atomCounts.map(String.init).joined(separator: " or ")) atoms"),
      hint: "give the topology: --topology FILE; trajectories with a box are not read")
  }
  for start in stride(from: 0, to: values.count, by: 3 * atoms) {
    let own = Array(values[start..<(start + 3 * atoms)])
    var frame = RawFrame(coordinates: vectors(own) ?? [], line: starts[start])
    if !own.allSatisfy(\.isFinite) { frame.fault = "a coordinate is no finite number" }
    scan.frames.append(frame)
  }
  try addEnergiesBeside(&scan, statement: statement)
  guard scan.frames.contains(where: { $0.energy != nil }) else {
    throw InputError(
      SourcePlace(file: lines.file), "has no energies beside it",
      hint: "put them, one a line, into \(stem(lines.file)).dat")
  }
  scan.remarks.append("its coordinates have three digits: dihedrals are known to about 0.1°")
  return scan
}
