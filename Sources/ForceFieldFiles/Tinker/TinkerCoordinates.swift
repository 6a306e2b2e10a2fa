// Tinker's coordinate files (.xyz, .txyz, .arc): atoms with type numbers and bonds.

import Chemistry
import TextFiles

/// The atoms of a Tinker coordinate file.
struct TinkerCoordinates {
  struct Atom {
    var name: String
    var type: Int
    var neighbours: [Int]
    var place: SourcePlace
  }
  var atoms: [Atom] = []

  /// The bonds.
  var graph: BondGraph {
    BondGraph(
      atomCount: atoms.count,
      bonds: atoms.enumerated().flatMap { index, atom in atom.neighbours.map { BondIndex(index, $0) } })
  }

  /// The atoms of the first frame.
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: its name, for messages.
  ///   - allowsBox: whether a line with a periodic box is passed over and not refused.
  /// - Throws: ``InputError`` with the place, where the file is damaged, is periodic, or its bonds are not mutual.
  init(_ text: String, file: String, allowsBox: Bool = false) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      (SourcePlace(file: file, line: $0.offset + 1), $0.element.split(whereSeparator: \.isWhitespace))
    }.filter { !$0.1.isEmpty }
    guard let (place, head) = lines.first, let count = head.first.flatMap({ Int($0) }),
      (1...(allowsBox ? 999_999 : 10_000)).contains(count)
    else {
      throw InputError(
        SourcePlace(file: file, line: 1), "the first line is no number of atoms (1 … 10 000)",
        hint:
          "a Tinker coordinate file was expected: number, name, x, y, z, type and bonded atoms of each atom")
    }
    var rest = lines.dropFirst()
    if let (place, box) = rest.first, box.count == 6, box.allSatisfy({ tinkerNumber($0) != nil }) {
      if allowsBox {
        rest = rest.dropFirst()
      } else {
        throw InputError(
          place, "the file has a periodic box; Swivel computes in vacuum",
          hint: "take the line of the box out")
      }
    }
    guard rest.count >= count else {
      throw InputError(place, "\(count) atoms are announced, \(rest.count) lines follow")
    }
    for (place, fields) in rest.prefix(count) {
      guard fields.count >= 6, let number = Int(fields[0]),
        fields[2...4].allSatisfy({ tinkerNumber($0) != nil }),
        let type = Int(fields[5]), (1..<1_000_000).contains(type)
      else {
        throw InputError(
          place, "is no atom line: number, name, x, y, z, type and bonded atoms were expected")
      }
      guard number == atoms.count + 1 else {
        throw InputError(
          place, "the atom has the number \(number) where \(atoms.count + 1) was expected",
          hint: "number the atoms in order, as Tinker's xyzedit does")
      }
      let neighbours = try fields.dropFirst(6).map { field in
        guard let other = Int(field), (1...count).contains(other), other != number else {
          throw InputError(place, "\"\(field)\" is no other atom of the \(count)")
        }
        return other - 1
      }
      atoms.append(Atom(name: String(fields[1]), type: type, neighbours: neighbours, place: place))
    }
    rest = rest.dropFirst(count)
    if let (place, fields) = rest.first, Int(fields[0]) != count {
      throw InputError(
        place, "goes on after \(count) atoms", hint: "check the number of atoms in the first line")
    }
    for (index, atom) in atoms.enumerated() {
      for other in atom.neighbours where !atoms[other].neighbours.contains(index) {
        throw InputError(
          atom.place, "the atom \(index + 1) is bonded to \(other + 1), but \(other + 1) not to \(index + 1)")
      }
    }
  }
}

/// Whether a text begins as a Tinker coordinate file: a count, then an atom line with a number and a type.
func isTinkerCoordinates(_ text: String) -> Bool {
  let head = text.prefix(2000).split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
    .filter { !$0.isEmpty }
  guard head.count >= 2, Int(head[0][0]) != nil else { return false }
  return head[1...min(2, head.count - 1)].contains { fields in
    fields.count >= 6 && fields[0] == "1" && Double(fields[1]) == nil
      && fields[2...4].allSatisfy { tinkerNumber($0) != nil } && Int(fields[5]) != nil
  }
}
