// The choices of a fit as they are written: in run.json and baseline.json, on a page, on a command line.

import Chemistry

/// A choice of a fit, with its one name and how its value is written and read.
public struct FitSetting: Sendable {
  /// How a choice stands on a command line.
  public enum Form: Hashable, Sendable {
    /// A flag and a value, `--chains 4`.
    case value
    /// A flag alone, `--set-aside`, or its opposite, `--no-bagging`.
    case flag
    /// A flag and some values, `--hold-out butane pentane`.
    case list
  }

  /// "prior_centre", as run.json has it.
  public let name: String
  /// How it stands on a command line.
  public let form: Form
  let write: @Sendable (FitOptions) -> String
  let read: @Sendable (String, inout FitOptions) -> Bool

  /// "--prior-centre".
  public var flag: String { "--" + hyphened }

  fileprivate var hyphened: String { String(name.map { $0 == "_" ? "-" : $0 }) }

  /// A number or a truth value.
  private init<Value: LosslessStringConvertible & SendableMetatype>(
    _ name: String, _ path: WritableKeyPath<FitOptions, Value> & Sendable, _ form: Form = .value
  ) {
    self.name = name
    self.form = form
    write = { $0[keyPath: path].description }
    read = { text, options in
      guard let value = Value(text) else { return false }
      options[keyPath: path] = value
      return true
    }
  }

  /// One of a few words.
  private init<Value: RawRepresentable<String> & SendableMetatype>(
    _ name: String, _ path: WritableKeyPath<FitOptions, Value> & Sendable
  ) {
    self.name = name
    form = .value
    write = { $0[keyPath: path].rawValue }
    read = { text, options in
      guard let value = Value(rawValue: text) else { return false }
      options[keyPath: path] = value
      return true
    }
  }

  private init(
    _ name: String, _ form: Form, write: @escaping @Sendable (FitOptions) -> String,
    read: @escaping @Sendable (String, inout FitOptions) -> Bool
  ) {
    (self.name, self.form, self.write, self.read) = (name, form, write, read)
  }

  /// Every choice, in the order of a command line. The seed is no choice: it stands beside them; threads change
  /// nothing.
  public static let all: [FitSetting] = [
    FitSetting("likelihood", \.likelihood),
    FitSetting("prior_centre", \.model.priorCentre),
    FitSetting("noise", \.model.noise),
    FitSetting("bagging", \.model.bagsMolecules, .flag),
    FitSetting("effective_points", \.model.effectivePoints),
    FitSetting("energy_weight", \.energyWeighting.scheme),
    FitSetting("energy_upper", \.energyUpper),
    FitSetting("chains", \.chains),
    FitSetting("warmup", \.warmup),
    FitSetting("draws", \.draws),
    FitSetting("rounds", \.rounds),
    FitSetting("geometry_draws", \.geometryDraws),
    FitSetting("every", \.every),
    FitSetting("cartesian_restraint", \.relaxation.cartesianRestraint),
    FitSetting("well_width", \.wellWidth),
    FitSetting("torsion_restraint", \.relaxation.torsionRestraint),
    FitSetting("hold_out", .list) {
      $0.heldOut.sorted().joined(separator: " ")
    } read: { text, options in
      options.heldOut = Set(text.split(separator: " ").map(String.init))
      return true
    },
    FitSetting("set_aside", \.setsAsideMolecules, .flag),
  ]
}

extension FitOptions {
  /// How far the other rotors may turn while a geometry relaxes, degrees: `relaxation.wellHalfWidth` as people say it.
  public var wellWidth: Double {
    get {
      let radian = relaxation.wellHalfWidth
      let degrees = radian / Units.degree
      // The shortest number that gives these radians again.
      var power = 1.0
      for _ in 0..<13 {
        let short = (degrees * power).rounded() / power
        if short * Units.degree == radian { return short }
        power *= 10
      }
      return degrees
    }
    set { relaxation.wellHalfWidth = newValue * Units.degree }
  }

  /// The energy over the scan's minimum above which no point is fitted, kcal/mol: what was asked for, or the scheme's
  /// own.
  fileprivate var energyUpper: Double {
    get { energyWeighting.upper ?? energyWeighting.scheme.defaultUpper }
    set { energyWeighting.upper = newValue == energyWeighting.scheme.defaultUpper ? nil : newValue }
  }

  /// Every choice by name, for run.json and baseline.json.
  public var settings: [String: String] {
    Dictionary(uniqueKeysWithValues: FitSetting.all.map { ($0.name, $0.write(self)) })
  }

  /// The words of a command line that make these choices; those that are the default are left out.
  public var words: [String] {
    var plain = FitOptions()
    var words: [String] = []
    for setting in FitSetting.all {
      let value = setting.write(self)
      guard value != setting.write(plain) else { continue }
      switch setting.form {
      case .value: words += [setting.flag, value]
      case .flag: words.append(value == "false" ? "--no-" + setting.hyphened : setting.flag)
      case .list: words += [setting.flag] + value.split(separator: " ").map(String.init)
      }
      // A default may depend on a choice before it.
      _ = setting.read(value, &plain)
    }
    return words
  }

  /// Makes the choices of run.json or baseline.json.
  /// - Returns: the names of those that this version does not have, or not with such a value; nothing is done for them.
  public mutating func make(_ settings: [String: String]) -> [String] {
    var unknown = Set(settings.keys)
    for setting in FitSetting.all {
      if let text = settings[setting.name], setting.read(text, &self) { unknown.remove(setting.name) }
    }
    return unknown.sorted()
  }
}
