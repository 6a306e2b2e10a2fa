// How this process uses GSL and OpenBLAS.

import CGSL

/// The settings of GSL and OpenBLAS, which are global to the process.
public enum NumericalLibraries {
  /// Keeps OpenBLAS to the calling thread, and makes GSL return error codes instead of ending the process.
  ///
  /// One thread keeps results independent of the number of cores and leaves the cores to the chains. Every type
  /// of this module that depends on it calls it, so a program need not; repeated calls cost nothing.
  public static func configure() { _ = settings }

  /// GSL's version, such as "2.7.1".
  public static var gslVersion: String { String(cString: swivel_gsl_version()) }

  private static let settings: Void = {
    openblas_set_num_threads(1)
    _ = gsl_set_error_handler_off()
  }()
}
