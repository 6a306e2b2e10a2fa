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
    /// Which discrepancy of the scan it is.
    var effect: Int
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
  /// Its rows, from which the forms below are made.
  var pieces: [RowPiece] = []
  /// The form of each piece at weights of one.
  var unweighted: [[Double]] = []
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
      if options.selectsTerms {
        // Each force constant has a prior of its own, so it is a coordinate of its own.
        bases.append((Matrix(diagonal: [Double](repeating: 1, count: count)), count))
        starts.append(start)
        start += count
        continue
      }
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
    block.pieces = pieces(block, designs: designs)
    block.weigh(nil, perPoint: false)
    return block
  }

  /// The rows of a molecule's scans, each kind and effect a piece of its own.
  private func pieces(_ block: MoleculeBlock, designs: [ScanDesign]) -> [RowPiece] {
    let columns = family.molecules[block.molecule].basis.columns
    var result: [RowPiece] = []
    for (s, index) in family.scans.enumerated() where index.molecule == block.molecule {
      let driven = family.molecules[block.molecule].molecule.topology.type(of: family.scan(index).driven)
      let power = options.power(points: designs[s].fitted[.energy]?.y.count ?? 0)
      for (k, kind) in layout.kinds.enumerated() {
        guard let rows = designs[s].fitted[kind], !rows.y.isEmpty else { continue }
        let count = layout.hasDiscrepancy ? kind.discrepancyCount : 0
        let reduced = Matrix(rows: rows.x.count, columns: columns.count, elements: rows.x.flatMap { $0 })
          .times(block.fromReduced)
        for effect in Set(rows.effects).sorted() {
          let members = rows.y.indices.filter { rows.effects[$0] == effect }
          result.append(
            RowPiece(
              scan: s, kind: k, effect: effect,
              scale: effect == 0 ? classTable.group(of: driven) : classTable.groupLabels.count,
              discrepancyCount: count, group: kind == .otherTorque ? 1 : 0, hasOffset: kind == .energy,
              power: power,
              rows: members.map { i in (count > 0 ? rows.z[i] : []) + reduced.row(i) },
              targets: members.map { i in
                zip(rows.x[i], columns).reduce(rows.y[i]) { $0 - $1.0 * centre[$1.1] }
              }, points: members.map { rows.points[$0] }, rowWeights: members.map { rows.weights[$0] }))
        }
      }
    }
    return result
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
