// Parameters by atom types: their key and their numbers.

import TextFiles

/// The key of a parameter that is the same read from either end.
struct GromacsTypeKey: Hashable {
  let function: Int
  let types: [String]

  init(_ types: [String], function: Int = 1) {
    self.function = function
    let backward = Array(types.reversed())
    self.types = backward.lexicographicallyPrecedes(types) ? backward : types
  }
}

/// Numbers and where they stand.
struct GromacsParameters: Hashable {
  var values: [Double]
  var place: SourcePlace
}
