// Files compressed by gzip, read whole; a bomb is refused before it fills the memory.

import CZlib

/// How much a compressed file may hold, bytes: what one file of scans holds at most, and memory bears.
private let largestContent = 160 << 20

/// Whether bytes begin as a gzip file does.
public func isGzip(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

/// What a gzip file holds; several members one after the other, as `cat` makes them, are one text.
/// - Parameters:
///   - bytes: the file.
///   - file: its name, for messages.
/// - Throws: ``InputError`` where it is damaged, cut off, or holds more than 160 MiB.
public func gunzipped(_ bytes: [UInt8], file: String) throws -> [UInt8] {
  var content: [UInt8] = []
  var rest = bytes[...]
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  repeat {
    let used = try inflateMember(rest, file: file, &buffer, into: &content)
    rest = rest.dropFirst(used)
    // What follows the last member and is none, such as zeros that a tape adds, is no matter.
  } while isGzip(rest)
  return content
}

/// Adds what one member holds.
/// - Returns: how many bytes it takes.
private func inflateMember(
  _ member: ArraySlice<UInt8>, file: String, _ buffer: inout [UInt8], into content: inout [UInt8]
) throws -> Int {
  var stream = z_stream()
  // Where it does not start, `inflate` says so.
  _ = swivel_inflate_start(&stream)
  defer { inflateEnd(&stream) }
  return try member.withUnsafeBufferPointer { input in
    // zlib reads there and never writes.
    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    stream.avail_in = UInt32(clamping: input.count)
    while true {
      let (status, produced) = buffer.withUnsafeMutableBufferPointer { output -> (Int32, Int) in
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        return (status, output.count - Int(stream.avail_out))
      }
      content += buffer[..<produced]
      guard content.count <= largestContent else {
        throw InputError(
          SourcePlace(file: file), "holds more than \(largestContent >> 20) MiB when it is unpacked",
          hint: "unpack it and cut it into files")
      }
      if status == Z_STREAM_END { return input.count - Int(stream.avail_in) }
      guard status == Z_OK || (status == Z_BUF_ERROR && stream.avail_in > 0) else {
        let words =
          switch status {
          case Z_BUF_ERROR: "is cut off: the gzip data are not complete"
          case Z_DATA_ERROR: "is damaged: no gzip data from here on"
          default: "cannot be unpacked: zlib says \(String(cString: zError(status)))"
          }
        throw InputError(
          SourcePlace(file: file), words, hint: "copy or write the file again; `gzip -t` checks it")
      }
    }
  }
}
