// What a format cannot mean is refused; 1-4 scalings stand on the lines of a frcmod and come back from there.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct RefusalTests {
  private func forceField(_ types: [TorsionType], scalings: [OneFourScaling] = []) -> FittedForceField {
    FittedForceField(
      family: "f", version: "0", oneFourScalings: scalings,
      torsions: types.map {
        FittedTorsion(
          type: $0, terms: [FittedTerm(term: TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.2))],
          molecules: 1)
      })
  }

  @Test func charmmKnowsNoCase() {
    let clash = forceField([TorsionType("CA", "CA", "CA", "CA"), TorsionType("ca", "ca", "ca", "ca")])
    #expect(throws: InputError.self) { try ParameterFormat.charmm.text(of: clash) }
    #expect(throws: Never.self) { try ParameterFormat.gromacs.text(of: clash) }
  }

  @Test(arguments: [ParameterFormat.amber, .charmm])
  func oneSidedWildcardsAreNeverMatched(format: ParameterFormat) {
    for type in [TorsionType("X", "c3", "os", "hc"), TorsionType("c3", "X", "X", "c3")] {
      #expect(throws: InputError.self) { try format.text(of: forceField([type])) }
      #expect(throws: Never.self) { try ParameterFormat.openmm.text(of: forceField([type])) }
    }
    #expect(throws: Never.self) { try format.text(of: forceField([TorsionType("X", "c3", "os", "X")])) }
  }

  @Test func numbersAreNoTypesOfGROMACS() {
    #expect(throws: InputError.self) {
      try ParameterFormat.gromacs.text(of: forceField([TorsionType("13", "13", "13", "46")]))
    }
  }

  @Test func scalingsStandOnTheLinesOfAFrcmod() throws {
    let type = TorsionType("c3", "c3", "os", "c3")
    let sugar = OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)
    let amber = OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)
    #expect(
      try ParameterFormat.amber.text(of: forceField([type], scalings: [sugar])).contains(
        "SCEE=1.000000 SCNB=1.000000"))
    #expect(try !ParameterFormat.amber.text(of: forceField([type], scalings: [amber])).contains("SCEE="))
    #expect(throws: InputError.self) {
      try ParameterFormat.amber.text(of: forceField([type], scalings: [sugar, amber]))
    }
    try Folders.temporary { folder in
      let path = "\(folder)/f.frcmod"
      try Folders.write(ParameterFormat.amber.text(of: forceField([type], scalings: [sugar])), to: path)
      let read = try readTorsionParameters(path)
      #expect(read.scalings == [type: sugar] && read.terms[type]?.count == 1)
      var again = forceField([type])
      again.scalings = read.scalings
      #expect(try ParameterFormat.amber.text(of: again).contains("SCEE=1.000000 SCNB=1.000000"))
      let two =
        "t\nDIHE\nc3-c3-os-c3   1  0.1  0.0  -2.0  SCEE=1.0 SCNB=1.0\nc3-c3-os-c3   1  0.2  0.0  3.0  SCEE=1.2 SCNB=2.0\n\n"
      try Folders.write(two, to: path)
      #expect(throws: InputError.self) { try readTorsionParameters(path) }
      try Folders.write(two.replacing("SCEE=1.2 SCNB=2.0", with: "SCEE=none"), to: path)
      #expect(throws: InputError.self) { try readTorsionParameters(path) }
    }
  }

  @Test func parameterSetsOfAMBERAreRead() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/small.dat"
      try Folders.write(
        """
        A parameter set
        c3 12.01         0.878
        hc 1.008         0.135

        c3  hc
        c3-c3  303.1    1.535       SOURCE
        c3-hc  337.3    1.092       SOURCE

        c3-c3-c3   63.210     110.630   SOURCE

        X -c3-c3-X    9    1.400         0.000           3.000      JCC
        c3-c3-c3-c3   1    0.18          0.0            -3.         Junmei
        c3-c3-c3-c3   1    0.25        180.0            -2.
        c3-c3-c3-c3   1    0.20        180.0             1.

        X -X -c -o          10.5         180.          2.           JCC

        """, to: path)
      let read = try readTorsionParameters(path)
      #expect(read.terms.count == 2)
      // The audit reads the same lines.
      #expect(Set(try auditParameterFile(path).terms.map(\.type)) == Set(read.terms.keys))
      #expect(read.terms[TorsionType("c3", "c3", "c3", "c3")]?.map(\.periodicity) == [3, 2, 1])
      let wild = try #require(read.terms[TorsionType("X", "c3", "c3", "X")]?.first)
      #expect(abs(wild.forceConstant - 1.4 / 9) < 1e-12)
    }
  }

  @Test func openffIsAnotherNameOfSMIRNOFF() throws {
    #expect(try ParameterFormat.list("openff,amber") == [.smirnoff, .amber])
  }

  @Test func lammpsLabelsAreSetInBothDirections() throws {
    let type = TorsionType("c3", "c3", "os", "hc")
    let text = try ParameterFormat.lammps.text(of: forceField([type]))
    #expect(text.contains("dihedral_coeff c3-c3-os-hc ") && text.contains("dihedral_coeff hc-os-c3-c3 "))
    #expect(text.contains("\"quit 1\""))
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/f.lmp")
      #expect(try readTorsionParameters("\(folder)/f.lmp").terms.count == 1)
    }
  }
}
