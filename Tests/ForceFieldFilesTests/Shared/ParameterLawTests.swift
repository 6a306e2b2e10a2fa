// Torsion parameters in every format: what one says in its own way, all say; what must not matter to a reader.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

/// Two torsion types as each format has them, by hand: c3-os-c-hc with 0.3 (n = 1, 180°) and −0.2 (n = 3), and hc-c3-c3-hc
/// with 0.155 (n = 3), kcal/mol.
struct HandWritten: Sendable, CustomTestStringConvertible {
  var format: ParameterFormat
  /// With "A B C D" where the types of the first stand, and "D C B A" for the other end.
  var text: String
  /// What a comment line is.
  var comment: String?
  var types: [String] = ["c3", "os", "c", "hc"]
  var name = ""

  var testDescription: String { name.isEmpty ? format.rawValue : name }

  /// The text from one of the ends.
  func text(reversed: Bool) -> String {
    let names = reversed ? types.reversed() : types
    return zip(["{A}", "{B}", "{C}", "{D}"], names).reduce(text) { $0.replacing($1.0, with: $1.1) }
  }

  static let all = [
    HandWritten(
      format: .amber,
      text: """
        by hand
        MASS

        DIHE
        {A}-{B}-{C}-{D}   1    0.3          180.0            -1.0
        {A}-{B}-{C}-{D}   2   -0.4            0.0             3.0
        hc-c3-c3-hc   6    0.93           0.0             3.0

        NONBON

        """, comment: nil, types: ["c3", "os", "c ", "hc"]),
    HandWritten(
      format: .gromacs,
      text: """
        [ dihedraltypes ]
        {A} {B} {C} {D} 9 180.0  1.2552 1
        {A} {B} {C} {D} 9   0.0 -0.8368 3
        hc c3 c3 hc 9 0.0 0.64852 3

        """, comment: "; said"),
    HandWritten(
      format: .gromacs,
      text: """
        [ dihedraltypes ]
        {A} {B} {C} {D} 1 180.0  1.2552 1
        #ifdef NOWHERE
        {A} {B} {C} {D} 1 180.0  9.9 1
        #endif
        #define methyl 0.0 0.64852 3
        hc c3 c3 hc 9 methyl

        """, comment: "; said", name: "gromacs, one term and a macro"),
    HandWritten(
      format: .openmm,
      text: """
        <ForceField>
         <PeriodicTorsionForce>
          <Proper class1="{A}" class2="{B}" class3="{C}" class4="{D}" periodicity1="1" phase1="3.141592653589793" k1="1.2552"
            periodicity2="3" phase2="0" k2="-0.8368"/>
          <Proper class1="hc" class2="c3" class3="c3" class4="hc" k1="0.64852" phase1="0.0" periodicity1="3"/>
          <Improper class1="c" class2="" class3="" class4="o" periodicity1="2" phase1="3.14" k1="4.6"/>
         </PeriodicTorsionForce>
        </ForceField>

        """, comment: "<!-- said -->"),
    HandWritten(
      format: .charmm,
      text: """
        * by hand
        *

        DIHEDRALS
        {A} {B} {C} {D}  0.3 1 180.0
        {A} {B} {C} {D} -0.2 3   0.0
        hc c3 c3 hc  0.155 3 0.0

        IMPROPER
        c X X o 10.5 0 0.0

        END

        """, comment: "! said"),
    HandWritten(
      format: .lammps,
      text: """
        # by hand
        dihedral_coeff {A}-{B}-{C}-{D} fourier 2 0.3 1 180.0 -0.2 3 0.0
        dihedral_coeff hc-c3-c3-hc fourier 1 0.155 3 0.0

        """, comment: "# said"),
    HandWritten(
      format: .smirnoff,
      text: """
        <SMIRNOFF version="0.3" aromaticity_model="OEAroModel_MDL">
         <ProperTorsions version="0.4" potential="k*(1+cos(periodicity*theta-phase))">
          <Proper smirks="[*:1]~[*:2]~[*:3]~[*:4]" id="f:{A}:{B}:{C}:{D}" periodicity1="1" phase1="180 * degree"
            k1="0.3 * kilocalorie / mole" idivf1="1" periodicity2="3" phase2="0.0 * radian" k2="-1.6736 * kilojoule_per_mole" idivf2="2.0"/>
          <Proper smirks="[#1:1]-[#6:2]-[#6:3]-[#1:4]" id="f:hc:c3:c3:hc" periodicity1="3" phase1="0 * deg"
            k1="mole**-1 * 0.155 * kilocalorie" idivf1="1.0"/>
         </ProperTorsions>
        </SMIRNOFF>

        """, comment: "<!-- said -->"),
    HandWritten(
      format: .tinker,
      text: """
        # class 1 is c3
        # class 2 is os
        # class 3 is c
        # class 4 is hc
        torsion {A} {B} {C} {D}  0.3 180.0 1  -0.2 0.0 3
        torsion 4 1 1 4  0.0 0.0 1  0.0 180.0 2  0.155 0.0 3

        """, comment: "# said", types: ["1", "2", "3", "4"]),
    HandWritten(
      format: .tinker,
      text: """
        torsionunit 0.5
        # class 1 is c3
        # class 2 is os
        # class 3 is c
        # class 4 is hc
        Torsion {A} {B} {C} {D}  0.6 180.0 1  -4.0D-1 0.0 3 ! behind
        TORSION 4 1 1 4  0.31 0.0 3

        """, comment: "# said", types: ["1", "2", "3", "4"], name: "tinker, in halves"),
  ]
}

