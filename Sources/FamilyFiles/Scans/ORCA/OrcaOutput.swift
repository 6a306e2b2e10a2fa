// ORCA outputs: relaxed scans (%geom Scan), rigid ones (%paras), single points. ORCA counts atoms from zero.

import Chemistry
import TextFiles

/// Reads an output.
///
/// A point of a relaxed scan is the last geometry of its step, with the last "FINAL SINGLE POINT ENERGY"; ORCA
/// evaluates the energy once more at the converged geometry and prints no gradient there, so forces are read only where
/// a gradient stands behind the last geometry.
func readOrcaOutput(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  var reading = OrcaReading(
    lines, factor: try statement.factor(of: .hartree, in: "ORCA output", file: lines.file))
  reading.run()
  return try reading.finish()
}

private struct OrcaReading {
  let lines: SourceLines
  let factor: Double
  var scan: RawScan
  var keywords = OrcaKeywords()
  /// The last geometry, without what was computed there.
  var geometry = RawFrame(symbols: [], coordinates: [], line: 1)
  var energy: Double?
  var gradient: [Vector3]?
  var converged = false
  /// Points of a scan that are complete; the open one is closed by the next or by the end.
  var points: [RawFrame] = []
  var step: Int?
  var isRelaxed = false
  var isNormal = false
  var expected: Int?

  init(_ lines: SourceLines, factor: Double) {
    self.lines = lines
    self.factor = factor
    scan = RawScan(file: lines.file, format: ScanFormat.orcaOutput.rawValue)
  }

  mutating func run() {
    var at = 0
    while at < lines.lines.count {
      let line = lines.lines[at]
      if line.hasPrefix("CARTESIAN COORDINATES (ANGSTROEM)") {
        readGeometry(&at)
      } else if line.hasPrefix("CARTESIAN GRADIENT") || line.hasPrefix("The final MP2 gradient") {
        readGradient(&at)
      } else if line.holds("RELAXED SURFACE SCAN STEP") || line.holds("TRAJECTORY STEP") {
        close()
        isRelaxed = line.holds("RELAXED")
        step = (step ?? 0) + 1
      } else {
        readLine(line, at: at)
      }
      at += 1
    }
  }

  private mutating func readLine(_ line: Substring, at: Int) {
    if line.hasPrefix("|") {
      keywords.read(line)
    } else if line.hasPrefix("FINAL SINGLE POINT ENERGY") {
      // "FINAL SINGLE POINT ENERGY (QM/QM2)   -873.75"
      energy = line.fields.last.flatMap { number($0) }.map { $0 * factor } ?? .nan
    } else if line.holds("THE OPTIMIZATION HAS CONVERGED") {
      converged = true
    } else if line.holds("The optimization did not converge") {
      converged = false
    } else if scan.program == nil, line.holds("Program Version"), let version = line.after("Program Version") {
      scan.program = "ORCA \(version.split(separator: " ").first ?? "")"
    } else if line.holds("Dihedral ("), line.holds("range=") {
      let open = line.firstIndex(of: "(")!
      let atoms = line[line.index(after: open)...].prefix { $0 != ")" }.split(separator: ",").compactMap {
        Int($0.trimmed)
      }
      guard atoms.count == 4, Set(atoms).count == 4, atoms.allSatisfy({ $0 >= 0 && $0 < 1 << 30 }) else {
        return
      }
      scan.name(driven: [Quartet(atoms[0], atoms[1], atoms[2], atoms[3])], at: lines.place(at))
    } else if line.holds("There will be"),
      line.holds("constrained geometry optimizations") || line.holds("energy evaluations")
    {
      expected = line.fields.compactMap { Int($0) }.first
    } else if line.holds("ORCA TERMINATED NORMALLY") {
      isNormal = true
    }
  }

  private mutating func readGeometry(_ at: inout Int) {
    geometry = RawFrame(symbols: [], coordinates: [], line: at + 1)
    energy = nil
    gradient = nil
    var row = at + 2
    while row < lines.lines.count {
      let fields = lines.lines[row].fields
      guard fields.count >= 4 else { break }
      geometry.add(String(fields[0]), at: fields[1..<4], line: row + 1)
      row += 1
    }
    at = row
  }

  /// "   1   C   :    0.000123   -0.000200    0.000000", hartree/bohr.
  private mutating func readGradient(_ at: inout Int) {
    var row = at + 1
    var found: [Vector3] = []
    while row < lines.lines.count, row < at + 4 + geometry.coordinates.count + 4 {
      if lines.lines[row].holds(":"), let slope = vector(lines.lines[row].fields.suffix(3)) {
        found.append(slope * -Units.hartreePerBohr)
      } else if !found.isEmpty {
        break
      }
      row += 1
    }
    if found.count == geometry.coordinates.count, !found.isEmpty { gradient = found }
    at = row - 1
  }

