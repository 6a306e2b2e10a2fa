// A point or a direction in Cartesian space.

/// A vector of three components; positions in Å, forces in kcal/mol/Å.
@frozen
public struct Vector3: Hashable, Sendable {
  /// The components.
  public var x: Double, y: Double, z: Double

  /// A vector of the components given.
  @inlinable @inline(__always)
  public init(_ x: Double, _ y: Double, _ z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The origin.
  @inlinable @inline(__always)
  public static var zero: Vector3 { Vector3(0, 0, 0) }

  /// The sum, component by component.
  @inlinable @inline(__always)
  public static func + (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x + b.x, a.y + b.y, a.z + b.z) }

  /// The difference, component by component.
  @inlinable @inline(__always)
  public static func - (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x - b.x, a.y - b.y, a.z - b.z) }

  /// The opposite vector.
  @inlinable @inline(__always)
  public static prefix func - (a: Vector3) -> Vector3 { Vector3(-a.x, -a.y, -a.z) }

  /// The vector scaled by `s`.
  @inlinable @inline(__always)
  public static func * (a: Vector3, s: Double) -> Vector3 { Vector3(a.x * s, a.y * s, a.z * s) }

  /// The vector scaled by `s`.
  @inlinable @inline(__always)
  public static func * (s: Double, a: Vector3) -> Vector3 { Vector3(a.x * s, a.y * s, a.z * s) }

  /// Adds `b` in place.
  @inlinable @inline(__always)
  public static func += (a: inout Vector3, b: Vector3) {
    a.x += b.x
    a.y += b.y
    a.z += b.z
  }

  /// Subtracts `b` in place.
  @inlinable @inline(__always)
  public static func -= (a: inout Vector3, b: Vector3) {
    a.x -= b.x
    a.y -= b.y
    a.z -= b.z
  }

  /// The scalar product with `b`.
  @inlinable @inline(__always)
  public func dot(_ b: Vector3) -> Double { x * b.x + y * b.y + z * b.z }

  /// The vector product with `b`.
  @inlinable @inline(__always)
  public func cross(_ b: Vector3) -> Vector3 {
    Vector3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }

  /// The length.
  @inlinable @inline(__always)
  public var norm: Double { dot(self).squareRoot() }

  /// The same direction with length one; undefined (NaN) for the zero vector.
  @inlinable @inline(__always)
  public var normalized: Vector3 { self * (1 / norm) }

  /// Whether all three components are finite.
  public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}
