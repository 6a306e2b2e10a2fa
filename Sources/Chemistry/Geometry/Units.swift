// Every unit factor of the project, derived from the CODATA 2018 constants (doi:10.1103/RevModPhys.93.025010).
// Inside Swivel: kcal/mol, Å, radian, elementary charge.

/// Factors that turn a foreign unit into Swivel's own when a value is multiplied by them.
public enum Units {
  /// The thermochemical calorie in joule (exact by definition).
  static let joulePerCalorie = 4.184
  /// The Hartree energy in joule (CODATA 2018).
  static let joulePerHartree = 4.359_744_722_2071e-18
  /// The electronvolt in joule (exact since 2019).
  static let joulePerElectronvolt = 1.602_176_634e-19
  /// The Avogadro constant (exact since 2019).
  static let perMole = 6.022_140_76e23
  /// The Boltzmann constant in J/K (exact since 2019).
  static let joulePerKelvin = 1.380_649e-23

  /// Å per bohr (CODATA 2018).
  public static let bohr = 0.529_177_210_903
  /// Å per nanometre.
  public static let nanometre = 10.0
  /// kcal/mol per hartree.
  public static let hartree = joulePerHartree * perMole / (joulePerCalorie * 1000)
  /// kcal/mol per electronvolt.
  public static let electronvolt = joulePerElectronvolt * perMole / (joulePerCalorie * 1000)
  /// kcal/mol per kJ/mol.
  public static let kilojoule = 1 / joulePerCalorie
  /// kcal/mol/Å per hartree/bohr.
  public static let hartreePerBohr = hartree / bohr
  /// The gas constant, kcal/mol/K.
  public static let gasConstant = joulePerKelvin * perMole / (joulePerCalorie * 1000)
  /// Radian per degree.
  public static let degree = Double.pi / 180

  /// An energy unit that input files may name.
  public enum Energy: String, CaseIterable, Sendable {
    case kilocaloriePerMole = "kcal/mol"
    case kilojoulePerMole = "kJ/mol"
    case hartree, eV

    /// kcal/mol per unit.
    public var factor: Double {
      switch self {
      case .kilocaloriePerMole: 1
      case .kilojoulePerMole: Units.kilojoule
      case .hartree: Units.hartree
      case .eV: Units.electronvolt
      }
    }
  }

  /// A force unit that input files may name.
  public enum Force: String, CaseIterable, Sendable {
    case kilocaloriePerMoleAngstrom = "kcal/mol/angstrom"
    case kilojoulePerMoleAngstrom = "kJ/mol/angstrom"
    case kilojoulePerMoleNanometre = "kJ/mol/nm"
    case hartreePerBohr = "hartree/bohr"
    case hartreePerAngstrom = "hartree/angstrom"
    case eVPerAngstrom = "eV/angstrom"

    /// kcal/mol/Å per unit.
    public var factor: Double {
      switch self {
      case .kilocaloriePerMoleAngstrom: 1
      case .kilojoulePerMoleAngstrom: Units.kilojoule
      case .kilojoulePerMoleNanometre: Units.kilojoule / Units.nanometre
      case .hartreePerBohr: Units.hartreePerBohr
      case .hartreePerAngstrom: Units.hartree
      case .eVPerAngstrom: Units.electronvolt
      }
    }
  }
}
