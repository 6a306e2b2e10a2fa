// The tags of an XML file with the bytes they stand on, so that single ones can be written anew.

import TextFiles

/// A tag of an XML file.
struct MarkupTag {
  var name: String
  /// Where it stands, brackets included.
  var range: Range<Int>
  /// Whether it closes an element that another tag opened.
  var isEnd: Bool
  /// Whether it is an element by itself.
  var isEmpty: Bool

  /// Every tag of a file that is known to be well-formed; comments and declarations are passed over.
  static func all(in bytes: [UInt8]) -> [MarkupTag] {
    var result: [MarkupTag] = []
    var at = 0
    while let open = bytes[at...].firstIndex(of: UInt8(ascii: "<")) {
      if bytes[open...].starts(with: Array("<!--".utf8)) {
        at = end(of: "-->", in: bytes, from: open)
        continue
      }
      var close = open + 1
      var quote: UInt8?
      while close < bytes.count {
        let byte = bytes[close]
        if let open = quote {
          if byte == open { quote = nil }
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
          quote = byte
        } else if byte == UInt8(ascii: ">") {
          break
        }
        close += 1
      }
      guard close < bytes.count else { break }
      at = close + 1
      let second = bytes[open + 1]
      guard second != UInt8(ascii: "?"), second != UInt8(ascii: "!") else { continue }
      let isEnd = second == UInt8(ascii: "/")
      let name = bytes[(open + (isEnd ? 2 : 1))..<close].prefix {
        $0 > 32 && $0 != UInt8(ascii: "/")
      }
      result.append(
        MarkupTag(
          name: String(decoding: name, as: UTF8.self), range: open..<(close + 1), isEnd: isEnd,
          isEmpty: bytes[close - 1] == UInt8(ascii: "/")))
    }
    return result
  }

  private static func end(of text: String, in bytes: [UInt8], from start: Int) -> Int {
    let pattern = Array(text.utf8)
    var at = start
    while at < bytes.count {
      if bytes[at...].starts(with: pattern) { return at + pattern.count }
      at += 1
    }
    return bytes.count
  }

  /// The attributes as they are written, in their order.
  func attributes(in bytes: [UInt8]) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    var at = range.lowerBound
    while let equals = bytes[at..<range.upperBound].firstIndex(of: UInt8(ascii: "=")) {
      var end = equals
      while end > at, bytes[end - 1] <= 32 { end -= 1 }
      var start = end
      while start > at, bytes[start - 1] > 32 { start -= 1 }
      guard
        let open = bytes[equals..<range.upperBound].firstIndex(where: {
          $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
        }),
        let close = bytes[(open + 1)..<range.upperBound].firstIndex(of: bytes[open])
      else { break }
      result.append(
        (
          String(decoding: bytes[start..<end], as: UTF8.self),
          String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        ))
      at = close + 1
    }
    return result
  }
}
