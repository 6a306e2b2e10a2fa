// Gaussian 09 and 16 logs: relaxed scans (opt=modredundant), rigid ones (scan), single points.
//
// The scanned angle is not taken from start + i · step, which wraps and turns round: the dihedral's atoms are read, and
// the angle is that of the geometry. Facts about the layout were checked on logs of both versions (docs/formats.md).

import Chemistry
import TextFiles

/// Reads a log.
///
/// A converged point of a relaxed scan is the last geometry before "Stationary point found"; one whose optimisation ran
/// out of steps is left out and named. Energies are the last of SCF, MP2 and coupled cluster printed for the geometry.
func readGaussianLog(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  var reading = GaussianReading(
    lines, factor: try statement.factor(of: .hartree, in: "Gaussian log", file: lines.file))
  try reading.run()
  return try reading.finish()
}

/// A log while it is read.
private struct GaussianReading {
  let lines: SourceLines
  let factor: Double
  var scan: RawScan
  /// What stands before the next point is complete.
  var geometry: RawFrame?
  var standard: RawFrame?
  var energy: Double?
  var forces: [Vector3]?
  var route = GaussianRoute("")
  var method: String?
  /// Points that an optimisation ended at.
  var ended: [RawFrame] = []
  /// Every geometry with an energy.
  var computed: [RawFrame] = []
  var expected: Int?
  var isNormal = false

  init(_ lines: SourceLines, factor: Double) {
    self.lines = lines
    self.factor = factor
    scan = RawScan(file: lines.file, format: ScanFormat.gaussianLog.rawValue)
  }

  mutating func run() throws {
    var at = 0
    while at < lines.lines.count {
      let line = lines.lines[at]
      // Every line of interest begins with a blank, and most with few letters.
      if line.hasPrefix(" #"), route.text.isEmpty || isNormal {
        readRoute(&at)
        isNormal = false
      } else if line.holds(" orientation:") {
        try readGeometry(&at, title: line)
      } else if line.holds("Forces (Hartrees/Bohr)") {
        readForces(&at)
      } else if line.holds(" ModRedundant input section has been read:") {
        readModRedundant(&at)
      } else {
        readLine(line, at: at)
      }
      at += 1
    }
    keepComputed()
  }

  /// A line that says all by itself.
  private mutating func readLine(_ line: Substring, at: Int) {
    if line.hasPrefix(" Gaussian "), scan.program == nil, line.holds(":  ") {
      let words = line.split(separator: ":", maxSplits: 1).map(\.trimmed)
      scan.program = "\(words[0]), \(words[1].split(separator: " ").first ?? "")"
    } else if line.holds("SCF Done:") {
      readEnergy(line, behind: " =")
      if let open = line.firstIndex(of: "("), let close = line.firstIndex(of: ")"), open < close {
        method = String(line[line.index(after: open)..<close])
      }
    } else if line.holds("EUMP2 =") || line.holds("EUMP2=") || line.hasPrefix(" CCSD(T)=") {
      readEnergy(line, behind: "=")
    } else if line.hasPrefix(" DE(Corr)="), line.holds("E(CORR)=") {
      readEnergy(line, behind: "E(CORR)=")
    } else if line.hasPrefix(" E2("), line.holds("E(") {
      readEnergy(line, behind: "=")
    } else if line.hasPrefix(" ! "), line.holds("Scan") || line.holds("Frozen") || line.holds("frozen") {
      readInitialParameter(line, at: at)
    } else if line.holds("-- Stationary point found.") {
      end(aside: nil)
    } else if line.holds("-- Number of steps exceeded") {
      end(aside: "did not converge: the number of steps was exceeded")
    } else if line.holds(" on scan point "), let count = line.fields.last.flatMap({ Int($0) }) {
      expected = count
    } else if line.holds("Normal termination of Gaussian") {
      isNormal = true
    }
  }

  private mutating func readRoute(_ at: inout Int) {
    var text = ""
    while at < lines.lines.count, !lines.lines[at].hasPrefix(" ---") {
      text += lines.lines[at].dropFirst()
      at += 1
    }
    route = GaussianRoute(text)
    var title = ""
    var next = at + 1
    while next < lines.lines.count, next < at + 40, !lines.lines[next].hasPrefix(" ---") { next += 1 }
    next += 1
    while next < lines.lines.count, next < at + 60, !lines.lines[next].hasPrefix(" ---") {
      title += lines.lines[next].trimmed + " "
      next += 1
    }
    if let other = route.methodNamed(in: title) {
      scan.remarks.append(
        "its title says \(other) and its route \(route.level ?? route.text): the route counts")
    }
  }

  /// A block of coordinates: center, atomic number, type, x, y, z.
  private mutating func readGeometry(_ at: inout Int, title: Substring) throws {
    keepComputed()
    var row = at + 5
    var found = RawFrame(symbols: [], coordinates: [], line: at + 1)
    while row < lines.lines.count, !lines.lines[row].hasPrefix(" ---") {
      let fields = lines.lines[row].fields
      guard fields.count >= 5, let element = Int(fields[1]).flatMap({ Element(atomicNumber: $0) }) else {
        throw InputError(
          lines.place(row), "is no line of coordinates where one was expected",
          hint: "the log may be truncated")
      }
      found.add(element.symbol, at: fields.suffix(3), line: row + 1)
      row += 1
    }
    // A log that ends within the block has no energy for it.
    if row < lines.lines.count, !found.coordinates.isEmpty {
      if title.holds("Standard") { standard = found } else { geometry = found }
      energy = nil
      forces = nil
    }
    at = row
  }

