// Trajectories of ASE with a fault in them, byte by byte: which frame, what it lacks, and that it may be cut off.

import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

/// A trajectory in ULM: a head, items of JSON with the arrays that they name, and the list of their offsets.
private struct Trajectory {
  var version = 3
  /// What the head says, where it is not how many items there are.
  var count: Int?
  /// JSON of each item, in which `@numbers`, `@positions` and `@forces` stand for where those arrays lie.
  var items: [String]
  var numbers: [Int64] = [1, 1]
  var positions = [0.0, 0, 0, 0, 0, 0.74]
  var forces = [0.0, 0, 0.5, 0, 0, -0.5]

  static let whole = """
    {"numbers.": {"ndarray": [[2], "int64", @numbers]}, "positions.": {"ndarray": [[2, 3], "float64", @positions]}, \
    "calculator.": {"name": "emt", "energy": -1.5, "forces.": {"ndarray": [[2, 3], "float64", @forces]}}}
    """

  private static func word(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) }
  }

  var bytes: [UInt8] {
    // Six words of a head, then the arrays, the items, and their offsets.
    let (first, second) = (48, 48 + 8 * numbers.count)
    let third = second + 8 * positions.count
    var body = numbers.flatMap(Self.word)
    body += (positions + forces).flatMap { Self.word(Int64(bitPattern: $0.bitPattern)) }
    var offsets: [Int] = []
    for item in items {
      let text = item.replacing("@numbers", with: "\(first)").replacing("@positions", with: "\(second)")
        .replacing("@forces", with: "\(third)")
      offsets.append(48 + body.count)
      body += Self.word(text.utf8.count) + Array(text.utf8)
    }
    var head = Array("- of UlmASE-Trajectory".utf8)
    head += [UInt8](repeating: 0, count: 24 - head.count)
    head += Self.word(version) + Self.word(count ?? items.count) + Self.word(48 + body.count)
    return head + body + offsets.flatMap(Self.word)
  }
}

@Suite struct ASEMustFailTests {
  private func read(_ bytes: [UInt8], unit: Bool = false) throws -> RawScan {
    try Folders.temporary { folder in
      let path = "\(folder)/a.traj"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      var statement = ScanStatement()
      if unit { statement.energyUnit = .hartree }
      do { return try readRawScan(path, statement: statement) } catch let error as InputError {
        #expect(error.place?.file == path, "\(error)")
        throw error
      }
    }
  }

  @Test func whatIsWrittenHereIsRead() throws {
    // The second frame has the atoms of the first, as ASE leaves out what did not change; integers may be narrow.
    let second = #"{"positions.": {"ndarray": [[2, 3], "float64", @positions]}, "calculator.": {"energy": -1.4}}"#
    let scan = try read(Trajectory(items: [Trajectory.whole, second]).bytes)
    #expect(scan.frames.count == 2 && scan.frames[1].symbols == ["H", "H"] && scan.frames[1].forces == nil)
    #expect(scan.levels == ["emt"] && scan.frames[0].coordinates[1].z == 0.74)
    #expect(abs((scan.frames[0].energy ?? 0) + 1.5 * 23.060548) < 1e-5)
    #expect(abs((scan.frames[0].forces?[0].z ?? 0) - 0.5 * 23.060548) < 1e-5)
    var narrow = Trajectory(items: [Trajectory.whole.replacing("\"int64\"", with: "\"int32\"")])
    narrow.numbers = [6 | 8 << 32]
    #expect(try read(narrow.bytes).frames[0].symbols == ["C", "O"])
  }