  /// Closes a point of a scan, or the only one.
  private mutating func close() {
    defer {
      geometry.coordinates = []
      energy = nil
      gradient = nil
      converged = false
    }
    guard var frame = geometry.computed(energy: energy, forces: gradient) else {
      if step != nil, !geometry.coordinates.isEmpty || isRelaxed {
        scan.remarks.append("step \(step!) has no energy: the run ended in it")
      }
      return
    }
    if isRelaxed, !converged { frame.aside = "did not converge: its optimisation did not end" }
    points.append(frame)
  }

  mutating func finish() throws -> RawScan {
    close()
    guard !points.isEmpty else {
      throw InputError(
        SourcePlace(file: lines.file), "holds no geometry with a FINAL SINGLE POINT ENERGY",
        hint: "the output may be truncated, or the job failed")
    }
    scan.frames = points
    if step != nil {
      scan.geometry = isRelaxed ? .relaxed : .rigid
    } else if keywords.isOptimisation, !isNormal {
      scan.frames[0].aside = "did not converge: its optimisation did not end"
    }
    if let expected, points.count < expected {
      scan.remarks.append("ends after \(points.count) of \(expected) points")
    }
    if !isNormal { scan.remarks.append("has no normal termination at its end") }
    scan.state(level: keywords.level)
    return scan
  }
}

/// The lines of an input with "!", as the output repeats them.
struct OrcaKeywords {
  private var words: [String] = []

  /// Adds the keywords of "|  1> ! B3LYP D3BJ def2-SVP Opt".
  mutating func read(_ line: Substring) {
    guard let mark = line.firstIndex(of: ">") else { return }
    let text = line[line.index(after: mark)...].trimmed
    guard text.hasPrefix("!") else { return }
    words += text.drop { $0 == "!" }.split { $0 == " " || $0 == "\t" }.map(String.init)
  }

  /// Whether the job optimises.
  var isOptimisation: Bool { words.contains { $0.lowercased().hasSuffix("opt") } }

  /// "B3LYP-D3BJ/def2-SVP"; a composite method has no basis. nil where no word is a method.
  var level: String? {
    func isBasis(_ word: String) -> Bool {
      let lower = word.lowercased()
      guard !lower.hasSuffix("/j"), !lower.hasSuffix("/c"), !lower.hasSuffix("/jk") else { return false }
      return [
        "def2-", "ma-def2", "cc-p", "aug-cc", "sto-", "6-31", "3-21", "dz", "tz", "pc-", "pcseg", "x2c-",
        "sarc",
      ]
      .contains { lower.hasPrefix($0) }
    }
    let basis = words.first(where: isBasis)
    let corrections = words.filter { ["D3BJ", "D3", "D3ZERO", "D4", "NL", "VV10"].contains($0.uppercased()) }
    let jobs = [
      "opt", "engrad", "numgrad", "freq", "numfreq", "sp", "rks", "uks", "rhf", "uhf", "rijcosx", "ri",
      "rijk", "nori",
      "autoaux", "moread", "noautostart", "nososcf", "printbasis", "miniprint", "normalprint", "largeprint",
      "xyzfile",
      "nofrozencore", "frozencore", "copt", "zopt", "nousesym", "usesym", "keepdens", "split-rij", "nososcf",
      "kdiis", "soscf",
    ]
    let method = words.first { word in
      let lower = word.lowercased()
      return !isBasis(word) && !jobs.contains(lower) && !corrections.contains(word) && !lower.contains("scf")
        && !lower.contains("grid") && !lower.hasSuffix("opt") && !lower.contains("/")
        && !lower.hasPrefix("pal")
        && !lower.hasPrefix("cpcm") && !lower.hasPrefix("smd") && !lower.hasPrefix("print")
    }
    let solvent = words.first { $0.lowercased().hasPrefix("cpcm") || $0.lowercased().hasPrefix("smd") }
    guard
      let named = method
        ?? (words.contains { $0.lowercased() == "rhf" || $0.lowercased() == "uhf" } ? "HF" : nil)
    else { return nil }
    let full = ([named] + corrections).joined(separator: "-") + (basis.map { "/\($0)" } ?? "")
    return full + (solvent.map { ", \($0)" } ?? "")
  }
}
