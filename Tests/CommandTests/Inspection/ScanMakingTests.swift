// Scans that were made rigid, and grids over two dihedrals, as a user runs them. Their energies are those of the force field
// itself (made with xtb's geometries and OpenMM): taken as they were made the base force field has no error.

import Foundation
import Support
import Testing

@Suite struct ScanMakingTests {
  private let fixtures = "Tests/Fixtures/made"

  @Test func rigidScansAreTakenAsGiven() throws {
    try Folders.temporary { folder in
      let run = try swivel(
        "fit", "\(fixtures)/rigid", "--draws", "300", "--output", "\(folder)/r", "--forcefields",
        "\(folder)/f")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      #expect(run.errors.contains("(geometry: rigid)"), "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      #expect(try #require(summary["rmse_base"] as? Double) < 1e-5)
      let scan = try #require((summary["scans"] as? [[String: Any]])?.first)
      #expect(scan["geometry"] as? String == "rigid" && (scan["held"] as? [[Int]])?.isEmpty == true)
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("rigid: energies at the geometries as given"))
      // The profile of the scan is that of its geometries, and a relaxed one where that is asked for.
      func barrier(_ more: String...) throws -> Double {
        let predicted = try Folders.run(
          swivelPath,
          ["predict", "\(folder)/r", "--topology", "\(fixtures)/rigid/butane.prmtop"]
            + ["--scan", "\(fixtures)/rigid/butane-0-1-2-3.extxyz", "--json"] + more, in: Folders.root)
        #expect(predicted.status == 0, "\(predicted.errors)")
        let points = try #require(try json(predicted.output)["points"] as? [[String: Any]])
        return try #require(points.compactMap { $0["mean"] as? Double }.max())
      }
      #expect(try abs(barrier() - 12.042) < 0.02)
      #expect(try barrier("--geometry", "relaxed") < 6)
    }
  }

  @Test func rowsAreOneGridWithAMap() throws {
    try Folders.temporary { folder in
      let inspected = try swivel("inspect", "\(fixtures)/rows")
      #expect(inspected.output.contains("4-0-1-2 held") && inspected.output.contains("rows of a grid"))
      let run = try swivel(
        "fit", "\(fixtures)/rows", "--draws", "300", "--output", "\(folder)/r", "--forcefields", "\(folder)/f"
      )
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      #expect(try #require(summary["rmse_base"] as? Double) < 5e-4)
      let scans = try #require(summary["scans"] as? [[String: Any]])
      #expect(scans.count == 1 && scans[0]["points"] as? Int == 144)
      #expect(
        scans[0]["held"] as? [[Int]] == [[4, 0, 1, 2]] && (scans[0]["derived"] as? [Any])?.isEmpty == true)
      // Both bonds are driven: the torsions about the hydroxyl's are fitted too.
      let parameters = try #require(summary["parameters"] as? [[String: Any]])
      #expect(parameters.contains { $0["types"] as? [String] == ["c3", "c3", "oh", "ho"] })
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("class=\"profile map\"") && page.contains("4-0-1-2, degree"))
      #expect(try swivel("report", "\(folder)/r", "--figures", "\(folder)/g").status == 0)
    }
  }

  /// A whole grid in one file, which names one dihedral alone; and what predict says of it.
  @Test func gridsInOneFileArePredictedPointByPoint() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/\(fixtures)/rows"
      let rows = try FileManager.default.contentsOfDirectory(atPath: source).filter { $0.hasSuffix("extxyz") }
      let text = try rows.sorted().map { try String(contentsOfFile: "\(source)/\($0)", encoding: .utf8) }
      try Folders.write(text.joined(), to: "\(folder)/grid.extxyz")
      let inspected = try swivel(
        "inspect", "\(folder)/grid.extxyz", "--topology", "\(fixtures)/rows/glycol.prmtop")
      #expect(inspected.output.contains("2-D with 4-0-1-2"), "\(inspected.output)")
      let run = try swivel(
        "fit", "\(fixtures)/rows", "--draws", "300", "--output", "\(folder)/r", "--forcefields",
        "\(folder)/f",
        "--quiet")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      let predicted = try swivel(
        "predict", "\(folder)/r", "--topology", "\(fixtures)/rows/glycol.prmtop", "--scan",
        "\(folder)/grid.extxyz", "--json")
      let record = try json(predicted.output)
      let points = try #require(record["points"] as? [[String: Any]])
      #expect(points.count == 144 && (record["minima"] as? [Any])?.isEmpty == true)
      #expect(
        points.allSatisfy { point in
          guard let mean = point["mean"] as? Double, let qm = point["qm"] as? Double else { return false }
          return point["second"] is Double && abs(mean - qm) < 0.2
        })
    }
  }
}