@Suite struct ParameterLawTests {
  private func read(_ text: String, _ format: ParameterFormat) throws -> TorsionParameters {
    try Folders.temporary { folder in
      let path = "\(folder)/x.\(format.fileExtension)"
      try Folders.write(text, to: path)
      return try readTorsionParameters(path)
    }
  }

  private func expectSame(
    _ a: TorsionParameters, _ b: TorsionParameters, within limit: Double, _ what: String
  ) {
    #expect(Set(a.terms.keys) == Set(b.terms.keys), "\(what)")
    for (type, terms) in a.terms {
      let (own, other) = (sorted(terms), sorted(b.terms[type] ?? []))
      #expect(own.map(\.periodicity) == other.map(\.periodicity), "\(what) \(type.label)")
      for (x, y) in zip(own, other) {
        #expect(abs(x.forceConstant - y.forceConstant) <= limit, "\(what) \(type.label)")
        #expect(abs(x.phase - y.phase) <= limit, "\(what) \(type.label)")
      }
    }
  }

  /// Terms of no energy say nothing of the torsion: Tinker's lines may be filled up with them.
  private func sorted(_ terms: [TorsionTerm]) -> [TorsionTerm] {
    terms.filter { $0.forceConstant != 0 }.sorted { $0.periodicity < $1.periodicity }
  }

