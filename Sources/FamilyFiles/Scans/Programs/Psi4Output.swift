// Psi4's text outputs: relaxed points of a loop, single points of a loop, or one of either.

import Chemistry
import TextFiles

/// Reads an output.
///
/// A relaxed point is the geometry of the last gradient before "Optimization is complete!"; without any optimisation
/// every geometry with an energy is a point.
func readPsi4Output(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  var reading = Psi4Reading(
    lines, factor: try statement.factor(of: .hartree, in: "Psi4 output", file: lines.file))
  reading.run()
  return try reading.finish()
}

private struct Psi4Reading {
  let lines: SourceLines
  let factor: Double
  var scan: RawScan
  /// The last geometry, without what was computed there.
  var geometry = RawFrame(symbols: [], coordinates: [], line: 1)
  var energy: Double?
  var gradient: [Vector3]?
  var optimised: [RawFrame] = []
  var computed: [RawFrame] = []
  var isNormal = false
  var isOptimisation = false
  var call: String?
  var basis: String?

  init(_ lines: SourceLines, factor: Double) {
    self.lines = lines
    self.factor = factor
    scan = RawScan(file: lines.file, format: ScanFormat.psi4Output.rawValue)
  }

  mutating func run() {
    var at = 0
    while at < lines.lines.count {
      let line = lines.lines[at]
      if line.holds("Geometry (in "), line.holds("charge =") {
        readGeometry(&at, unit: line.holds("(in Bohr)") ? Units.bohr : 1)
      } else if line.holds("-Total Gradient") || line.holds("-Total gradient") {
        readGradient(&at)
      } else {
        readLine(line)
      }
      at += 1
    }
    keepComputed()
  }

  private mutating func readLine(_ line: Substring) {
    if line.holds("Optimization is complete!") {
      if let frame = frame() { optimised.append(frame) }
    } else if line.holds("Final energy is"), let value = line.fields.last.flatMap({ number($0) }),
      !optimised.isEmpty
    {
      optimised[optimised.count - 1].energy = value * factor
    } else if line.isTotalEnergy {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == "=" || $0 == ":" }
      energy = words.last { $0.contains(".") }.flatMap { number($0) }.map { $0 * factor } ?? .nan
    } else if scan.program == nil, line.holds("Psi4 "), line.fields.count >= 2, line.fields[0] == "Psi4",
      line.fields[1].first?.isNumber == true
    {
      scan.program = "Psi4 \(line.fields[1])"
    } else if line.holds("Psi4 exiting successfully") {
      isNormal = true
    } else if line.holds("('") || line.holds("(\"") {
      readCall(line)
    } else if basis == nil, line.holds("Basis Set:") {
      basis = line.after("Basis Set:")
    } else if basis == nil, line.hasPrefix("set basis ") {
      basis = line.after("set basis")
    }
  }

  /// optimize('MP2/6-31G(d)') of the input, which the output repeats.
  private mutating func readCall(_ line: Substring) {
    let names = ["optimize", "opt", "energy", "gradient", "frequency"]
    guard let open = line.firstIndex(of: "("), call == nil else { return }
    let name = line[..<open].split { !$0.isLetter }.last.map(String.init) ?? ""
    guard names.contains(name) else { return }
    if name.hasPrefix("opt") { isOptimisation = true }
    let quote = line[line.index(after: open)...].first ?? "'"
    call = String(line[line.index(after: open)...].dropFirst().prefix { $0 != quote })
  }

  private mutating func readGeometry(_ at: inout Int, unit: Double) {
    var row = at + 1
    var found = RawFrame(symbols: [], coordinates: [], line: at + 1)
    while row < lines.lines.count {
      let fields = lines.lines[row].fields
      row += 1
      // Headers and rules stand before the atoms.
      guard fields.count >= 4, Element(symbol: fields[0].prefix { $0.isLetter }) != nil else {
        if found.coordinates.isEmpty, row < at + 6 { continue }
        break
      }
      found.add(String(fields[0].prefix { $0.isLetter }), at: fields[1..<4], line: row)
    }
    guard !found.coordinates.isEmpty else { return }
    found.coordinates = found.coordinates.map { $0 * unit }
    // The gradient's module prints the geometry once more: energy and gradient are of one point.
    let isSame =
      found.coordinates.count == geometry.coordinates.count
      && zip(found.coordinates, geometry.coordinates).allSatisfy { ($0 - $1).norm < 1e-6 }
    if !isSame { keepComputed() }
    geometry = found
    at = row - 2
  }

  /// A table of atom, x, y, z in hartree/bohr.
  private mutating func readGradient(_ at: inout Int) {
    var row = at + 1
    var found: [Vector3] = []
    while row < lines.lines.count, row < at + 5 + geometry.coordinates.count {
      let fields = lines.lines[row].fields
      if fields.count == 4, Int(fields[0]) != nil, let slope = vector(fields.suffix(3)) {
        found.append(slope * -Units.hartreePerBohr)
      } else if !found.isEmpty {
        break
      }
      row += 1
    }
    if found.count == geometry.coordinates.count, !found.isEmpty { gradient = found }
    at = row - 1
  }

  private func frame() -> RawFrame? { geometry.computed(energy: energy, forces: gradient) }

  /// Notes a computed geometry before the next stands.
  private mutating func keepComputed() {
    if let frame = frame() { computed.append(frame) }
    energy = nil
    gradient = nil
  }

  mutating func finish() throws -> RawScan {
    scan.frames = optimised.isEmpty && !isOptimisation ? computed : optimised
    guard !scan.frames.isEmpty else {
      throw InputError(
        SourcePlace(file: lines.file),
        isOptimisation ? "holds no optimisation that is complete" : "holds no geometry with a total energy",
        hint: "the output may be truncated, or the job failed")
    }
    if !isNormal { scan.remarks.append("has no normal termination at its end") }
    if scan.frames.count > 1, !optimised.isEmpty { scan.geometry = .relaxed }
    if let call { scan.state(level: call.contains("/") ? call : basis.map { "\(call)/\($0)" } ?? call) }
    return scan
  }
}

extension Substring {
  /// Whether the line states a total energy, and not that of a part or of a scaled variant.
  fileprivate var isTotalEnergy: Bool {
    guard holds("otal ") || holds("Final Energy") else { return false }
    let text = trimmed
    return text.hasPrefix("Total Energy  ") || text.hasPrefix("Total Energy =")
      || text.hasPrefix("@DF-") && text.contains("Final Energy:")
      || text.hasPrefix("@R") && text.contains("Final Energy:")
      || text.hasPrefix("@U") && text.contains("Final Energy:")
      || text.hasPrefix("* CCSD(T) total energy") || text.hasPrefix("* CCSD total energy")
      || text.hasPrefix("DF-MP2 Total Energy (a.u.)")
  }
}
