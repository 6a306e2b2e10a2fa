// Words of commands that are shown to be run.

/// A word as a POSIX shell reads it back: in quotes where it needs them.
/// - Parameter word: the word.
public func shellWord(_ word: String) -> String {
  let isPlain = word.unicodeScalars.allSatisfy { scalar in
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
      || "-_./=+:,@%".unicodeScalars.contains(scalar)
  }
  return isPlain && !word.isEmpty
    ? word
    : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
