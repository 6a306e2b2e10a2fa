// SPICE's HDF5 layout: a group a molecule, with conformations in bohr, energies in hartree, gradients in hartree/bohr.
//
// netCDF-C reads HDF5 files that netCDF did not write (4.1.1 and later), and is linked already.

import CNetCDF
import Chemistry
import TextFiles

/// Reads the molecules of an HDF5 file; of one with several, that whose group is named.
func readHDF5(_ source: ScanSource, statement: ScanStatement) throws -> [RawScan] {
  let factor = try statement.factor(of: .hartree, in: "file of SPICE's layout", file: source.file)
  return try withNetCDF {
    let file = try HDF5File(source)
    defer { file.close() }
    let groups = try file.groups()
    // Files hold a hundred thousand molecules: those that are not asked for are only named.
    let wanted = groups.filter { source.entry == nil || source.entry == $0.name }
    guard !wanted.isEmpty, groups.count == 1 || source.entry != nil else {
      return groups.map { group in
        var scan = RawScan(file: source.file, format: "HDF5, SPICE's layout")
        scan.entry = group.name
        return scan
      }
    }
    return try wanted.map { try readGroup($0, in: file, factor: factor) }
  }
}

private func readGroup(_ group: (name: String, id: Int32), in file: HDF5File, factor: Double) throws
  -> RawScan
{
  var scan = RawScan(file: file.name, format: "HDF5, SPICE's layout")
  scan.entry = group.name
  guard let numbers = try file.values("atomic_numbers", in: group.id),
    let positions = try file.values("conformations", in: group.id)
  else {
    throw file.fault("the group \(group.name) lacks atomic_numbers or conformations")
  }
  let symbols = try numbers.map { value -> String in
    guard let element = Element(atomicNumber: Int(clamping: value)) else {
      throw file.fault("the group \(group.name) has an atomic number \(value), which is none")
    }
    return element.symbol
  }
  let size = 3 * symbols.count
  guard size > 0, positions.count % size == 0,
    let energies = try file.values("dft_total_energy", in: group.id),
    energies.count == positions.count / size
  else { throw file.fault("the group \(group.name) has energies for other conformations than it holds") }
  let gradients = try file.values("dft_total_gradient", in: group.id)
  guard gradients == nil || gradients?.count == positions.count else {
    throw file.fault("the group \(group.name) has gradients for other conformations than it holds")
  }
  scan.frames = energies.indices.map { index in
    let own = Array(positions[(index * size)..<((index + 1) * size)])
    var frame = RawFrame(
      symbols: symbols, coordinates: vectors(own, times: Units.bohr) ?? [], energy: energies[index] * factor,
      line: index + 1)
    frame.forces = gradients.flatMap {
      vectors(Array($0[(index * size)..<((index + 1) * size)]), times: -Units.hartreePerBohr)
    }
    frame.checkFinite()
    return frame
  }
  return scan
}

/// An HDF5 file that is open for reading. Every call is made under ``withNetCDF(_:)``.
private struct HDF5File {
  let name: String
  let id: Int32
  /// The file's bytes, which netCDF reads from as long as it is open.
  private let memory: UnsafeMutableRawBufferPointer

  /// More numbers in one variable are no scan.
  static let most = 50_000_000

  init(_ source: ScanSource) throws {
    name = source.file
    var id: Int32 = 0
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.bytes.count, alignment: 16)
    memory.copyBytes(from: source.bytes)
    // From memory, since a packed file has no path of its own.
    let status = nc_open_mem(source.file, NC_NOWRITE, memory.count, memory.baseAddress, &id)
    guard status == NC_NOERR else {
      memory.deallocate()
      throw InputError(
        SourcePlace(file: source.file),
        "is no HDF5 file that can be read: \(String(cString: nc_strerror(status)))",
        hint: "the file may be cut off; h5ls shows what it holds")
    }
    self.id = id
  }

  func close() {
    nc_close(id)
    memory.deallocate()
  }

  func fault(_ message: String) -> InputError {
    InputError(
      SourcePlace(file: name), message,
      hint:
        """
        a group has atomic_numbers, conformations (bohr), dft_total_energy (hartree) and dft_total_gradient \
        (hartree/bohr)
        """
    )
  }

  /// The groups at the top, ascending.
  func groups() throws -> [(name: String, id: Int32)] {
    var count: Int32 = 0
    guard nc_inq_grps(id, &count, nil) == NC_NOERR, count > 0, count < 1_000_000 else {
      throw fault("holds no groups")
    }
    var ids = [Int32](repeating: 0, count: Int(count))
    guard nc_inq_grps(id, &count, &ids) == NC_NOERR else { throw fault("holds groups that cannot be listed") }
    return ids.map { id in
      var name = [CChar](repeating: 0, count: Int(NC_MAX_NAME) + 1)
      nc_inq_grpname(id, &name)
      return (String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self), id)
    }.sorted { $0.name < $1.name }
  }

  /// All numbers of a variable; nil where the group has none of that name.
  func values(_ variable: String, in group: Int32) throws -> [Double]? {
    var place: Int32 = 0
    guard nc_inq_varid(group, variable, &place) == NC_NOERR else { return nil }
    var dimensions: Int32 = 0
    var ids = [Int32](repeating: 0, count: Int(NC_MAX_VAR_DIMS))
    guard nc_inq_varndims(group, place, &dimensions) == NC_NOERR,
      nc_inq_vardimid(group, place, &ids) == NC_NOERR
    else {
      throw fault("the variable \(variable) has no shape")
    }
    var count = 1
    for id in ids.prefix(Int(dimensions)) {
      var length = 0
      guard nc_inq_dimlen(group, id, &length) == NC_NOERR, length <= Self.most else {
        throw fault("the variable \(variable) is too large")
      }
      count *= max(length, 0)
      guard count <= Self.most else { throw fault("the variable \(variable) is too large") }
    }
    var values = [Double](repeating: 0, count: count)
    guard count == 0 || nc_get_var_double(group, place, &values) == NC_NOERR else {
      throw fault("the variable \(variable) holds no numbers, or is damaged")
    }
    return values
  }
}
