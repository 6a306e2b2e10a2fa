// Energies and forces of a family that are both in a wrong unit, which agree with each other: what inspect says of them.

import Chemistry
import Foundation
import Support
import Testing

@Suite struct WrongUnitTests {
  /// What inspect notes of a shipped family whose energies and forces are multiplied by a factor; from the minimum of each scan
  /// where they are to be relative.
  private func notes(_ name: String, times factor: Double, isRelative: Bool, molecules: Int = 99) throws
    -> [String]
  {
    try Folders.temporary { work in
      let family = "\(work)/f"
      try FileManager.default.copyItem(atPath: "\(Folders.root)/families/\(name)", toPath: family)
      for scan in try FileManager.default.contentsOfDirectory(atPath: "\(family)/scans") {
        let path = "\(family)/scans/\(scan)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Folders.write(scaled(text, by: factor, isRelative: isRelative), to: path)
      }
      var manifest = try String(contentsOfFile: "\(family)/family.yaml", encoding: .utf8)
      let parts = manifest.components(separatedBy: "\n  - id:")
      manifest = parts.prefix(1 + molecules).joined(separator: "\n  - id:") + "\n"
      try Folders.write(manifest, to: "\(family)/family.yaml")
      let said = try swivel("inspect", family, "--json")
      #expect(said.status == 0, "\(said.errors)")
      let record = try #require(
        JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [String: Any])
      return try #require(record["notes"] as? [String]).filter { $0.contains("energy_unit") }
    }
  }

  private func scaled(_ text: String, by factor: Double, isRelative: Bool) -> String {
    let energies = text.matches(of: /\benergy=(\S+)/).compactMap { Double($0.1) }
    let low = isRelative ? energies.min() ?? 0 : 0
    let lines = text.split(separator: "\n").map { line -> String in
      if line.contains("Properties=") {
        return String(line).replacing(/\benergy=(\S+)/) { "energy=\(factor * ((Double($0.1) ?? 0) - low))" }
      }
      var words = line.split(separator: " ").map(String.init)
      guard words.count == 7 else { return String(line) }
      for index in 4..<7 { words[index] = "\(factor * (Double(words[index]) ?? 0))" }
      return words.joined(separator: " ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(arguments: ["alkanes", "ethers", "alcohols", "esters", "amides", "biaryls"])
  func shippedFamiliesRaiseNoAlarm(name: String) throws {
    #expect(try notes(name, times: 1, isRelative: false).isEmpty)
    #expect(try notes(name, times: 1, isRelative: true).isEmpty)
  }

  @Test func totalEnergiesTellEachScan() throws {
    let found = try notes("ethers", times: Units.kilojoule, isRelative: false)
    let scans = try FileManager.default.contentsOfDirectory(atPath: "\(Folders.root)/families/ethers/scans")
    #expect(found.count == scans.count)
    #expect(
      found.allSatisfy {
        $0.contains("scans/") && $0.contains("too small by a factor of 4.18")
          && $0.contains("--energy-unit kcal/mol")
      }, "\(found)")
  }

  @Test func relativeEnergiesTellByTheFamily() throws {
    for name in ["ethers", "alkanes"] {
      let small = try notes(name, times: 1 / Units.electronvolt, isRelative: true)
      #expect(small.count == 1 && small[0].contains("less than"), "\(small)")
      // kJ/mol taken for kcal/mol.
      let large = try notes(name, times: 1 / Units.kilojoule, isRelative: true)
      #expect(large.count == 1 && large[0].contains("times as much as"), "\(large)")
    }
    // A base force field may be off by as much in a scan or two.
    #expect(try notes("ethers", times: 1 / Units.kilojoule, isRelative: true, molecules: 1).isEmpty)
  }
}
