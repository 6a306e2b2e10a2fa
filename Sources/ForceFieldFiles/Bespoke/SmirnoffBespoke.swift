// SMIRNOFF patterns of whole molecules: each of a fitted torsion, in that molecule and in no other.

import Chemistry
import TextFiles

/// `PREFIX.offxml`, to be loaded after the base force field: a Proper for every kind of fitted torsion of each
/// molecule.
///
/// A pattern names every heavy atom of the molecule with its element, its hydrogens and its number of bonds, so that no
/// larger molecule is matched; bond orders and charges follow from these. Stereoisomers are matched alike.
/// - Throws: ``InputError`` where one pattern would have two sets of terms.
func smirnoffBespoke(
  _ molecules: [BespokeMolecule], prefix: String, header: [String]
) throws -> [(path: String, text: String)] {
  var text = smirnoffStart
  for line in header + ["Load it last: openff.toolkit.ForceField('base.offxml', '\(prefix).offxml')."] {
    text += "  <!-- \(xmlComment(line)) -->\n"
  }
  text += torsionsStart
  for molecule in molecules {
    let patterns = MoleculePatterns(molecule.topology)
    var known: [String: [TorsionTerm]] = [:]
    var count = 0
    for torsion in molecule.topology.torsions where molecule.fitted.contains(torsion.quartet) {
      let smirks = patterns.smirks(of: torsion.quartet)
      if let other = known[smirks] {
        guard other.hasSameEnergy(as: torsion.terms) else {
          throw InputError(
            nil,
            """
            \(molecule.name) has torsions that look alike and were fitted apart: \
            \(molecule.topology.type(of: torsion.quartet).label)
            """,
            hint: "export to a format with atom types, such as openmm")
        }
        continue
      }
      known[smirks] = torsion.terms
      count += 1
      text +=
        "    <!-- \(xmlComment(molecule.name)): \(xmlComment(molecule.topology.type(of: torsion.quartet).label)) -->\n"
      text +=
        "    <Proper smirks=\"\(xmlText(smirks))\" id=\"\(xmlText("\(prefix):\(molecule.name):\(count)"))\""
      text += smirnoffTerms(torsion.terms.orZero) + "/>\n"
    }
  }
  return [("\(prefix).offxml", text + "  </ProperTorsions>\n</SMIRNOFF>\n")]
}

/// SMARTS of a whole molecule with four atoms tagged.
struct MoleculePatterns {
  private let elements: [Element]
  private let graph: BondGraph
  /// A number for each atom, alike for atoms that look alike.
  private let ranks: [Int]

  init(_ topology: Topology) {
    elements = topology.atoms.map(\.element)
    graph = topology.bondGraph
    var keys = topology.atoms.indices.map { [topology.atoms[$0].element.atomicNumber] }
    var ranks = [Int](repeating: 0, count: keys.count)
    for _ in keys.indices {
      let sorted = Set(keys).sorted { $0.lexicographicallyPrecedes($1) }
      let place = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
      let new = keys.map { place[$0] ?? 0 }
      if new == ranks, new.contains(where: { $0 != 0 }) { break }
      ranks = new
      keys = graph.neighbours.enumerated().map { atom, around in [new[atom]] + around.map { new[$0] }.sorted()
      }
    }
    self.ranks = ranks
  }

  /// The pattern of a torsion; that of the reversed one is the same.
  func smirks(of quartet: Quartet) -> String {
    let forward = quartet.atoms.map { ranks[$0] }
    let isTurned = Array(forward.reversed()).lexicographicallyPrecedes(forward)
    return Walk(self, chain: isTurned ? quartet.reversed.atoms : quartet.atoms).text
  }

  /// One pass through the molecule from the first tagged atom, rings closed by numbers.
  private struct Walk {
    private let patterns: MoleculePatterns
    private let chain: [Int]
    private var seen: Set<Int>
    private var children: [Int: [Int]] = [:]
    private var closures: [BondIndex: Int] = [:]
    private(set) var text = ""

    init(_ patterns: MoleculePatterns, chain: [Int]) {
      self.patterns = patterns
      self.chain = chain
      seen = Set(chain)
      for (place, atom) in chain.enumerated() {
        explore(atom, parent: place > 0 ? chain[place - 1] : nil, next: place < 3 ? chain[place + 1] : nil)
      }
      text = written(chain[0])
    }

    /// Hydrogens stand in the pattern where they are tagged; elsewhere they are counted.
    private func isWritten(_ atom: Int) -> Bool {
      patterns.elements[atom].atomicNumber != 1 || chain.contains(atom)
        || patterns.graph.neighbours[atom].count != 1
    }

    private mutating func explore(_ atom: Int, parent: Int?, next: Int?) {
      let ranks = patterns.ranks
      for other in patterns.graph.neighbours[atom].sorted(by: { (ranks[$0], $0) < (ranks[$1], $1) })
      where other != parent && other != next && isWritten(other) {
        if seen.contains(other) {
          let bond = BondIndex(atom, other)
          if !(children[other] ?? []).contains(atom), closures[bond] == nil {
            closures[bond] = closures.count + 1
          }
        } else {
          seen.insert(other)
          children[atom, default: []].append(other)
          explore(other, parent: atom, next: nil)
        }
      }
      if let next { children[atom, default: []].append(next) }
    }

    private func written(_ atom: Int) -> String {
      let around = patterns.graph.neighbours[atom]
      let number = patterns.elements[atom].atomicNumber
      var result = "[#\(number)"
      if number != 1 {
        result += "H\(around.filter { patterns.elements[$0].atomicNumber == 1 }.count)X\(around.count)"
      }
      if let tag = chain.firstIndex(of: atom) { result += ":\(tag + 1)" }
      result += "]"
      for (bond, digit) in closures.sorted(by: { $0.value < $1.value }) where bond.a == atom || bond.b == atom {
        result += "~" + (digit < 10 ? "\(digit)" : "%\(digit)")
      }
      let next = children[atom] ?? []
      for child in next.dropLast() { result += "(~\(written(child)))" }
      if let last = next.last { result += "~\(written(last))" }
      return result
    }
  }
}
