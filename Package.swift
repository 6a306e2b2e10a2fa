// swift-tools-version: 6.1
import PackageDescription

// Imports go downwards only (CONTRIBUTING.md has the picture). The build checks it:
//   swift build --explicit-target-dependency-import-check error
let package = Package(
  name: "swivel",
  platforms: [.macOS(.v14)],
  products: [
    .executable(name: "swivel", targets: ["swivel"]),
    // For Benchmarks, a package of its own.
    .library(name: "SwivelMechanics", targets: ["Mechanics", "Chemistry", "Support"]),
    // For Fuzz, another.
    .library(name: "SwivelReaders", targets: ["Readers"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // No pkgConfig here: it would link GSL's slow reference BLAS in front of OpenBLAS.
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev", "libopenblas-dev"])]),
    .systemLibrary(name: "CNetCDF", providers: [.apt(["libnetcdf-dev"]), .brew(["netcdf"])]),
    // C's math.h under one name on every system.
    .systemLibrary(name: "CMath"),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "Chemistry", dependencies: ["CMath"]),
    .target(name: "CLanes"),
    .target(name: "Mechanics", dependencies: ["CMath", "Chemistry", "CLanes"]),
    .target(name: "Statistics", dependencies: ["CGSL", "CMath"]),
    .target(name: "TorsionModel", dependencies: ["CMath", "Chemistry", "Mechanics", "Statistics"]),
    .target(name: "TextFiles", dependencies: ["CMath", "CZlib"]),
    .target(name: "ForceFieldFiles", dependencies: ["Chemistry", "TextFiles"]),
    .target(
      name: "FamilyFiles",
      dependencies: [
        "CMath", "Chemistry", "CNetCDF", "Mechanics", "Statistics", "TextFiles",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "ReportFiles",
      dependencies: [
        "CMath", "CNetCDF", "Chemistry", "Statistics", "TorsionModel", "TextFiles", "Validation",
      ]),
    .target(
      name: "Validation", dependencies: ["CMath", "Chemistry", "Statistics", "TextFiles", "TorsionModel"]),
    .target(
      name: "Acquisition",
      dependencies: [
        "Chemistry", "FamilyFiles", "TextFiles", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      resources: [.embedInCode("Python")]),
    .executableTarget(
      name: "swivel",
      dependencies: [
        "Chemistry", "Mechanics", "Statistics", "TorsionModel", "TextFiles", "ForceFieldFiles",
        "FamilyFiles", "ReportFiles", "Validation", "Acquisition",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "Support", dependencies: ["CMath", "Chemistry"], path: "Tests/Support"),
    .testTarget(
      name: "StatisticsTests", dependencies: ["CMath", "Statistics"], exclude: ["reference"],
      resources: [.copy("Resources")]),
    .target(
      name: "SyntheticFamilies",
      dependencies: ["TorsionModel", "Chemistry", "Mechanics", "Statistics", "Support"],
      path: "Tests/SyntheticFamilies"),
    .testTarget(
      name: "TorsionModelTests",
      dependencies: [
        "TorsionModel", "CMath", "Chemistry", "Mechanics", "Statistics", "Support", "SyntheticFamilies",
      ]),
    .testTarget(
      name: "ValidationTests",
      dependencies: ["Validation", "TorsionModel", "Chemistry", "Statistics", "SyntheticFamilies"]),
    .testTarget(
      name: "FamilyFilesTests",
      dependencies: ["FamilyFiles", "CNetCDF", "TextFiles", "Mechanics", "Chemistry", "Support"]),
    .testTarget(
      name: "AcquisitionTests",
      dependencies: ["Acquisition", "FamilyFiles", "TextFiles", "Chemistry", "Support"]),
    .testTarget(
      name: "ForceFieldFilesTests",
      dependencies: ["ForceFieldFiles", "TextFiles", "Mechanics", "Chemistry", "Support"]),
    .testTarget(name: "CommandTests", dependencies: ["swivel", "Acquisition", "TextFiles", "Support"]),
    // Every reader under whatever bytes: for the fuzzers, and for the tests of what they found.
    .target(
      name: "Readers",
      dependencies: ["FamilyFiles", "ForceFieldFiles", "ReportFiles", "TextFiles", "Chemistry", "Support"],
      path: "Tests/Readers"),
    .testTarget(name: "ReadersTests", dependencies: ["Readers", "Support"]),
    .testTarget(name: "TextFilesTests", dependencies: ["TextFiles", "Support"]),
    .testTarget(name: "ChemistryTests", dependencies: ["Chemistry"]),
    .testTarget(name: "MechanicsTests", dependencies: ["Mechanics", "Chemistry", "Support"]),
    .testTarget(
      name: "ReportFilesTests",
      dependencies: [
        "ReportFiles", "CNetCDF", "Statistics", "TorsionModel", "Mechanics", "Chemistry", "TextFiles",
        "Validation", "Support",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
