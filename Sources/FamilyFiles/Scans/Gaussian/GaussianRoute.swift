// Gaussian's route: what was computed, whatever the title says.

import Foundation

/// The route section of a job, its lines joined.
struct GaussianRoute {
  let text: String
  private let words: [String]

  init(_ text: String) {
    self.text = text.trimmed
    words = text.split(whereSeparator: \.isWhitespace).map(String.init).filter {
      !$0.hasPrefix("#") || $0.count > 2
    }
    .map { $0.hasPrefix("#") ? String($0.drop { "#pPnNtT".contains($0) }) : $0 }
  }

  /// Whether the job turns one geometry and relaxes nothing.
  var isRigidScan: Bool { words.contains { $0.lowercased().hasPrefix("scan") } }
  /// Whether the job optimises.
  var isOptimisation: Bool {
    words.contains { $0.lowercased().hasPrefix("opt") || $0.lowercased().hasPrefix("popt") }
  }

  /// The level of theory with its dispersion and solvent, such as "B3LYP/6-31G(d)-GD3BJ"; of "A//B" it is A, at which
  /// the energies are. nil where no word has a slash.
  var level: String? {
    guard let word = words.first(where: { isLevel($0) }) else { return nil }
    let energies = word.components(separatedBy: "//")[0]
    var level = energies
    for other in words {
      let lower = other.lowercased()
      if lower.hasPrefix("empiricaldispersion") {
        let value = other.drop { $0 != "=" && $0 != "(" }.filter { !"=()".contains($0) }
        level += "-" + value.uppercased()
      }
      if lower.hasPrefix("scrf") { level += ", " + other }
    }
    return level
  }

  private func isLevel(_ word: String) -> Bool {
    guard let slash = word.firstIndex(of: "/"), let first = word.first, first.isLetter else { return false }
    let before = word[..<slash]
    // In iop(3/33=1) the slash is inside of parentheses that open before it.
    let opened = before.count { $0 == "(" } - before.count { $0 == ")" }
    return !before.contains("=") && opened == 0 && word.index(after: slash) != word.endIndex
  }

  /// A method that a title names and the route does not.
  func methodNamed(in title: String) -> String? {
    let own = (level ?? text).uppercased()
    let words = Set(
      title.uppercased().split { !$0.isLetter && !$0.isNumber && $0 != "-" }.flatMap { word in
        [String(word)] + word.split(separator: "-").map(String.init)
      })
    return ["CCSD", "MP2", "B3LYP", "M06-2X", "PBE0", "HF"].first { words.contains($0) && !own.contains($0) }
  }
}
