// gzip: what was packed comes out, whoever packed it; what is cut off or damaged is named, and never taken for data.

import Foundation
import Support
import Testing
import TextFiles

@Suite struct GunzipTests {
  /// CRC-32 as gzip has it (RFC 1952, section 8).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  /// A gzip member of stored blocks (RFC 1951, section 3.2.4), with a file name in its header where one is given.
  static func packed(_ bytes: [UInt8], name: String? = nil) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, name == nil ? 0 : 8, 0, 0, 0, 0, 0, 3]
    if let name { result += Array(name.utf8) + [0] }
    let starts = Array(stride(from: 0, to: max(1, bytes.count), by: 60_000))
    for start in starts {
      let block = bytes[start..<min(bytes.count, start + 60_000)]
      let size = UInt16(block.count)
      result += [start == starts.last ? 1 : 0] + littleEndian(size) + littleEndian(~size) + block
    }
    return result + littleEndian(checksum(bytes)) + littleEndian(UInt32(bytes.count))
  }

  private static let text = Array("13\nenergy=-1.5\nC 0 0 0\n".utf8)

  @Test func whatWasPackedComesOut() throws {
    for bytes in [[], Self.text, [UInt8](repeating: 7, count: 150_000), (0...255).map { UInt8($0) }] {
      #expect(try gunzipped(Self.packed(bytes), file: "a.gz") == bytes)
      #expect(try gunzipped(Self.packed(bytes, name: "scan.xyz"), file: "a.gz") == bytes)
    }
    #expect(isGzip(Self.packed([])) && !isGzip(Self.text) && !isGzip([0x1F]))
  }

  /// By zlib's own deflate, at the levels that people use.
  @Test(arguments: ["-1", "-6", "-9"]) func whatGzipPacksComesOut(level: String) throws {
    try Folders.temporary { folder in
      let bytes = (0..<40_000).flatMap { Array("\($0 % 97) ".utf8) }
      try writeAtomically(bytes, to: "\(folder)/a")
      #expect(try Folders.run("/usr/bin/env", ["gzip", level, "\(folder)/a"]).status == 0)
      #expect(try gunzipped(readBytes("\(folder)/a.gz"), file: "a.gz") == bytes)
    }
  }

  @Test func membersOneAfterTheOtherAreOneText() throws {
    let two = Self.packed(Self.text) + Self.packed(Array("more".utf8), name: "b")
    #expect(try gunzipped(two, file: "a.gz") == Self.text + Array("more".utf8))
    // Zeros behind it are a tape's, and no member.
    #expect(try gunzipped(Self.packed(Self.text) + [UInt8](repeating: 0, count: 512), file: "a") == Self.text)
  }

  @Test func everyCutIsSeen() {
    let whole = Self.packed(Self.text)
    for count in 3..<whole.count {
      let error = #expect(throws: InputError.self) { try gunzipped(Array(whole[..<count]), file: "a.gz") }
      #expect(error?.message == "is cut off: the gzip data are not complete", "\(count)")
      #expect(error?.place == SourcePlace(file: "a.gz") && error?.hint?.contains("gzip -t") == true)
    }
  }

  @Test func everyChangedByteOfDataOrSumsIsSeen() throws {
    let whole = Self.packed(Self.text)
    // Behind the header of ten bytes; of the first three bits of a block the rest are no data.
    for place in 11..<whole.count {
      var changed = whole
      changed[place] ^= 0x10
      let error = #expect(throws: InputError.self, "\(place)") { try gunzipped(changed, file: "a.gz") }
      #expect(
        error?.message.hasPrefix("is damaged") == true || error?.message.hasPrefix("is cut off") == true)
    }
  }

  @Test func bombsEndBeforeTheyFillTheMemory() throws {
    try Folders.temporary { folder in
      let made = try Folders.run(
        "/bin/sh", ["-c", "head -c 169000000 /dev/zero | gzip -1 > '\(folder)/bomb.gz'"])
      #expect(made.status == 0)
      let error = #expect(throws: InputError.self) {
        try gunzipped(readBytes("\(folder)/bomb.gz"), file: "bomb.gz")
      }
      #expect(error?.message == "holds more than 160 MiB when it is unpacked")
      #expect(error?.hint?.contains("cut it into files") == true)
    }
  }
}
