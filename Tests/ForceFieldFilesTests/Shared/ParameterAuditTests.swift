// An audit of a parameter file names what was planted in it, in every format.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct ParameterAuditTests {
  /// A force field whose numbers tell terms apart, with a kept base term, a free phase, and a type of one term.
  static func made(free: Bool = false) -> FittedForceField {
    func term(_ n: Int, _ k: Double, phase: Double = 0) -> FittedTerm {
      FittedTerm(
        term: TorsionTerm(periodicity: n, phase: phase, forceConstant: k), sd: 0.02,
        interval90: (k - 0.033)...(k + 0.033), interval95: (k - 0.04)...(k + 0.04), base: k / 2, tau: 0.01,
        contraction: 0.9, flags: k < 0.05 ? ["interval contains zero"] : [])
    }
    let kept = FittedTerm(
      term: TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 0.3), flags: ["cancels by symmetry"])
    var forceField = FittedForceField(
      family: "made", origin: DataOrigin(levelOfTheory: "B3LYP", baseForceField: "GAFF2"), version: "0",
      oneFourScalings: [OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)],
      torsions: [
        FittedTorsion(
          type: TorsionType("c3", "c3", "c3", "c3"), terms: [term(1, 0.2), term(2, -0.1), term(3, 0.1113)],
          molecules: 3),
        FittedTorsion(
          type: TorsionType("hc", "c3", "c3", "hc"),
          terms: [term(1, 0.01, phase: free ? 0.5 : 0), kept, term(3, 0.466)], molecules: 2),
        FittedTorsion(type: TorsionType("c3", "c3", "os", "c3"), terms: [term(3, 0.38)], molecules: 2),
      ])
    forceField.typePatterns = ["c3": "[#6X4]", "hc": "[#1]", "os": "[#8X2]"]
    return forceField
  }

  /// The audit of a text as a file of a format.
  static func audited(_ text: String, _ format: ParameterFormat) throws -> ParameterFileAudit {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/made.\(format.fileExtension)")
      return try auditParameterFile("\(folder)/made.\(format.fileExtension)")
    }
  }

  /// The kinds found and the lines of each.
  static func kinds(_ audit: ParameterFileAudit) -> Set<AuditFinding.Kind> { Set(audit.findings.map(\.kind)) }

  @Test(arguments: ParameterFormat.allCases)
  func whatSwivelWroteHasNothingAmiss(format: ParameterFormat) throws {
    // A Ryckaert-Bellemans function has no other phases.
    for free in format == .gromacsRB ? [false] : [false, true] {
      let text = try format.text(of: Self.made(free: free))
      let audit = try Self.audited(text, format)
      #expect(audit.findings.isEmpty, "\(format) \(audit.findings.map(\.description))")
      #expect(!audit.isForeign && audit.terms.count == 7, "\(format)")
      #expect(audit.terms.compactMap(\.remark).count == 6)
      #expect(
        audit.terms.compactMap(\.remark?.base).count == 6
          && audit.terms.allSatisfy { $0.remark?.tau ?? 0.01 == 0.01 })
      #expect(audit.header.contains { $0.contains("7 of 3 torsion types") }, "\(audit.header)")
      #expect(
        audit.header.contains { $0.contains("GAFF2") } && audit.header.contains { $0.hasPrefix("1-4 pairs") })
      // Comments and blanks are the user's.
      let commented = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        $1 + ($0 == 0 || $1.hasSuffix("\"") ? "" : "  ")
      }
      .joined(separator: "\n")
      #expect(try Self.audited(commented, format).findings.isEmpty, "\(format)")
    }
  }

  @Test(arguments: ParameterFormat.allCases)
  func randomForceFieldsHaveNothingAmiss(format: ParameterFormat) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var forceField = RoundTripTests.random(seed: seed, free: format != .gromacsRB && seed % 2 == 0)
      if format == .gromacsRB {
        for index in forceField.torsions.indices {
          forceField.torsions[index].terms.removeAll { $0.term.periodicity == 6 }
        }
        forceField.torsions.removeAll { $0.terms.isEmpty }
      }
      let audit = try Self.audited(format.text(of: forceField), format)
      #expect(audit.findings.isEmpty, "\(format) \(seed) \(audit.findings.map(\.description))")
    }
  }

  /// A text with one part replaced once, and the line where that was.
  static func planted(_ text: String, _ old: String, _ new: String) throws -> (text: String, line: Int) {
    let range = try #require(text.range(of: old), "\(old) is not in \(text)")
    let line = text[..<range.lowerBound].count { $0 == "\n" } + 1
    return (text.replacingCharacters(in: range, with: new), line)
  }

  /// The number of a force constant as a format writes it, and ten times or 0.8 more of it.
  private func number(_ format: ParameterFormat, _ k: Double) -> String {
    switch format {
    case .amber, .tinker: fixedPoint(k, 8)
    case .gromacs: fixedPoint(k / Units.kilojoule, 8)
    case .openmm: fixedPoint(k / Units.kilojoule, 10)
    default: fixedPoint(k, 10)
    }
  }

  @Test(
    arguments: ParameterFormat.oneAPackage, [(0.1113, 0.9113), (0.466, 4.66), (0.1113, 1.1113), (-0.1, 0.1)])
  func forceConstantsAreCompared(format: ParameterFormat, numbers: (Double, Double)) throws {
    let text = try format.text(of: Self.made())
    let plant = try Self.planted(text, number(format, numbers.0), number(format, numbers.1))
    let audit = try Self.audited(plant.text, format)
    let found = audit.findings.filter { $0.kind == .value }
    #expect(found.map(\.place.line) == [plant.line], "\(format) \(audit.findings.map(\.description))")
    #expect(Self.kinds(audit).isSuperset(of: [.value, .outsideInterval, .checksum]))
    #expect(found.allSatisfy { $0.message.contains(fixedPoint(numbers.1, 4)) })
  }

  @Test func ryckaertBellemansConstantsAreCompared() throws {
    let text = try ParameterFormat.gromacsRB.text(of: Self.made())
    // C3 of n = 3 is −4 k in kJ/mol.
    let plant = try Self.planted(
      text, fixedPoint(-4 * 0.38 / Units.kilojoule, 10), fixedPoint(-4 * 0.98 / Units.kilojoule, 10))
    let audit = try Self.audited(plant.text, .gromacsRB)
    #expect(audit.findings.contains { $0.kind == .value && $0.place.line == plant.line })
  }

  @Test(arguments: ParameterFormat.oneAPackage)
  func phasesAreCompared(format: ParameterFormat) throws {
    let text = try format.text(of: Self.made())
    // The last term's: it stands alone on its line.
    let (old, new): (String, String) =
      switch format {
      case .amber: ("0.38000000      0.000000", "0.38000000    180.000000")
      case .gromacs: ("9      0.000000      1.58992", "9    180.000000      1.58992")
      case .openmm: ("phase1=\"0.0\" k1=\"1.5899", "phase1=\"3.141592653589793\" k1=\"1.5899")
      case .charmm: ("0.3800000000  3      0.00000000", "0.3800000000  3    180.00000000")
      case .lammps: ("0.3800000000 3 0.00000000", "0.3800000000 3 180.00000000")
      case .smirnoff:
        ("phase1=\"0.00000000 * degree\" k1=\"0.38", "phase1=\"180.00000000 * degree\" k1=\"0.38")
      default: ("0.38000000 0.000000 3", "0.38000000 180.000000 3")
      }
    let plant = try Self.planted(text, old, new)
    let audit = try Self.audited(plant.text, format)
    let found = audit.findings.filter { $0.kind == .phase }
    #expect(found.map(\.place.line) == [plant.line], "\(format) \(audit.findings.map(\.description))")
  }

  @Test(arguments: ParameterFormat.oneAPackage)
  func periodicitiesAreCompared(format: ParameterFormat) throws {
    let text = try format.text(of: Self.made())
    let (old, new): (String, String) =
      switch format {
      case .amber: ("0.38000000      0.000000    3.0", "0.38000000      0.000000    2.0")
      case .gromacs: ("1.58992000  3", "1.58992000  2")
      case .openmm: ("periodicity1=\"3\"", "periodicity1=\"2\"")
      case .charmm: ("0.3800000000  3 ", "0.3800000000  2 ")
      case .lammps: ("0.3800000000 3 ", "0.3800000000 2 ")
      case .smirnoff: ("periodicity1=\"3\"", "periodicity1=\"2\"")
      default: ("0.38000000 0.000000 3", "0.38000000 0.000000 2")
      }
    let plant = try Self.planted(text, old, new)
    let audit = try Self.audited(plant.text, format)
    let found = audit.findings.filter { $0.kind == .periodicity }
    #expect(found.map(\.place.line) == [plant.line], "\(format) \(audit.findings.map(\.description))")
  }

  @Test(arguments: ParameterFormat.oneAPackage)
  func addedTermsAreFound(format: ParameterFormat) throws {
    let text = try format.text(of: Self.made())
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var changed = lines
    // The line of the last type's term, with another type or one more term.
    let index = try #require(
      lines.lastIndex { line in
        // OpenMM's file ends with a script.
        line.contains("os") && !line.contains("<!--") && !line.hasPrefix("#")
          && (format != .openmm || line.contains("<Proper"))
      } ?? lines.lastIndex { $0.hasPrefix("torsion") })
    switch format {
    case .amber: changed.insert("os-c3-c3-os   1      0.70000000      0.000000    3.0", at: index + 1)
    case .gromacs: changed.insert("  os c3 c3 os  9  0.000000  0.70000000  3", at: index + 1)
    case .openmm:
      changed[index] = lines[index].replacing("/>", with: " periodicity2=\"1\" phase2=\"0.0\" k2=\"0.7\"/>")
    case .charmm: changed.insert("os c3 c3 os  0.7  3  0.0", at: index + 1)
    case .lammps: changed.insert("dihedral_coeff os-c3-c3-os fourier 1 0.7 3 0.0", at: index + 1)
    case .smirnoff:
      changed[index] = lines[index].replacing(
        "/>",
        with: " periodicity2=\"1\" phase2=\"0 * degree\" k2=\"0.7 * kilocalorie / mole\" idivf2=\"1.0\"/>")
    default: changed[index] += "  0.7 0.0 1"
    }
    let audit = try Self.audited(changed.joined(separator: "\n"), format)
    let found = audit.findings.filter { $0.kind == .noRemark }
    let line = [.amber, .gromacs, .charmm, .lammps].contains(format) ? index + 2 : index + 1
    #expect(found.map(\.place.line) == [line], "\(format) \(audit.findings.map(\.description))")
  }

  @Test(arguments: ParameterFormat.allCases)
  func deletedLinesAreFound(format: ParameterFormat) throws {
    let lines = try format.text(of: Self.made()).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    // Every line that is a term, a definition or a remark.
    for index in lines.indices {
      let line = lines[index]
      guard
        line.contains("term ") && !line.contains("Terms:") && !line.contains("Remarks")
          || line.contains("<Proper ")
          || line.hasPrefix("torsion ") || line.hasPrefix("if ")
          || line.contains("  3  ") && format == .gromacsRB
      else { continue }
      var changed = lines
      changed.remove(at: index)
      let audit = try Self.audited(changed.joined(separator: "\n"), format)
      #expect(!Self.kinds(audit).isDisjoint(with: [.missing, .noRemark]), "\(format) \(line)")
      #expect(
        audit.findings.allSatisfy { $0.place.line != nil && $0.place.file.hasSuffix(format.fileExtension) })
      if !line.contains("<!--"), !line.hasPrefix("#"), !line.hasPrefix(";") {
        #expect(Self.kinds(audit).contains(.checksum))
      }
    }
  }

  @Test func drawsMayLieOutsideTheirIntervals() throws {
    var forceField = Self.made()
    forceField.torsions[2].terms[0].term.forceConstant += 0.06
    let mean = try Self.audited(ParameterFormat.amber.text(of: forceField), .amber)
    #expect(Self.kinds(mean) == [.outsideInterval])
    forceField.note =
      "Draw 3 (seed 1) of the joint posterior, not its mean: use all terms of this file together."
    #expect(try Self.audited(ParameterFormat.amber.text(of: forceField), .amber).findings.isEmpty)
  }

  @Test func remarksOfOldFilesAreRead() throws {
    let old = """
      Torsion parameters of the family alkanes, fitted by Swivel 0.1.0 to scans at GFN2-xTB
      DIHE
      c3-c3-c3-c3   1      0.11130000      0.000000    3.0  ! mean 0.1113, 90 % [0.0900, 0.1300], sd 0.0120, contraction 0.95, molecules 6, molecules differ

      """
    let audit = try Self.audited(old, .amber)
    #expect(
      audit.findings.isEmpty && !audit.isForeign && audit.terms[0].remark?.flags == ["molecules differ"])
    for (plant, kind) in [
      (old.replacing("0.11130000", with: "0.91130000"), AuditFinding.Kind.value),
      (old.replacing("  0.000000", with: "180.000000"), .phase),
      (old.replacing("\nc3-c3", with: "\nc3-c3-c3-hc   1  0.1  0.0  3.0\nc3-c3"), .noRemark),
    ] { #expect(Self.kinds(try Self.audited(plant, .amber)).contains(kind)) }
  }
}
