// Errors as others print them: their records in summary.json, and where each definition is from.

import TextFiles
import TorsionModel

/// The errors of one scan, by the definitions of others, as summary.json has them.
public struct ScanErrorsRecord: Codable, Hashable, Sendable {
  /// Under one force field; see ``PublishedErrors``.
  public struct Values: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case forceBalanceRMSE = "forcebalance_rmse"
      case espalomaRMSE = "espaloma_rmse"
      case yammbsRMSE = "yammbs_rmse"
      case yammbsRMSD = "yammbs_rmsd"
      case allAtomRMSD = "all_atom_rmsd"
      case yammbsJSDistance = "yammbs_js_distance"
      case barrierError = "barrier_error"
    }
    /// kcal/mol.
    @Nullable public var forceBalanceRMSE: Double?
    /// kcal/mol.
    @Nullable public var espalomaRMSE: Double?
    /// kcal/mol.
    @Nullable public var yammbsRMSE: Double?
    /// Å.
    @Nullable public var yammbsRMSD: Double?
    /// Å.
    @Nullable public var allAtomRMSD: Double?
    /// 0 … 1.
    @Nullable public var yammbsJSDistance: Double?
    /// kcal/mol, with its sign.
    @Nullable public var barrierError: Double?

    init(_ errors: PublishedErrors) {
      forceBalanceRMSE = finite(errors.forceBalanceRMSE)
      espalomaRMSE = finite(errors.espalomaRMSE)
      yammbsRMSE = finite(errors.yammbsRMSE)
      yammbsRMSD = finite(errors.yammbsRMSD)
      allAtomRMSD = finite(errors.allAtomRMSD)
      yammbsJSDistance = finite(errors.yammbsJSDistance)
      barrierError = finite(errors.barrierError)
    }
  }
  /// Under the base force field.
  public var base: Values
  /// Under the posterior mean.
  public var fit: Values
}

/// The errors of all fitted scans, by the definitions of others.
public struct PooledErrorsRecord: Codable, Hashable, Sendable {
  /// Under one force field; see ``PooledPublishedErrors``.
  public struct Values: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case forceBalanceRMSE = "forcebalance_rmse"
      case espalomaRMSE = "espaloma_rmse"
      case yammbsRMSE = "yammbs_rmse"
      case yammbsRMSD = "yammbs_rmsd"
      case allAtomRMSD = "all_atom_rmsd"
      case yammbsJSDistance = "yammbs_js_distance"
      case barrierMAE = "barrier_mae"
      case shareBelowOne = "share_below_1"
    }
    /// kcal/mol, over all grid points.
    @Nullable public var forceBalanceRMSE: Double?
    /// kcal/mol, over all grid points.
    @Nullable public var espalomaRMSE: Double?
    /// kcal/mol, mean over scans.
    @Nullable public var yammbsRMSE: Double?
    /// Å, mean over scans.
    @Nullable public var yammbsRMSD: Double?
    /// Å, mean over scans.
    @Nullable public var allAtomRMSD: Double?
    /// Mean over scans.
    @Nullable public var yammbsJSDistance: Double?
    /// kcal/mol, mean over scans.
    @Nullable public var barrierMAE: Double?
    /// Of 1.
    @Nullable public var shareBelowOne: Double?

    init(_ errors: PooledPublishedErrors) {
      forceBalanceRMSE = finite(errors.forceBalanceRMSE)
      espalomaRMSE = finite(errors.espalomaRMSE)
      yammbsRMSE = finite(errors.yammbsRMSE)
      yammbsRMSD = finite(errors.yammbsRMSD)
      allAtomRMSD = finite(errors.allAtomRMSD)
      yammbsJSDistance = finite(errors.yammbsJSDistance)
      barrierMAE = finite(errors.barrierMAE)
      shareBelowOne = finite(errors.shareBelowOne)
    }
  }
  /// How many scans.
  public var scans: Int
  /// Under the base force field.
  public var base: Values
  /// Under the posterior mean.
  public var fit: Values
  /// Where each definition is from, by its key.
  public var sources: [String: String]

  /// The errors of a fit's scans whose molecules were not held out; nil where there are none.
  init?(_ scans: [ScanFit]) {
    let fitted = scans.filter { !$0.isHeldOut }.compactMap(\.published)
    guard !fitted.isEmpty else { return nil }
    self.scans = fitted.count
    base = Values(PooledPublishedErrors(fitted.map(\.base)))
    fit = Values(PooledPublishedErrors(fitted.map(\.fit)))
    sources = Dictionary(uniqueKeysWithValues: PublishedMeasure.all.map { ($0.key, $0.source) })
  }
}

