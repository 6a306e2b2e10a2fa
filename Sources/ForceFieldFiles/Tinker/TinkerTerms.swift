// A topology's terms as Tinker has them: on every bond, angle and torsion of the graph, up to six terms a torsion.

import Chemistry
import Foundation
import TextFiles

/// Terms by atoms, complete where Tinker demands a parameter.
struct TinkerTerms {
  var bonds: [HarmonicBond]
  /// One for each angle of the graph; without energy where the topology has none.
  var angles: [HarmonicAngle]
  var ureyBradleys: [BondIndex: HarmonicBond] = [:]
  /// One for each torsion of the graph.
  var torsions: [(atoms: [Int], terms: [TorsionTerm])] = []
  /// The centre third, terms of one order of atoms together.
  var impropers: [(atoms: [Int], terms: [TorsionTerm])] = []
  /// The centre first.
  var harmonicImpropers: [HarmonicImproper] = []
  /// Atoms with three neighbours, and these.
  var centres: [(Int, [Int])] = []
  /// Neighbours of impropers' centres that share a type with another neighbour.
  var crowdedNeighbours: Set<Int> = []

  /// The terms of a topology.
  /// - Throws: ``InputError`` where Tinker has no such term.
  init(_ topology: Topology) throws {
    let graph = topology.bondGraph
    func names(_ atoms: [Int]) -> String { atoms.map { topology.atoms[$0].name }.joined(separator: "-") }
    func refusal(_ what: String, _ atoms: [Int]) -> InputError {
      InputError(nil, "\(what) (\(names(atoms))) cannot be written for Tinker", hint: "write another format")
    }
    guard graph.bonds.count == topology.bonds.count else {
      throw InputError(nil, "two bond terms on the same atoms cannot be written for Tinker")
    }
    bonds = topology.bonds
    var given: [[Int]: HarmonicAngle] = [:]
    for angle in topology.angles {
      guard graph.neighbours[angle.j].contains(angle.i), graph.neighbours[angle.j].contains(angle.k),
        angle.angle > 0 || angle.forceConstant == 0,
        given.updateValue(angle, forKey: [min(angle.i, angle.k), angle.j, max(angle.i, angle.k)]) == nil
      else { throw refusal("an angle off the bonds, of 0° or given twice", [angle.i, angle.j, angle.k]) }
    }
    angles = graph.neighbours.enumerated().flatMap { j, around in
      around.indices.flatMap { a in
        around.dropFirst(a + 1).map { k in
          // Tinker takes an ideal angle of zero for none.
          given[[around[a], j, k]]
            ?? HarmonicAngle(i: around[a], j: j, k: k, forceConstant: 0, angle: 109.5 * Units.degree)
        }
      }
    }
    let ends = Dictionary(grouping: angles, by: { BondIndex($0.i, $0.k) })
    for term in topology.ureyBradleys {
      let pair = BondIndex(term.i, term.j)
      guard ends[pair]?.count == 1, ureyBradleys.updateValue(term, forKey: pair) == nil else {
        throw refusal("a Urey-Bradley term that belongs to no single angle", [term.i, term.j])
      }
    }
    var own: [Quartet: [TorsionTerm]] = [:]
    for torsion in topology.torsions { own[torsion.quartet.canonical, default: []] += torsion.terms }
    for bond in graph.bonds {
      for quartet in graph.quartets(about: bond) {
        let terms = own.removeValue(forKey: quartet.canonical) ?? []
        guard let said = tinkerTerms(terms, highest: 6) else {
          throw refusal("a constant or a periodicity of a torsion", quartet.atoms)
        }
        torsions.append((quartet.atoms, said))
      }
    }
    if let left = own.first(where: { !$0.value.isEmpty }) {
      throw refusal("a torsion that does not follow the bonds", left.key.atoms)
    }
    centres = graph.neighbours.enumerated().filter { $0.element.count == 3 }.map { ($0.offset, $0.element) }
    try addImpropers(of: topology, graph, refusal: refusal)
  }

