// One molecule's rows in as few coordinates as they see: what an evaluation of the posterior works on.

import Chemistry
import Statistics

/// One molecule's rows as quadratic forms in reduced coordinates.
///
/// With β the molecule's own force constants less the prior's centre, the coordinates of a bond class are w = Qᵀ F⁻¹ β:
/// F Fᵀ is the shape of the molecule-to-molecule deviation and Q spans what the rows see. There the deviation is
/// N(0, τ²) in every coordinate, and the shared force constants come in as w = A g, g the family's coordinates.
struct MoleculeBlock: Sendable {
  /// One discrepancy's quadratic forms over (discrepancy, w, y), one a kind of row that sees it.
  struct EffectForm: Sendable {
    /// The scan's index in the family.
    var scan: Int
    /// How many coefficients the discrepancy has.
    var count: Int
    /// Which discrepancy scale applies: a group, or one past the last for bonds that are not driven.
    var scale: Int
    var forms: [(kind: Int, gram: [Double])]
  }

  /// A bond class of the molecule: where its coordinates stand here and in the family.
  struct ClassBlock: Sendable {
    var group: Int
    var rows: Range<Int>
    var columns: Range<Int>
  }

  /// The molecule's index in the family.
  var molecule: Int
  /// The number of coordinates w.
  var rank: Int
  var classes: [ClassBlock]
  /// A, rank × the family's coordinates of each class in turn: row-major with `stride` numbers a row.
  var map: [Double]
  var stride: Int
  var effects: [EffectForm]
  /// Quadratic forms over (w, y) of rows without discrepancy, one a kind.
  var plain: [(kind: Int, gram: [Double])]
  /// Degrees of freedom of each kind.
  var degreesOfFreedom: [Double]
  /// (Q as columns over F⁻¹)ᵀ: rank × the molecule's columns; w = toReduced · β.
  var toReduced: Matrix
  /// E[β | w] = F Q w, the molecule's columns × rank.
  var fromReduced: Matrix
}

/// Everything that turns designs into blocks; the family's coordinates g are chosen here.
struct BlockBuilder {
  let family: PreparedFamily
  let classTable: BondClassTable
  let layout: ScaleLayout
  let options: ModelOptions
  let centre: [Double]
  let shape: DeviationShape
  /// For each class, an orthonormal basis in prior units (columns), and how many of them the data see.
  private(set) var bases: [(basis: Matrix, seen: Int)] = []
  /// Where each class's coordinates start in g.
  private(set) var starts: [Int] = []
  private var locals: [Int: [LocalClass]] = [:]

  private struct LocalClass {
    var index: Int
    /// Places in the molecule's columns, and in the class's.
    var local: [Int]
    var places: [Int]
    /// Qᵀ F⁻¹ and F Q.
    var toReduced: Matrix
    var fromReduced: Matrix
  }

  init(
    family: PreparedFamily, classTable: BondClassTable, layout: ScaleLayout, options: ModelOptions,
    centre: [Double],
    designs: [ScanDesign]
  ) {
    self.family = family
    self.classTable = classTable
    self.layout = layout
    self.options = options
    self.centre = centre
    shape = DeviationShape(classes: classTable.classes, family: family, designs: designs)
    let scansOf = Dictionary(grouping: family.scans.indices) { family.scans[$0].molecule }
    for (m, prepared) in family.molecules.enumerated() where !prepared.isHeldOut {
      locals[m] = localClasses(
        prepared, rows: (scansOf[m] ?? []).flatMap { s in layout.kinds.compactMap { designs[s].fitted[$0] } })
    }
    chooseCoordinates()
  }

  /// The classes of a molecule with the coordinates that its rows see.
  private func localClasses(_ prepared: PreparedMolecule, rows: [DesignRows]) -> [LocalClass] {
    classTable.classes.indices.compactMap { index in
      let range = classTable.classes[index].columns
      let local = prepared.basis.columns.indices.filter { range.contains(prepared.basis.columns[$0]) }
      guard !local.isEmpty else { return nil }
      let places = local.map { prepared.basis.columns[$0] - range.lowerBound }
      let factor = shape.factor(class: index, places: places)
      var gram = Matrix(rows: local.count, columns: local.count)
      for kind in rows {
        guard !kind.x.isEmpty else { continue }
        let own = Matrix(
          rows: kind.x.count, columns: local.count, elements: kind.x.flatMap { row in local.map { row[$0] } }
        )
        .times(factor).gram()
        let trace = (0..<local.count).reduce(0.0) { $0 + own[$1, $1] }
        // Each kind weighs the same in finding what is seen.
        if trace > 0 { gram.add(own, times: 1 / trace) }
      }
      let (basis, seen) = seenDirections(gram)
      guard seen > 0 else { return nil }
      let q = Matrix(
        rows: local.count, columns: seen,
        elements: (0..<local.count).flatMap { row in (0..<seen).map { basis[row, $0] } })
      return LocalClass(
        index: index, local: local, places: places,
        toReduced: q.transposedTimes(inverseLower(factor)), fromReduced: factor.times(q))
    }
  }

