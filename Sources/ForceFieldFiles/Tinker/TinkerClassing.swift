// Which Tinker class each atom of a molecule gets: its type's, or one of its own where Tinker would mix terms up.

import Chemistry
import TextFiles

/// A topology's terms by classes, for Tinker's lookup.
struct TinkerClassing {
  /// The class of each atom.
  var classes: [Int]
  /// Type names and their numbers.
  var numbers: [String: Int]
  /// Classes of single atoms, with their types.
  var copies: [(number: Int, type: String)]

  var bonds: [[Int]: HarmonicBond] = [:]
  var angles: [[Int]: HarmonicAngle] = [:]
  var ureyBradleys: [[Int]: HarmonicBond] = [:]
  var torsions: [[Int]: [TorsionTerm]] = [:]
  /// Improper torsions by classes, the centre third, in the order of the atoms.
  var improperTorsions: [[Int]: [TorsionTerm]] = [:]
  var impropers: [[Int]: HarmonicImproper] = [:]

  /// Classes by type where that says every term; else the neighbours of impropers that share a class get their own;
  /// else every atom does.
  /// - Throws: ``InputError`` where Tinker has no such term.
  init(_ topology: Topology, numbers given: [String: Int]?) throws {
    var numbers = given ?? tinkerClasses(of: topology.atoms.map(\.type))
    var next = (numbers.values.max() ?? 0) + 1
    for type in Set(topology.atoms.map(\.type)).sorted() where numbers[type] == nil {
      numbers[type] = next
      next += 1
    }
    let terms = try TinkerTerms(topology)
    for alone in [[], terms.crowdedNeighbours, Set(topology.atoms.indices)] {
      var copies: [(number: Int, type: String)] = []
      let classes = topology.atoms.enumerated().map { index, atom in
        guard alone.contains(index) else { return numbers[atom.type] ?? 0 }
        copies.append((next + copies.count, atom.type))
        return next + copies.count - 1
      }
      if let highest = classes.max(), highest > tinkerHighestClass {
        throw InputError(nil, "the molecule needs \(highest) classes, Tinker has \(tinkerHighestClass)")
      }
      self.classes = classes
      self.numbers = numbers
      self.copies = copies
      if fill(terms) { return }
    }
    throw InputError(nil, "the molecule has two terms on the same atoms that Tinker cannot tell apart")
  }

  /// Enters all terms; false where two that differ have the same classes.
  private mutating func fill(_ terms: TinkerTerms) -> Bool {
    bonds = [:]
    angles = [:]
    ureyBradleys = [:]
    torsions = [:]
    improperTorsions = [:]
    impropers = [:]
    func numbers(_ atoms: [Int]) -> [Int] { atoms.map { classes[$0] } }
    // Absence is a value too: an angle without a Urey-Bradley term must not get that of another.
    var bare: Set<[Int]> = []
    for bond in terms.bonds {
      let key = numbers([bond.i, bond.j]).sorted()
      if let known = bonds[key], known.forceConstant != bond.forceConstant || known.length != bond.length {
        return false
      }
      bonds[key] = bond
    }
    for angle in terms.angles {
      let key = endsSorted(numbers([angle.i, angle.j, angle.k]))
      if let known = angles[key], known.forceConstant != angle.forceConstant || known.angle != angle.angle {
        return false
      }
      angles[key] = angle
      if let urey = terms.ureyBradleys[BondIndex(angle.i, angle.k)] {
        if let known = ureyBradleys[key],
          known.forceConstant != urey.forceConstant || known.length != urey.length
        {
          return false
        }
        ureyBradleys[key] = urey
      } else {
        bare.insert(key)
      }
    }
    if !bare.isDisjoint(with: ureyBradleys.keys) { return false }
    for (atoms, own) in terms.torsions {
      let key = tinkerTorsionKey(numbers(atoms))
      if let known = torsions[key], known != own { return false }
      torsions[key] = own
    }
    return fillImpropers(terms)
  }

  /// Impropers are looked up at every atom with three neighbours, in every order of their classes.
  private mutating func fillImpropers(_ terms: TinkerTerms) -> Bool {
    var known: [[Int]: (periodic: [[Int]: [TorsionTerm]], harmonic: [[Int]: [Double]])] = [:]
    // Classes of centres whose lines have wildcards: every centre of the class must be the same.
    var shared: Set<Int> = []
    for (centre, around) in terms.centres {
      let own = around.map { classes[$0] }
      var periodic: [[Int]: [TorsionTerm]] = [:]
      for improper in terms.impropers where improper.atoms[2] == centre {
        periodic[improper.atoms.map { classes[$0] }] = improper.terms
      }
      var harmonic: [[Int]: [Double]] = [:]
      let dihedrals = terms.harmonicImpropers.filter { $0.quartet.i == centre }
      if dihedrals.count > 1 { shared.insert(classes[centre]) }
      for improper in dihedrals {
        let q = improper.quartet
        var key = q.atoms.map { classes[$0] }
        if dihedrals.count > 1 {
          // Of lines that name all four classes Tinker takes one; those of the form `c d 0 0` add up, d the last.
          guard
            [[0, 1, 2], [1, 2, 0], [2, 0, 1]].contains(where: { $0.map { around[$0] } == [q.j, q.k, q.l] })
          else { return false }
          key = [classes[centre], classes[q.l], 0, 0]
        }
        harmonic[key] = [improper.forceConstant, improper.angle]
        impropers[key] = improper
      }
      if !(periodic.isEmpty && harmonic.isEmpty), Set(own).count < 3 { return false }
      let place = [classes[centre]] + own.sorted()
      if let other = known[place], other.periodic != periodic || other.harmonic != harmonic { return false }
      if shared.contains(classes[centre]), known.keys.contains(where: { $0 != place && $0[0] == place[0] }) {
        return false
      }
      known[place] = (periodic, harmonic)
      improperTorsions.merge(periodic) { first, _ in first }
    }
    return true
  }
}
