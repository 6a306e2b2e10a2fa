// SMIRNOFF takes the last match: general patterns come first, and a refit stands where the base's definition stood.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct SmirnoffOrderTests {
  private func torsion(_ type: TorsionType, _ k: Double) -> FittedTorsion {
    FittedTorsion(
      type: type,
      terms: [
        FittedTerm(
          term: TorsionTerm(periodicity: 3, phase: 0, forceConstant: k), sd: 0.01,
          interval90: (k - 0.02)...(k + 0.02), interval95: (k - 0.03)...(k + 0.03))
      ], molecules: 2)
  }

  private func forceField(_ torsions: [FittedTorsion]) -> FittedForceField {
    FittedForceField(family: "f", version: "0", oneFourScalings: [], torsions: torsions)
  }

  private let general = "[*:1]-[#6X4:2]-[#6X4:3]-[*:4]"
  private let special = "[#1:1]-[#6X4:2]-[#6X4:3]-[#8X2:4]"

  private func smirks(_ text: String) -> [String] {
    text.matches(of: /<Proper smirks="([^"]*)"/).map { String($0.1) }
  }

  @Test func generalPatternsComeFirst() throws {
    var own = forceField([
      torsion(TorsionType(smarts: special)!, 0.2), torsion(TorsionType(smarts: general)!, 0.1),
    ])
    // The first rule that matches counts, so that the special one is first among rules.
    own.precedence = [special, general]
    let text = try ParameterFormat.smirnoff.text(of: own)
    #expect(smirks(text) == [general, special])
    #expect(try ParameterAuditTests.audited(text, .smirnoff).findings.isEmpty)
    var wild = forceField([
      torsion(TorsionType("c3", "c3", "c3", "c3"), 0.2), torsion(TorsionType("X", "c3", "c3", "X"), 0.1),
    ])
    wild.typePatterns = ["c3": "[#6X4]"]
    #expect(
      smirks(try ParameterFormat.smirnoff.text(of: wild)).map { $0.hasPrefix("[*:1]") } == [true, false])
  }

  @Test func readingKeepsTheOrder() throws {
    var own = forceField([
      torsion(TorsionType(smarts: special)!, 0.2), torsion(TorsionType(smarts: general)!, 0.1),
    ])
    for order in [[special, general], [general, special]] {
      own.precedence = order
      try Folders.temporary { folder in
        try writeForceFields(own, formats: [.smirnoff], to: folder)
        #expect(try readTorsionParameters("\(folder)/f.offxml").precedence == order)
      }
    }
  }

  private func base(_ definitions: [String]) -> String {
    let lines = definitions.enumerated().map {
      "    <Proper smirks=\"\($1)\" periodicity1=\"3\" phase1=\"320.0 * degree ** 1\" id=\"t\($0 + 1)\" k1=\"0.5 * mole ** -1 * kilocalorie ** 1\" idivf1=\"1.0\"></Proper>\n"
    }
    return
      "<?xml version=\"1.0\"?>\n<SMIRNOFF version=\"0.3\">\n  <Author>a</Author>\n  <ProperTorsions version=\"0.4\">\n\(lines.joined())  </ProperTorsions>\n</SMIRNOFF>\n"
  }

  @Test func aRefitStandsInTheBasesPlace() throws {
    let other = "[#6X4:1]-[#6X4:2]-[#8X2:3]-[#1:4]"
    var own = forceField([
      torsion(TorsionType(smarts: special)!, 0.2), torsion(TorsionType(smarts: general)!, 0.1),
    ])
    own.precedence = [special, general]
    try Folders.temporary { folder in
      let text = base([general, other, special])
      try Folders.write(text, to: "\(folder)/base.offxml")
      try writeForceFields(own, formats: [.smirnoff], to: folder, base: "\(folder)/base.offxml")
      let path = "\(folder)/f.offxml"
      let new = try readText(path)
      #expect(
        smirks(new) == [general, other, special] && new.contains("id=\"t3\"") && new.contains("<Author>a"))
      // The others stay to the byte.
      let kept = text.split(separator: "\n").filter { !$0.contains("id=\"t1\"") && !$0.contains("id=\"t3\"") }
      #expect(kept.allSatisfy { new.contains($0) })
      let read = try readTorsionParameters(path)
      #expect(read.terms[TorsionType(smarts: special)!]?.map(\.forceConstant) == [0.2])
      #expect(read.terms[TorsionType(smarts: other)!]?.map(\.forceConstant) == [0.5])
      let audit = try auditParameterFile(path)
      #expect(
        audit.findings.isEmpty && audit.header.contains { $0.hasPrefix("Others: 1 propers") },
        "\(audit.findings)")
      // A change of what was not refitted is found by the checksum.
      try Folders.write(new.replacing("k1=\"0.5 ", with: "k1=\"5.5 "), to: path)
      #expect(try auditParameterFile(path).findings.map(\.kind) == [.checksum])
      try Folders.write(new.replacing("k1=\"0.2000", with: "k1=\"2.2000"), to: path)
      #expect(try auditParameterFile(path).findings.contains { $0.kind == .value })
      // What the base does not have, or has in the other order, is refused.
      for definitions in [[general, other], [special, other, general]] {
        try Folders.write(base(definitions), to: "\(folder)/base.offxml")
        let error = #expect(throws: InputError.self) {
          try writeForceFields(own, formats: [.smirnoff], to: folder, base: "\(folder)/base.offxml")
        }
        #expect(error?.hint != nil && error?.place?.file.hasSuffix("base.offxml") == true)
      }
    }
  }
}
