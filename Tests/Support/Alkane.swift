// Molecules made in code: n-alkanes with AMBER-like terms, for laws and benchmarks that need no file.

import CMath
import Chemistry

/// An n-alkane with a topology and an all-trans geometry.
public struct Alkane: Sendable {
  /// Its force field; carbons first, then hydrogens.
  public let topology: Topology
  /// All-trans geometry, Å.
  public let coordinates: [Vector3]
  /// The number of carbons.
  public let carbons: Int

  /// The alkane of `carbons` ≥ 2 carbon atoms.
  public init(carbons: Int) {
    self.carbons = carbons
    coordinates = Self.geometry(carbons)
    topology = Self.topology(carbons, coordinates)
  }

  /// The geometry with the far side of carbon bond `b`–`b+1` turned by `angle` (radian).
  public func turned(bond b: Int, by angle: Double) -> [Vector3] {
    let side = topology.bondGraph.side(of: b + 1, awayFrom: b)!
    var result = coordinates
    let axis = (coordinates[b + 1] - coordinates[b]).normalized
    for atom in side {
      result[atom] = rotated(coordinates[atom], about: axis, through: coordinates[b], by: angle)
    }
    return result
  }

  private static func geometry(_ carbons: Int) -> [Vector3] {
    let half = 112.0 / 2 * Units.degree
    var positions = (0..<carbons).map { index in
      Vector3(1.53 * sin(half) * Double(index), index % 2 == 0 ? 0 : 1.53 * cos(half), 0)
    }
    for c in 0..<carbons {
      let here = positions[c]
      let neighbours = [c - 1, c + 1].filter { (0..<carbons).contains($0) }.map { positions[$0] }
      let u = (neighbours[0] - here).normalized
      if neighbours.count == 2 {
        let v = (neighbours[1] - here).normalized
        let b = (-(u + v)).normalized
        let n = u.cross(v).normalized
        let spread = 53.5 * Units.degree
        positions.append(here + 1.09 * (b * cos(spread) + n * sin(spread)))
        positions.append(here + 1.09 * (b * cos(spread) - n * sin(spread)))
      } else {
        // Staggered against the next carbon's zigzag: one hydrogen in the plane, trans.
        let next = c == 0 ? 2 : carbons - 3
        let reference =
          carbons > 2 ? (positions[next] - neighbours[0]).normalized : Vector3(0, 1, 0)
        let across = (reference - u * reference.dot(u)).normalized
        let n = u.cross(across)
        let tilt = 110.5 * Units.degree
        for turn in [180.0, 60, -60] {
          let phi = turn * Units.degree
          positions.append(
            here + 1.09 * (u * cos(tilt) + (across * cos(phi) + n * sin(phi)) * sin(tilt)))
        }
      }
    }
    return positions
  }

  private static func topology(_ carbons: Int, _ coordinates: [Vector3]) -> Topology {
    let hydrogen = Element(symbol: "H")!
    let carbon = Element(symbol: "C")!
    let elements = coordinates.indices.map { $0 < carbons ? carbon : hydrogen }
    let graph = BondGraph(elements: elements, coordinates: coordinates)
    let charges = coordinates.indices.map { atom -> Double in
      atom < carbons ? -0.045 * Double(graph.neighbours[atom].filter { $0 >= carbons }.count) : 0.045
    }
    let atoms = coordinates.indices.map { i in
      Atom(
        name: "\(elements[i].symbol)\(i)", type: i < carbons ? "c3" : "hc", element: elements[i],
        charge: charges[i])
    }
    func isCarbon(_ i: Int) -> Bool { i < carbons }
    let bonds = graph.bonds.map {
      isCarbon($0.b)
        ? HarmonicBond(i: $0.a, j: $0.b, forceConstant: 303.1, length: 1.535)
        : HarmonicBond(i: $0.a, j: $0.b, forceConstant: 337.3, length: 1.092)
    }
    var angles: [HarmonicAngle] = []
    for j in coordinates.indices {
      for (a, i) in graph.neighbours[j].enumerated() {
        for k in graph.neighbours[j].dropFirst(a + 1) {
          let (constant, degrees) =
            isCarbon(i) && isCarbon(k)
            ? (63.2, 110.6) : isCarbon(i) || isCarbon(k) ? (46.4, 110.1) : (39.4, 108.4)
          angles.append(
            HarmonicAngle(i: i, j: j, k: k, forceConstant: constant, angle: degrees * Units.degree))
        }
      }
    }
    var torsions: [Torsion] = []
    for bond in graph.bonds {
      for q in graph.quartets(about: bond) {
        let ends = [q.i, q.l].filter(isCarbon).count
        let terms =
          ends == 2
          ? [
            TorsionTerm(periodicity: 1, phase: .pi, forceConstant: 0.2),
            TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 0.25),
            TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.18),
          ] : [TorsionTerm(periodicity: 3, phase: 0, forceConstant: ends == 1 ? 0.16 : 0.15)]
        torsions.append(Torsion(q, terms: terms))
      }
    }
    return Topology(
      atoms: atoms, bonds: bonds, angles: angles, torsions: torsions, impropers: [],
      pairs: pairs(graph, torsions, charges: charges, carbons: carbons), coulombConstant: 332.0522,
      oneFourScalings: [OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)])
  }

  private static func pairs(
    _ graph: BondGraph, _ torsions: [Torsion], charges: [Double], carbons: Int
  ) -> [PairInteraction] {
    let oneFour = Set(torsions.map { BondIndex($0.quartet.i, $0.quartet.l) })
    var result: [PairInteraction] = []
    for i in charges.indices {
      let near = Set(graph.neighbours[i] + graph.neighbours[i].flatMap { graph.neighbours[$0] })
      for j in charges.indices where j > i && !near.contains(j) {
        let scaled = oneFour.contains(BondIndex(i, j))
        func radius(_ a: Int) -> Double { a < carbons ? 1.908 : 1.487 }
        func depth(_ a: Int) -> Double { a < carbons ? 0.1094 : 0.0157 }
        let epsilon = (depth(i) * depth(j)).squareRoot() / (scaled ? 2 : 1)
        let r6 = pow(radius(i) + radius(j), 6)
        result.append(
          PairInteraction(
            i: i, j: j, repulsion: epsilon * r6 * r6, dispersion: 2 * epsilon * r6,
            coulomb: 332.0522 * charges[i] * charges[j] / (scaled ? 1.2 : 1), isOneFour: scaled))
      }
    }
    return result
  }
}