  private mutating func readForces(_ at: inout Int) {
    var row = at + 3
    var found: [Vector3] = []
    while row < lines.lines.count, !lines.lines[row].hasPrefix(" ---") {
      guard let force = vector(lines.lines[row].fields.suffix(3)) else { break }
      found.append(force * Units.hartreePerBohr)
      row += 1
    }
    if let own = geometry ?? standard, found.count == own.coordinates.count { forces = found }
    at = row
  }

  /// "D  3  4  5  1 S  6 10.0": scanned; with F frozen.
  private mutating func readModRedundant(_ at: inout Int) {
    var row = at + 1
    while row < lines.lines.count {
      let fields = lines.lines[row].fields
      guard let kind = fields.first, ["B", "A", "D", "X", "L", "O"].contains(kind) else { break }
      let atoms = fields.dropFirst().prefix(4).compactMap { Int($0) }
      if kind == "D", atoms.count == 4, fields.count > 5, fields[5] == "S" || fields[5] == "F" {
        name(atoms, scanned: fields[5] == "S", at: row)
      }
      row += 1
    }
    at = row - 1
  }

  /// "! D43  D(3,4,5,1)  -0.6047  Scan !" of the table before the first step.
  private mutating func readInitialParameter(_ line: Substring, at: Int) {
    let fields = line.fields
    guard fields.count > 2, fields[2].hasPrefix("D("), fields[2].hasSuffix(")") else { return }
    let atoms = fields[2].dropFirst(2).dropLast().split(separator: ",").compactMap { Int($0) }
    name(atoms, scanned: line.holds("Scan"), at: at)
  }

  private mutating func name(_ atoms: [Int], scanned: Bool, at row: Int) {
    guard atoms.count == 4, Set(atoms).count == 4, atoms.allSatisfy({ $0 > 0 && $0 < 1 << 30 }) else {
      return
    }
    let quartet = Quartet(atoms[0] - 1, atoms[1] - 1, atoms[2] - 1, atoms[3] - 1)
    if scanned {
      scan.name(driven: [quartet], at: lines.place(row))
    } else if !scan.held.contains(quartet) {
      scan.held.append(quartet)
    }
  }

  private mutating func readEnergy(_ line: Substring, behind mark: String) {
    // "E2 = -0.95D+00 EUMP2 = -0.286D+03": the last number of the line, or the first behind the mark.
    guard let word = (line.after(mark) ?? "").split(separator: " ").first else { return }
    energy = number(word).map { $0 * factor } ?? .nan
  }

  /// Ends the point whose optimisation ended.
  private mutating func end(aside: String?) {
    guard var frame = frame() else { return }
    frame.aside = aside
    ended.append(frame)
  }

  /// Notes the geometry that was just computed, before the next one stands.
  private mutating func keepComputed() {
    if let frame = frame() { computed.append(frame) }
    energy = nil
    forces = nil
  }

  private func frame() -> RawFrame? {
    (geometry ?? standard)?.computed(energy: energy, forces: forces)
  }

  /// The scan: points of optimisations where there are any, else all of a rigid scan, else the last geometry.
  mutating func finish() throws -> RawScan {
    if !ended.isEmpty {
      scan.frames = ended
      if expected != nil { scan.geometry = .relaxed }
    } else if route.isRigidScan {
      scan.frames = computed
      scan.geometry = .rigid
    } else if expected == nil, !route.isOptimisation {
      scan.frames = Array(computed.suffix(1))
    }
    guard !scan.frames.isEmpty else {
      throw InputError(
        SourcePlace(file: lines.file),
        "holds no finished point: no geometry with an energy"
          + (route.isOptimisation ? " at which an optimisation ended" : ""),
        hint: "the log may be truncated, or the job failed")
    }
    if let expected, ended.count < expected {
      scan.remarks.append(
        "ends after \(ended.count) of \(expected) points" + (isNormal ? "" : ": no normal termination"))
    } else if !isNormal {
      scan.remarks.append("has no normal termination at its end")
    }
    withoutTurnedForces()
    scan.state(level: route.level ?? method)
    return scan
  }

  /// Forces stand in the axes of the input orientation. A log that prints standard orientations alone has them in
  /// others.
  private mutating func withoutTurnedForces() {
    guard geometry == nil, scan.frames.contains(where: { $0.forces != nil }) else { return }
    let bad = scan.frames.contains { frame in
      guard let forces = frame.forces else { return false }
      return turns(forces, at: frame.coordinates)
    }
    guard bad else { return }
    for index in scan.frames.indices { scan.frames[index].forces = nil }
    scan.remarks.append(
      "its forces stand in axes that it does not print, and are left out: geom=PrintInputOrien or NoSymm keeps them"
    )
  }
}

/// Whether forces would turn the molecule as a whole by more than rounding.
private func turns(_ forces: [Vector3], at coordinates: [Vector3]) -> Bool {
  let largest = forces.map(\.norm).max() ?? 0
  let (turn, size) = wholeTurn(of: forces, at: coordinates)
  return turn > 0.02 * largest * size + 0.01
}
