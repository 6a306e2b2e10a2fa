// What a scan file says before it is held against a molecule: frames, energies, forces, where they come from.

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
  /// A reason to leave it out that asks for nothing, in words: an optimisation that did not converge.
  var aside: String?

  init(
    symbols: [String]? = nil, coordinates: [Vector3], energy: Double? = nil, forces: [Vector3]? = nil,
    line: Int,
    fault: String? = nil, aside: String? = nil
  ) {
    self.symbols = symbols
    self.coordinates = coordinates
    self.energy = energy
    self.forces = forces
    self.line = line
    self.fault = fault
    self.aside = aside
  }

  /// Adds an atom at three numbers of a line; where one is none, the frame has a fault.
  mutating func add(_ symbol: String, at words: some Collection<some StringProtocol>, line: Int) {
    symbols?.append(symbol)
    if let position = vector(words) {
      coordinates.append(position)
    } else {
      fault = "line \(line): a coordinate is no finite number"
      coordinates.append(.zero)
    }
  }

  /// Notes numbers that are none.
  mutating func checkFinite() {
    let isFinite =
      energy?.isFinite != false && (coordinates + (forces ?? [])).allSatisfy { $0.norm.isFinite }
    if !isFinite { fault = "one of its numbers is not finite" }
  }

  /// The geometry with what was computed there; nil without atoms or an energy.
  func computed(energy: Double?, forces: [Vector3]?) -> RawFrame? {
    guard let energy, !coordinates.isEmpty else { return nil }
    var frame = self
    (frame.energy, frame.forces) = (energy, forces)
    if !energy.isFinite { frame.fault = "its energy is no finite number" }
    return frame
  }
}

/// A scan as read.
struct RawScan {
  var file: String
  /// What kind of file it is, such as "Gaussian log".
  var format: String
  /// The program that wrote it with its version, where the file says.
  var program: String?
  /// Which of several in the file it is.
  var entry: String?
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
  /// What is odd about the file, in words.
  var remarks: [String] = []
  /// Every file that was read.
  var inputs: [String]

  init(file: String, format: String, program: String? = nil, inputs: [String]? = nil) {
    self.file = file
    self.format = format
    self.program = program
    self.inputs = inputs ?? [file]
  }

  /// Notes a level of theory, once.
  mutating func state(level: String?) {
    if let level, !level.isEmpty, !levels.contains(level) { levels.append(level) }
  }

  /// Names driven dihedrals: the first is driven, the others are held beside it.
  mutating func name(driven quartets: [Quartet], at place: SourcePlace) {
    for quartet in quartets {
      if driven == nil {
        (driven, drivenPlace) = (quartet, place)
      } else if quartet != driven, quartet.reversed != driven, !held.contains(quartet) {
        held.append(quartet)
      }
    }
  }
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
  /// For each atom of the topology the file's atom, zero-based; nil where nothing is stated.
  var atomOrder: [Int]?
  /// Whether the lowest point alone counts where an angle has several.
  var lowestBranch = false
  /// The atoms that molecules may have: trajectories without counts are cut by them.
  var atomCounts: [Int] = []
  /// The level of theory of its energies; nil where the manifest does not say.
  var level: String?

  /// What is stated of one scan alone, and no unit.
  init(geometry: ScanGeometry? = nil, held: [Quartet]? = nil) {
    self.geometry = geometry
    self.held = held
  }

  /// kcal/mol per unit of energies whose unit the format fixes.
  /// - Throws: `InputError` where the manifest states another.
  func factor(of known: Units.Energy, in format: String, file: String) throws -> Double {
    guard let energyUnit, energyUnit != known else { return known.factor }
    throw InputError(
      place ?? SourcePlace(file: file),
      "energy_unit is \(energyUnit.rawValue) in the manifest, and a \(format) has \(known.rawValue)",
      hint:
        "take energy_unit out for this scan: {file: …} with no energy_unit, or state it for the other scans alone"
    )
  }
}

/// A finite number in any Fortran or C spelling; nil when it is none.
func number(_ text: some StringProtocol) -> Double? {
  if let value = Double(text) { return value.isFinite ? value : nil }
  let spelled = String(text.map { $0 == "D" || $0 == "d" ? "e" : $0 })
  guard let value = Double(spelled), value.isFinite else { return nil }
  return value
}

/// A vector of three numbers; nil where one of them is none.
func vector(_ words: some Collection<some StringProtocol>) -> Vector3? {
  let values = words.compactMap { number($0) }
  return values.count == 3 && words.count == 3 ? Vector3(values[0], values[1], values[2]) : nil
}

/// Positions or forces from a flat list of numbers; nil where their count is no multiple of three.
func vectors(_ values: [Double], times factor: Double = 1) -> [Vector3]? {
  guard values.count % 3 == 0 else { return nil }
  return stride(from: 0, to: values.count, by: 3).map {
    Vector3(values[$0] * factor, values[$0 + 1] * factor, values[$0 + 2] * factor)
  }
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
