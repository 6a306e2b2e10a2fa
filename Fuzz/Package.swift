// swift-tools-version: 6.1
import PackageDescription

// The fuzzers live in a package of their own: everything is built anew for them, with libFuzzer's counters and the address
// sanitizer (scripts/checks/fuzz.py has the flags).
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "swivel", path: "..")],
  targets: [
    .executableTarget(
      name: "FuzzReaders", dependencies: [.product(name: "SwivelReaders", package: "swivel")])
  ],
  swiftLanguageModes: [.v6]
)
