// swift-tools-version: 6.1
import PackageDescription

// Benchmarks live in a package of their own, so that building Swivel does not build them.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "swivel", path: "..")],
  targets: [
    .target(
      name: "CKernel",
      cSettings: [.unsafeFlags(["-O3", "-march=native", "-ffast-math"], .when(configuration: .release))]),
    .executableTarget(
      name: "KernelBench",
      dependencies: [
        "CKernel", .product(name: "SwivelMechanics", package: "swivel"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