/// A definition with its source, as the page shows it.
struct PublishedMeasure: Sendable {
  /// Its key in summary.json.
  var key: String
  /// Its name.
  var name: String
  /// What it is.
  var definition: String
  /// DOI or address.
  var source: String
  /// Its unit; empty for none.
  var unit: String
  /// Decimals on the page.
  var digits: Int
  /// Its value.
  var value: @Sendable (PooledErrorsRecord.Values) -> Double?

  /// The source as the page names it, which links to nothing outside of itself: "doi:10.1021/…".
  var place: String {
    let address = source.dropFirst("https://".count)
    return address.hasPrefix("doi.org/") ? "doi:" + address.dropFirst("doi.org/".count) : String(address)
  }

  static let all: [PublishedMeasure] = [
    PublishedMeasure(
      key: "forcebalance_rmse", name: "ForceBalance RMSE",
      definition: "relaxed geometries, both profiles zero at the QM minimum, over all grid points",
      source: "https://doi.org/10.1021/acs.jctc.1c00571", unit: "kcal/mol", digits: 3
    ) { $0.forceBalanceRMSE },
    PublishedMeasure(
      key: "espaloma_rmse", name: "espaloma RMSE",
      definition: "QM geometries, shifted by the mean difference of each scan, over all grid points",
      source: "https://doi.org/10.1039/D2SC02739A", unit: "kcal/mol", digits: 3
    ) { $0.espalomaRMSE },
    PublishedMeasure(
      key: "yammbs_rmse", name: "yammbs RMSE",
      definition: "relaxed geometries, both profiles zero at the QM minimum, mean over scans",
      source: "https://github.com/openforcefield/yammbs", unit: "kcal/mol", digits: 3
    ) { $0.yammbsRMSE },
    PublishedMeasure(
      key: "yammbs_rmsd", name: "yammbs RMSD",
      definition:
        """
        heavy atoms of QM and relaxed geometry, superposed atom on atom, root mean square over each scan, \
        mean over scans
        """,
      source: "https://github.com/openforcefield/yammbs", unit: "Å", digits: 3
    ) { $0.yammbsRMSD },
    PublishedMeasure(
      key: "all_atom_rmsd", name: "RMSD of all atoms", definition: "the same with hydrogens",
      source: "https://github.com/openforcefield/yammbs", unit: "Å", digits: 3
    ) { $0.allAtomRMSD },
    PublishedMeasure(
      key: "yammbs_js_distance", name: "yammbs Jensen–Shannon distance",
      definition: "Boltzmann distributions over the grid points at 500 K, to base 2, mean over scans",
      source: "https://github.com/openforcefield/yammbs", unit: "", digits: 3
    ) { $0.yammbsJSDistance },
    PublishedMeasure(
      key: "barrier_mae", name: "TorsionNet barrier height MAE",
      definition: "highest less lowest point of each relaxed profile, mean absolute error over scans",
      source: "https://doi.org/10.1021/acs.jcim.1c01346", unit: "kcal/mol", digits: 3
    ) { $0.barrierMAE },
    PublishedMeasure(
      key: "share_below_1", name: "Scans below 1 kcal/mol", definition: "share of scans by their yammbs RMSE",
      source: "https://doi.org/10.1021/acs.jcim.1c01346", unit: "", digits: 2
    ) { $0.shareBelowOne },
  ]
}
