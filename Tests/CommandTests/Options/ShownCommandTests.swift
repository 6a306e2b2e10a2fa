// The command that a page shows makes the same files again, whatever options were given.

import Foundation
import Support
import Testing

@Suite struct ShownCommandTests {
  /// A value of every option that changes a fit, none of them the default.
  static let values: [String: [String]] = [
    "seed": ["7"], "chains": ["3"], "warmup": ["40"], "draws": ["70"], "likelihood": ["energy"],
    "prior-centre": ["zero"], "noise": ["student-t"], "no-bagging": [], "effective-points": ["7.5"],
    "energy-weight": ["openff"], "energy-upper": ["3.25"], "rounds": ["0"], "every": ["3"],
    "hold-out": ["butane"], "cartesian-restraint": ["0.5"], "torsion-restraint": ["1.25"],
    "well-width": ["21.7"], "geometry-draws": ["4"], "set-aside": [],
  ]
  /// What says where to write and what to print, not what to fit; threads change nothing.
  static let others: Set<String> = [
    "output", "forcefields", "threads", "write-design", "json", "quiet", "version", "h", "help", "bagging",
  ]

  @Test func everyOptionIsAmongThem() throws {
    let help = try Folders.run(swivelPath, ["fit", "--experimental-dump-help"])
    let command = try #require(try json(help.output)["command"] as? [String: Any])
    let arguments = try #require(command["arguments"] as? [[String: Any]])
    let names = arguments.flatMap { argument in
      (argument["names"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    }
    #expect(Set(names).subtracting(Self.others) == Set(Self.values.keys))
  }

  @Test(arguments: values.keys.sorted() + ["all at once"])
  func shownCommandGivesTheSameBytes(_ option: String) throws {
    try Folders.temporary { folder in
      _ = try makeSmallFamily(in: folder)
      // Quick, and given by options that the shown command has to have.
      var options = [
        "chains": ["2"], "draws": ["40"], "warmup": ["20"], "rounds": ["1"], "every": ["4"],
      ]
      for (name, value) in Self.values where name == option || option == "all at once" {
        options[name] = value
      }
      let words = options.sorted { $0.key < $1.key }.flatMap { ["--" + $0.key] + $0.value }
      let first = try Folders.run(
        swivelPath, ["fit", "small", "--quiet", "--output", "a", "--forcefields", "fa"] + words, in: folder)
      // Draws this few may not converge.
      #expect([0, 3].contains(first.status), "\(first.errors)")
      let page = try String(contentsOfFile: "\(folder)/a/index.html", encoding: .utf8)
      let shown = try #require(page.firstMatch(of: /<pre class="command"[^>]*><code>(.*?)<\/code>/)).1
      #expect(shown.hasPrefix("swivel fit small "))
      let again =
        shown.replacing("swivel ", with: "'\(swivelPath)' ", maxReplacements: 1)
        .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
        + " --quiet --output b --forcefields fb"
      let second = try Folders.run("/bin/sh", ["-c", String(again)], in: folder)
      #expect(second.status == first.status, "\(second.errors)")
      for (a, b) in [
        ("a/summary.json", "b/summary.json"), ("a/posterior.csv", "b/posterior.csv"),
        ("fa/parameters.json", "fb/parameters.json"), ("fa/small.frcmod", "fb/small.frcmod"),
      ] {
        let bytes = try #require(FileManager.default.contents(atPath: "\(folder)/\(a)"))
        #expect(bytes == FileManager.default.contents(atPath: "\(folder)/\(b)"), "\(a) after \(shown)")
      }
      let settings = try ["a", "b"].map { name in
        try json(String(contentsOfFile: "\(folder)/\(name)/run.json", encoding: .utf8))["settings"]
          as? [String: String]
      }
      #expect(settings[0] != nil && settings[0] == settings[1])
    }
  }
}
