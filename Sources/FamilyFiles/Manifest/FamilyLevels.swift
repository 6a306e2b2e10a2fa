// Levels of theory in a family: which its force constants are for, which scans are of another, and what contradicts
// that.

import Chemistry
import TextFiles

/// A scan by its molecule and its path in the manifest.
struct ScanName: Hashable {
  var molecule: String
  var scan: String
}

/// What is known of the level of one scan.
struct ScanLevels {
  var name: ScanName
  /// By family.yaml, of the scan or its molecule.
  var stated: String?
  /// By its files.
  var read: [String]
  var place: SourcePlace
}

/// The levels of a family.
///
/// The family's own is `level_of_theory:` at the top, else the one that all scans have. A scan is of another where its
/// entry or its molecule's states one, or where its file does and `other_levels:` lists it. What files say beside that
/// is a contradiction.
struct FamilyLevels {
  /// The family's own; nil where nobody says.
  var target: String?
  /// The scans of other levels.
  var others: [ScanName: String] = [:]
  /// What contradicts the manifest.
  var notes: [String] = []

  /// - Throws: `InputError` where scans have different levels and nothing says which the force constants are for, or no
  ///   scan has that.
  init(_ manifest: FamilyManifest, scans: [ScanLevels]) throws {
    let declared = scans.compactMap(\.stated)
    let top = manifest.origin.levelOfTheory
    target = top ?? declared.first
    if top == nil,
      let odd = scans.first(where: { $0.stated.map { !areSame($0, declared[0]) } ?? !declared.isEmpty })
    {
      throw InputError(
        odd.place,
        "scans are of several levels of theory, and nothing says which the force constants are for",
        hint: "add `level_of_theory: \(declared[0])` at the top of family.yaml, or the other one")
    }
    var contradictions: [(level: String, scan: String, own: String)] = []
    var known: [String] = []
    for scan in scans {
      let listed = scan.read.compactMap { read in manifest.otherLevels.first { areSame($0, read) } }.first
      var own = scan.stated ?? listed ?? target
      if let level = own, let target, !areSame(level, target) {
        // One spelling of each.
        let name = known.first { areSame($0, level) } ?? level
        if name == level, !known.contains(level) { known.append(level) }
        others[scan.name] = name
      }
      own = own ?? scans.first { !$0.read.isEmpty }?.read.first
      if let own {
        contradictions += scan.read.filter { !areSame($0, own) }.map { ($0, scan.name.scan, own) }
      }
    }
    if let target, !scans.isEmpty, others.count == scans.count {
      throw InputError(
        scans[0].place, "no scan is of the family's level of theory, \(target)",
        hint:
          "the force constants are for it: add scans of it, or state `level_of_theory: \(known[0])` at the top"
      )
    }
    // Without a statement the scans say it, where they agree.
    if target == nil, contradictions.isEmpty { target = scans.flatMap(\.read).first }
    if let first = contradictions.first { notes.append(Self.note(first, contradictions, manifest, scans)) }
  }

  private static func note(
    _ first: (level: String, scan: String, own: String),
    _ all: [(level: String, scan: String, own: String)], _ manifest: FamilyManifest, _ scans: [ScanLevels]
  ) -> String {
    let count = Set(all.map(\.scan)).count
    let who = first.scan + (count > 1 ? " and \(count - 1) more" : "")
    let isStated = manifest.origin.levelOfTheory != nil || scans.contains { $0.stated != nil }
    let statement =
      isStated ? "family.yaml says" : "\(scans.first { !$0.read.isEmpty }?.name.scan ?? "another") says"
    return
      "\(who): the file says level of theory \(first.level) where \(statement) \(first.own): one of them "
      + "is wrong, or levels are mixed; "
      + "scans of another level are declared by `other_levels: [\(first.level)]` beside `level_of_theory:`"
  }
}

/// Whether two names are of one level; of "A//B" the energies are at A.
private func areSame(_ a: String, _ b: String) -> Bool {
  partsOfLevel(a)[0] == partsOfLevel(b)[0]
}

/// The level of the geometries of "A//B", B, where it is not that of the energies.
func levelOfGeometries(_ level: String) -> String? {
  let parts = partsOfLevel(level)
  guard parts.count == 2, parts[0] != parts[1], !parts[1].isEmpty else { return nil }
  return level.components(separatedBy: "//")[1].trimmingCharacters(in: .whitespaces)
}

/// A level's parts about "//", in small letters without blanks: energies, geometries.
private func partsOfLevel(_ level: String) -> [String] {
  level.lowercased().filter { !$0.isWhitespace }.components(separatedBy: "//")
}
