// Tinker's force field parameters as its own lookup sees them: the first line of a key in a .prm counts, a .key
// overrides.

import Chemistry
import TextFiles

/// Entries by classes in the order in which Tinker searches them.
struct TinkerTable<Value> {
  private(set) var entries: [(key: [Int], value: Value, place: SourcePlace)] = []
  private var first: [[Int]: Int] = [:]

  /// Adds an entry; one of a .key replaces the first of its key.
  mutating func add(_ key: [Int], _ value: Value, _ place: SourcePlace, overrides: Bool) {
    if let index = first[key] {
      if overrides {
        entries[index] = (key, value, place)
        return
      }
    } else {
      first[key] = entries.count
    }
    entries.append((key, value, place))
  }

  /// The first entry of a key.
  func value(_ key: [Int]) -> Value? { first[key].map { entries[$0].value } }

  /// The place in the order of the first entry of a key.
  func index(_ key: [Int]) -> Int? { first[key] }
}

/// Everything that a molecule's energy needs of the parameter files.
struct TinkerParameters {
  struct AtomType {
    var atomClass: Int
    var atomicNumber: Int
    var place: SourcePlace
  }
  struct Angle {
    var forceConstant: Double
    /// Degrees for no, one and two hydrogens on the apex besides the angle's; 0 where not given.
    var ideals: [Double]
  }
  struct Size {
    var radius: Double
    var epsilon: Double
    var reduction: Double
  }

  var atomTypes: [Int: AtomType] = [:]
  var bonds = TinkerTable<(forceConstant: Double, length: Double)>()
  var angles = TinkerTable<Angle>()
  var ureyBradleys = TinkerTable<(forceConstant: Double, length: Double)>()
  var torsions = TinkerTable<[TorsionTerm]>()
  /// AMBER's impropers (imptors), the trigonal centre third.
  var improperTorsions = TinkerTable<[TorsionTerm]>()
  /// CHARMM's impropers (improper), the centre first: force constant and degrees.
  var impropers = TinkerTable<(forceConstant: Double, degrees: Double)>()
  var sizes: [Int: Size] = [:]
  var oneFourSizes: [Int: Size] = [:]
  var pairSizes: [[Int]: Size] = [:]
  var charges: [Int: Double] = [:]
  /// Charges of single atoms, by number from 1.
  var atomCharges: [Int: Double] = [:]
  var settings = TinkerSettings()
  var classNames: [Int: String] = [:]
  /// Lines of terms that Swivel does not have, to be refused where they could apply.
  var foreign: [TinkerLine] = []

  /// Takes the lines of a file in.
  /// - Throws: ``InputError`` with the place, where a line cannot be read or asks for what Swivel does not have.
  mutating func read(_ file: TinkerLines, isKey: Bool) throws {
    classNames.merge(file.classNames) { $1 }
    for line in file.lines { try read(line, isKey) }
  }

  private mutating func read(_ line: TinkerLine, _ isKey: Bool) throws {
    switch line.keyword {
    case "ATOM": try readAtom(line)
    case "BOND":
      let key = try line.classes(2)
      bonds.add(
        key.sorted(), (try line.number(2, "a force constant"), try line.number(3, "a bond length")),
        line.place,
        overrides: isKey)
    case "ANGLE":
      let key = try line.classes(3)
      let constant = try line.number(3, "a force constant")
      let ideals =
        [try line.number(4, "an ideal angle")]
        + [
          try line.optionalNumber(5, "an ideal angle") ?? 0,
          try line.optionalNumber(6, "an ideal angle") ?? 0,
        ]
      angles.add(
        endsSorted(key), Angle(forceConstant: constant, ideals: ideals), line.place, overrides: isKey)
    case "UREYBRAD":
      let key = try line.classes(3)
      ureyBradleys.add(
        endsSorted(key), (try line.number(3, "a force constant"), try line.number(4, "a distance")),
        line.place,
        overrides: isKey)
    case "TORSION":
      torsions.add(
        tinkerTorsionKey(try line.classes(4)), try line.torsionTerms(highest: 6), line.place, overrides: isKey
      )
    case "IMPTORS":
      improperTorsions.add(
        try line.classes(4), try line.torsionTerms(highest: 3), line.place, overrides: isKey)
    case "IMPROPER":
      impropers.add(
        try line.classes(4), (try line.number(4, "a force constant"), try line.number(5, "an angle")),
        line.place,
        overrides: isKey)
    case "VDW":
      sizes[try positive(line)] = Size(
        radius: try line.number(1, "a radius"), epsilon: try line.number(2, "a well depth"),
        reduction: try line.optionalNumber(3, "a reduction factor") ?? 0)
    case "VDW14":
      oneFourSizes[try positive(line)] = Size(
        radius: try line.number(1, "a radius"), epsilon: try line.number(2, "a well depth"), reduction: 0)
    case "VDWPAIR", "VDWPR":
      pairSizes[try line.classes(2).sorted()] = Size(
        radius: try line.number(2, "a distance"), epsilon: try line.number(3, "a well depth"), reduction: 0)
    case "CHARGE":
      let type = try line.integer(0, "an atom type")
      let charge = try line.number(1, "a charge")
      if type > 0 {
        charges[type] = charge
      } else if isKey, type < 0 {
        atomCharges[-type] = charge
      } else {
        throw InputError(line.place, "\(type) is no atom type")
      }
    default:
      if try settings.read(line, isKey: isKey) { return }
      if tinkerForeignTerms[line.keyword] != nil { foreign.append(line) }
    }
  }

