// A thin layer over netCDF-C: groups, dimensions and variables of a netCDF-4 file, every return code checked.

import CNetCDF
import Foundation
import TextFiles

/// Calls netCDF-C.
/// - Throws: ``InputError`` with netCDF's own words for what went wrong.
func netCDF(_ path: String, _ call: () -> Int32) throws {
  let status = withNetCDF(call)
  guard status == NC_NOERR else {
    throw InputError(
      SourcePlace(file: path), "cannot be made: netCDF: \(String(cString: nc_strerror(status)))",
      hint: "check that the computer has memory left; fewer --draws need less")
  }
}

/// The version of netCDF-C, such as "4.9.0".
public func netCDFLibraryVersion() -> String {
  String(cString: nc_inq_libvers()).split(separator: " ").first.map(String.init) ?? "unknown"
}

/// A dimension of a group.
struct NetCDFDimension: Sendable {
  var id: Int32
  var length: Int
}

/// A variable of numbers.
struct NetCDFVariable: Sendable {
  var id: Int32
  var group: NetCDFGroup

  /// Sets a text attribute.
  func set(_ attribute: String, _ text: String) throws { try group.set(attribute, text, on: id) }

  /// Writes a block of doubles, the last dimension fastest.
  func write(_ values: [Double], start: [Int], count: [Int]) throws {
    precondition(values.count == count.reduce(1, *), "a block holds as many numbers as it says")
    try netCDF(group.path) { nc_put_vara_double(group.id, id, start, count, values) }
  }

  /// Writes a block of floats, the last dimension fastest.
  func write(_ values: [Float], start: [Int], count: [Int]) throws {
    precondition(values.count == count.reduce(1, *), "a block holds as many numbers as it says")
    try netCDF(group.path) { nc_put_vara_float(group.id, id, start, count, values) }
  }
}

/// A file, as its root group, or a group in it.
struct NetCDFGroup: Sendable {
  var id: Int32
  /// The file's name for messages.
  var path: String

  /// A new file in memory, where no disk can fail under HDF5: it crashes at exit when one did. Messages name `path`.
  init(for path: String) throws {
    var id: Int32 = 0
    try netCDF(path) { nc_create_mem(path, NC_NETCDF4, 1 << 20, &id) }
    (self.id, self.path) = (id, path)
  }

  private init(id: Int32, path: String) { (self.id, self.path) = (id, path) }

  /// Closes the file and hands out its bytes.
  func close() throws -> Data {
    var memory = NC_memio()
    try netCDF(path) { nc_close_memio(id, &memory) }
    guard let bytes = memory.memory else { return Data() }
    return Data(bytesNoCopy: bytes, count: memory.size, deallocator: .free)
  }

  /// Frees what the file holds after something else failed, whose error counts.
  func abandon() { try? netCDF(path) { nc_abort(id) } }

  /// A new group.
  func group(_ name: String) throws -> NetCDFGroup {
    var group: Int32 = 0
    try netCDF(path) { nc_def_grp(id, name, &group) }
    return NetCDFGroup(id: group, path: path)
  }

  /// Sets a text attribute of the group, or of a variable.
  func set(_ attribute: String, _ text: String, on variable: Int32 = NC_GLOBAL) throws {
    // A string, not characters: those would lose everything outside ASCII.
    let copy = strdup(text)
    defer { free(copy) }
    var pointer = UnsafePointer<CChar>(copy)
    try netCDF(path) { nc_put_att_string(id, variable, attribute, 1, &pointer) }
  }

  private func dimension(_ name: String, _ length: Int) throws -> NetCDFDimension {
    var dimension: Int32 = 0
    try netCDF(path) { nc_def_dim(id, name, length, &dimension) }
    return NetCDFDimension(id: dimension, length: length)
  }

  private func define(_ name: String, _ type: Int32, _ dimensions: [NetCDFDimension]) throws -> Int32 {
    var variable: Int32 = 0
    try netCDF(path) {
      nc_def_var(id, name, type, Int32(dimensions.count), dimensions.map(\.id), &variable)
    }
    return variable
  }

  /// A dimension with the numbers 0, 1, … as its coordinate.
  func countingDimension(_ name: String, _ length: Int) throws -> NetCDFDimension {
    let dimension = try dimension(name, length)
    let variable = try define(name, NC_INT64, [dimension])
    try netCDF(path) { nc_put_var_longlong(id, variable, (0..<length).map(Int64.init)) }
    return dimension
  }

  /// A dimension with names as its coordinate.
  func namedDimension(_ name: String, _ names: [String]) throws -> NetCDFDimension {
    let dimension = try dimension(name, names.count)
    try strings(name, names, along: dimension)
    return dimension
  }

  /// A variable of texts along a dimension.
  func strings(_ name: String, _ values: [String], along dimension: NetCDFDimension) throws {
    let variable = try define(name, NC_STRING, [dimension])
    let copies = values.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var pointers = copies.map { UnsafePointer<CChar>($0) }
    try netCDF(path) { nc_put_var_string(id, variable, &pointers) }
  }

  /// A variable of numbers, compressed: `type` is NC_DOUBLE or NC_FLOAT.
  func numbers(_ name: String, _ type: Int32, _ dimensions: [NetCDFDimension]) throws -> NetCDFVariable {
    let variable = try define(name, type, dimensions)
    let result = NetCDFVariable(id: variable, group: self)
    guard dimensions.allSatisfy({ $0.length > 0 }) else { return result }
    // Chain by chain, a scan or so at a time, as it is written and read.
    var chunks = dimensions.map(\.length)
    if chunks.count > 1 { (chunks[0], chunks[1]) = (1, min(chunks[1], 2048)) }
    if chunks.count > 2 { chunks[2] = min(chunks[2], 32) }
    try netCDF(path) { nc_def_var_chunking(id, variable, NC_CHUNKED, chunks) }
    try netCDF(path) { nc_def_var_deflate(id, variable, 1, 1, 4) }
    try netCDF(path) { nc_def_var_fill(id, variable, NC_NOFILL, nil) }
    // A chunk that leaves the cache half filled would be compressed twice: keep two columns of chunks.
    let inColumn = zip(dimensions, chunks).prefix(2).map { ($0.length + $1 - 1) / $1 }.reduce(1, *)
    let bytes = 2 * inColumn * chunks.reduce(type == NC_DOUBLE ? 8 : 4, *)
    try netCDF(path) { nc_set_var_chunk_cache(id, variable, bytes, max(521, 20 * inColumn), 1) }
    return result
  }
}
