// SPICE's layout with a fault in it: the group is named, the layout stands in the hint, and what the hint says is read.

import CNetCDF
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

/// A variable of a group; of a shape without numbers no value is written.
private struct Variable {
  enum Content {
    case numbers([Double])
    case letters([CChar])
    case nothing
  }
  var name: String
  var shape: [Int]
  var content: Content

  init(_ name: String, _ shape: [Int], _ numbers: [Double]) {
    (self.name, self.shape, content) = (name, shape, .numbers(numbers))
  }

  init(_ name: String, _ shape: [Int], _ content: Content) {
    (self.name, self.shape, self.content) = (name, shape, content)
  }
}

/// Two conformations of H2, in bohr, with their energies and gradients.
private let hydrogen = [
  Variable("atomic_numbers", [2], [1, 1]),
  Variable("conformations", [2, 2, 3], [0, 0, 0, 0, 0, 1.4, 0, 0, 0, 0, 0, 1.5]),
  Variable("dft_total_energy", [2], [-1.17, -1.16]),
  Variable("dft_total_gradient", [2, 2, 3], [0, 0, 0.01, 0, 0, -0.01, 0, 0, 0.02, 0, 0, -0.02]),
]

/// Those of H2 with one in place of its namesake, or without it.
private func changed(_ name: String, to new: Variable? = nil) -> [Variable] {
  hydrogen.compactMap { $0.name == name ? new : $0 }
}