  @Test(arguments: [
    ("\"positions.\"", "\"places.\"", "frame 1 lacks atoms or positions"),
    ("\"numbers.\"", "\"elements.\"", "frame 1 lacks atoms or positions"),
    ("[[2], \"int64\"", "[[0], \"int64\"", "frame 1 lacks atoms or positions"),
    ("[[2, 3], \"float64\", @positions]", "[[2, 2], \"float64\", @positions]", "frame 1 has 2 atoms and 4 coordinates"),
    ("[[2, 3], \"float64\", @forces]", "[[1, 3], \"float64\", @forces]", "frame 1 has 2 atoms and 3 numbers of forces"),
    ("[[2, 3], \"float64\", @positions]", "[[2, 3], \"float64\", 100000]", "ends within an array"),
    ("[[2, 3], \"float64\", @positions]", "[[2, 3], \"float64\", -8]", "ends within an array"),
    ("[[2, 3], \"float64\", @positions]", "[[2000, 3000], \"float64\", 48]", "ends within an array"),
    ("{\"numbers.\"", "[\"numbers.\"", "is no"),
  ]) func items(_ from: String, to: String, words: String) throws {
    let item = Trajectory.whole.replacing(from, with: to)
    try #require(item != Trajectory.whole)
    let error = #expect(throws: InputError.self) { try read(Trajectory(items: [item]).bytes) }
    #expect(words == "is no" || error?.message.contains(words) == true, "\(error?.description ?? "")")
    if words.contains("lacks") || words.contains("within") {
      #expect(error?.hint == "the trajectory may be cut off; write it again")
    }
  }

  @Test func elementsThatAreNoneAreNamed() throws {
    var trajectory = Trajectory(items: [Trajectory.whole])
    trajectory.numbers = [1, 0]
    let none = #expect(throws: InputError.self) { try read(trajectory.bytes) }
    #expect(none?.message == "frame 1 has an atomic number 0.0, which is none", "\(none?.description ?? "")")
    let unit = #expect(throws: InputError.self) { try read(Trajectory(items: [Trajectory.whole]).bytes, unit: true) }
    #expect(unit?.message.contains("energy_unit is hartree in the manifest") == true, "\(unit?.description ?? "")")
    #expect(unit?.hint?.contains("take energy_unit out") == true)
  }

  @Test func headsThatAreNoneAreNamed() throws {
    func words(_ bytes: [UInt8]) -> String {
      let error = #expect(throws: InputError.self) { try read(bytes) }
      #expect(error?.hint == "the trajectory may be cut off; write it again", "\(error?.description ?? "")")
      return error?.message ?? ""
    }
    var trajectory = Trajectory(items: [Trajectory.whole])
    trajectory.version = 2
    #expect(words(trajectory.bytes) == "is of another version of ULM than 3")
    trajectory.version = 3
    trajectory.count = 100
    #expect(words(trajectory.bytes) == "states more frames than it has room for")
    trajectory.count = 2
    #expect(words(trajectory.bytes) == "ends where a number was expected")
    trajectory.count = 1 << 40
    #expect(words(trajectory.bytes) == "states a size or an offset that is beyond its end")
    trajectory.count = 0
    #expect(words(trajectory.bytes) == "holds no frame")
    trajectory.count = nil
    #expect(words(Array(trajectory.bytes.prefix(30))) == "ends where a number was expected")
    // An item whose length reaches over the end, as where a job was killed while it wrote.
    var long = trajectory.bytes
    let item = 48 + 8 * 14
    long[item] = UInt8(long.count - item)
    long[item + 1] = UInt8((long.count - item) >> 8)
    #expect(words(long) == "ends within a frame")
  }

  private static let row = """
    {"1": {"numbers": [1, 1], "positions": [[0, 0, 0], [0, 0, 0.74]], "energy": -1.5, "calculator": "emt", \
    "forces": [[0, 0, 0.5], [0, 0, -0.5]]}, "ids": [1], "nextid": 2}
    """

  @Test(arguments: [
    ("[1, 1]", "[1, 119]", "row 1 has an atomic number 119.0, which is none"),
    ("[0, 0, 0.74]]", "[0, 0]]", "row 1 has 2 atoms and 5 coordinates"),
    ("[0, 0, -0.5]]", "[0, 0]]", "row 1 has 2 atoms and 5 numbers of forces"),
  ]) func databases(_ from: String, to: String, words: String) throws {
    #expect(try read(Array(Self.row.utf8)).frames.count == 1)
    let error = #expect(throws: InputError.self) { try read(Array(Self.row.replacing(from, with: to).utf8)) }
    #expect(error?.message == words, "\(error?.description ?? "")")
  }
}
