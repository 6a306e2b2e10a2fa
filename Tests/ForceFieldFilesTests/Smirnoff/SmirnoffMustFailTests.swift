// Definitions of SMIRNOFF and of OpenMM's force fields that must be refused, each with its line; units however they are spelled.

import Chemistry
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct SmirnoffMustFailTests {
  private func read(_ proper: String) throws -> TorsionParameters {
    try Folders.temporary { folder in
      try Folders.write(
        "<SMIRNOFF version=\"0.3\">\n<ProperTorsions>\n\(proper)\n</ProperTorsions>\n</SMIRNOFF>\n",
        to: "\(folder)/f.offxml")
      return try readTorsionParameters("\(folder)/f.offxml")
    }
  }

  private static let good =
    "<Proper id=\"f:a:b:c:d\" smirks=\"[*:1]\" periodicity1=\"3\" phase1=\"0 * degree\" k1=\"0.2 * kilocalorie / mole\" idivf1=\"1\"/>"

  /// 0.2 kcal/mol in the spellings of OpenFF's files and of pint.
  @Test(arguments: [
    "0.2 * kilocalorie / mole", "0.2 * kilocalories_per_mole", "0.2 * kilocalorie_per_mole", "0.2*kcal/mol",
    "0.8368 * kilojoule / mole", "0.8368 * kilojoules_per_mole", "0.2 * mole**-1 * kilocalorie",
    "kilocalorie / mole * 0.2", "2e-1 * kilocalorie * mole ** -1", "0.2 * kilocalorie ** 1 / mole ** 1",
    " 0.2  *  kcal / mol ",
  ]) func energiesAreRead(_ k: String) throws {
    let terms = try read(Self.good.replacing("0.2 * kilocalorie / mole", with: k)).terms[
      TorsionType("a", "b", "c", "d")]
    #expect(abs(try #require(terms?.first).forceConstant - 0.2) < 1e-15)
  }

  @Test(arguments: [
    "180 * degree", "180.0*deg", "180 * degrees", "3.141592653589793 * radian", "degree * 180",
  ])
  func anglesAreRead(_ phase: String) throws {
    let terms = try read(Self.good.replacing("0 * degree", with: phase)).terms[
      TorsionType("a", "b", "c", "d")]
    #expect(abs(try #require(terms?.first).phase - .pi) < 1e-15)
  }

  @Test(arguments: [
    ("0.2 * kilocalorie / mole", "0.2"), ("0.2 * kilocalorie / mole", "kilocalorie / mole"),
    ("0.2 * kilocalorie / mole", "0.2 * kilocalorie * kelvin"), ("0.2 * kilocalorie / mole", "0.2 * 0.3"),
    ("0.2 * kilocalorie / mole", "nan * kilocalorie / mole"), ("0.2 * kilocalorie / mole", "0.2 * degree"),
    ("0.2 * kilocalorie / mole", "0.2 * kilocalorie ** two"), ("0.2 * kilocalorie / mole", ""),
    ("0 * degree", "0"), ("0 * degree", "0 * grad"), ("periodicity1=\"3\"", "periodicity1=\"0\""),
    ("periodicity1=\"3\"", "periodicity1=\"7\""), ("periodicity1=\"3\"", "periodicity1=\"3.0\""),
    ("idivf1=\"1\"", "idivf1=\"-1\""), ("idivf1=\"1\"", "idivf1=\"auto\""), ("idivf1=\"1\"", ""),
  ]) func termsWithoutSenseAreNamed(_ from: String, to: String) {
    let error = #expect(throws: InputError.self) { try read(Self.good.replacing(from, with: to)) }
    #expect(
      error?.message.hasPrefix("term 1 lacks a periodicity of 1 … 6") == true, "\(error?.description ?? "")")
    #expect(error?.place?.line == 3 && error?.hint?.contains("idivf1=\"1.0\"") == true)
  }

  @Test func definitionsOfNoTypesAreNamed() {
    let error = #expect(throws: InputError.self) { try read(Self.good.replacing("f:a:b:c:d", with: "t17")) }
    #expect(error?.message.contains("does not say four atom types") == true && error?.place?.line == 3)
    #expect(error?.hint?.contains("alkanes:c3:c3:c3:hc") == true)
  }

  /// By SMIRKS of another's file: the last match counts, which is the first in precedence.
  @Test func patternsOfOthersKeepTheirOrder() throws {
    let patterns = [
      "[*:1]~[*:2]~[*:3]~[*:4]", "[#1:1]-[#6:2]-[#6:3]-[#1:4]", "[*:1]-[#6X4:2]-[#6X4:3]-[*:4]",
    ]
    let text = patterns.map {
      Self.good.replacing("f:a:b:c:d", with: "t1").replacing("[*:1]\"", with: "\($0)\"")
    }
    let read = try read(text.joined(separator: "\n"))
    #expect(
      read.precedence == patterns.reversed() && Set(read.terms.keys.compactMap(\.smarts)) == Set(patterns))
    // A pattern that stands twice is the later one.
    let twice = try self.read((text + [text[0].replacing("0.2 *", with: "0.7 *")]).joined(separator: "\n"))
    #expect(twice.precedence == [patterns[0], patterns[2], patterns[1]])
    #expect(twice.terms[try #require(TorsionType(smarts: patterns[0]))]?.map(\.forceConstant) == [0.7])
  }

  @Test(arguments: [
    ("class1=\"a\"", "type1=\"a\"", "a <Proper> without class1 … class4", "by atom type are not read"),
    ("periodicity1=\"3\"", "periodicity1=\"7\"", "term 1 lacks a periodicity of 1 … 6", ""),
    ("periodicity1=\"3\"", "periodicity1=\"three\"", "term 1 lacks a periodicity of 1 … 6", ""),
    ("phase1=\"0\"", "", "term 1 lacks a periodicity of 1 … 6, a phase or a k", ""),
    ("k1=\"1\"", "k1=\"inf\"", "term 1 lacks", ""), ("k1=\"1\"", "k1=\"1 kJ\"", "term 1 lacks", ""),
  ]) func forceFieldsOfOpenMM(_ from: String, to: String, words: String, hint: String) throws {
    let text = """
      <ForceField>
      <PeriodicTorsionForce>
      <Proper class1="a" class2="b" class3="c" class4="d" periodicity1="3" phase1="0" k1="1"/>
      </PeriodicTorsionForce>
      </ForceField>
      """
    try Folders.temporary { folder in
      try Folders.write(text.replacing(from, with: to), to: "\(folder)/f.xml")
      let error = #expect(throws: InputError.self) { try readTorsionParameters("\(folder)/f.xml") }
      #expect(
        error?.message.contains(words) == true && error?.place?.line == 3, "\(error?.description ?? "")")
      #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
    }
  }
}
