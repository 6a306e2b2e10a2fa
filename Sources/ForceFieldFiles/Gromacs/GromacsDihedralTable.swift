// [ dihedraltypes ]: which definition holds for four atom types, by grompp's rules.

import Chemistry
import TextFiles

/// The dihedral types of a topology.
///
/// "X" stands for any type. Of the definitions that fit, the one with the fewest X holds, among these the first in the
/// file; the lines of a function-9 definition are adjacent, and all hold together (measured with gmx 2022.5).
struct GromacsDihedralTable {
  /// The lines of one definition.
  struct Block: Hashable {
    /// As written; X for any.
    var types: [String]
    /// The parameters of each line.
    var lines: [GromacsParameters]

    /// How many of four types it names itself; nil where it does not fit.
    func matches(_ other: [String]) -> Int? {
      let forward = count(other)
      let backward = count(other.reversed())
      guard let forward else { return backward }
      return max(forward, backward ?? 0)
    }

    private func count(_ other: [String]) -> Int? {
      var count = 0
      for (own, given) in zip(types, other) where own != "X" {
        guard own == given else { return nil }
        count += 1
      }
      return count
    }
  }

  /// The definitions by function, in the file's order; function 9 stands with 1.
  private(set) var blocks: [Int: [Block]] = [:]
  private var indices: [GromacsTypeKey: Int] = [:]

  /// The functions that use one list.
  private static func list(of function: Int) -> Int { function == 9 ? 1 : function }

  /// Takes a line: two or four types, a function, parameters.
  /// - Returns: the function; the line is passed over where Swivel has none such.
  /// - Throws: ``InputError`` where the line cannot be read or a second block of function 9 comes for the same types.
  @discardableResult
  mutating func take(_ line: GromacsLine) throws -> Int {
    let row = try GromacsDihedralLine(line)
    if let parameters = row.parameters {
      try add(Block(types: row.types, lines: [parameters]), function: row.function)
    }
    return row.function
  }

  /// The four types, the function, and at which word the parameters start.
  fileprivate static func head(of line: GromacsLine) throws -> ([String], Int, Int) {
    let fields = line.fields.prefix(5).map(String.init)
    func digit(_ index: Int) -> Int? {
      guard index < fields.count, fields[index].utf8.count == 1 else { return nil }
      return Int(fields[index])
    }
    // Two types are the inner ones of a torsion, the outer ones of a harmonic improper.
    if let function = digit(2) {
      let (a, b) = (fields[0], fields[1])
      return (function == 2 ? [a, "X", "X", b] : ["X", a, b, "X"], function, 3)
    }
    guard fields.count == 5, let function = Int(fields[4]), (1...99).contains(function) else {
      throw InputError(
        line.place,
        "[ \(line.section) ]: two or four atom types, a function and its parameters were expected",
        hint: "the line may be cut short")
    }
    return (Array(fields.prefix(4)), function, 5)
  }

  private mutating func add(_ new: Block, function: Int) throws {
    let list = Self.list(of: function)
    let key = GromacsTypeKey(new.types, function: list)
    guard let index = indices[key], let old = blocks[list]?[index] else {
      indices[key] = blocks[list]?.count ?? 0
      blocks[list, default: []].append(new)
      return
    }
    let isSame = old.lines.map(\.values) == new.lines.map(\.values)
    if function != 9, old.lines.count == 1 {
      // As in grompp, the last definition of some types is in force.
      blocks[list]?[index].lines = new.lines
    } else if function == 9, index + 1 == blocks[list]?.count, old.types == new.types {
      blocks[list]?[index].lines += new.lines
    } else if !isSame {
      throw secondBlock(new)
    }
  }

  private func secondBlock(_ block: Block) -> InputError {
    InputError(
      block.lines[0].place,
      "a second block of parameters for the dihedral type \(block.types.joined(separator: " ")); grompp refuses it too",
      hint: "all lines of a type must stand together, the types in the same order")
  }

  /// The lines of parameters that hold for four atom types; nil where none fits.
  func lines(of types: [String], function: Int) -> [GromacsParameters]? {
    let all = blocks[Self.list(of: function)] ?? []
    if let index = indices[GromacsTypeKey(types, function: Self.list(of: function))] {
      return all[index].lines
    }
    // grompp knows no X in a Fourier dihedral.
    guard function != 5 else { return nil }
    var best: (matches: Int, lines: [GromacsParameters])?
    for block in all {
      if let matches = block.matches(types), matches > (best?.matches ?? -1) { best = (matches, block.lines) }
    }
    return best?.lines
  }
}

/// A line of [ dihedraltypes ].
struct GromacsDihedralLine {
  /// Four; X for any.
  var types: [String]
  var function: Int
  /// Nil for a function that Swivel does not have.
  var parameters: GromacsParameters?

  /// Reads a line.
  /// - Throws: ``InputError`` where it is no such line or lacks parameters.
  init(_ line: GromacsLine) throws {
    let (types, function, first) = try GromacsDihedralTable.head(of: line)
    self.types = types
    self.function = function
    guard let count = gromacsParameterCount("dihedrals", function: function) else { return }
    let values = try line.numbers(from: first, "a parameter")
    guard values.count >= count else {
      throw InputError(
        line.place,
        "[ \(line.section) ]: function \(function) has \(count) parameters, here are \(values.count)")
    }
    parameters = GromacsParameters(values: values, place: line.place)
  }
}

/// The periodic terms of one line of parameters.
/// - Throws: ``InputError`` where a periodicity is none of 0 … 6.
func gromacsTorsionTerms(_ parameters: GromacsParameters, function: Int) throws -> [TorsionTerm] {
  let values = parameters.values
  switch function {
  case 3: return RyckaertBellemans(values.map { $0 * Units.kilojoule }).periodicTerms
  case 5: return periodicTerms(ofOPLS: values.map { $0 * Units.kilojoule })
  default:
    guard values[2] == values[2].rounded(), (0...6).contains(values[2]) else {
      throw InputError(
        parameters.place, "the multiplicity \(values[2]) is none of 0 … 6",
        hint: "Swivel's torsions go up to n = 6")
    }
    return [
      TorsionTerm(
        periodicity: Int(values[2]), phase: values[0] * Units.degree,
        forceConstant: values[1] * Units.kilojoule)
    ]
  }
}
