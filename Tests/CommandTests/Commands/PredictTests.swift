// swivel predict: a molecule that was not fitted, from a scan and from one geometry; and one outside the family.

import Foundation
import Support
import Testing

@Suite struct PredictTests {
  @Test func heldOutMoleculesArePredicted() throws {
    try Folders.temporary { folder in
      let report = "\(folder)/report"
      let fit = try swivel(
        "fit", "alkanes", "--every", "2", "--draws", "250", "--hold-out", "pentane", "--output", report,
        "--forcefields", "\(folder)/files", "--quiet")
      #expect(fit.status == 0, "\(fit.errors)")
      let outcome = try swivel(
        "predict", report, "--topology", "families/alkanes/molecules/pentane.prmtop", "--scan",
        "families/alkanes/scans/pentane-0-1-2-3.extxyz", "--json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let prediction = try json(outcome.output)
      let points = try #require(prediction["points"] as? [[String: Any]])
      #expect(points.count == 24)
      var inside = 0
      for point in points {
        let range = try #require(point["interval90"] as? [Double])
        let own = try #require(point["parameter_interval90"] as? [Double])
        let (mean, qm) = (try #require(point["mean"] as? Double), try #require(point["qm"] as? Double))
        #expect(range[0] < mean && mean < range[1] && range[1] - range[0] > own[1] - own[0])
        #expect(abs(mean - qm) < 0.4)
        if range[0] < qm, qm < range[1] { inside += 1 }
      }
      #expect(inside >= 16, "\(inside) of 24 in the 90 % band")
      let minima = try #require(prediction["minima"] as? [[String: Any]])
      #expect(minima.count == 3)
      let populations = minima.compactMap { $0["population"] as? Double }
      #expect(abs(populations.reduce(0, +) - 1) < 1e-9)
      // Anti is the middle of gauche, anti, gauche, or stands at an end of the circle.
      #expect((populations.max() ?? 0) > 0.5)
      #expect((prediction["barriers"] as? [[String: Any]])?.count == 3)
      #expect(["inside", "near"].contains(prediction["coverage"] as? String))

      let turned = try swivel(
        "predict", report, "--topology", "families/alkanes/molecules/pentane.prmtop", "--coordinates",
        "families/alkanes/scans/pentane-0-1-2-3.extxyz", "--dihedral", "0", "1", "2", "3")
      #expect(turned.status == 0 && turned.output.contains("population at 298 K"), "\(turned.errors)")

      let ether = try swivel(
        "predict", report, "--topology", "families/ethers/molecules/diethyl-ether.prmtop", "--scan",
        "families/ethers/scans/diethyl-ether-0-1-2-3.extxyz", "--json")
      #expect(try json(ether.output)["coverage"] as? String == "outside")

      for arguments in [
        ["--dihedral", "0", "1", "2", "99"], ["--dihedral", "0", "2", "1", "3"],
        ["--dihedral", "0", "1", "2"],
      ] {
        let wrong = try Folders.run(
          swivelPath,
          [
            "predict", report, "--topology", "families/alkanes/molecules/pentane.prmtop", "--coordinates",
            "families/alkanes/scans/pentane-0-1-2-3.extxyz",
          ] + arguments, in: Folders.root)
        #expect(wrong.status == 2, "\(arguments)")
      }
    }
  }
}
