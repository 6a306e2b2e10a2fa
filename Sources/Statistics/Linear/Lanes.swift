// Loading and storing SIMD lanes, and the sum of products, for the kernels of this module.

// Swift neither reassociates sums nor contracts to FMA, so loops over these lanes give the same bits on every
// x86-64 machine, unlike OpenBLAS, which picks its kernels by processor.

@inline(__always)
func lanes4(_ p: UnsafePointer<Double>) -> SIMD4<Double> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Double>.self)
}

@inline(__always)
func store4(_ lanes: SIMD4<Double>, _ p: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(p).storeBytes(of: lanes, as: SIMD4<Double>.self)
}

/// Σ aᵢ bᵢ over `count` elements.
@inline(__always)
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  // Two accumulators hide the latency of the additions.
  var (even, odd) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
  var i = 0
  while i &+ 8 <= count {
    even += lanes4(a + i) * lanes4(b + i)
    odd += lanes4(a + i + 4) * lanes4(b + i + 4)
    i &+= 8
  }
  var sum = (even + odd).sum()
  while i < count {
    sum += a[i] * b[i]
    i &+= 1
  }
  return sum
}

/// Σ aᵢ bᵢ over `count` numbers; the same bits on every x86-64 machine.
public func scalarProduct(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  dot(a, b, count)
}

/// Adds `factor` · `source` to `target`, `count` numbers each, which must not overlap; four at a time.
@inlinable
@inline(__always)
public func addScaled(
  _ source: UnsafePointer<Double>, _ factor: Double, to target: UnsafeMutablePointer<Double>, count: Int
) {
  var i = 0
  while i + 4 <= count {
    let x = UnsafeRawPointer(source + i).loadUnaligned(as: SIMD4<Double>.self)
    let y = UnsafeRawPointer(target + i).loadUnaligned(as: SIMD4<Double>.self)
    UnsafeMutableRawPointer(target + i).storeBytes(of: y + factor * x, as: SIMD4<Double>.self)
    i += 4
  }
  while i < count {
    target[i] += factor * source[i]
    i += 1
  }
}
