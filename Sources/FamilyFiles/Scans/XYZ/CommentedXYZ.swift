// Multi-frame XYZ whose comments hold energies: TorsionDrive's scan.xyz, xtb's xtbscan.log, ORCA's _trj.xyz and
// .allxyz, geomeTRIC's scan-final.xyz, CREST's ensembles.

import Chemistry
import Foundation
import TextFiles

/// Which program's comments those of a file are.
private enum CommentKind {
  case torsionDrive, xtbScan, xtbOptimisation, orca, geometric, crest, plain

  init(_ comment: Substring) {
    if comment.holds("Dihedral (") {
      self = .torsionDrive
    } else if comment.holds(" xtb: ") {
      self = comment.holds("gnorm:") ? .xtbOptimisation : .xtbScan
    } else if comment.holds("ORCA-job") {
      self = .orca
    } else if comment.holds("Iteration ") && comment.lowercased().contains("energy") {
      self = .geometric
    } else if let first = comment.fields.first, number(first) != nil, first.contains(".") {
      self = .crest
    } else {
      self = .plain
    }
  }

  var format: String {
    switch self {
    case .torsionDrive: "TorsionDrive scan.xyz"
    case .xtbScan: "xtb scan"
    case .xtbOptimisation: "xtb optimisation"
    case .orca: "ORCA trajectory"
    case .geometric: "geomeTRIC XYZ"
    case .crest: "CREST ensemble"
    case .plain: "multi-frame XYZ"
    }
  }
}

/// Reads frames with comments "Dihedral (-165,) Energy -155.05", " energy: -9.04 xtb: 6.5.1", "… E -13.66", or a bare
/// energy.
///
/// Energies are hartree unless the manifest states another unit. ORCA's .allxyz has lines ">" between frames.
func readCommentedXYZ(_ text: String, file: String, statement: ScanStatement) throws -> RawScan {
  var scan = RawScan(file: file, format: ScanFormat.commentedXYZ.rawValue)
  let unit = (statement.energyUnit ?? .hartree).factor
  let frames = try XYZFrames(text, file: file).frames
  let kind = CommentKind(frames[0].comment)
  scan.format = kind.format
  for frame in frames {
    scan.dimensions = max(scan.dimensions, dimensions(of: frame.comment))
    var result = try readAtoms(frame, file: file)
    switch energy(in: frame.comment, kind: kind) {
    case .value(let energy): result.energy = energy * unit
    case .damaged(let word): result.fault = "the energy \"\(word)\" is no finite number"
    case .absent: break
    }
    scan.frames.append(result)
  }
  try addProgram(kind, frames: frames, to: &scan)
  if scan.frames.contains(where: { $0.energy == nil && $0.fault == nil }) {
    try addEnergiesBeside(&scan, statement: statement)
  }
  if kind == .xtbScan { addGradientsBeside(&scan) }
  if scan.frames.allSatisfy({ $0.energy == nil && $0.fault == nil }) {
    if scan.frames.count == 1 {
      throw InputError(SourcePlace(file: file, line: 2), "is one geometry without an energy, and no scan")
    }
    throw InputError(
      SourcePlace(file: file, line: 2), "has no energies in its comment lines",
      hint:
        "put them beside it, one a line or with an angle each, in a file of the same name that ends in .dat or .csv; "
        + "copies that ForceBalance made have them in qdata.txt: give the folder instead of the file")
  }
  return scan
}

/// What a comment says of its frame's energy.
private enum CommentEnergy {
  case value(Double), damaged(String), absent
}

private func energy(in comment: Substring, kind: CommentKind) -> CommentEnergy {
  let words = comment.split { $0.isWhitespace || $0 == ":" || $0 == "=" }.map(String.init)
  if kind == .crest, let first = words.first { return number(first).map { .value($0) } ?? .damaged(first) }
  if let at = words.firstIndex(where: { $0.lowercased() == "energy" }), at + 1 < words.count {
    return number(words[at + 1]).map { .value($0) } ?? .damaged(words[at + 1])
  }
  guard let at = words.lastIndex(of: "E"), at + 1 < words.count else { return .absent }
  if let value = number(words[at + 1]) { return .value(value) }
  return kind == .orca ? .damaged(words[at + 1]) : .absent
}

/// How many angles a comment "Dihedral (-165, 30) …" names.
private func dimensions(of comment: Substring) -> Int {
  guard comment.holds("Dihedral"), let open = comment.firstIndex(of: "("),
    let close = comment.firstIndex(of: ")"), open < close
  else { return 1 }
  let angles = comment[comment.index(after: open)..<close].split(separator: ",")
  return max(1, angles.count { !$0.allSatisfy(\.isWhitespace) })
}

private func readAtoms(_ frame: XYZFrames.Frame, file: String) throws -> RawFrame {
  var result = RawFrame(symbols: [], coordinates: [], line: frame.line)
  for (offset, line) in frame.atoms.enumerated() {
    let fields = line.fields
    let place = SourcePlace(file: file, line: frame.line + 2 + offset)
    let values = fields.dropFirst().prefix(3).map { number($0) }
    guard values.count == 3, let x = values[0], let y = values[1], let z = values[2] else {
      let isNumberOfSorts =
        fields.count >= 4 && fields[1..<4].allSatisfy { Double($0) != nil || $0.contains("*") }
      guard isNumberOfSorts else {
        let isCounted = fields.count > 4 && Int(fields[0]) != nil && Element(symbol: fields[1]) != nil
        throw InputError(
          place, "is no atom line: symbol, x, y, z were expected",
          hint: isCounted
            ? "take the numbers of the atoms away, or name the columns in the comment line: energy=… "
              + "Properties=id:I:1:species:S:1:pos:R:3" : "the file may be truncated")
      }
      result.fault = "line \(frame.line + 2 + offset): a coordinate is not finite"
      continue
    }
    result.symbols!.append(try symbol(fields[0], in: line, at: place))
    result.coordinates.append(Vector3(x, y, z))
  }
  try requireElements(frame, column: 0, file: file)
  return result
}

/// The program, and what its files of this kind are no scans of.
private func addProgram(_ kind: CommentKind, frames: [XYZFrames.Frame], to scan: inout RawScan) throws {
  let comment = frames[0].comment
  switch kind {
  case .xtbScan, .xtbOptimisation:
    scan.program = comment.after("xtb:").map {
      "xtb " + ($0.split(separator: " ").first.map(String.init) ?? "")
    }
  case .orca: scan.program = "ORCA"
  case .torsionDrive: scan.program = "TorsionDrive"
  case .geometric: scan.program = "geomeTRIC"
  case .crest: scan.program = "CREST or another that writes bare energies"
  case .plain: break
  }
  guard kind == .xtbOptimisation || kind == .geometric, scan.frames.count > 2 else { return }
  // xtb numbers no steps; geomeTRIC does.
  let numbers = frames.compactMap { $0.comment.fields.dropFirst().first.flatMap { Int($0) } }
  if kind == .xtbOptimisation
    || (numbers.count == frames.count && numbers == Array(numbers[0]..<(numbers[0] + frames.count)))
  {
    scan.remarks.append(
      "its \(frames.count) frames are the steps of one optimisation, of which only the last is a result")
    scan.frames = Array(scan.frames.suffix(1))
  }
}
