// Which force constants are fitted: one parameter for each torsion type, periodicity and phase.

import Chemistry

/// One fitted force constant: the k of k(1 + cos(nφ − γ)) on every torsion of a type.
public struct Parameter: Hashable, Comparable, Sendable {
  /// The four atom types.
  public let type: TorsionType
  /// n, 1 … 6.
  public let periodicity: Int
  /// Whether γ is π/2, the sine partner of a free phase; otherwise γ is 0 and k has either sign.
  public let isSine: Bool

  /// A parameter of its three facts.
  public init(type: TorsionType, periodicity: Int, isSine: Bool = false) {
    self.type = type
    self.periodicity = periodicity
    self.isSine = isSine
  }

  /// γ in radian: 0 or π/2.
  public var phase: Double { isSine ? .pi / 2 : 0 }

  /// "c3-c3-c3-c3 n=3", with "sin" for the partner of a free phase.
  public var label: String { "\(type.label) n=\(periodicity)" + (isSine ? " sin" : "") }

  /// Orders by type, then periodicity, cosine before sine.
  public static func < (a: Parameter, b: Parameter) -> Bool {
    if a.type != b.type { return a.type < b.type }
    return (a.periodicity, a.isSine ? 1 : 0) < (b.periodicity, b.isSine ? 1 : 0)
  }
}

/// The fitted parameters of a family with what the base force field has in their place.
public struct ParameterTable: Hashable, Sendable {
  /// The parameters in ascending order; columns of every design stand in this order.
  public let parameters: [Parameter]
  /// The base force field's k on the same phase, kcal/mol; the mean where molecules disagree.
  public let base: [Double]
  /// How many fitted molecules have the type about a driven bond (or anywhere, where a rule asks for the type).
  public let molecules: [Int]
  /// Types whose base terms differ between molecules, ascending.
  public let typesWithUnequalBase: [TorsionType]

  /// What cancels by the symmetry of rotors, ascending by type.
  public let cancelled: [CancelledTerms]

  let indices: [Parameter: Int]
  private let seen: Set<TorsionType>
  private let rules: [TorsionRule]

  /// The fitted torsion types, ascending.
  public var types: [TorsionType] { Array(Set(parameters.map(\.type))).sorted() }

  /// Whether a type is of those to fit: a rule matches it, or there are no rules. Others stay as the base force field
  /// has them.
  public func isWanted(_ type: TorsionType) -> Bool { rules.isEmpty || rules.contains { $0.matches(type) } }

  /// Whether a fitted molecule has the type; false for types that only held-out molecules have.
  public func isSeen(_ type: TorsionType) -> Bool { seen.contains(type) }

  /// The columns of a parameter set.
  public func index(of parameter: Parameter) -> Int? { indices[parameter] }

