// Every written parameter file says the same numbers when Swivel reads it back.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct RoundTripTests {
  /// A random force field: up to six terms a type, negative and zero force constants, any phase where `free`.
  static func random(seed: UInt64, free: Bool) -> FittedForceField {
    var random = SeededGenerator(seed: seed)
    let names = ["c3", "hc", "os", "c", "n", "oh"]
    var torsions: [TorsionType: FittedTorsion] = [:]
    for _ in 0..<12 {
      let type = TorsionType(
        names.randomElement(using: &random)!, names.randomElement(using: &random)!,
        names.randomElement(using: &random)!, names.randomElement(using: &random)!)
      let terms = (1...6).shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random)).sorted().map { n in
        let k = Int.random(in: 0..<5, using: &random) == 0 ? 0 : Double.random(in: -5...5, using: &random)
        let phase = free ? Double.random(in: -Double.pi...Double.pi, using: &random) : 0
        return FittedTerm(
          term: TorsionTerm(periodicity: n, phase: phase, forceConstant: k), sd: 0.01,
          interval90: (k - 0.02)...(k + 0.02),
          contraction: 0.9, flags: ["prior only"])
      }
      torsions[type] = FittedTorsion(type: type, terms: terms, molecules: 3)
    }
    var forceField = FittedForceField(
      family: "random", origin: DataOrigin(levelOfTheory: "B3LYP"), version: "0",
      oneFourScalings: [
        OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)
      ], torsions: torsions.keys.sorted().map { torsions[$0]! })
    forceField.typePatterns = Dictionary(uniqueKeysWithValues: names.map { ($0, "[#6X4;$(*~\"<&\($0)>\")]") })
    return forceField
  }

  @Test(arguments: ParameterFormat.oneAPackage, [false, true])
  func filesSayWhatWasWritten(format: ParameterFormat, free: Bool) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let forceField = Self.random(seed: seed, free: free)
      try Folders.temporary { folder in
        try writeForceFields(forceField, formats: [format], to: folder)
        let read = try readTorsionParameters("\(folder)/random.\(format.fileExtension)")
        #expect(read.terms.count == forceField.torsions.count)
        for torsion in forceField.torsions {
          let terms = read.terms[torsion.type] ?? []
          #expect(terms.map(\.periodicity) == torsion.terms.map(\.term.periodicity))
          for (a, b) in zip(terms, torsion.terms) {
            // Eight decimals of kcal/mol and kJ/mol, six of a degree.
            #expect(abs(a.forceConstant - b.term.forceConstant) < 1e-8)
            #expect(abs(a.phase - b.term.phase) < 1e-8)
          }
        }
        let text = try readText("\(folder)/random.\(format.fileExtension)")
        #expect(text.contains("90 %") && text.contains("molecules 3") && text.contains("1-4 pairs"))
      }
    }
  }

  @Test func frcmodFollowsAmbersRules() throws {
    let lines = try amberFrcmod(Self.random(seed: 3, free: false)).split(separator: "\n").map(String.init)
    let terms = lines.filter {
      $0.count > 11 && $0.dropFirst(2).hasPrefix("-") && $0.dropFirst(5).hasPrefix("-")
    }
    for (line, next) in zip(terms, terms.dropFirst() + ["xx-xx-xx-xx"]) {
      let n = Double(line.dropFirst(11).split(separator: " ")[3])!
      // A negative periodicity says that the same type goes on in the next line.
      #expect((n < 0) == (line.prefix(11) == next.prefix(11)))
      #expect(!line.contains("e-") && !line.contains("E-"))
    }
  }

  @Test func whatAFormatCannotSayIsRefused() {
    var long = Self.random(seed: 4, free: false)
    long.torsions = [
      FittedTorsion(type: TorsionType("c3", "CT1X", "c3", "hc"), terms: long.torsions[0].terms, molecules: 1)
    ]
    #expect(throws: InputError.self) { try amberFrcmod(long) }
    #expect(throws: Never.self) { try gromacsDihedralTypes(long) }
    // Nothing says what surrounds an atom of this type.
    #expect(throws: InputError.self) { try smirnoffForceField(long) }
    var twice = Self.random(seed: 4, free: false)
    twice.torsions[0].terms += twice.torsions[0].terms
    for format in ParameterFormat.allCases { #expect(throws: InputError.self) { try format.text(of: twice) } }
  }

  @Test func numbersHaveNoExponents() {
    #expect(fixedPoint(-1.5, 3) == "-1.500" && fixedPoint(-1e-12, 8) == "0.00000000")
    #expect(fixedPoint(12.3456789, 2) == "12.35" && fixedPoint(0.05, 1) == "0.1" && fixedPoint(7, 0) == "7")
  }

  @Test func wildcardsGiveWayToWhatIsExact() throws {
    let alkane = Alkane(carbons: 4)
    func terms(_ k: Double) -> [TorsionTerm] { [TorsionTerm(periodicity: 3, phase: 0, forceConstant: k)] }
    let parameters = TorsionParameters([
      TorsionType("X", "c3", "c3", "X"): terms(1), TorsionType("hc", "c3", "c3", "X"): terms(2),
      TorsionType("c3", "c3", "c3", "c3"): terms(3),
    ])
    let applied = parameters.applied(to: alkane.topology)
    for torsion in applied.torsions {
      let type = applied.type(of: torsion.quartet)
      let expected = type.types.contains("hc") ? 2.0 : 3.0
      #expect(torsion.terms.map(\.forceConstant) == [expected], "\(type.label)")
    }
    for format in ParameterFormat.allCases {
      try Folders.temporary { folder in
        let forceField = FittedForceField(
          family: "wild", version: "0", oneFourScalings: [],
          torsions: [
            FittedTorsion(
              type: TorsionType("X", "c3", "c3", "X"), terms: terms(1).map { FittedTerm(term: $0) },
              molecules: 1)
          ])
        var named = forceField
        named.typePatterns = ["c3": "[#6X4]"]
        // A type label names four types.
        if format == .lammps {
          #expect(throws: InputError.self) { try format.text(of: named) }
          return
        }
        try writeForceFields(named, formats: [format], to: folder)
        let read = try readTorsionParameters("\(folder)/wild.\(format.fileExtension)")
        #expect(read.terms.keys.map(\.types) == [["X", "c3", "c3", "X"]], "\(format)")
      }
    }
  }

  @Test func damagedParameterFilesHaveAPlace() throws {
    try Folders.temporary { folder in
      try Folders.write("title\nDIHE\nc3-c3-c3-c3   1  x  0.0  3.\n\n", to: "\(folder)/a.frcmod")
      try Folders.write("[ dihedraltypes ]\nc3 c3 c3 c3 9 0.0 x 3\n", to: "\(folder)/a.itp")
      try Folders.write("DIHEDRALS\nc3 c3 c3 c3 x 3 0.0\n", to: "\(folder)/a.prm")
      try Folders.write("# none\ndihedral_coeff c3-c3-c3-c3 2 1.0 3 0.0\n", to: "\(folder)/a.lmp")
      try Folders.write(
        "<ForceField><PeriodicTorsionForce>\n<Proper class1=\"c3\"/></PeriodicTorsionForce></ForceField>",
        to: "\(folder)/a.xml")
      try Folders.write(
        "<SMIRNOFF>\n<ProperTorsions>\n<Proper smirks=\"[*:1]\" id=\"t1\"/></ProperTorsions></SMIRNOFF>",
        to: "\(folder)/a.offxml")
      for (name, line) in [
        ("a.frcmod", 3), ("a.itp", 2), ("a.xml", 2), ("a.offxml", 3), ("a.prm", 2), ("a.lmp", 2),
      ] {
        let error = #expect(throws: InputError.self) { try readTorsionParameters("\(folder)/\(name)") }
        #expect(error?.place?.line == line, "\(name)")
      }
      try Folders.write("<a/>", to: "\(folder)/b.xml")
      #expect(throws: InputError.self) { try readTorsionParameters("\(folder)/b.xml") }
      #expect(throws: InputError.self) { try readTorsionParameters("\(folder)/c.dat") }
    }
  }

  @Test func titlesOfFrcmodFilesFitIntoTleapsLine() throws {
    var forceField = Self.random(seed: 3, free: false)
    forceField.origin.citation = String(repeating: "A long citation. ", count: 60)
    forceField.proof = TorsionProof(
      topology: "-t molecules/a.prmtop", coordinates: "scans/a.extxyz", frame: 3, fitted: 1, base: 2)
    let text = try ParameterFormat.amber.text(of: forceField)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // tleap reads 1000 bytes of a title and takes the rest for a keyword.
    #expect(lines[0].utf8.count <= 800 && lines[0].contains("Terms: "))
    #expect(lines.contains { $0.hasPrefix("DIHE ! Took effect?") })
    #expect(lines.contains { $0.hasPrefix("DIHE ! Base force field") && $0.contains("A long citation.") })
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/a.frcmod")
      #expect(try readTorsionParameters("\(folder)/a.frcmod") == readBack(forceField, in: folder))
      #expect(try auditParameterFile("\(folder)/a.frcmod").findings.allSatisfy { $0.kind != .checksum })
    }
  }

  /// What a file without a proof and a citation says.
  private func readBack(_ forceField: FittedForceField, in folder: String) throws -> TorsionParameters {
    var plain = forceField
    (plain.proof, plain.origin.citation) = (nil, nil)
    try Folders.write(try ParameterFormat.amber.text(of: plain), to: "\(folder)/plain.frcmod")
    return try readTorsionParameters("\(folder)/plain.frcmod")
  }
}