  private func positive(_ line: TinkerLine) throws -> Int {
    let index = try line.integer(0, "an atom class or type")
    guard index > 0 else { throw InputError(line.place, "\(index) is no atom class or type") }
    return index
  }

  private mutating func readAtom(_ line: TinkerLine) throws {
    let type = try positive(line)
    // The class may be left out: the type is the class then.
    let hasClass = line.fields.count > 1 && Int(line.fields[1]) != nil
    let atomClass = hasClass ? try line.integer(1, "an atom class") : type
    let first = hasClass ? 4 : 3
    let number = try line.integer(
      first, "an atomic number, after type, class, symbol and a description in quotes")
    _ = try line.number(first + 1, "an atomic mass")
    _ = try line.optionalNumber(first + 2, "a number of bonds")
    guard atomClass >= 0, (0...118).contains(number) else {
      throw InputError(
        line.place, "class \(atomClass), atomic number \(number): numbers of an atom were expected")
    }
    atomTypes[type] = AtomType(
      atomClass: atomClass == 0 ? type : atomClass, atomicNumber: number, place: line.place)
  }
}

extension TinkerParameters {
  /// The terms of four classes in the order of their key: exact classes, then one end wild (of both the line that
  /// stands first), then both.
  func torsionTerms(of key: [Int]) -> [TorsionTerm]? {
    if let exact = torsions.value(key) { return exact }
    let wild = [[key[0], key[1], key[2], 0], [0, key[1], key[2], key[3]]].compactMap { torsions.index($0) }
      .min()
    if let wild { return torsions.entries[wild].value }
    return torsions.value([0, key[1], key[2], 0])
  }
}

/// Three classes with the ends in order, as Tinker's keys have them.
func endsSorted(_ key: [Int]) -> [Int] { key[0] <= key[2] ? key : key.reversed() }

/// Four classes as Tinker's torsion keys have them: the inner pair ascending, then the ends.
func tinkerTorsionKey(_ key: [Int]) -> [Int] {
  if key[1] != key[2] { return key[1] < key[2] ? key : key.reversed() }
  return key[0] <= key[3] ? key : key.reversed()
}

extension TinkerLine {
  /// Up to six amplitudes, phases in degrees and periodicities after four classes; of one periodicity the last counts.
  /// - Throws: ``InputError`` where the fields are no such triples, or a periodicity is not among 1 … `highest`.
  func torsionTerms(highest: Int) throws -> [TorsionTerm] {
    var result: [Int: TorsionTerm] = [:]
    var index = 4
    while index < fields.count {
      let amplitude = try number(index, "an amplitude")
      let phase = try number(index + 1, "a phase")
      let n = try integer(index + 2, "a periodicity")
      // A triple of zeros fills a line up.
      if n != 0 || amplitude != 0 {
        guard (1...highest).contains(n) else {
          throw InputError(
            place, "the periodicity \(n) is none of 1 … \(highest): Tinker would drop the term",
            hint: "Tinker's torsions go up to n = 6, its improper torsions up to n = 3")
        }
        result[n] = TorsionTerm(periodicity: n, phase: phase * Units.degree, forceConstant: amplitude)
      }
      index += 3
    }
    guard index <= 4 + 18 else { throw InputError(place, "more than six terms on a line: Tinker reads six") }
    return result.keys.sorted().compactMap { result[$0] }
  }
}
