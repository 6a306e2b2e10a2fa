// The words of one line of a LAMMPS data file or input script, each with its place for messages.

import TextFiles

/// A line's words, without its comment.
struct LammpsLine {
  /// A word and the column it starts in.
  struct Word {
    var text: String
    var column: Int
  }

  var words: [Word]
  /// What stands after `#`, trimmed.
  var comment: String
  var file: String
  var line: Int
  /// Whether it applies only where the type label it names is one of the molecule's.
  var needsLabel = false

  /// The words' texts.
  var texts: [String] { words.map(\.text) }

  /// The first word, lower case; empty where there is none.
  var first: String { words.first?.text.lowercased() ?? "" }

  /// A line cut at blanks; a part in quotes is one word (without the quotes).
  init(_ text: some StringProtocol, file: String, line: Int) {
    words = []
    comment = ""
    self.file = file
    self.line = line
    var word = ""
    var start: Int?
    var quote: Character?
    for (index, character) in text.enumerated() {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
        continue
      }
      switch character {
      case "#":
        comment = text.dropFirst(index + 1).trimmingSpaces
        if let start { words.append(Word(text: word, column: start)) }
        return
      case "\"", "'":
        quote = character
        start = start ?? index + 1
      case _ where character.isWhitespace:
        if let start { words.append(Word(text: word, column: start)) }
        start = nil
        word = ""
      default:
        start = start ?? index + 1
        word.append(character)
      }
    }
    if let start { words.append(Word(text: word, column: start)) }
  }

  /// The line's place, of one of its words where given.
  func place(_ word: Int? = nil) -> SourcePlace {
    SourcePlace(file: file, line: line, column: word.flatMap { words.dropFirst($0).first?.column })
  }

  /// An error in this line.
  func error(_ message: String, word: Int? = nil, hint: String? = nil) -> InputError {
    InputError(place(word), message, hint: hint)
  }

  /// Word number `index`.
  func word(_ index: Int, _ what: String) throws -> String {
    guard index >= 0, index < words.count else {
      throw error(
        "ends after \(words.count) words; \(what) was expected", word: words.count - 1,
        hint: "the line may be cut off")
    }
    return words[index].text
  }

  /// Word number `index` as a finite number.
  func number(_ index: Int, _ what: String) throws -> Double {
    let text = try word(index, what)
    guard let value = Double(text), abs(value) < 1e18 else {
      throw error(
        "\"\(text)\" is no finite number; \(what) was expected", word: index,
        hint: text.contains("$") ? "write the value in place of the variable" : nil)
    }
    return value
  }

  /// Word number `index` as a whole number.
  func integer(_ index: Int, _ what: String) throws -> Int {
    let text = try word(index, what)
    guard let value = Int(text), value.magnitude < 1 << 40 else {
      throw error(
        "\"\(text)\" is no whole number; \(what) was expected", word: index,
        hint: text.contains("$") ? "write the value in place of the variable" : nil)
    }
    return value
  }
}
