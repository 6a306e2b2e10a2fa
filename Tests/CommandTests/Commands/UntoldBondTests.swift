// Force constants about bonds that no fitted scan turns.

import Foundation
import Support
import Testing

@Suite struct UntoldBondTests {
  /// With n-methylbutanamide left out of the amides, torques about the resting ethyl bonds of the others once took constants of
  /// ±15 kcal/mol that cancelled there, and missed its scans by 36 kcal/mol.
  @Test func constantsOfBondsWithoutScansStayAsThePriorHasThem() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/families/amides"
      for part in ["molecules", "scans"] {
        try FileManager.default.copyItem(atPath: "\(source)/\(part)", toPath: "\(folder)/\(part)")
      }
      try Folders.write(
        """
        name: ethyl
        torsions:
          - types: [X, c, ns, X]
          - types: [X, c3, c3, X]
        molecules:
          - id: n-ethylacetamide
            topology: molecules/n-ethylacetamide.prmtop
            scans: [scans/n-ethylacetamide-0-1-3-4.extxyz]
        """, to: "\(folder)/family.yaml")
      let run = try swivel(
        "fit", folder, "--rounds", "0", "--draws", "300", "--output", "\(folder)/r", "--forcefields",
        "\(folder)/f", "--quiet")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let parameters = try #require(summary["parameters"] as? [[String: Any]])
      var untold = 0
      for parameter in parameters {
        let types = try #require(parameter["types"] as? [String])
        guard types[1] == "c3", types[2] == "c3" else { continue }
        untold += 1
        let (mean, base) = (try #require(parameter["mean"] as? Double), parameter["base"] as? Double)
        // Means are recentred on the conditional one: equal but for the order of sums.
        #expect(abs(mean - (base ?? 0)) < 1e-9, "\(types)")
        #expect(abs(try #require(parameter["contraction"] as? Double)) < 0.2, "\(types)")
      }
      #expect(untold > 1)
      let model = try #require(summary["model"] as? [String: Any])
      let scales = try #require(model["scales"] as? [[String: Any]])
      #expect(scales.contains { $0["name"] as? String == "prior bonds without scans" })
    }
  }
}