  /// The family's coordinates: in each class, in units of the prior, the directions that some molecule sees come first.
  private mutating func chooseCoordinates() {
    var start = 0
    for (index, bondClass) in classTable.classes.enumerated() {
      let count = bondClass.columns.count
      var gram = Matrix(rows: count, columns: count)
      for m in locals.keys.sorted() {
        for local in locals[m]! where local.index == index {
          let own = scattered(local, count: count, first: bondClass.columns.lowerBound).gram()
          let trace = (0..<count).reduce(0.0) { $0 + own[$1, $1] }
          if trace > 0 { gram.add(own, times: 1 / trace) }
        }
      }
      bases.append(seenDirections(gram))
      starts.append(start)
      start += bases[index].seen
    }
  }

  /// The number of the family's coordinates.
  var rank: Int { bases.reduce(0) { $0 + $1.seen } }

  /// w by the class's columns in units of the prior: Qᵀ F⁻¹ diag(1/n).
  private func scattered(_ local: LocalClass, count: Int, first: Int) -> Matrix {
    var result = Matrix(rows: local.toReduced.rows, columns: count)
    for row in 0..<local.toReduced.rows {
      for (column, place) in local.places.enumerated() {
        result[row, place] =
          local.toReduced[row, column] / Double(family.table.parameters[first + place].periodicity)
      }
    }
    return result
  }

  /// The block of a fitted molecule; nil for one that is held out.
  func block(_ m: Int, designs: [ScanDesign]) -> MoleculeBlock? {
    guard let classes = locals[m] else { return nil }
    let columns = family.molecules[m].basis.columns
    let rank = classes.reduce(0) { $0 + $1.toReduced.rows }
    let stride = classes.reduce(0) { $0 + bases[$1.index].seen }
    var toReduced = Matrix(rows: rank, columns: columns.count)
    var fromReduced = Matrix(rows: columns.count, columns: rank)
    var map = [Double](repeating: 0, count: rank * stride)
    var blocks: [MoleculeBlock.ClassBlock] = []
    var (row, column) = (0, 0)
    for local in classes {
      let bondClass = classTable.classes[local.index]
      let (basis, seen) = bases[local.index]
      let own = scattered(local, count: bondClass.columns.count, first: bondClass.columns.lowerBound).times(
        basis)
      for i in 0..<own.rows {
        for j in 0..<seen { map[(row + i) * stride + column + j] = own[i, j] }
        for (j, place) in local.local.enumerated() {
          toReduced[row + i, place] = local.toReduced[i, j]
          fromReduced[place, row + i] = local.fromReduced[j, i]
        }
      }
      blocks.append(
        MoleculeBlock.ClassBlock(
          group: classTable.groups[local.index], rows: row..<(row + own.rows),
          columns: starts[local.index]..<(starts[local.index] + seen)))
      row += own.rows
      column += seen
    }
    var block = MoleculeBlock(
      molecule: m, rank: rank, classes: blocks, map: map, stride: stride, effects: [], plain: [],
      degreesOfFreedom: layout.kinds.map { _ in 0 }, toReduced: toReduced, fromReduced: fromReduced)
    addForms(to: &block, designs: designs)
    return block
  }

  private func addForms(to block: inout MoleculeBlock, designs: [ScanDesign]) {
    let columns = family.molecules[block.molecule].basis.columns
    for (s, index) in family.scans.enumerated() where index.molecule == block.molecule {
      let driven = family.molecules[block.molecule].molecule.topology.type(of: family.scan(index).driven)
      let power = options.power(points: designs[s].fitted[.energy]?.y.count ?? 0)
      var forms: [Int: MoleculeBlock.EffectForm] = [:]
      for (k, kind) in layout.kinds.enumerated() {
        guard let rows = designs[s].fitted[kind], !rows.y.isEmpty else { continue }
        let count = layout.hasDiscrepancy ? kind.discrepancyCount : 0
        let free = kind == .energy
        let reduced = Matrix(rows: rows.x.count, columns: columns.count, elements: rows.x.flatMap { $0 })
          .times(block.fromReduced)
        for effect in Set(rows.effects).sorted() {
          var sums = RowStatistics(columns: count + block.rank)
          for i in rows.y.indices where rows.effects[i] == effect {
            let centred = zip(rows.x[i], columns).reduce(rows.y[i]) { $0 - $1.0 * centre[$1.1] }
            sums.add(
              (count > 0 ? rows.z[i] : []) + reduced.row(i), centred, weight: power)
          }
          block.degreesOfFreedom[k] += power * Double(sums.degreesOfFreedom(freeOffset: free))
          let gram = sums.gram(freeOffset: free)
          if count > 0 {
            let scale = effect == 0 ? classTable.group(of: driven) : classTable.groupLabels.count
            forms[effect, default: MoleculeBlock.EffectForm(scan: s, count: count, scale: scale, forms: [])]
              .forms.append((k, gram))
          } else if let same = block.plain.firstIndex(where: { $0.kind == k }) {
            for i in gram.indices { block.plain[same].gram[i] += gram[i] }
          } else {
            block.plain.append((k, gram))
          }
        }
      }
      block.effects += forms.keys.sorted().map { forms[$0]! }
    }
  }
}

/// The inverse of a lower-triangular matrix.
private func inverseLower(_ lower: Matrix) -> Matrix {
  let n = lower.rows
  var result = Matrix(rows: n, columns: n)
  for column in 0..<n {
    for row in column..<n {
      var sum = row == column ? 1.0 : 0.0
      for k in column..<max(row, column) { sum -= lower[row, k] * result[k, column] }
      result[row, column] = sum / lower[row, row]
    }
  }
  return result
}
