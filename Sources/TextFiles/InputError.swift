// The one error for input that is wrong: where, what was expected, what to do.

/// A place in a file; line and column count from 1.
public struct SourcePlace: Hashable, Sendable {
  /// The file as the user named it.
  public var file: String
  /// The line, when known.
  public var line: Int?
  /// The column, when known.
  public var column: Int?

  /// A place.
  public init(file: String, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// Input that cannot be used, worded for the person who has to mend it. Ends the command with exit code 2.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where, when there is a place.
  public var place: SourcePlace?
  /// What is wrong and what was expected.
  public var message: String
  /// What to do about it.
  public var hint: String?

  /// An error at a place.
  public init(_ place: SourcePlace?, _ message: String, hint: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// "file:line:column: message" and, on the next line, "hint: …".
  public var description: String { described(excerpt: nil) }

  /// The same with the line in question and carets under what is wrong, where the file can be read again.
  public var descriptionWithExcerpt: String {
    described(excerpt: place.flatMap { sourceExcerpt($0, message: message) })
  }

  private func described(excerpt: String?) -> String {
    var text = ""
    if let place {
      text += place.file
      if let line = place.line { text += ":\(line)" }
      if let column = place.column { text += ":\(column)" }
      text += ": "
    }
    text += message
    if let excerpt { text += "\n\(excerpt)" }
    if let hint { text += "\n  hint: \(hint)" }
    return text
  }
}
