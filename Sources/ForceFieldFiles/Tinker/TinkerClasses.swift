// Numbers for atom types in Tinker's files, whose classes are integers: the same in a fragment and in complete files.

import Chemistry
import TextFiles

/// The highest number that Tinker's tables hold (maxclass of its sizes.f is 1000).
let tinkerHighestClass = 999

/// A number for each type name: itself where all are numbers from 1 to 999, else 1, 2, … in ascending order of the
/// names.
///
/// A function of the set of names alone, so that every file of a family has the same numbers.
public func tinkerClasses(of types: some Collection<String>) -> [String: Int] {
  let names = Set(types)
  let numbers = names.compactMap { name in
    Int(name).flatMap { (1...tinkerHighestClass).contains($0) && String($0) == name ? (name, $0) : nil }
  }
  if numbers.count == names.count { return Dictionary(uniqueKeysWithValues: numbers) }
  return Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0 + 1) })
}

/// The comments that say which type each class is; Swivel reads them back.
func tinkerClassComments(_ classes: [String: Int]) -> String {
  classes.sorted { $0.value < $1.value }.filter { String($0.value) != $0.key }
    .map { "# class \($0.value) is \($0.key)\n" }.joined()
}

/// The text of a .key file with the fitted torsions by atom class, kcal/mol and degrees, six terms at most on a line.
///
/// Tinker takes lines of a .key for the ones of the same classes in the .prm. Remarks are comments of their own before
/// the line, since Tinker reads a line's numbers to its end.
/// - Parameters:
///   - forceField: the fitted torsions.
///   - classes: the numbers of the types; those of ``tinkerClasses(of:)`` for the fitted types where nil.
/// - Throws: ``InputError`` where a type has no number or the numbers go beyond 999.
public func tinkerParameters(_ forceField: FittedForceField, classes: [String: Int]? = nil) throws -> String {
  let torsions = try forceField.checkedByType()
  let types = Set(torsions.flatMap(\.type.types)).subtracting([TorsionType.wildcard])
  let numbers = classes ?? tinkerClasses(of: types)
  var remarks = RemarkWriter(torsions)
  var text = forceField.header(remarks, as: TinkerFormat()).map { "# \($0)\n" }.joined()
  text += """
    # Load: paste the torsion lines into the .key of a molecule whose .prm has the classes below, with torsionunit 1.0:
    # there they count before those of the .prm. Or name this file in a `parameters` line above that of the .prm: of
    # two lines for the same classes the first counts. Named below it, this file changes nothing, and Tinker is silent.

    """
  text += tinkerClassComments(numbers)
  for torsion in torsions {
    let key = try torsion.type.types.map { type in
      if type == TorsionType.wildcard { return 0 }
      guard let number = numbers[type], (1...tinkerHighestClass).contains(number) else {
        throw InputError(
          nil, "the atom type \(type) has no Tinker class from 1 to \(tinkerHighestClass)",
          hint: "export to openmm or gromacs, which take names")
      }
      return number
    }
    let terms = torsion.terms.sorted { $0.term.periodicity < $1.term.periodicity }
    for fitted in terms {
      text +=
        "# \(torsion.type.label) n=\(fitted.term.periodicity): \(remarks.next(fitted, in: torsion))\n"
    }
    text += "torsion " + key.map { padded("\($0)", 4) }.joined(separator: " ")
    for fitted in terms {
      text += "  \(fixedPoint(fitted.term.forceConstant, 8)) \(fixedPoint(degrees(fitted.term.phase), 6))"
      text += " \(fitted.term.periodicity)"
    }
    text += "\n"
  }
  return sealed(text, as: TinkerFormat())
}

/// Reads the torsions of a Tinker keyword file, under the names of their classes where its comments give them.
///
/// Of two lines for the same classes the first of a .prm counts and the last of a .key; of lines with one wildcard
/// that both match the one that stands first.
/// - Throws: ``InputError`` with the place, where a line cannot be read.
public func readTinkerTorsions(_ path: String) throws -> TorsionParameters {
  let file = try TinkerLines(try readText(path), file: path)
  var table = TinkerParameters()
  table.classNames = file.classNames
  for line in file.lines where line.keyword == "TORSIONUNIT" {
    _ = try table.settings.read(line, isKey: false)
  }
  let isKey = path.lowercased().hasSuffix(".key")
  for line in file.lines where line.keyword == "TORSION" {
    table.torsions.add(
      tinkerTorsionKey(try line.classes(4)), try line.torsionTerms(highest: 6), line.place, overrides: isKey)
  }
  var result: [TorsionType: [TorsionTerm]] = [:]
  var wildcards: [TorsionType] = []
  for (key, terms, _) in table.torsions.entries {
    let names = key.map { $0 == 0 ? TorsionType.wildcard : file.classNames[$0] ?? String($0) }
    let type = TorsionType(names)
    guard result[type] == nil else { continue }
    result[type] = terms.map {
      TorsionTerm(
        periodicity: $0.periodicity, phase: $0.phase,
        forceConstant: table.settings.torsionUnit * $0.forceConstant)
    }
    if type.hasWildcard { wildcards.append(type) }
  }
  // Stable: of as many wildcards the first in the file wins.
  let ordered = (1...4).flatMap { count in wildcards.filter { $0.wildcards == count } }
  return TorsionParameters(result, wildcards: ordered)
}
