// The order in which columns of a sparse symmetric matrix are eliminated, and which are eliminated together.

/// Fronts of columns: pivots and the later columns they touch, children before parents.
struct EliminationTree {
  struct Front {
    /// Columns that are eliminated here, ascending.
    var pivots: [Int]
    /// Columns that are eliminated later and touched.
    var rest: [Int]
  }

  /// In the order of elimination.
  private(set) var fronts: [Front] = []

  /// What a front costs beside its arithmetic, in multiplications: calls and indices.
  private static let overhead = 8000.0

  /// The columns that belong to the same cliques, as one vertex of the graph.
  private struct Vertex {
    var columns: [Int]
    var neighbours: BitSet
  }

  init(order: Int, cliques: [[Int]]) {
    var vertices = Self.vertices(order: order, cliques: cliques)
    let sequence = Self.eliminate(&vertices)
    // From here on `neighbours` are the later ones.
    var place = [Int](repeating: 0, count: vertices.count)
    for (index, v) in sequence.enumerated() { place[v] = index }
    var members = vertices.map(\.columns)
    var alive = [Bool](repeating: true, count: vertices.count)
    for v in sequence {
      guard let parent = vertices[v].neighbours.min(by: { place[$0] < place[$1] }) else { continue }
      let (own, its) = (members[v].count, members[parent].count)
      let ownRest = vertices[v].neighbours.reduce(0) { $0 + vertices[$1].columns.count }
      let itsRest = vertices[parent].neighbours.reduce(0) { $0 + vertices[$1].columns.count }
      guard
        Self.cost(own + its, itsRest) <= Self.cost(own, ownRest) + Self.cost(its, itsRest)
      else { continue }
      members[parent] += members[v]
      alive[v] = false
    }
    for v in sequence where alive[v] {
      fronts.append(
        Front(
          pivots: members[v].sorted(), rest: vertices[v].neighbours.flatMap { vertices[$0].columns }))
    }
  }

  /// Multiplications of a front, and what moves its update to later ones.
  private static func cost(_ pivots: Int, _ rest: Int) -> Double {
    let (p, r) = (Double(pivots), Double(rest))
    return p * p * p / 6 + p * p * r / 2 + p * r * r / 2 + 2 * r * r + overhead
  }

  private static func vertices(order: Int, cliques: [[Int]]) -> [Vertex] {
    var belongs = [[Int]](repeating: [], count: order)
    for (c, clique) in cliques.enumerated() { for i in clique { belongs[i].append(c) } }
    var vertexOf: [[Int]: Int] = [:]
    var vertices: [Vertex] = []
    for i in 0..<order {
      if !belongs[i].isEmpty, let v = vertexOf[belongs[i]] {
        vertices[v].columns.append(i)
      } else {
        vertexOf[belongs[i]] = vertices.count
        vertices.append(Vertex(columns: [i], neighbours: BitSet()))
      }
    }
    for v in vertices.indices { vertices[v].neighbours = BitSet(capacity: vertices.count) }
    var inClique = [[Int]](repeating: [], count: cliques.count)
    for v in vertices.indices { for c in belongs[vertices[v].columns[0]] { inClique[c].append(v) } }
    for group in inClique {
      var all = BitSet(capacity: vertices.count)
      for v in group { all.insert(v) }
      for v in group { vertices[v].neighbours.formUnion(all) }
    }
    for v in vertices.indices { vertices[v].neighbours.remove(v) }
    return vertices
  }

  /// Eliminates vertices by least degree; their neighbours become the later ones.
  private static func eliminate(_ vertices: inout [Vertex]) -> [Int] {
    var left = Set(vertices.indices)
    func degree(_ v: Int) -> Int { vertices[v].neighbours.reduce(0) { $0 + vertices[$1].columns.count } }
    var degrees = vertices.indices.map(degree)
    var sequence: [Int] = []
    while let next = left.min(by: { (degrees[$0], $0) < (degrees[$1], $1) }) {
      left.remove(next)
      sequence.append(next)
      let later = vertices[next].neighbours
      for v in later {
        vertices[v].neighbours.formUnion(later)
        vertices[v].neighbours.remove(v)
        vertices[v].neighbours.remove(next)
      }
      for v in later { degrees[v] = degree(v) }
    }
    return sequence
  }
}

/// A set of small numbers.
struct BitSet: Sequence {
  private var words: [UInt64]

  init(capacity: Int = 0) { words = [UInt64](repeating: 0, count: (capacity + 63) / 64) }

  mutating func insert(_ value: Int) { words[value / 64] |= 1 << UInt64(value % 64) }
  mutating func remove(_ value: Int) { words[value / 64] &= ~(1 << UInt64(value % 64)) }
  mutating func formUnion(_ other: BitSet) { for w in words.indices { words[w] |= other.words[w] } }

  /// Its numbers, ascending.
  func makeIterator() -> AnyIterator<Int> {
    var (index, word) = (0, words.first ?? 0)
    return AnyIterator {
      while word == 0 {
        index += 1
        guard index < words.count else { return nil }
        word = words[index]
      }
      defer { word &= word - 1 }
      return index * 64 + word.trailingZeroBitCount
    }
  }
}
