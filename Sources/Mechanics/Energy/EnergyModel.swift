// A topology made ready for fast evaluation: terms two by two, torsions as polynomials in cos φ.

import Chemistry

/// A topology compiled for evaluation. A value: build one a force field, use it from any thread.
public struct EnergyModel: Sendable {
  struct Bonds {
    var i: SIMD2<Int32>, j: SIMD2<Int32>
    var forceConstant: Lanes, length: Lanes
  }

  struct Angles {
    var i: SIMD2<Int32>, j: SIMD2<Int32>, k: SIMD2<Int32>
    var forceConstant: Lanes
    // cos and sin of the equilibrium angle: the deviation is taken from them without an arc cosine.
    var cosine: Lanes, sine: Lanes
  }

  struct Torsions {
    var i: SIMD2<Int32>, j: SIMD2<Int32>, k: SIMD2<Int32>, l: SIMD2<Int32>
    var p: PowerSeries<Lanes>
  }

  struct Pairs {
    var i: SIMD2<Int32>, j: SIMD2<Int32>
    var repulsion: Lanes, dispersion: Lanes, coulomb: Lanes
  }

  /// The number of atoms.
  public let atomCount: Int
  var bonds: [Bonds]
  var angles: [Angles]
  var torsions: [Torsions]
  var impropers: [Torsions]
  // Torsions and impropers with a phase other than 0 and π; rare, so kept out of the fast loops.
  var slantedTorsions: [TorsionSeries]
  var slantedImpropers: [TorsionSeries]
  // CHARMM's, a few a molecule.
  var harmonicImpropers: [HarmonicImproper]
  var ureyBradleys: [Bonds]
  var pairs: [Pairs]

  /// Compiles a topology.
  public init(_ topology: Topology) {
    func both(_ a: Int, _ b: Int) -> SIMD2<Int32> { SIMD2(Int32(a), Int32(b)) }
    atomCount = topology.atoms.count
    func pairedBonds(_ all: [HarmonicBond]) -> [Bonds] {
      paired(all, silenced: { HarmonicBond(i: $0.i, j: $0.j, forceConstant: 0, length: $0.length) }) { a, b in
        Bonds(
          i: both(a.i, b.i), j: both(a.j, b.j), forceConstant: Lanes(a.forceConstant, b.forceConstant),
          length: Lanes(a.length, b.length))
      }
    }
    bonds = pairedBonds(topology.bonds)
    ureyBradleys = pairedBonds(topology.ureyBradleys)
    harmonicImpropers = topology.harmonicImpropers
    angles = paired(
      topology.angles,
      silenced: { HarmonicAngle(i: $0.i, j: $0.j, k: $0.k, forceConstant: 0, angle: $0.angle) }
    ) { a, b in
      let (first, second) = (Direction(angle: a.angle), Direction(angle: b.angle))
      return Angles(
        i: both(a.i, b.i), j: both(a.j, b.j), k: both(a.k, b.k),
        forceConstant: Lanes(a.forceConstant, b.forceConstant), cosine: Lanes(first.cosine, second.cosine),
        sine: Lanes(first.sine, second.sine))
    }
    pairs = paired(
      topology.pairs,
      silenced: {
        PairInteraction(i: $0.i, j: $0.j, repulsion: 0, dispersion: 0, coulomb: 0, isOneFour: $0.isOneFour)
      }
    ) { a, b in
      Pairs(
        i: both(a.i, b.i), j: both(a.j, b.j), repulsion: Lanes(a.repulsion, b.repulsion),
        dispersion: Lanes(a.dispersion, b.dispersion), coulomb: Lanes(a.coulomb, b.coulomb))
    }
    func evenTorsions(_ all: [TorsionSeries]) -> [Torsions] {
      paired(
        all.filter(\.isEven),
        silenced: { TorsionSeries(quartet: $0.quartet, p: PowerSeries(), q: PowerSeries()) }
      ) { a, b in
        Torsions(
          i: both(a.quartet.i, b.quartet.i), j: both(a.quartet.j, b.quartet.j),
          k: both(a.quartet.k, b.quartet.k), l: both(a.quartet.l, b.quartet.l),
          p: PowerSeries(a.p, b.p))
      }
    }
    let compiledTorsions = topology.torsions.map(TorsionSeries.init)
    let compiledImpropers = topology.impropers.map(TorsionSeries.init)
    torsions = evenTorsions(compiledTorsions)
    impropers = evenTorsions(compiledImpropers)
    slantedTorsions = compiledTorsions.filter { !$0.isEven }
    slantedImpropers = compiledImpropers.filter { !$0.isEven }
  }
}
