// libFuzzer over one reader, which the environment names; SWIVEL_READER=list prints all with their seeds.

import Foundation
import Readers

@_silgen_name("LLVMFuzzerRunDriver") func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// The callback of C takes no context: these are set once, before it is called.
nonisolated(unsafe) var reader = HostileReader.all[0]
nonisolated(unsafe) var folder = ""

let name = ProcessInfo.processInfo.environment["SWIVEL_READER"] ?? "list"
guard let found = HostileReader.named(name) else {
  for each in HostileReader.all { print(([each.name] + each.seeds).joined(separator: "\t")) }
  exit(name == "list" ? 0 : 2)
}
reader = found
// In memory where that is possible: a file a run is written.
let shared = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
folder = "\(shared)/swivel-fuzz-\(getpid())"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
try reader.prepare(folder)

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
let status = runFuzzer(&count, &arguments) { bytes, length in
  do {
    try reader.read(Array(UnsafeBufferPointer(start: bytes, count: length)), in: folder)
  } catch {
    fatalError("no error of the input: \(error)")
  }
  return 0
}
try? FileManager.default.removeItem(atPath: folder)
exit(status)
