// Energy and gradient of n-alkanes: Swivel's kernel against the same terms in plain C (-O3 -march=native).
//
//   make bench
//
// CPU nanoseconds an evaluation, best of many repeats, both measured in turn so that load hits both alike.

import CKernel
import Chemistry
import Foundation
import Mechanics
import Support

func cpuNanoseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

func best(of repeats: Int, calls: Int, _ body: () -> Double) -> Double {
  var sum = 0.0
  var result = Double.infinity
  for _ in 0..<repeats {
    let start = cpuNanoseconds()
    for _ in 0..<calls { sum += body() }
    result = min(result, (cpuNanoseconds() - start) / Double(calls))
  }
  precondition(sum.isFinite)
  return result
}

/// The terms of a topology as the C loops take them: one entry a periodic term.
func cModel(_ topology: Topology) -> ck_model {
  func copy<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    memory.initialize(from: values, count: values.count)
    return memory
  }
  let torsions = topology.torsions.flatMap { torsion in
    torsion.terms.map {
      ck_torsion(
        i: Int32(torsion.quartet.i), j: Int32(torsion.quartet.j), k: Int32(torsion.quartet.k),
        l: Int32(torsion.quartet.l), n: Int32($0.periodicity), kf: $0.forceConstant, gamma: $0.phase)
    }
  }
  return ck_model(
    atoms: Int32(topology.atoms.count), bonds: Int32(topology.bonds.count),
    angles: Int32(topology.angles.count),
    torsions: Int32(torsions.count), pairs: Int32(topology.pairs.count),
    bond: copy(
      topology.bonds.map { ck_bond(i: Int32($0.i), j: Int32($0.j), k: $0.forceConstant, r0: $0.length) }),
    angle: copy(
      topology.angles.map {
        ck_angle(i: Int32($0.i), j: Int32($0.j), k: Int32($0.k), kf: $0.forceConstant, theta0: $0.angle)
      }), torsion: copy(torsions),
    pair: copy(
      topology.pairs.map {
        ck_pair(i: Int32($0.i), j: Int32($0.j), a: $0.repulsion, b: $0.dispersion, qq: $0.coulomb)
      }))
}

/// Both kernels on one alkane; locals only, so that no global is accessed in the timed loops.
func compare(carbons: Int) {
  let alkane = Alkane(carbons: carbons)
  let model = EnergyModel(alkane.topology)
  let count = model.atomCount
  // Swivel takes all x, all y, all z; the C loops take x, y, z atom by atom.
  let x = alkane.coordinates.map(\.x) + alkane.coordinates.map(\.y) + alkane.coordinates.map(\.z)
  let byAtom = alkane.coordinates.flatMap { [$0.x, $0.y, $0.z] }
  let r = UnsafeMutablePointer<Double>.allocate(capacity: 3 * count)
  r.initialize(from: x, count: 3 * count)
  let flat = UnsafeMutablePointer<Double>.allocate(capacity: 3 * count)
  flat.initialize(from: byAtom, count: 3 * count)
  let gradient = UnsafeMutablePointer<Double>.allocate(capacity: 3 * count)
  gradient.initialize(repeating: 0, count: 3 * count)
  var c = cModel(alkane.topology)
  func swivel() -> Double {
    for index in 0..<(3 * count) { gradient[index] = 0 }
    return model.evaluate(coordinates: r, addingGradientTo: gradient).total
  }
  func plainC() -> Double { withUnsafePointer(to: &c) { ck_evaluate($0, flat, gradient) } }
  var (ours, theirs) = (Double.infinity, Double.infinity)
  for _ in 0..<20 {
    ours = min(ours, best(of: 3, calls: 3000, swivel))
    theirs = min(theirs, best(of: 3, calls: 3000, plainC))
  }
  print(
    String(
      format: "%5d   %9.0f   %4.0f   %5.2f   %.1e", count, ours, theirs, ours / theirs,
      abs(swivel() - plainC())))
}

print("atoms   Swivel ns   C ns   ratio   energy difference")
for carbons in [4, 9, 19] { compare(carbons: carbons) }