/// Writes a file of groups.
private func write(_ groups: [(name: String, variables: [Variable])], to path: String) throws {
  func call(_ status: Int32) throws { try #require(status == NC_NOERR, "\(String(cString: nc_strerror(status)))") }
  try withNetCDF {
    var file: Int32 = 0
    try call(nc_create(path, NC_NETCDF4, &file))
    for (name, variables) in groups {
      var group: Int32 = 0
      try call(nc_def_grp(file, name, &group))
      for variable in variables {
        let dimensions = try variable.shape.enumerated().map { index, length -> Int32 in
          var id: Int32 = 0
          try call(nc_def_dim(group, "\(variable.name)-\(index)", length, &id))
          return id
        }
        var id: Int32 = 0
        let type = if case .letters = variable.content { NC_CHAR } else { NC_DOUBLE }
        try call(nc_def_var(group, variable.name, nc_type(type), Int32(dimensions.count), dimensions, &id))
        switch variable.content {
        case .numbers(let values): try call(nc_put_var_double(group, id, values))
        case .letters(let letters): try call(nc_put_var_text(group, id, letters))
        case .nothing:
          // In pieces, of which none is ever written: the file stays small.
          try call(nc_def_var_chunking(group, id, NC_CHUNKED, variable.shape.map { min($0, 1000) }))
        }
      }
    }
    try call(nc_close(file))
  }
}

@Suite struct HDF5MustFailTests {
  private func refusal(
    _ groups: [(name: String, variables: [Variable])], entry: String = "", unit: Bool = false
  ) throws -> InputError {
    try Folders.temporary { folder in
      let path = "\(folder)/spice.hdf5"
      try write(groups, to: path)
      var statement = ScanStatement()
      if unit { statement.energyUnit = .eV }
      let error = try #require(throws: InputError.self) { try readRawScan(path + entry, statement: statement) }
      #expect(error.place?.file == path, "\(error)")
      return error
    }
  }

  @Test func whatIsWrittenHereIsRead() throws {
    try Folders.temporary { folder in
      try write([("h2", hydrogen)], to: "\(folder)/a.hdf5")
      let scan = try readRawScan("\(folder)/a.hdf5", statement: ScanStatement())
      #expect(scan.entry == "h2" && scan.frames.count == 2 && scan.frames.allSatisfy { $0.symbols == ["H", "H"] })
      #expect(abs(scan.frames[1].coordinates[1].z - 1.5 * 0.529177210903) < 1e-9)
      // A gradient of 0.01 hartree/bohr pulls the first atom down.
      #expect(abs((scan.frames[0].forces?[0].z ?? 0) + 0.01 * 1185.8210) < 1e-3)
    }
  }

  @Test(arguments: [
    ("atomic_numbers", nil, "lacks atomic_numbers or conformations"),
    ("conformations", nil, "lacks atomic_numbers or conformations"),
    ("atomic_numbers", Variable("atomic_numbers", [2], [1, 119]), "has an atomic number 119.0, which is none"),
    ("atomic_numbers", Variable("atomic_numbers", [3], [1, 1, 8]), "has energies for other conformations"),
    ("dft_total_energy", nil, "has energies for other conformations"),
    ("dft_total_energy", Variable("dft_total_energy", [1], [-1.17]), "has energies for other conformations"),
    (
      "dft_total_gradient", Variable("dft_total_gradient", [1, 2, 3], [0, 0, 0, 0, 0, 0]),
      "has gradients for other conformations"
    ),
  ]) private func groups(_ name: String, new: Variable?, words: String) throws {
    let error = try refusal([("h2", changed(name, to: new))])
    #expect(error.message.hasPrefix("the group h2 ") && error.message.contains(words), "\(error)")
    // The hint names the variables that `hydrogen` has, with their units.
    for part in hydrogen { #expect(error.hint?.contains(part.name) == true, "\(error)") }
    #expect(error.hint?.contains("(bohr)") == true && error.hint?.contains("(hartree)") == true)
  }

  @Test(arguments: [
    (Variable("dft_total_energy", [2], .letters([65, 66])), "the variable dft_total_energy holds no numbers"),
    (Variable("dft_total_energy", [60_000_000], .nothing), "the variable dft_total_energy is too large"),
    (Variable("dft_total_energy", [10_000, 10_000], .nothing), "the variable dft_total_energy is too large"),
  ]) private func variables(_ new: Variable, words: String) throws {
    let error = try refusal([("h2", changed("dft_total_energy", to: new))])
    #expect(error.message.hasPrefix(words) && error.hint?.contains("a group has") == true, "\(error)")
  }

  @Test func filesWithoutAGroupOrWithSeveralAreNamed() throws {
    let empty = try refusal([])
    #expect(empty.message == "holds no groups" && empty.hint?.contains("atomic_numbers") == true)
    let two = [("water", hydrogen), ("h2", hydrogen)]
    let several = try refusal(two)
    #expect(several.message == "holds 2 scans: h2, water", "\(several)")
    let name = try #require(several.hint?.firstMatch(of: /"(?<path>.*)#(?<entry>.*)"$/))
    // What the hint says is read; what is near it is suggested.
    try Folders.temporary { folder in
      try write(two, to: "\(folder)/a.hdf5")
      let scan = try readRawScan("\(folder)/a.hdf5#\(name.entry)", statement: ScanStatement())
      #expect(scan.entry == "h2" && scan.frames.count == 2)
    }
    let near = try refusal(two, entry: "#watre")
    #expect(near.message == "holds no entry \"watre\"" && near.hint == "did you mean water?", "\(near)")
    let unit = try refusal([("h2", hydrogen)], unit: true)
    #expect(unit.message.contains("energy_unit is eV in the manifest") && unit.message.contains("hartree"))
    #expect(unit.hint?.contains("take energy_unit out for this scan") == true)
  }

  @Test func whatIsNoHDF5BehindItsSignatureIsNamed() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/spice.hdf5"
      try write([("h2", hydrogen)], to: path)
      let bytes = try readBytes(path)
      try Data(bytes.prefix(bytes.count / 2)).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: InputError.self) { try readRawScans(path, statement: ScanStatement()) }
      #expect(error?.message.hasPrefix("is no HDF5 file that can be read: ") == true, "\(error?.description ?? "")")
      #expect(error?.place?.file == path && error?.hint?.contains("h5ls") == true)
    }
  }
}
