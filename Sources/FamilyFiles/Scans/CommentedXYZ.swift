// Multi-frame XYZ whose comments hold energies: TorsionDrive's scan.xyz and xtb's xtbscan.log (hartree).

import Chemistry
import TextFiles

/// Reads frames with comments "Dihedral (-165,) Energy -155.05" or " energy: -9.04 xtb: 6.5.1".
func readCommentedXYZ(_ text: String, file: String) throws -> RawScan {
  var scan = RawScan(file: file, inputs: [file])
  for frame in try XYZFrames(text, file: file).frames {
    let words = frame.comment.split { $0.isWhitespace || $0 == ":" }.map(String.init)
    if let open = frame.comment.firstIndex(of: "("), let close = frame.comment.firstIndex(of: ")"),
      open < close
    {
      let angles = frame.comment[frame.comment.index(after: open)..<close].split(separator: ",").filter {
        !$0.allSatisfy(\.isWhitespace)
      }
      scan.dimensions = max(scan.dimensions, angles.count)
    }
    var result = RawFrame(coordinates: [], line: frame.line)
    if let at = words.firstIndex(where: { $0.lowercased() == "energy" }), at + 1 < words.count {
      if let energy = number(words[at + 1]) {
        result.energy = energy * Units.hartree
      } else {
        result.fault = "the energy \"\(words[at + 1])\" is no finite number"
      }
    }
    result.symbols = []
    for (offset, line) in frame.atoms.enumerated() {
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard fields.count >= 4, let x = number(fields[1]), let y = number(fields[2]), let z = number(fields[3])
      else {
        throw InputError(
          SourcePlace(file: file, line: frame.line + 2 + offset),
          "is no atom line: symbol, x, y, z were expected",
          hint: "the file may be truncated")
      }
      result.symbols!.append(String(fields[0]))
      result.coordinates.append(Vector3(x, y, z))
    }
    scan.frames.append(result)
  }
  if scan.frames.allSatisfy({ $0.energy == nil && $0.fault == nil }) {
    throw InputError(
      SourcePlace(file: file, line: 2), "has no energies in its comment lines",
      hint: "copies that ForceBalance made have them in qdata.txt: give the folder instead of the file")
  }
  return scan
}
