// Two terms side by side: the arithmetic of the kernel runs on pairs of terms in one register.

import CLanes
import Chemistry

/// Two doubles; every x86-64 and arm64 processor handles them in one instruction, so no build flag is needed.
typealias Lanes = SIMD2<Double>

/// Two vectors side by side.
struct LaneVector {
  var x: Lanes, y: Lanes, z: Lanes

  @inline(__always)
  init(_ x: Lanes, _ y: Lanes, _ z: Lanes) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The positions of two atoms.
  @inline(__always)
  init(_ r: Coordinates, _ atoms: SIMD2<Int32>) {
    let (a, b) = (Int(atoms[0]), Int(atoms[1]))
    x = Lanes(r.x[a], r.x[b])
    y = Lanes(r.y[a], r.y[b])
    z = Lanes(r.z[a], r.z[b])
  }

  @inline(__always)
  static func + (a: LaneVector, b: LaneVector) -> LaneVector {
    LaneVector(a.x + b.x, a.y + b.y, a.z + b.z)
  }

  @inline(__always)
  static func - (a: LaneVector, b: LaneVector) -> LaneVector {
    LaneVector(a.x - b.x, a.y - b.y, a.z - b.z)
  }

  @inline(__always)
  static func * (a: LaneVector, s: Lanes) -> LaneVector { LaneVector(a.x * s, a.y * s, a.z * s) }

  @inline(__always)
  func dot(_ b: LaneVector) -> Lanes { x * b.x + y * b.y + z * b.z }

  @inline(__always)
  func cross(_ b: LaneVector) -> LaneVector {
    LaneVector(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }

  /// Adds to the gradients of two atoms, which may be one and the same.
  @inline(__always)
  func add(to gradient: Gradient, _ atoms: SIMD2<Int32>) {
    let (a, b) = (Int(atoms[0]), Int(atoms[1]))
    gradient.x[a] += x[0]
    gradient.y[a] += y[0]
    gradient.z[a] += z[0]
    gradient.x[b] += x[1]
    gradient.y[b] += y[1]
    gradient.z[b] += z[1]
  }

  /// Subtracts from the gradients of two atoms, which may be one and the same.
  @inline(__always)
  func subtract(from gradient: Gradient, _ atoms: SIMD2<Int32>) {
    let (a, b) = (Int(atoms[0]), Int(atoms[1]))
    gradient.x[a] -= x[0]
    gradient.y[a] -= y[0]
    gradient.z[a] -= z[0]
    gradient.x[b] -= x[1]
    gradient.y[b] -= y[1]
    gradient.z[b] -= z[1]
  }
}

/// Positions as three arrays. With x, y and z of an atom side by side in memory the compiler would pair components
/// rather than terms, and undo the lanes.
struct Coordinates {
  var x: UnsafePointer<Double>, y: UnsafePointer<Double>, z: UnsafePointer<Double>

  /// All x, then all y, then all z of `count` atoms.
  @inline(__always)
  init(_ flat: UnsafePointer<Double>, count: Int) {
    x = flat
    y = flat + count
    z = flat + 2 * count
  }

  @inline(__always)
  subscript(_ atom: Int) -> Vector3 { Vector3(x[atom], y[atom], z[atom]) }
}

/// A gradient as three arrays.
struct Gradient {
  var x: UnsafeMutablePointer<Double>, y: UnsafeMutablePointer<Double>, z: UnsafeMutablePointer<Double>

  /// All x, then all y, then all z of `count` atoms.
  @inline(__always)
  init(_ flat: UnsafeMutablePointer<Double>, count: Int) {
    x = flat
    y = flat + count
    z = flat + 2 * count
  }

  @inline(__always)
  func add(_ g: Vector3, _ atom: Int) {
    x[atom] += g.x
    y[atom] += g.y
    z[atom] += g.z
  }
}

/// The square roots of two numbers.
@inline(__always)
func squareRoot(_ x: Lanes) -> Lanes { swivel_sqrt(x) }

/// `terms` two by two; an odd last one is doubled with `silenced`, the same atoms without energy.
func paired<Term, Block>(_ terms: [Term], silenced: (Term) -> Term, _ block: (Term, Term) -> Block) -> [Block] {
  stride(from: 0, to: terms.count, by: 2).map { index in
    block(terms[index], index + 1 < terms.count ? terms[index + 1] : silenced(terms[index]))
  }
}
