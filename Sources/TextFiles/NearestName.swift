// The name that was meant by one that is not there.

import Foundation

/// The word of a list that is nearest to a misspelt one, whatever the case of its letters; nil when none is near.
///
/// Near is at most two edits, or a third of the word's length where that is more; one edit in words of up to three
/// letters. An edit inserts, deletes or replaces a letter, or swaps two neighbours. Of names equally near one of the
/// same letters wins, since fingers swap letters more often than they hit a wrong one, and then the first by the
/// alphabet.
public func nearestName(to word: String, in list: some Sequence<String>) -> String? {
  let wanted = Array(word.lowercased())
  let limit = wanted.count <= 3 ? 1 : max(2, wanted.count / 3)
  let letters = wanted.sorted()
  let ranked = list.map { name -> (distance: Int, otherLetters: Int, word: String) in
    let other = Array(name.lowercased())
    return (editDistance(wanted, other), other.sorted() == letters ? 0 : 1, name)
  }
  guard !wanted.isEmpty, let best = ranked.min(by: <), best.distance <= limit else { return nil }
  return best.word
}

/// A path that is there and whose every part is that of a missing one or the nearest name to it; nil when there is
/// none.
public func nearestPath(to path: String) -> String? {
  let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
  var found = path.hasPrefix("/") ? "/" : ""
  for part in parts {
    let folder = found.isEmpty ? "." : found
    let start = found.isEmpty || found == "/" ? found : found + "/"
    guard !FileManager.default.fileExists(atPath: start + part) else {
      found = start + part
      continue
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { !$0.hasPrefix(".") || part.hasPrefix(".") }
    guard let name = nearestName(to: part, in: names) else { return nil }
    found = start + name
  }
  return found.isEmpty || found == path ? nil : found
}

/// "did you mean NAME?", or else another hint.
public func didYouMean(_ name: String?, else hint: String?) -> String? {
  name.map { "did you mean \($0)?" } ?? hint
}

/// The number of edits between two words: insertions, deletions, replacements and swaps of neighbours, no letter edited
/// twice (optimal string alignment).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var (before, row) = ([Int](), Array(0...b.count))
  for i in a.indices {
    var next = [i + 1]
    for j in b.indices {
      var best = min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
      next.append(best)
    }
    (before, row) = (row, next)
  }
  return row[b.count]
}
