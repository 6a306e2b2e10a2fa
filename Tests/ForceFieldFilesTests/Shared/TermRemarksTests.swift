// Remarks of written terms: what they say is what was known, and a remark whose numbers make no sense is named by its line.

import Chemistry
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TermRemarksTests {
  private static let remark =
    "mean 0.1113, 90 % [0.0783, 0.1443], sd 0.0200, contraction 0.90, molecules 3, n 3, phase 0.000, "
    + "95 % [0.0713, 0.1513], base 0.0557, tau 0.0100, term 1 of 1, prior only"

  /// A frcmod of one term with a remark.
  private func audit(_ remark: String) throws -> ParameterFileAudit {
    try ParameterAuditTests.audited(
      "t\nDIHE\nc3-c3-c3-c3   1      0.11130000      0.000000    3.0  ! \(remark)\n\n", .amber)
  }

  @Test func everyNumberIsRead() throws {
    let read = try #require(try audit(Self.remark).terms.first?.remark)
    #expect(read.mean == 0.1113 && read.sd == 0.02 && read.contraction == 0.9 && read.molecules == 3)
    #expect(read.interval90 == 0.0783...0.1443 && read.interval95 == 0.0713...0.1513)
    #expect(read.base == 0.0557 && read.tau == 0.01 && read.flags == ["prior only"] && read.periodicity == 3)
  }

  /// What is left out was not known; what is more is a flag.
  @Test func partsMayBeMissing() throws {
    let short = try #require(
      try audit("mean 0.1113, 90 % [0.0783, 0.1443], sd 0.0200, molecules 1").terms.first?.remark)
    #expect(short.interval95 == nil && short.base == nil && short.contraction == nil && short.tau == nil)
    let flagged = try audit(Self.remark + ", molecules differ, base").terms.first?.remark
    #expect(flagged?.flags == ["prior only", "molecules differ", "base"])
    #expect(try audit("not fitted, k 0.1113, n 3, phase 0.000, term 1 of 1").terms.first?.remark == nil)
    #expect(try audit("as in the paper").isForeign)
  }

  @Test(arguments: [
    ("[0.0783, 0.1443]", "[0.1443, 0.0783]"), ("[0.0783, 0.1443]", "[low, high]"),
    ("[0.0713, 0.1513]", "[0.1513, 0.0713]"), ("[0.0713, 0.1513]", "[nan, 0.1513]"), ("sd 0.0200", "sd wide"),
    ("sd 0.0200", "sd -0.0200"), ("molecules 3", "molecules many"), ("mean 0.1113", "mean 0.1.1"),
  ])
  func numbersWithoutSenseAreNamed(_ from: String, to: String) {
    let error = #expect(throws: InputError.self) { try audit(Self.remark.replacing(from, with: to)) }
    #expect(error?.message == "a remark whose numbers cannot be read", "\(error?.description ?? "")")
    #expect(error?.place?.line == 3 && error?.hint?.contains("90 % [0.1000, 0.1500]") == true)
  }

  /// In every format the remarks of what was written are those of what was fitted, and a swapped interval is an error there.
  @Test(arguments: ParameterFormat.oneAPackage) func formatsCarryTheSameRemarks(format: ParameterFormat)
    throws
  {
    let forceField = ParameterAuditTests.made()
    let text = try format.text(of: forceField)
    try Folders.temporary { folder in
      let path = "\(folder)/made.\(format.fileExtension)"
      try Folders.write(text, to: path)
      let remarks = try readTermRemarks(path)
      let fitted = forceField.torsions.flatMap { torsion in
        torsion.terms.filter { $0.sd != nil }.map { (torsion, $0) }
      }
      #expect(remarks.count == fitted.count)
      for (torsion, term) in fitted {
        let own = try #require(
          remarks.first { $0.type == torsion.type && $0.periodicity == term.term.periodicity })
        // Four decimals, two of the contraction.
        #expect(abs(own.mean - term.term.forceConstant) <= 5.1e-5 && abs(own.sd - (term.sd ?? 0)) <= 5.1e-5)
        let interval = try #require(term.interval90)
        #expect(abs(own.interval90.lowerBound - interval.lowerBound) <= 5.1e-5)
        #expect(abs(own.interval90.upperBound - interval.upperBound) <= 5.1e-5)
        #expect(own.molecules == torsion.molecules && own.flags == term.flags)
        #expect(abs((own.base ?? 0) - (term.base ?? 1)) <= 5.1e-5 && own.tau == term.tau)
      }
      let swapped = text.replacing(/90 % \[(\S+), (\S+)\]/, maxReplacements: 1) { "90 % [\($0.2), \($0.1)]" }
      #expect(swapped != text)
      try Folders.write(swapped, to: path)
      let error = #expect(throws: InputError.self) { try auditParameterFile(path) }
      #expect(error?.place?.line != nil && error?.message.contains("cannot be read") == true)
    }
  }

  @Test func filesWithoutRemarksAreNamed() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/x.frcmod"
      try Folders.write("t\nDIHE\nc3-c3-c3-c3   1  0.1  0.0  3.0\n\n", to: path)
      let error = #expect(throws: InputError.self) { try readTermRemarks(path) }
      #expect(error?.message == "has no term with a remark of Swivel's" && error?.place?.file == path)
      #expect(error?.hint?.contains("`swivel export`") == true)
    }
  }

  /// SMIRKS that cover others: each atom any or the same, each bond any or the same, from either end.
  @Test func generalPatternsCoverSpecialOnes() throws {
    func pattern(_ smirks: String) throws -> LinearPattern {
      try #require(LinearPattern(smirks), "\(smirks)")
    }
    let special = try pattern("[#1:1]-[#6X4:2]-[#6X4:3]-[#8:4]")
    for general in [
      "[*:1]~[*:2]~[*:3]~[*:4]", "[*:1]-[#6X4:2]-[#6X4:3]-[*:4]", "[#8:1]-[#6X4:2]-[#6X4:3]-[#1:4]",
      "[*:1]~[#6X4:2]-[*:3]~[#8:4]",
    ] { #expect(try pattern(general).covers(special), "\(general)") }
    for other in [
      "[#1:1]-[#6X4:2]=[#6X4:3]-[#8:4]", "[#6:1]-[#6X4:2]-[#6X4:3]-[*:4]", "[*:1]-[#6X3:2]-[#6X4:3]-[*:4]",
    ] { #expect(try !pattern(other).covers(special), "\(other)") }
    #expect(try !special.covers(pattern("[*:1]~[*:2]~[*:3]~[*:4]")) && special.covers(special))
    for none in [
      "[#1:2]-[#6:1]-[#6:3]-[#8:4]", "[#1:1]-[#6:2](-[#7])-[#6:3]-[#8:4]", "[#1:1]-[#6:2]-[#6:3]", "C-C-C-C",
      "[#1:1]-[#6:2]-[#6:3]-[#8:4]-[#6]", "", "[#1:1]-[#6:2]-[#6:3]-[#8:4",
      "[$([#6]-[#8]):1]-[#6:2]-[#6:3]-[#8]",
    ] { #expect(LinearPattern(none) == nil, "\(none)") }
    #expect(LinearPattern("[$([#6]-[#8:9]):1]-[#6:2]-[#6:3]-[#8:4]")?.atoms.first == "$([#6]-[#8:9])")
  }
}
