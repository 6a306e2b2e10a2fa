// A scan of which three frames clashed, as a user runs it.

import Foundation
import Support
import Testing

@Suite struct ClashTests {
  @Test func threeFramesAreNamedAndTheRestFitted() throws {
    try Folders.temporary { folder in
      let run = try swivel(
        "fit", "Tests/Fixtures/clash", "--draws", "300", "--output", "\(folder)/r", "--forcefields",
        "\(folder)/f")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      #expect(run.errors.contains("frame 12 (lies 405 kcal/mol above"), "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let scan = try #require((summary["scans"] as? [[String: Any]])?.first)
      let frames = (scan["set_aside"] as? [[String: Any]] ?? []).compactMap { $0["frame"] as? Int }
      #expect(frames == [12, 13, 14] && scan["points"] as? Int == 21)
      #expect((scan["rmse_fit"] as? Double ?? 9) < 0.8)
      let own = try #require((scan["errors"] as? [String: Any])?["fit"] as? [String: Any])
      let all = try #require((summary["errors"] as? [String: Any])?["fit"] as? [String: Any])
      for key in [
        "forcebalance_rmse", "espaloma_rmse", "yammbs_rmse", "yammbs_rmsd", "all_atom_rmsd",
        "yammbs_js_distance",
      ] {
        // Of one scan the pooled errors are its own.
        let (one, pooled) = (own[key] as? Double ?? -1, all[key] as? Double ?? -2)
        #expect(abs(one - pooled) < 1e-9, "\(key)")
      }
      #expect(own["forcebalance_rmse"] as? Double == scan["rmse_fit_min_referenced"] as? Double)
      let sources = try #require((summary["errors"] as? [String: Any])?["sources"] as? [String: String])
      #expect(Set(sources.keys) == Set(all.keys) && sources.values.allSatisfy { $0.hasPrefix("https://") })
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("As others print errors") && page.contains("github.com/openforcefield/yammbs"))
      #expect((scan["high_energy"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func pointsOverALimitAreNamed() throws {
    try Folders.temporary { folder in
      let run = try swivel(
        "fit", "Tests/Fixtures/clash", "--draws", "300", "--energy-upper", "2", "--output", "\(folder)/r",
        "--forcefields", "\(folder)/f")
      #expect(run.errors.contains("too high in energy to count"), "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let scan = try #require((summary["scans"] as? [[String: Any]])?.first)
      let high = try #require(scan["high_energy"] as? [[String: Any]])
      #expect(
        !high.isEmpty && high.allSatisfy { ($0["energy"] as? Double ?? 0) > 2 && $0["weight"] as? Int == 0 })
      #expect(scan["points"] as? Int == 21)
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("Too high in energy to count"))
    }
  }

  @Test(arguments: [["--energy-upper", "0"], ["--energy-upper", "-3"], ["--energy-weight", "steep"]])
  func badOptionsAreRefused(options: [String]) throws {
    #expect(try Folders.run(swivelPath, ["fit", "alkanes"] + options, in: Folders.root).status == 2)
  }
}