  /// Impropers of both kinds, where their centres are as Tinker reads them.
  private mutating func addImpropers(
    of topology: Topology, _ graph: BondGraph, refusal: (_ what: String, _ atoms: [Int]) -> InputError
  ) throws {
    var periodic: [[Int]: [TorsionTerm]] = [:]
    var order: [[Int]] = []
    for improper in topology.impropers {
      let q = improper.quartet
      // Read backwards the second atom is the third; the angle is the same.
      let atoms = [q, q.reversed].first { Set(graph.neighbours[$0.k]) == [$0.i, $0.j, $0.l] }?.atoms
      guard let atoms else {
        throw refusal(
          "an improper torsion whose centre is not the third of four atoms or has not three neighbours",
          q.atoms)
      }
      if periodic[atoms] == nil { order.append(atoms) }
      periodic[atoms, default: []] += improper.terms
    }
    for atoms in order {
      guard let terms = tinkerTerms(periodic[atoms] ?? [], highest: 3) else {
        throw refusal("a constant or a periodicity above 3 of an improper torsion", atoms)
      }
      impropers.append((atoms, terms))
      addCrowd([atoms[0], atoms[1], atoms[3]], topology)
    }
    var seen: Set<[Int]> = []
    for improper in topology.harmonicImpropers {
      let q = improper.quartet
      let found = [q, q.reversed].first { Set(graph.neighbours[$0.i]) == [$0.j, $0.k, $0.l] }
      guard let found, abs(improper.angle) < 1e-9 || abs(abs(improper.angle) - .pi) < 1e-9,
        seen.insert(found.atoms).inserted
      else {
        throw refusal(
          """
          a harmonic improper whose centre is not first, has not three neighbours, or whose angle is \
          neither 0 nor 180°
          """,
          q.atoms)
      }
      harmonicImpropers.append(
        HarmonicImproper(found, forceConstant: improper.forceConstant, angle: improper.angle))
      addCrowd([found.j, found.k, found.l], topology)
    }
  }

  private mutating func addCrowd(_ neighbours: [Int], _ topology: Topology) {
    for atom in neighbours
    where neighbours.contains(where: { $0 != atom && topology.atoms[$0].type == topology.atoms[atom].type }) {
      crowdedNeighbours.insert(atom)
    }
  }
}

/// The same energy with one term a periodicity and none of periodicity 0; nil where there is no such.
///
/// k(1 + cos(nφ − γ)) and −k(1 + cos(nφ − γ − 180°)) differ by the constant 2k: a constant can be said by turning
/// signs.
func tinkerTerms(_ terms: [TorsionTerm], highest: Int) -> [TorsionTerm]? {
  var constant = 0.0
  var joined: [Int: TorsionTerm] = [:]
  for (n, group) in Dictionary(grouping: terms, by: \.periodicity) {
    constant += group.reduce(0) { $0 + $1.forceConstant }
    let a = group.reduce(0) { $0 + $1.cosineAmplitude }
    let b = group.reduce(0) { $0 + $1.sineAmplitude }
    if n == 0 {
      constant += a
    } else if n > highest {
      if group.contains(where: { $0.forceConstant != 0 }) { return nil }
    } else if group.count == 1 {
      joined[n] = group[0]
    } else {
      let k = (a * a + b * b).squareRoot()
      let phase = atan2(b, a)
      joined[n] = TorsionTerm(periodicity: n, phase: phase, forceConstant: k)
    }
  }
  let list = joined.keys.sorted().compactMap { joined[$0] }
  let rest = constant - list.reduce(0) { $0 + $1.forceConstant }
  let size = terms.reduce(0) { $0 + abs($1.forceConstant) }
  for turned in 0..<(1 << list.count) {
    let change = list.indices.filter { turned & (1 << $0) != 0 }.reduce(0) { $0 - 2 * list[$1].forceConstant }
    guard abs(rest - change) <= 1e-9 * max(1e-3, size) else { continue }
    return list.enumerated().map { index, term in
      turned & (1 << index) == 0
        ? term
        : TorsionTerm(
          periodicity: term.periodicity, phase: term.phase > 0 ? term.phase - .pi : term.phase + .pi,
          forceConstant: -term.forceConstant)
    }
  }
  return nil
}
