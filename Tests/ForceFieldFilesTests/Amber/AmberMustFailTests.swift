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

  /// A frcmod whose third line and those behind it are the case's.
  struct Frcmod: Sendable, CustomTestStringConvertible {
    var lines: String
    var words: String
    var line: Int?
    /// The word that the caret stands under.
    var marked: String?
    var hint: String?

    init(_ lines: String, _ words: String, line: Int? = 3, marked: String? = nil, hint: String? = nil) {
      (self.lines, self.words, self.line, self.marked, self.hint) = (lines, words, line, marked, hint)
    }

    var testDescription: String { lines }
  }

  @Test(arguments: [
    Frcmod(
      "c3-c3-c3-c3   1    0.13 0.0   3.0\nhc-c3           1    0.13 0.0   3.0", "is not four atom types",
      line: 4),
    Frcmod(
      "c3-c3-c3-c3   1    0.13  0.0  -3.0\n", "ends inside a torsion", line: nil, hint: "truncated"),
    Frcmod(
      "c3-c3-c3-c3   1    0.13  0.0   7.0\n", "the periodicity 7.0 is none of 1 … 6", marked: "7.0",
      hint: "Swivel's torsions go up to n = 6"),
    Frcmod(
      "c3-c3-c3-c3   1    0.13  0.0  -7.0\n", "the periodicity -7.0 is none of 1 … 6", marked: "-7.0"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0   0.0\n", "the periodicity 0.0 is none of 1 … 6"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0   2.5\n", "the periodicity 2.5 is none of 1 … 6", marked: "2.5"),
    Frcmod(
      "c3-c3-c3-c3   0    0.13  0.0   3.0\n", "the divisor 0 is not positive", marked: "0",
      hint: "the force constant is divided by it"),
    Frcmod("c3-c3-c3-c3  -4    0.13  0.0   3.0\n", "the divisor -4 is not positive", marked: "-4"),
    Frcmod(
      "c3-c3-c3-c3   1    much  0.0   3.0\n", "\"much\" is no finite number; a force constant was expected",
      marked: "much", hint: "columns 1–11"),
    Frcmod("c3-c3-c3-c3   1    0.13  nan   3.0\n", "\"nan\" is no finite number; a phase", marked: "nan"),
    Frcmod("c3-c3-c3-c3   1    0.13  1e999 3.0\n", "\"1e999\" is no finite number; a phase", marked: "1e999"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0   n=3\n", "\"n=3\" is no finite number; a periodicity"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0\n", "is no dihedral line", hint: "columns 1–11 hold the types"),
    Frcmod(
      "c3 - c3 - c3 - c3  1 0.13 0.0 3.0\n", "\"-\" is no finite number; a force constant",
      hint: "columns 1–11"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0   3.0  SCEE=0.0 SCNB=2.0\n", "\"SCEE=0.0\" divides no 1-4"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0   3.0  SCEE=1.2 SCNB=-2.0\n", "\"SCNB=-2.0\" divides no 1-4"),
    Frcmod("c3-c3-c3-c3   1    0.13  0.0   3.0  SCEE=none\n", "divides no 1-4"),
    Frcmod(
      "c3-c3-c3-c3   1    0.13  0.0  -3.0  SCEE=1.2 SCNB=2.0\nc3-c3-c3-c3   1    0.2  0.0   1.0  SCEE=1.0 SCNB=1.0\n",
      "c3-c3-c3-c3 has two scalings", line: 4, hint: "alike on all its lines"),
    Frcmod("", "holds no torsion", line: nil, hint: "AMBER frcmod"),
  ]) func frcmods(_ change: Frcmod) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/own.frcmod"
      try Folders.write("remark\nDIHE\n\(change.lines)\n\nNONBON\n", to: path)
      let error = try #require(throws: InputError.self) { try readTorsionParameters(path) }
      #expect(error.message.contains(change.words), "\(error)")
      #expect(error.place?.file == path && error.place?.line == change.line, "\(error)")
      if let hint = change.hint { #expect(error.hint?.contains(hint) == true, "\(error)") }
      if let marked = change.marked {
        let line = try #require(change.lines.split(separator: "\n").first)
        let column = try #require(error.place?.column, "\(error)")
        #expect(line.dropFirst(column - 1).prefix { $0 != " " } == marked, "\(error)")
      }
    }
  }

  /// Fields have one letter of Fortran's and a width: what is none is refused before a number is cut out wrongly.
  @Test(arguments: [
    "10X8", "10I", "I", "", "10I0", "10I999", "10I8x", "x10I8", "5E16,8", "-10I8", "10 8", "*", "2(5I8)",
  ]) func formatsThatAreNoneAreRefused(_ format: String) throws {
    let text = try readText(AmberTopologyTests.butane)
    let range = try #require(text.range(of: "%FORMAT(10I8)"))
    let line = text[..<range.lowerBound].count { $0 == "\n" } + 1
    let error = #expect(throws: InputError.self) {
      try amberTopology(text.replacingCharacters(in: range, with: "%FORMAT(\(format))"), file: "x.prmtop")
    }
    #expect(
      error?.message == "\"%FORMAT(\(format))\" is no format like %FORMAT(5E16.8)",
      "\(error?.description ?? "")")
    #expect(error?.place?.line == line && error?.hint?.contains("write it again") == true)
  }

  /// What other programs write for the same fields: capitals and blanks do not matter, nor how many stand on a line.
  @Test(arguments: [
    ("(10I8)", "(10i8)"), ("(10I8)", "( 10I8 )"), ("(10I8)", "(10I8)   "), ("(5E16.8)", "(5e16.8)"),
    ("(5E16.8)", "(5F16.8)"), ("(10I8)", "(I8)"),
  ])
  func formatsThatMeanTheSameAreRead(_ from: String, _ to: String) throws {
    let text = try readText(AmberTopologyTests.butane)
    #expect(
      try amberTopology(text.replacing(from, with: to), file: "x")
        == readAmberTopology(AmberTopologyTests.butane))
  }

  /// A value that is none, in every section of numbers: the place is its first column.
  @Test(arguments: [
    "POINTERS", "CHARGE", "ATOMIC_NUMBER", "MASS", "ATOM_TYPE_INDEX", "NUMBER_EXCLUDED_ATOMS",
    "NONBONDED_PARM_INDEX", "BOND_FORCE_CONSTANT", "BOND_EQUIL_VALUE", "ANGLE_FORCE_CONSTANT",
    "ANGLE_EQUIL_VALUE", "DIHEDRAL_FORCE_CONSTANT", "DIHEDRAL_PERIODICITY", "DIHEDRAL_PHASE",
    "SCEE_SCALE_FACTOR", "SCNB_SCALE_FACTOR", "LENNARD_JONES_ACOEF", "LENNARD_JONES_BCOEF",
    "BONDS_INC_HYDROGEN", "BONDS_WITHOUT_HYDROGEN", "ANGLES_INC_HYDROGEN", "ANGLES_WITHOUT_HYDROGEN",
    "DIHEDRALS_INC_HYDROGEN", "DIHEDRALS_WITHOUT_HYDROGEN", "EXCLUDED_ATOMS_LIST",
  ]) func valuesThatAreNoneHaveTheirColumn(_ section: String) throws {
    let lines = try readText(AmberTopologyTests.butane).split(
      separator: "\n", omittingEmptySubsequences: false)
    let head = try #require(lines.firstIndex { $0.hasPrefix("%FLAG \(section) ") })
    let width = lines[head + 1].contains("I8") ? 8 : 16
    for (index, value) in [(0, "*******"), (1, "1.2.3")] {
      let text = try Change(section, index, value, "").applied(to: lines.joined(separator: "\n"))
      let error = #expect(throws: InputError.self) { try amberTopology(text, file: "x.prmtop") }
      #expect(error?.message.hasPrefix("\"\(value)\" is no ") == true, "\(error?.description ?? "")")
      #expect(error?.message.hasSuffix("in the section \(section)") == true, "\(error?.description ?? "")")
      #expect(error?.place == SourcePlace(file: "x.prmtop", line: head + 3, column: 1 + index * width))
    }
    // Without the section, and with one value too few.
    let gone = lines[..<head] + lines[(head + 1)...].drop { !$0.hasPrefix("%FLAG") }
    let optional = ["ATOMIC_NUMBER", "SCEE_SCALE_FACTOR", "SCNB_SCALE_FACTOR"].contains(section)
    if optional {
      #expect(try amberTopology(gone.joined(separator: "\n"), file: "x").atoms.count == 14)
    } else {
      let error = #expect(throws: InputError.self) {
        try amberTopology(gone.joined(separator: "\n"), file: "x")
      }
      #expect(
        error?.message == "has no section %FLAG \(section)" && error?.hint?.contains("truncated") == true)
    }
    var short = lines
    short.removeSubrange(
      (head + 2)..<(lines[(head + 2)...].firstIndex { $0.hasPrefix("%") } ?? lines.endIndex))
    let cut = #expect(throws: InputError.self) { try amberTopology(short.joined(separator: "\n"), file: "x") }
    #expect(cut?.message.contains("the section \(section)") == true, "\(cut?.description ?? "")")
  }

  @Test(arguments: [
    (
      "%FLAG TITLE", "%FLAG CHARMM_UREY_BRADLEY_COUNT\n%FORMAT(2I8)\n       1       1\n%FLAG TITLE",
      "CHARMM's Urey-Bradley terms are not supported", "bonds, angles, periodic torsions"
    ),
    (
      "%FLAG TITLE", "%FLAG CHARMM_CMAP_COUNT\n%FORMAT(2I8)\n       1       1\n%FLAG TITLE",
      "the section CHARMM_CMAP_COUNT: CMAP", "without the peptide backbone"
    ),
  ]) func energiesThatWouldBeIgnored(_ from: String, to: String, words: String, hint: String) throws {
    let text = try readText(AmberTopologyTests.butane)
    let range = try #require(text.range(of: from))
    let error = #expect(throws: InputError.self) {
      try amberTopology(text.replacingCharacters(in: range, with: to), file: "x.prmtop")
    }
    #expect(
      error?.message.contains(words) == true && error?.place?.line != nil, "\(error?.description ?? "")")
    #expect(error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
  }
}
