// GROMACS files that must be refused, each with its file, line, words and hint.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct GromacsMustFailTests {
  private func check(_ change: MustFail) throws {
    try change.check(
      "\(Folders.root)/Tests/Fixtures/gromacs", topology: "mixed.top", beside: ["rules.itp"])
  }

  @Test(arguments: [
    MustFail(
      "mixed.top", "\n7 1 2 1 109.5 300", "\n7 1 2 1", "no parameters of function 1 for the types HA-CA-BB",
      at: .next(1), hint: "#include the force field"),
    MustFail(
      "mixed.top", "[ bonds ]\n1 2\n", "[ bonds ]\n1\n",
      "an atom's number was expected as word 2, the line has 1",
      at: .next(1), hint: "cut short"),
    MustFail(
      "mixed.top", "\n2 3 1\n", "\n2 3 one\n",
      "\"one\" is no whole number of 1 … 99; the function was expected",
      at: .next(1)),
    MustFail(
      "mixed.top", "\n1 2 3 5\n", "\n1 2 3 7\n", "function 7 is not supported", at: .next(1),
      hint: "Urey-Bradley terms"),
    MustFail(
      "mixed.top", "5 2 3 5 109.0 300.0 0.21 3000.0", "5 2 3 5 109.0 300.0 0.21",
      "function 5 has 4 parameters, here are 3", at: .change, hint: "cut short"),
    MustFail("mixed.top", "1 3 2 4 2\n", "1 3 2 4 11\n", "combined bending-torsion", at: .change),
    MustFail("mixed.top", "1 3 2 4 2\n", "1 3 2 9 2\n", "\"9\" is no whole number of 1 … 8", at: .change),
    MustFail(
      "mixed.top", "[ pairs ]\n1 4\n", "[ pairs ]\n1 4 3\n", "function 3 with 0 parameters", at: .next(1),
      hint: "function 1 with none or two"),
    MustFail(
      "mixed.top", "[ pairs_nb ]\n2 8 1 0.1 0.2 0.28 0.1", "[ pairs_nb ]\n2 8 1 0.1 0.2 0.28",
      "[ pairs_nb ]: function 1 with 3 parameters", at: .next(1)),
    MustFail(
      "mixed.top", "2 6 1 0.3 0.2", "2 6 1 0.3 0.2 0.3 0.2", "a second state", at: .change,
      hint: "leave out what follows"),
    MustFail(
      "mixed.top", "2 6 1 0.3 0.2", "2 6 1 0.3 -0.2", "the Lennard-Jones parameter -0.2 is negative",
      at: .change),
    MustFail(
      "mixed.top", "8 1\n7 1 2 8", "8 1\n7 1 2 nine", "\"nine\" is no whole number of 1 … 8", at: .next(1)),
  ]) func bondedTermsAndPairs(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "mixed.top", "odd 3\n", "odd\n", "nrexcl, the number of excluded bonds was expected as word 2",
      at: .change),
    MustFail("mixed.top", "odd 3\n", "odd three\n", "\"three\" is no whole number of 0 … 1000", at: .change),
    MustFail(
      "mixed.top", "3 CC 1 ODD C3 1 0.15 12.011\n", "", "this is atom 3, its number is 4", at: .change,
      hint: "a line may be missing"),
    MustFail(
      "mixed.top", "3 CC 1 ODD C3 1 0.15 12.011", "3 CC 1 ODD", "the atom's name was expected as word 5",
      at: .change),
    MustFail(
      "mixed.top", "3 CC 1 ODD C3 1 0.15 12.011", "3 CC 1 ODD C3", "the charge group was expected",
      at: .change),
    MustFail(
      "mixed.top", "3 CC 1 ODD C3 1 0.15 12.011", "3 CC 1 ODD C3 1 plus 12.011",
      "\"plus\" is no finite number; the charge was expected", at: .change, hint: "#define"),
    MustFail(
      "mixed.top", "3 CC 1 ODD C3 1 0.15 12.011", "3 CC 1 ODD C3 1 0.15 heavy", "the mass was expected",
      at: .change),
    MustFail(
      "rules.itp", "HA  1.008 0.06 A", "HA  400.0 0.06 A", "of type HA is no element", at: .any,
      hint: "atomic number in [ atomtypes ]"),
    MustFail(
      "rules.itp", "CA  6  12.011  0.10 A", "CA  6  12.011  0.10 S", "Drude particles, shells", at: .any,
      hint: "fixed charges"),
    MustFail(
      "mixed.top", "[ system ]", "[ intermolecular_interactions ]\n[ system ]",
      "Swivel computes one molecule", at: .change),
    MustFail(
      "mixed.top", "[ bondtypes ]\nCA", "[ bonds ]\n1 2\n[ bondtypes ]\nCA",
      "[ bonds ] stands before any [ moleculetype ]", at: .next(1)),
    MustFail("mixed.top", "\nodd 1\n", "\nodd -1\n", "a count was expected", at: .next(1)),
    MustFail(
      "mixed.top", "\nodd 1\n", "\neven 1\n", "there is no [ moleculetype ] even", at: .next(1),
      hint: "defined are: odd"),
    MustFail(
      "mixed.top", "[ system ]", "[ dihedral_restraints ]\n1 2 3 4 1 180 0 5\n[ system ]",
      "restraints add energy", at: .next(1)),
    MustFail(
      "mixed.top", "[ system ]", "[ water_polarization ]\n1 2 3 4 5 1\n[ system ]", "polarisation",
      at: .next(1), hint: "fixed charges"),
  ]) func molecules(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "rules.itp", "1 2 yes 0.5 0.8333", "1 2 yes -0.5 0.8333", "-0.5 scales no 1-4 interaction",
      at: .change),
    MustFail("rules.itp", "1 2 yes 0.5 0.8333", "1 2 yes 0.5 1e7", "scales no 1-4 interaction", at: .change),
    MustFail(
      "rules.itp", "1 2 yes 0.5 0.8333", "3 2 yes 0.5 0.8333", "Buckingham", at: .change,
      hint: "nbfunc 1"),
    MustFail(
      "rules.itp", "1 2 yes 0.5 0.8333", "1", "the combination rule was expected as word 2", at: .change),
    MustFail(
      "rules.itp", "1 2 yes 0.5 0.8333", "1 2 yes half", "\"half\" is no finite number; fudgeLJ",
      at: .change),
    MustFail(
      "rules.itp", "CB  BB 12.011", "CB  BB heavy", "\"heavy\" is no finite number; the mass was expected",
      at: .change),
    MustFail("rules.itp", "CC  BC 6 12.011", "CC  BC 600 12.011", "no whole number of -1 … 118", at: .change),
    MustFail(
      "mixed.top", "BB BC 1 0.150 2.6e5", "BB BC 1 0.150", "function 1 has 2 parameters, here are 1",
      at: .change),
    MustFail("mixed.top", "BB BC 1 0.150 2.6e5", "BB BC harmonic", "the function was expected", at: .change),
    MustFail(
      "mixed.top", "X  BB BC X  9 0.0 5.0 1", "X  BB BC X", "two or four atom types, a function",
      at: .change, hint: "cut short"),
    MustFail(
      "mixed.top", "X  BB BC X  9 0.0 5.0 1", "X  BB BC X  9 0.0 5.0",
      "function 9 has 3 parameters, here are 2", at: .change),
    MustFail(
      "mixed.top", "X  BB BC X  9 0.0 5.0 1", "X  BB BC X  9 0.0 five 1", "\"five\" is no finite number",
      at: .change),
  ]) func parameters(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "mixed.top", "#include \"rules.itp\"", "#include rules.itp", "needs a file name in quotation marks",
      at: .change),
    MustFail(
      "mixed.top", "#include \"rules.itp\"", "#include <rulez.itp>", "there is no file rulez.itp",
      at: .change, hint: "GMXLIB"),
    MustFail("mixed.top", "#define unused", "#define", "#define needs a name", at: .change),
    MustFail("mixed.top", "#ifdef POSRES", "#ifdef", "#ifdef needs a name", at: .change),
    MustFail("mixed.top", "#ifdef POSRES", "#else", "#else without #ifdef", at: .change),
    MustFail(
      "mixed.top", "#else\n[ angles ]", "#else\n#else\n[ angles ]", "#else without #ifdef", at: .next(1)),
    MustFail("mixed.top", "#ifdef POSRES", "#if POSRES", "not known to GROMACS", at: .change, hint: "#ifdef"),
    MustFail(
      "mixed.top", "#define unused", "#undefine x", "#undefine is none of #include, #define", at: .change),
    // Each macro is the next; the last is one too many.
    MustFail(
      "mixed.top", "[ bondtypes ]\n",
      (1...18).map { "#define m\($0) m\($0 + 1)\n" }.joined() + "[ bondtypes ]\nm1 m1\n",
      "nest more than 16 deep",
      at: .next(19)),
    // Each macro is the next one twice.
    MustFail(
      "mixed.top", "[ bondtypes ]\n",
      (1...12).map { "#define m\($0) m\($0 + 1) m\($0 + 1)\n" }.joined() + "[ bondtypes ]\nm1 m1\n",
      "more than 1000 words", at: .next(13)),
    MustFail("mixed.top", "[ system ]", "[ system", "has no closing bracket", at: .change),
    MustFail(
      "mixed.top", "#include \"rules.itp\"", "CA BB 1 0.1\n#include \"rules.itp\"",
      "stands before the first section", at: .change, hint: "semicolon"),
  ]) func preprocessing(_ change: MustFail) throws { try check(change) }

  @Test func includesWithoutEndAreRefused() throws {
    try Folders.temporary { folder in
      // Each file is the next one twice: 2¹³ reads.
      for level in 1...13 {
        try Folders.write(
          "#include \"f\(level + 1).itp\"\n#include \"f\(level + 1).itp\"\n", to: "\(folder)/f\(level).itp")
      }
      try Folders.write("; nothing\n", to: "\(folder)/f14.itp")
      let many = #expect(throws: InputError.self) { try GromacsSource("\(folder)/f1.itp") }
      #expect(many?.message.contains("more than 5000 includes") == true && many?.place?.line != nil)
      for level in 1...120 {
        try Folders.write("#include \"g\(level + 1).itp\"\n", to: "\(folder)/g\(level).itp")
      }
      let deep = #expect(throws: InputError.self) { try GromacsSource("\(folder)/g1.itp") }
      #expect(deep?.message.contains("100 inside each other") == true)
      #expect(deep?.place == SourcePlace(file: "\(folder)/g100.itp", line: 1), "\(deep?.description ?? "")")
    }
  }

  @Test func moleculesWithoutAtomsAreRefused() throws {
    let text = GromacsSamples.mixed.replacing(/\n[1-8] [CH][A-C] 1 ODD[^\n]*/, with: "")
    let error = #expect(throws: InputError.self) { try GromacsSamples.read(text) }
    #expect(error?.message.contains("has 0 atoms; 1 … 5000 were expected") == true)
    #expect(error?.hint == "the file may be cut short" && error?.place?.line != nil)
  }

  @Test func pairsThatNothingGivesParametersAreRefused() throws {
    let files = GromacsSamples.files(rule: 3)
    let rules = files.rules.replacing("HA CC 1 0.2 0.1", with: "")
    let error = #expect(throws: InputError.self) { try GromacsSamples.read(files.top, rules: rules) }
    #expect(error?.message.contains("no 1-4 parameters for the atom types") == true)
    #expect(error?.hint?.contains("[ pairtypes ]") == true && error?.place?.line != nil)
  }

  /// A second state on the lines of types is refused where a molecule looks them up.
  @Test func secondStatesOfTypesAreRefusedAtTheirPlace() throws {
    let text = GromacsSamples.mixed.replacing(
      "BB BC BC 1 111.0 450.0", with: "BB BC BC 1 111.0 450.0 112 400")
    let error = #expect(throws: InputError.self) { try GromacsSamples.read(text) }
    #expect(error?.message.contains("a second state (free-energy columns)") == true)
    let line = text.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.contains("112 400") }.map { $0 + 1 }
    #expect(error?.place?.line == line && line != nil)
  }
}
