// netCDF-C, and HDF5 below it, must not be called from two threads at once, whoever calls it.

import Foundation

private let netCDFLock = NSLock()

/// Calls netCDF-C while nobody else does.
/// - Throws: what the call throws.
public func withNetCDF<Result>(_ call: () throws -> Result) rethrows -> Result {
  netCDFLock.lock()
  defer { netCDFLock.unlock() }
  return try call()
}
