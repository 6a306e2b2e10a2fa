// Dihedrals as files state them.

import Chemistry
import TextFiles

/// Four atoms of a text such as "0 1 2 3", brought to zero-based indices.
func quartet(_ text: String, indexing: String?, atoms: Int?, place: SourcePlace) throws -> Quartet {
  let values = text.split { " ,[]()\t".contains($0) }.map { Int($0) }
  guard values.count == 4, values.allSatisfy({ ($0?.magnitude ?? .max) < 1 << 40 }) else {
    throw InputError(
      place, "the dihedral \"\(text)\" is not four atoms", hint: "such as dihedral=\"0 1 2 3\"")
  }
  let base: Int
  switch indexing?.lowercased() {
  case "zero", "0": base = 0
  case "one", "1": base = 1
  case nil:
    throw InputError(
      place, "the dihedral \(text) is given without saying whether atoms count from zero or one",
      hint: "add dihedral_indexing=zero or dihedral_indexing=one")
  default:
    throw InputError(place, "dihedral_indexing is \"\(indexing!)\" where zero or one was expected")
  }
  let indices = values.map { $0! - base }
  guard Set(indices).count == 4, indices.allSatisfy({ $0 >= 0 && $0 < (atoms ?? .max) }) else {
    throw InputError(
      place, "the dihedral \(text) does not name four different atoms of the molecule",
      hint: "atoms count from \(base) here")
  }
  return Quartet(indices[0], indices[1], indices[2], indices[3])
}

/// What a comment line says of dihedrals: the driven one, or several on a grid, those held besides, and whether it is
/// rigid.
func readDihedrals(
  _ values: [String: String], atoms: Int, frame: Int, place: SourcePlace, into scan: inout RawScan
) throws {
  func quartets(_ text: String) throws -> [Quartet] {
    // Eight atoms are two dihedrals.
    let words = text.split { " ,;[]()\t".contains($0) }.map(String.init)
    guard words.count > 4, words.count % 4 == 0 else {
      return [try quartet(text, indexing: values["dihedral_indexing"], atoms: atoms, place: place)]
    }
    return try stride(from: 0, to: words.count, by: 4).map {
      try quartet(
        words[$0..<($0 + 4)].joined(separator: " "), indexing: values["dihedral_indexing"], atoms: atoms,
        place: place)
    }
  }
  if let text = values["geometry"] {
    guard let geometry = ScanGeometry(rawValue: text.lowercased()) else {
      throw InputError(
        place, "geometry is \"\(text)\" where relaxed or rigid was expected",
        hint: "rigid for single points of turned geometries")
    }
    if frame > 1, scan.geometry != geometry {
      throw InputError(place, "frame \(frame) states another geometry= than the frames before it")
    }
    scan.geometry = geometry
  }
  let named = try values["dihedral"].map(quartets) ?? []
  let held = try values["held"].map(quartets) ?? []
  if let driven = named.first {
    if let known = scan.driven, known != driven, known.reversed != driven {
      throw InputError(place, "frame \(frame) names another dihedral than the frames before it")
    }
    if scan.driven == nil { (scan.driven, scan.drivenPlace) = (driven, place) }
  }
  let others = Array(named.dropFirst()) + held
  if frame > 1, !others.isEmpty, scan.held.map(\.canonical) != others.map(\.canonical) {
    throw InputError(place, "frame \(frame) names other held dihedrals than the frames before it")
  }
  if !others.isEmpty { scan.held = others }
}