  /// The parameters that a family asks for.
  ///
  /// Without rules, every type about a driven bond; with rules, every type that one matches. Periodicities are the
  /// rule's, else `defaultPeriodicities` and those the base force field has, less those that cancel by symmetry
  /// (``CancelledTerms``). A base term whose phase is neither 0
  /// nor π makes the phases of its type free.
  /// - Parameters:
  ///   - fitted: the molecules that are fitted.
  ///   - others: further molecules whose types become parameters without being counted or having a say in `base`
  ///     of types that fitted molecules have.
  ///   - unfitted: further molecules in which a term may act: it is a parameter then, so that fits that leave molecules
  ///     out have the same ones.
  ///   - rules: the family's rules.
  ///   - defaultPeriodicities: those of types that no rule says more of.
  public init(
    molecules fitted: [Molecule], alsoTypesOf others: [Molecule] = [],
    alsoSymmetryOf unfitted: [Molecule] = [], rules: [TorsionRule],
    defaultPeriodicities: [Int] = [1, 2, 3, 4]
  ) {
    self.rules = rules
    let occurrences = Self.occurrences(fitted, others, rules: rules)
    let baseTerms = Self.baseTerms(of: occurrences, fitted, others)
    let symmetry = RotorSymmetry(fitted + others + unfitted)
    var parameters: [Parameter] = []
    var cancelled: [CancelledTerms] = []
    for type in occurrences.keys {
      let rule = rules.first { $0.matches(type) }
      let variants = baseTerms[type, default: []]
      let base = variants.flatMap { $0 }.filter { $0.forceConstant != 0 }
      var wanted = Set(rule?.periodicities ?? defaultPeriodicities)
      if rule?.periodicities == nil { wanted.formUnion(base.map(\.periodicity)) }
      let free = (rule?.freePhases ?? false) || base.contains { $0.sineAmplitude != 0 }
      let chosen = symmetry.choose(
        type, from: wanted, isAskedFor: rule?.periodicities != nil, variants: variants)
      if let found = chosen.cancelled { cancelled.append(found) }
      for n in chosen.periodicities where n > 0 {
        parameters.append(Parameter(type: type, periodicity: n))
        if free { parameters.append(Parameter(type: type, periodicity: n, isSine: true)) }
      }
    }
    parameters.sort()
    self.parameters = parameters
    self.cancelled = cancelled.sorted { $0.type < $1.type }
    seen = Set(occurrences.filter { !$0.value.isEmpty }.keys)
    self.molecules = parameters.map { occurrences[$0.type, default: []].count }
    indices = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1, $0) })
    base = parameters.map { parameter in
      let variants = baseTerms[parameter.type, default: []]
      let sum = variants.reduce(0.0) { sum, terms in
        sum
          + terms.filter { $0.periodicity == parameter.periodicity }
          .reduce(0) { $0 + (parameter.isSine ? $1.sineAmplitude : $1.cosineAmplitude) }
      }
      return variants.isEmpty ? 0 : sum / Double(variants.count)
    }
    typesWithUnequalBase = baseTerms.filter { $0.value.count > 1 }.keys.sorted()
  }

  /// The types to fit, with the fitted molecules that have them.
  private static func occurrences(
    _ fitted: [Molecule], _ others: [Molecule], rules: [TorsionRule]
  ) -> [TorsionType: Set<String>] {
    var result: [TorsionType: Set<String>] = [:]
    for molecule in fitted + others {
      let isOther = others.contains { $0.id == molecule.id }
      let driven = molecule.drivenBonds
      for torsion in molecule.topology.torsions {
        let type = molecule.topology.type(of: torsion.quartet)
        let wanted =
          rules.isEmpty
          ? driven.contains(torsion.quartet.centralBond) : rules.contains { $0.matches(type) }
        guard wanted else { continue }
        if result[type] == nil { result[type] = [] }
        if !isOther { result[type]!.insert(molecule.id) }
      }
    }
    return result
  }

  /// The base terms of the types, wherever they occur: in the order of appearance, so that sums over them are the same
  /// in every run.
  private static func baseTerms(
    of occurrences: [TorsionType: Set<String>], _ fitted: [Molecule], _ others: [Molecule]
  ) -> [TorsionType: [[TorsionTerm]]] {
    var result: [TorsionType: [[TorsionTerm]]] = [:]
    for molecule in fitted + others {
      let isOther = others.contains { $0.id == molecule.id }
      for torsion in molecule.topology.torsions {
        let type = molecule.topology.type(of: torsion.quartet)
        if isOther && !(occurrences[type]?.isEmpty ?? true) { continue }
        if occurrences[type] != nil, !result[type, default: []].contains(torsion.terms) {
          result[type, default: []].append(torsion.terms)
        }
      }
    }
    return result
  }

  /// The base terms of fitted types that stay as they are.
  public var kept: [TorsionType: [TorsionTerm]] { keptTerms(cancelled) }

  /// Torsion terms of the force constants given (kcal/mol, in the table's order): one entry a fitted type, with
  /// the base terms of it that stay.
  public func torsionParameters(_ forceConstants: [Double]) -> TorsionParameters {
    TorsionParameters(parameters, forceConstants: forceConstants, kept: kept)
  }

  /// The topology with every fitted term removed: what is left is not fitted.
  public func rest(of topology: Topology) -> Topology {
    let kept = kept
    return TorsionParameters(Dictionary(uniqueKeysWithValues: types.map { ($0, kept[$0] ?? []) }))
      .applied(to: topology)
  }
}

extension TorsionParameters {
  /// The terms of fitted parameters at force constants (kcal/mol, in their order): one entry a type, with the terms of
  /// it that are kept.
  init(_ parameters: [Parameter], forceConstants: [Double], kept: [TorsionType: [TorsionTerm]]) {
    var terms: [TorsionType: [TorsionTerm]] = [:]
    for (parameter, k) in zip(parameters, forceConstants) {
      terms[parameter.type, default: []].append(
        TorsionTerm(periodicity: parameter.periodicity, phase: parameter.phase, forceConstant: k))
    }
    for type in terms.keys { terms[type]! += kept[type] ?? [] }
    self.init(terms)
  }
}

/// The base terms that stay beside fitted ones, by type.
public func keptTerms(_ cancelled: [CancelledTerms]) -> [TorsionType: [TorsionTerm]] {
  Dictionary(cancelled.map { ($0.type, $0.kept) }, uniquingKeysWith: { first, _ in first })
}