  /// Force constants, units, divisors, signs and phases of every format, against numbers that none of them wrote.
  @Test(arguments: HandWritten.all) func everyFormatSaysTheSame(_ one: HandWritten) throws {
    var first = [
      TorsionTerm(periodicity: 1, phase: .pi, forceConstant: 0.3),
      TorsionTerm(periodicity: 3, phase: 0, forceConstant: -0.2),
    ]
    if one.name.contains("one term") { first.removeLast() }
    let wanted = TorsionParameters([
      TorsionType("c3", "os", "c", "hc"): first,
      TorsionType("hc", "c3", "c3", "hc"): [TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.155)],
    ])
    for reversed in [false, true] {
      // Nine digits of π in the text of OpenMM, fifteen of the others.
      expectSame(try read(one.text(reversed: reversed), one.format), wanted, within: 1e-12, "\(reversed)")
    }
  }

  @Test(arguments: HandWritten.all) func waysOfWritingDoNotMatter(_ one: HandWritten) throws {
    let text = one.text(reversed: false)
    let plain = try read(text, one.format)
    var ways = [
      ("CRLF", text.replacing("\n", with: "\r\n")), ("blanks", text.replacing("\n", with: "  \t\n")),
      ("empty lines at the end", text + "\n\n\n"), ("a mark", "\u{FEFF}\(text)"),
      ("no line end", String(text.reversed().drop { $0.isNewline }.reversed())),
    ]
    if let comment = one.comment {
      let isXML = comment.hasPrefix("<")
      ways.append(
        ("comments", text.replacing(isXML ? ">\n" : "\n", with: (isXML ? ">\n" : "\n") + comment + "\n")))
      // A comment that names a class is one by its four words.
      let line = one.format == .tinker ? /\n((?i:torsion)[^\n]*)(?=\n)/ : /\n([^\n]+)(?=\n)/
      if !isXML { ways.append(("comments behind", text.replacing(line) { "\n\($0.1) \(comment)" })) }
      // In a frcmod an empty line ends a section; elsewhere it says nothing.
      ways.append(("empty lines", text.replacing("\n", with: "\n\n")))
    } else {
      ways.append(("comments behind", text.replacing(/([0-9])\n/) { "\($0.1)  ! mean\n" }))
      ways.append(("sources behind", text.replacing(/([0-9])\n/) { "\($0.1)   SOURCE 3, 17\n" }))
    }
    if [.openmm, .smirnoff].contains(one.format) {
      ways.append(("quotes", text.replacing("\"", with: "'")))
    }
    if one.format != .lammps, one.format != .openmm, one.format != .smirnoff {
      ways.append(
        ("capitals", text.replacing("torsion ", with: "TORSION ").replacing("DIHEDRALS", with: "dihedrals")))
    }
    for (what, changed) in ways {
      expectSame(try read(changed, one.format), plain, within: 0, "\(one.testDescription): \(what)")
    }
  }

  /// What the audit looks at are the numbers that an engine reads.
  @Test(arguments: HandWritten.all) func theAuditSeesWhatTheReaderReads(_ one: HandWritten) throws {
    let text = one.text(reversed: false)
    let plain = try read(text, one.format)
    let audit = try ParameterAuditTests.audited(text, one.format)
    var seen: [TorsionType: [TorsionTerm]] = [:]
    for term in audit.terms { seen[term.type, default: []].append(term.term) }
    expectSame(TorsionParameters(seen), plain, within: 0, one.testDescription)
    #expect(audit.isForeign && audit.findings.isEmpty, "\(audit.findings)")
  }

  /// The order of types in a file, and of terms in a type, is no matter where no two of them match one torsion.
  @Test(arguments: ParameterFormat.oneAPackage, [1, 2, 3] as [UInt64])
  func theOrderDoesNotMatter(format: ParameterFormat, seed: UInt64) throws {
    let forceField = RoundTripTests.random(seed: seed, free: true)
    let plain = try read(format.text(of: forceField), format)
    var other = forceField
    other.torsions.reverse()
    for index in other.torsions.indices { other.torsions[index].terms.reverse() }
    expectSame(try read(format.text(of: other), format), plain, within: 0, "\(format)")
  }

  /// Other names for the types are other names for the same terms.
  @Test(arguments: ParameterFormat.oneAPackage) func typesMayBeRenamed(format: ParameterFormat) throws {
    let names = ["c3": "zz", "hc": "c3", "os": "aa", "c": "b1", "n": "hc", "oh": "q"]
    func renamed(_ type: TorsionType) -> TorsionType {
      let new = type.types.map { names[$0] ?? $0 }
      return TorsionType(new[0], new[1], new[2], new[3])
    }
    let forceField = RoundTripTests.random(seed: 11, free: true)
    var other = forceField
    for index in other.torsions.indices { other.torsions[index].type = renamed(other.torsions[index].type) }
    other.typePatterns = Dictionary(uniqueKeysWithValues: names.values.map { ($0, "[#6:1;$(*\($0))]") })
    let plain = try read(format.text(of: forceField), format)
    let wanted = TorsionParameters(
      Dictionary(uniqueKeysWithValues: plain.terms.map { (renamed($0.key), $0.value) }))
    expectSame(try read(format.text(of: other), format), wanted, within: 0, "\(format)")
  }

  /// From one format to another and back: the numbers are those of the first to the digits that are printed.
  @Test(arguments: ParameterFormat.oneAPackage, ParameterFormat.oneAPackage)
  func conversionsComeBack(first: ParameterFormat, second: ParameterFormat) throws {
    var forceField = RoundTripTests.random(seed: 21, free: true)
    let plain = try read(first.text(of: forceField), first)
    for format in [second, first] {
      let terms = try read(format.text(of: forceField), format).terms
      for index in forceField.torsions.indices {
        let own = try #require(terms[forceField.torsions[index].type])
        forceField.torsions[index].terms = own.map { FittedTerm(term: $0) }
      }
    }
    // Eight decimals of kcal/mol or kJ/mol; six or more of a degree.
    expectSame(try read(first.text(of: forceField), first), plain, within: 2e-8, "\(first) by \(second)")
  }

  /// What is read and written again is the same text: no digit is lost on the way.
  @Test(arguments: ParameterFormat.oneAPackage) func textsComeBack(format: ParameterFormat) throws {
    var forceField = RoundTripTests.random(seed: 31, free: true)
    func text() throws -> String {
      for index in forceField.torsions.indices {
        forceField.torsions[index].terms = forceField.torsions[index].terms.map { FittedTerm(term: $0.term) }
      }
      return try format.text(of: forceField)
    }
    let first = try text()
    let terms = try read(first, format).terms
    for index in forceField.torsions.indices {
      let own = try #require(terms[forceField.torsions[index].type])
      forceField.torsions[index].terms = own.map { FittedTerm(term: $0) }
    }
    #expect(try text() == first)
  }
}
