// ASE's own files: .traj (ULM) and databases as JSON. Their units are ASE's: eV, Å, eV/Å.

import Chemistry
import TextFiles

/// Whether a JSON file is a database of ASE: rows by number, with "ids" beside them or ASE's arrays in them.
func isASEDatabase(_ root: JSONValue) -> Bool {
  guard let entries = root.object else { return false }
  return entries.contains { key, value in
    Int(key) != nil && value["positions"] != nil && value["numbers"] != nil
  }
}

/// Reads a database of ASE, rows by ascending number.
func readASEDatabase(_ root: JSONValue, file: String, statement: ScanStatement) throws -> RawScan {
  let factor = try statement.factor(of: .eV, in: "database of ASE", file: file)
  var scan = RawScan(file: file, format: "ASE database", program: "ASE")
  let rows = (root.object ?? [:]).compactMap { key, value in Int(key).map { (number: $0, row: value) } }
  for (number, row) in rows.sorted(by: { $0.number < $1.number }) {
    func array(_ key: String) -> [Double]? {
      // Arrays are {"__ndarray__": [shape, type, numbers]}, or plain lists of old versions.
      row[key]?["__ndarray__"]?.elements?.last?.flatNumbers ?? row[key]?.flatNumbers
    }
    guard let numbers = array("numbers"), let positions = array("positions") else {
      throw InputError(
        SourcePlace(file: file), "row \(number) lacks numbers or positions", hint: "the file may be truncated"
      )
    }
    scan.frames.append(
      try aseFrame(
        numbers: numbers, positions: positions, energy: row["energy"]?.number, forces: array("forces"),
        factor: factor,
        what: "row \(number)", file: file))
    if let calculator = row["calculator"]?.string, calculator != "unknown" { scan.state(level: calculator) }
  }
  return scan
}

private func aseFrame(
  numbers: [Double], positions: [Double], energy: Double?, forces: [Double]?, factor: Double, what: String,
  file: String
) throws -> RawFrame {
  let symbols = try numbers.map { value -> String in
    guard let element = Element(atomicNumber: Int(clamping: value)) else {
      throw InputError(SourcePlace(file: file), "\(what) has an atomic number \(value), which is none")
    }
    return element.symbol
  }
  guard positions.count == 3 * symbols.count, let coordinates = vectors(positions) else {
    throw InputError(
      SourcePlace(file: file), "\(what) has \(symbols.count) atoms and \(positions.count) coordinates",
      hint: "the file may be truncated")
  }
  guard forces == nil || forces?.count == positions.count else {
    throw InputError(
      SourcePlace(file: file),
      "\(what) has \(symbols.count) atoms and \(forces?.count ?? 0) numbers of forces")
  }
  var frame = RawFrame(
    symbols: symbols, coordinates: coordinates, energy: energy.map { $0 * factor },
    forces: forces.flatMap { vectors($0, times: Units.electronvolt) }, line: 1)
  frame.checkFinite()
  return frame
}

/// Reads a trajectory of ASE.
///
/// ULM: "- of Ulm", a tag, version, number of items and where their offsets stand; an item is the length of a JSON
/// text, the text, and arrays that the text names by shape, type and offset
/// (https://wiki.fysik.dtu.dk/ase/ase/io/ulm.html). Items lack what did not change since the first.
func readASETrajectory(_ source: ScanSource, statement: ScanStatement) throws -> RawScan {
  let factor = try statement.factor(of: .eV, in: "trajectory of ASE", file: source.file)
  let file = ULMFile(source)
  var scan = RawScan(file: source.file, format: ScanFormat.aseTrajectory.rawValue, program: "ASE")
  var numbers: [Double] = []
  for (index, start) in try file.items().enumerated() {
    let what = "frame \(index + 1)"
    let item = try file.json(at: start)
    if let own = try file.array(item["numbers."]) ?? file.array(item["numbers"]) { numbers = own }
    guard !numbers.isEmpty, let positions = try file.array(item["positions."]) else {
      throw file.fault("\(what) lacks atoms or positions")
    }
    let calculator = item["calculator."]
    if let name = calculator?["name"]?.string, name != "unknown" { scan.state(level: name) }
    scan.frames.append(
      try aseFrame(
        numbers: numbers, positions: positions, energy: calculator?["energy"]?.number,
        forces: try file.array(calculator?["forces."]), factor: factor, what: what, file: source.file))
  }
  guard !scan.frames.isEmpty else { throw file.fault("holds no frame") }
  return scan
}

/// A ULM file, little-endian.
private struct ULMFile {
  let bytes: [UInt8]
  let name: String

  init(_ source: ScanSource) {
    bytes = source.bytes
    name = source.file
  }

  func fault(_ message: String) -> InputError {
    InputError(SourcePlace(file: name), message, hint: "the trajectory may be cut off; write it again")
  }

  private func word(at place: Int) throws -> UInt64 {
    guard place >= 0, place <= bytes.count - 8 else { throw fault("ends where a number was expected") }
    return (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
  }

  private func integer(at place: Int) throws -> Int {
    guard let value = Int(exactly: try word(at: place)), value <= bytes.count else {
      throw fault("states a size or an offset that is beyond its end")
    }
    return value
  }

  /// The offsets of its items.
  func items() throws -> [Int] {
    guard try integer(at: 24) == 3 else { throw fault("is of another version of ULM than 3") }
    let (count, start) = (try integer(at: 32), try integer(at: 40))
    guard count <= bytes.count / 8 else { throw fault("states more frames than it has room for") }
    return try (0..<count).map { try integer(at: start + 8 * $0) }
  }

  func json(at place: Int) throws -> JSONValue {
    let length = try integer(at: place)
    guard place + 8 + length <= bytes.count else { throw fault("ends within a frame") }
    return try parseJSON(Array(bytes[(place + 8)..<(place + 8 + length)]), file: name)
  }

  /// An array that a frame names; nil where it names none.
  func array(_ value: JSONValue?) throws -> [Double]? {
    guard let value else { return nil }
    if let plain = value.flatNumbers { return plain }
    guard let parts = value["ndarray"]?.elements, parts.count == 3, let shape = parts[0].flatNumbers,
      let type = parts[1].string, let offset = parts[2].number.map({ Int(clamping: $0) }),
      shape.allSatisfy({ $0 >= 0 && $0 <= 1e7 })
    else { return nil }
    let count = shape.reduce(1) { $0 * Int(clamping: $1) }
    let width = type.hasSuffix("64") ? 8 : 4
    guard count <= bytes.count / width, offset >= 0, offset <= bytes.count - count * width else {
      throw fault("ends within an array")
    }
    return try (0..<count).map { index in
      let place = offset + index * width
      guard width == 8 else {
        let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
        return type.hasPrefix("int") ? Double(Int32(bitPattern: bits)) : Double(Float(bitPattern: bits))
      }
      let bits = try word(at: place)
      return type.hasPrefix("int") ? Double(Int64(bitPattern: bits)) : Double(bitPattern: bits)
    }
  }
}
