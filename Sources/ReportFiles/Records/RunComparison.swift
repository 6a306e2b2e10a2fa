// Two runs side by side: parameters, profiles, scores; as JSON and as a page.

import FoundationEssentials
import TextFiles

/// Two runs side by side.
public struct RunComparison: Encodable, Hashable, Sendable {
  /// A run's name.
  public struct Side: Encodable, Hashable, Sendable {
    /// The path as given.
    public var source: String
    /// The family's name.
    public var family: String
    /// The version that made it.
    public var version: String
  }

  /// A force constant in both; null where a run does not have it. kcal/mol.
  public struct ParameterPair: Encodable, Hashable, Sendable {
    /// "c3-c3-c3-c3 n=3".
    public var label: String
    /// Posterior means.
    @Nullable public var a: Double?
    /// See `a`.
    @Nullable public var b: Double?
    /// Posterior standard deviations.
    @Nullable public var sdA: Double?
    /// See `sdA`.
    @Nullable public var sdB: Double?
    /// b − a.
    @Nullable public var difference: Double?
    /// The difference in the larger of the two standard deviations.
    @Nullable public var differenceSD: Double?

    enum CodingKeys: String, CodingKey {
      case label, a, b, difference
      case sdA = "sd_a"
      case sdB = "sd_b"
      case differenceSD = "difference_sd"
    }
  }

  /// A scan in both.
  public struct ScanPair: Encodable, Hashable, Sendable {
    /// "butane 0-1-2-3".
    public var label: String
    /// Errors of the posterior means, kcal/mol.
    @Nullable public var a: Double?
    /// See `a`.
    @Nullable public var b: Double?
    /// Root mean square difference of the two profiles' deviations from quantum chemistry, kcal/mol; null where a run
    /// has no profile.
    @Nullable public var profileDifference: Double?
    /// Largest difference.
    @Nullable public var largest: Double?
    /// Where, degree.
    @Nullable public var angle: Int?

    enum CodingKeys: String, CodingKey {
      case label, a, b, largest, angle
      case profileDifference = "profile_difference"
    }
  }

  /// A score in both.
  public struct ScorePair: Encodable, Hashable, Sendable {
    /// "error", "held-out error", …
    public var name: String
    /// The two values.
    @Nullable public var a: Double?
    /// See `a`.
    @Nullable public var b: Double?
  }

  /// "swivel.diff/1".
  public var schema = "swivel.diff/1"
  /// The first run.
  public var a: Side
  /// The second.
  public var b: Side
  /// Force constants of either.
  public var parameters: [ParameterPair]
  /// Scans of either.
  public var scans: [ScanPair]
  /// Scores of either.
  public var scores: [ScorePair]

  /// Two runs side by side, in the first one's order.
  public init(_ first: ComparedRun, _ second: ComparedRun) {
    a = Side(source: first.source, family: first.family, version: first.version)
    b = Side(source: second.source, family: second.family, version: second.version)
    func either<Item>(
      _ left: [Item], _ right: [Item], by name: (Item) -> String
    ) -> [(name: String, left: Item?, right: Item?)] {
      let old = Dictionary(left.map { (name($0), $0) }) { first, _ in first }
      let new = Dictionary(right.map { (name($0), $0) }) { first, _ in first }
      return (left.map(name) + right.map(name).filter { old[$0] == nil }).map { ($0, old[$0], new[$0]) }
    }
    parameters = either(first.parameters, second.parameters, by: \.label).map { pair in
      let difference = pair.left.flatMap { left in pair.right.map { $0.mean - left.mean } }
      let sd = max(pair.left?.sd ?? 0, pair.right?.sd ?? 0)
      return ParameterPair(
        label: pair.name, a: pair.left?.mean, b: pair.right?.mean, sdA: pair.left?.sd, sdB: pair.right?.sd,
        difference: difference, differenceSD: sd > 0 ? difference.map { $0 / sd } : nil)
    }
    scans = either(first.scans, second.scans, by: \.label).map { pair in
      let changes = (pair.left?.deviations ?? [:]).compactMap { angle, before in
        pair.right?.deviations[angle].map { (angle: angle, change: $0 - before) }
      }.sorted { $0.angle < $1.angle }
      let worst = changes.max { abs($0.change) < abs($1.change) }
      let square = changes.reduce(0) { $0 + $1.change * $1.change } / Double(max(1, changes.count))
      return ScanPair(
        label: pair.name, a: pair.left?.rmse, b: pair.right?.rmse,
        profileDifference: changes.isEmpty ? nil : square.squareRoot(), largest: worst?.change,
        angle: worst?.angle)
    }
    scores = either(first.scores, second.scores, by: \.name).map {
      ScorePair(name: $0.name, a: $0.left?.value, b: $0.right?.value)
    }
  }
}

/// A comparison as a page that needs no other file.
public func htmlComparison(_ comparison: RunComparison) -> String {
  func table(_ header: [String], _ rows: [[String]]) -> Markup {
    let head = header.map { "<th scope=\"col\">\($0)</th>" as Markup }
    let body = rows.map { row -> Markup in
      let cells = row.dropFirst().map { "<td>\($0)</td>" as Markup }
      return "<tr><th scope=\"row\">\(row[0])</th>\(cells)</tr>\n"
    }
    return "<table><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table>"
  }
  func text(_ value: Double?, _ digits: Int = 3) -> String { value == nil ? "–" : fixed(value, digits) }
  let (a, b) = (comparison.a, comparison.b)
  let parameters = table(
    ["torsion", "A", "± sd", "B", "± sd", "B − A", "in sd"],
    comparison.parameters.map {
      [
        $0.label, text($0.a), text($0.sdA), text($0.b), text($0.sdB), text($0.difference),
        text($0.differenceSD, 1),
      ]
    })
  let scans = table(
    ["scan", "error A", "error B", "profiles differ by", "at most", "at"],
    comparison.scans.map {
      [
        $0.label, text($0.a), text($0.b), text($0.profileDifference), text($0.largest),
        $0.angle.map { "\($0)°" } ?? "–",
      ]
    })
  let scores = table(["score", "A", "B"], comparison.scores.map { [$0.name, text($0.a), text($0.b)] })
  let page: Markup = """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>\(a.source) and \(b.source)</title>
    <style>\(pageStyle) td{text-align:right}</style></head><body><main>
    <h1>Two runs side by side</h1>
    <p>A: \(a.source), \(a.family), swivel \(a.version). B: \(b.source), \(b.family), swivel \(b.version).
    Energies and force constants in kcal/mol.</p>
    <h2>Scores</h2>\(scores)<h2>Scans</h2>\(scans)<h2>Force constants</h2>\(parameters)
    </main></body></html>

    """
  return page.source
}
