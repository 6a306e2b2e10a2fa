// Markup that cannot be injected into: only literals of this source are taken as they stand, every text is escaped.

import TextFiles

/// A piece of XHTML-compatible HTML or SVG.
///
/// A literal is markup; an interpolated `String` is text and gets escaped; an interpolated `Markup` goes in as it is.
/// There is no interpolation of `Double` on purpose: numbers pass through ``fixed(_:_:)`` or ``coordinate(_:)``, which
/// never write NaN.
struct Markup: ExpressibleByStringInterpolation, Hashable, Sendable {
  /// The characters.
  let source: String

  init(stringLiteral value: String) { source = value }

  init(stringInterpolation interpolation: StringInterpolation) { source = interpolation.source }

  /// Text, escaped.
  init(escaping text: String) { source = xmlText(text) }

  /// A sentence, escaped, in which what a user types stands between back-ticks.
  init(sentence text: String) {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false).map { xmlText(String($0)) }
    // A back-tick without a partner is itself.
    guard pieces.count % 2 == 1 else {
      source = xmlText(text)
      return
    }
    source = pieces.enumerated().map { $0 % 2 == 1 ? "<code>\($1)</code>" : $1 }.joined()
  }

  private init(source: String) { self.source = source }

  /// Markup that was put together from literals of this source elsewhere; never from names.
  init(trusted source: String) { self.init(source: source) }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(2 * literalCapacity) }

    mutating func appendLiteral(_ literal: String) { source += literal }

    mutating func appendInterpolation(_ text: String) { source += xmlText(text) }

    mutating func appendInterpolation(_ number: Int) { source += "\(number)" }

    mutating func appendInterpolation(_ markup: Markup) { source += markup.source }

    mutating func appendInterpolation(_ pieces: [Markup]) {
      for piece in pieces { source += piece.source }
    }

    /// Nothing for nil.
    mutating func appendInterpolation(_ markup: Markup?) { source += markup?.source ?? "" }
  }

  static func + (a: Markup, b: Markup) -> Markup { Markup(source: a.source + b.source) }

  /// `pieces` with `separator` between them.
  static func joined(_ pieces: [Markup], separator: Markup = "") -> Markup {
    Markup(source: pieces.map(\.source).joined(separator: separator.source))
  }
}
