// Gaussian's formatted checkpoint files: one geometry, or the end of every optimisation of a relaxed scan.

import Chemistry
import TextFiles

/// Reads an fchk: hartree, bohr, gradients in hartree/bohr.
func readGaussianCheckpoint(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  let factor = try statement.factor(of: .hartree, in: "Gaussian checkpoint", file: lines.file)
  let file = try CheckpointSections(lines)
  var scan = RawScan(file: lines.file, format: ScanFormat.gaussianCheckpoint.rawValue, program: file.version)
  guard let atoms = file.numbers["Atomic numbers"], !atoms.isEmpty else {
    throw InputError(
      SourcePlace(file: lines.file), "has no section \"Atomic numbers\"", hint: "the file may be truncated")
  }
  let symbols = try atoms.map { value -> String in
    guard value.isFinite, abs(value) < 1000, let element = Element(atomicNumber: Int(value)) else {
      throw InputError(SourcePlace(file: lines.file), "has an atomic number \(value), which is none")
    }
    return element.symbol
  }
  scan.state(level: file.level)
  let points = file.optimisedPoints
  if points.isEmpty {
    guard let geometry = file.numbers["Current cartesian coordinates"], geometry.count == 3 * symbols.count,
      let energy = file.numbers["Total Energy"]?.first ?? file.numbers["SCF Energy"]?.first
    else {
      throw InputError(
        SourcePlace(file: lines.file), "lacks the coordinates or the energy of its \(symbols.count) atoms",
        hint: "the file may be truncated")
    }
    let gradient = file.numbers["Cartesian Gradient"].flatMap { $0.count == geometry.count ? $0 : nil }
    scan.frames = [frame(symbols, geometry[...], energy, gradient?[...], factor: factor, line: 1)]
    return scan
  }
  // Numbers of a point: the energy and one more for each step, then their geometries and gradients.
  for point in points {
    let size = 3 * symbols.count
    guard let geometries = file.numbers[point.geometries], geometries.count >= size,
      geometries.count % size == 0,
      let results = file.numbers[point.results], results.count >= 2,
      results.count == 2 * (geometries.count / size)
    else {
      throw InputError(
        SourcePlace(file: lines.file), "the sections of point \(point.number) do not belong together",
        hint: "the file may be truncated")
    }
    let gradients = file.numbers[point.gradients].flatMap { $0.count == geometries.count ? $0 : nil }
    scan.frames.append(
      frame(
        symbols, geometries.suffix(size), results[results.count - 2], gradients?.suffix(size), factor: factor,
        line: 1))
  }
  scan.geometry = scan.frames.count > 1 ? .relaxed : nil
  return scan
}

private func frame(
  _ symbols: [String], _ geometry: ArraySlice<Double>, _ energy: Double, _ gradient: ArraySlice<Double>?,
  factor: Double,
  line: Int
) -> RawFrame {
  var frame = RawFrame(
    symbols: symbols, coordinates: vectors(Array(geometry), times: Units.bohr) ?? [], energy: energy * factor,
    forces: gradient.flatMap { vectors(Array($0), times: -Units.hartreePerBohr) }, line: line)
  frame.checkFinite()
  return frame
}

/// The sections of numbers of an fchk.
private struct CheckpointSections {
  /// By name: one number for scalars, all of a list for lists.
  var numbers: [String: [Double]] = [:]
  var level: String?
  var version: String?

  /// Sections hold no more numbers than this.
  static let most = 20_000_000

  init(_ lines: SourceLines) throws {
    var at = 0
    if lines.lines.count > 1 {
      let words = lines.lines[1].fields
      if words.count >= 3 {
        level = "\(words[1])/\(words[2])"
      } else if words.count == 2 {
        level = String(words[1])
      }
    }
    while at < lines.lines.count {
      let line = lines.lines[at]
      at += 1
      guard line.utf8.count > 44, let name = Self.name(of: line), let kind = line.utf8.dropFirst(43).first
      else { continue }
      let rest = Substring(line.utf8.dropFirst(44)).fields
      guard rest.first == "N=", rest.count > 1 else {
        if kind == UInt8(ascii: "R") || kind == UInt8(ascii: "I"), let word = rest.first {
          numbers[name] = [number(word) ?? .nan]
        }
        continue
      }
      guard let count = Int(rest[1]), count >= 0, count <= Self.most else {
        throw InputError(lines.place(at - 1), "\"\(rest[1])\" is no number of values")
      }
      if kind == UInt8(ascii: "R") || kind == UInt8(ascii: "I") {
        numbers[name] = try Self.values(count, in: lines, from: &at, of: name)
      } else if name == "Gaussian Version", at < lines.lines.count {
        version = "Gaussian \(lines.lines[at].trimmed)"
      }
    }
  }

  /// The name in the first 40 columns.
  private static func name(of line: Substring) -> String? {
    guard let first = line.first, first.isLetter else { return nil }
    return Substring(line.utf8.prefix(40)).trimmed
  }

  private static func values(_ count: Int, in lines: SourceLines, from at: inout Int, of name: String) throws
    -> [Double]
  {
    var values: [Double] = []
    while values.count < count, at < lines.lines.count {
      let fields = lines.lines[at].fields
      guard !fields.isEmpty, fields[0].first.map({ $0.isNumber || "+-.nNiI*".contains($0) }) == true else {
        break
      }
      values += fields.map { number($0) ?? .nan }
      at += 1
    }
    guard values.count == count else {
      throw InputError(
        lines.place(at), "the section \"\(name)\" has \(values.count) of \(count) numbers",
        hint: "the file is truncated")
    }
    return values
  }

  struct Point {
    var number: Int
    var results: String
    var geometries: String
    var gradients: String
  }

  /// "Opt point 3 Geometries" and what belongs to it, by number.
  var optimisedPoints: [Point] {
    var points: [Int: Point] = [:]
    for name in numbers.keys where name.hasPrefix("Opt point ") {
      let words = name.split(separator: " ")
      guard words.count > 3, let number = Int(words[2]) else { continue }
      var point = points[number] ?? Point(number: number, results: "", geometries: "", gradients: "")
      switch words[3] {
      case "Results": point.results = name
      case "Geometries": point.geometries = name
      case "Gradient": point.gradients = name
      default: break
      }
      points[number] = point
    }
    // One optimisation alone is no scan: its end is the current geometry.
    return points.count > 1 ? points.values.sorted { $0.number < $1.number } : []
  }
}
