// AMBER files that must be refused, each with its place and words.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct AmberMustFailTests {
  /// A value of a section of butane's prmtop that its reader refuses.
  struct Change: Sendable, CustomTestStringConvertible {
    var section: String
    var index: Int
    var value: String
    var words: String

    init(_ section: String, _ index: Int, _ value: String, _ words: String) {
      (self.section, self.index, self.value, self.words) = (section, index, value, words)
    }

    var testDescription: String { "\(section)[\(index)] = \(value)" }

    /// The text with the value in its columns.
    func applied(to text: String) throws -> String {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let head = try #require(lines.firstIndex { $0.hasPrefix("%FLAG \(section) ") })
      let format = try #require(lines[head + 1].firstMatch(of: /\((\d+)[aIE](\d+)/))
      let (perLine, width) = (try #require(Int(format.1)), try #require(Int(format.2)))
      var columns = Array(lines[head + 2 + index / perLine])
      let start = index % perLine * width
      let field = String(repeating: " ", count: max(0, width - value.count)) + value
      columns.replaceSubrange(start..<(start + width), with: Array(field))
      lines[head + 2 + index / perLine] = String(columns)
      return lines.joined(separator: "\n")
    }
  }

  @Test(arguments: [
    Change("POINTERS", 0, "-3", "make no sense"), Change("POINTERS", 0, "x", "is no whole number"),
    Change("POINTERS", 2, "3", "where POINTERS says"), Change("POINTERS", 20, "1", "IFPERT"),
    Change("POINTERS", 30, "1", "NUMEXTRA"), Change("CHARGE", 2, "abc", "is no finite number"),
    Change("CHARGE", 2, "inf", "is no finite number"), Change("IPOL", 0, "1", "induced dipoles"),
    Change("AMBER_ATOM_TYPE", 1, "", "has no type"),
    Change("ATOM_TYPE_INDEX", 0, "99", "no Lennard-Jones type"),
    Change("BONDS_INC_HYDROGEN", 0, "4000", "points at no atom"),
    Change("BONDS_INC_HYDROGEN", 0, "1", "points at no atom"),
    Change("BONDS_INC_HYDROGEN", 2, "99", "no parameter number 99"),
    Change("ANGLES_INC_HYDROGEN", 3, "-1", "no parameter number -1"),
    Change("DIHEDRAL_PERIODICITY", 0, "9.0", "is none of 0 … 6"),
    Change("DIHEDRAL_PERIODICITY", 0, "1.5", "is none of 0 … 6"),
    Change("SCEE_SCALE_FACTOR", 0, "-1.0", "divides no 1-4 interaction"),
    Change("NUMBER_EXCLUDED_ATOMS", 0, "-5", "make no sense"),
    Change("EXCLUDED_ATOMS_LIST", 0, "999", "there is no atom 999"),
  ]) func values(_ change: Change) throws {
    let text = try change.applied(to: try readText(AmberTopologyTests.butane))
    let error = #expect(throws: InputError.self) { try amberTopology(text, file: "x.prmtop") }
    #expect(error?.message.contains(change.words) == true, "\(error?.description ?? "")")
    #expect(error?.place?.line != nil, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("%FLAG TITLE", "%FLAG      ", "without a name"),
    ("%FLAG MASS", "%FLAG CHARGE", "second time"), ("%FORMAT(10I8)", "", "has no %FORMAT line"),
  ]) func sections(_ change: (from: String, to: String, words: String)) throws {
    var text = try readText(AmberTopologyTests.butane)
    text.replaceSubrange(try #require(text.range(of: change.from)), with: change.to)
    let error = #expect(throws: InputError.self) { try amberTopology(text, file: "x.prmtop") }
    #expect(error?.message.contains(change.words) == true, "\(error?.description ?? "")")
  }

  @Test func whatIsCutOffIsNamed() throws {
    let text = try readText(AmberTopologyTests.butane)
    let at = try #require(text.range(of: "%FLAG ANGLE_EQUIL_VALUE"))
    let error = #expect(throws: InputError.self) {
      try amberTopology(String(text[..<text.index(at.lowerBound, offsetBy: -20)]), file: "x.prmtop")
    }
    #expect(error?.message.contains("ends after") == true || error?.message.contains("no section") == true)
    let empty = #expect(throws: InputError.self) { try amberTopology("", file: "x.prmtop") }
    #expect(empty?.message.contains("is not an AMBER topology") == true)
  }

  @Test(arguments: [
    ("c3-c3-c3-c3   1    0.13 0.0   3.0\nhc-c3           1    0.13 0.0   3.0", "is not four atom types"),
    ("c3-c3-c3-c3   1    0.13  0.0  -3.0\n", "ends inside a torsion"),
    ("c3-c3-c3-c3   1    0.13  0.0   7.0\n", "is no dihedral line"),
    ("c3-c3-c3-c3   0    0.13  0.0   3.0\n", "is no dihedral line"),
    ("c3-c3-c3-c3   1    much  0.0   3.0\n", "is no dihedral line"),
    ("c3-c3-c3-c3   1    0.13  0.0\n", "is no dihedral line"),
    ("c3-c3-c3-c3   1    0.13  0.0   3.0  SCEE=0.0 SCNB=2.0\n", "divides no 1-4"),
    (
      "c3-c3-c3-c3   1    0.13  0.0  -3.0  SCEE=1.2 SCNB=2.0\nc3-c3-c3-c3   1    0.2  0.0   1.0  SCEE=1.0 SCNB=1.0\n",
      "two scalings"
    ),
    ("", "holds no torsion"),
  ]) func frcmods(_ change: (lines: String, words: String)) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/own.frcmod"
      try Folders.write("remark\nDIHE\n\(change.lines)\n\nNONBON\n", to: path)
      let error = #expect(throws: InputError.self) { try readTorsionParameters(path) }
      #expect(error?.message.contains(change.words) == true, "\(error?.description ?? "")")
      #expect(error?.place?.file == path)
    }
  }
}
