//! The constants of the laws of scaling, found from speed-ups over the number of workers.
//!
//! A speed-up of p workers is known to some share of itself, so every fit is a least-squares
//! fit with weights that make all relative errors count alike; each law is linear in its
//! constants, so there is one best fit and no search.

use super::laws::{amdahl, gustafson, universal_scalability};

/// A number of workers, and the speed-up that was measured with them.
pub type Measured = (f64, f64);

/// Amdahl's f, the serial share of the one-worker run, from 1/S = f + (1 − f)/p
/// (G. M. Amdahl, AFIPS 1967). `None` where no p is above 1 or a speed-up is not positive.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::{laws::amdahl, scaling::amdahl_share};
/// let measured = [1.0, 2.0, 4.0, 8.0].map(|p| (p, amdahl(0.1, p)));
/// assert!((amdahl_share(&measured).unwrap() - 0.1).abs() < 1e-12);
/// ```
pub fn amdahl_share(measured: &[Measured]) -> Option<f64> {
    let fit = |weight: &dyn Fn(f64, f64) -> f64| {
        let term = |&(p, s): &Measured| (1.0 - 1.0 / p, 1.0 / s - 1.0 / p, weight(p, s));
        slope(measured.iter().map(term))
    };
    let first = fit(&|_, s| s)?;
    // Weights from the samples themselves would follow their noise; those of a law do not.
    fit(&|p, _| amdahl(first, p))
}

/// Gustafson's f, the serial share of the parallel run, from S = p − f(p − 1), where the work
/// grows with p (J. L. Gustafson, Comm. ACM 31, 1988). `None` where no p is above 1 or a
/// speed-up is not positive.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::{laws::gustafson, scaling::gustafson_share};
/// let measured = [1.0, 2.0, 4.0, 8.0].map(|p| (p, gustafson(0.1, p)));
/// assert!((gustafson_share(&measured).unwrap() - 0.1).abs() < 1e-12);
/// ```
pub fn gustafson_share(measured: &[Measured]) -> Option<f64> {
    let fit = |weight: &dyn Fn(f64, f64) -> f64| {
        slope(measured.iter().map(|&(p, s)| (p - 1.0, p - s, weight(p, s))))
    };
    let first = fit(&|_, s| 1.0 / s)?;
    fit(&|p, _| 1.0 / gustafson(first, p))
}

/// The slope of the line through 0 that lies nearest to these, each an x, a y and the weight
/// of its error.
fn slope(terms: impl Iterator<Item = (f64, f64, f64)>) -> Option<f64> {
    let (mut xx, mut xy) = (0.0, 0.0);
    for (x, y, weight) in terms {
        xx += x * x * weight * weight;
        xy += x * y * weight * weight;
    }
    let slope = xy / xx;
    slope.is_finite().then_some(slope)
}

/// α and β of the universal scalability law, from p/S − 1 = α(p − 1) + βp(p − 1)
/// (N. J. Gunther, "Guerrilla Capacity Planning", 2007). `None` where fewer than two values
/// of p are above 1, which determine nothing.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::{laws::universal_scalability, scaling::scalability};
/// let measured = [1.0, 2.0, 4.0, 8.0, 16.0].map(|p| (p, universal_scalability(0.05, 0.002, p)));
/// let (alpha, beta) = scalability(&measured).unwrap();
/// assert!((alpha - 0.05).abs() < 1e-12 && (beta - 0.002).abs() < 1e-12);
/// assert_eq!(scalability(&measured[..2]), None);
/// ```
pub fn scalability(measured: &[Measured]) -> Option<(f64, f64)> {
    let (alpha, beta) = two_constants(measured, &|p, s| s / p)?;
    two_constants(measured, &|p, _| universal_scalability(alpha, beta, p) / p)
}

/// Both constants, with these weights of the errors of p/S.
fn two_constants(measured: &[Measured], weight: &dyn Fn(f64, f64) -> f64) -> Option<(f64, f64)> {
    // The normal equations of two unknowns.
    let (mut aa, mut ab, mut bb, mut ay, mut by) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for &(p, s) in measured {
        let weight = weight(p, s);
        let (a, b) = ((p - 1.0) * weight, p * (p - 1.0) * weight);
        let y = (p / s - 1.0) * weight;
        aa += a * a;
        ab += a * b;
        bb += b * b;
        ay += a * y;
        by += b * y;
    }
    let determinant = aa * bb - ab * ab;
    // Below this the two columns are one, but for rounding.
    if determinant.is_nan() || determinant <= 1e-9 * aa * bb {
        return None;
    }
    Some(((ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant))
}

/// The number of workers with which the universal scalability law is at its highest, √((1 − α)/β).
/// `None` where it has no highest: β is not above 0, or α is not below 1.
///
/// # Examples
///
/// ```
/// use fib_lab::theory::scaling::peak;
/// assert_eq!(peak(0.19, 0.01), Some(9.0));
/// assert_eq!(peak(0.1, 0.0), None);
/// ```
pub fn peak(alpha: f64, beta: f64) -> Option<f64> {
    (beta > 0.0 && alpha < 1.0).then(|| ((1.0 - alpha) / beta).sqrt())
}

/// The highest speed-up that the law allows at all, at its [`peak`].
///
/// # Examples
///
/// ```
/// use fib_lab::theory::scaling::highest;
/// assert!((highest(0.19, 0.01).unwrap() - 9.0 / 3.24).abs() < 1e-12);
/// ```
pub fn highest(alpha: f64, beta: f64) -> Option<f64> {
    peak(alpha, beta).map(|p| universal_scalability(alpha, beta, p))
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::measure::stats::estimate;

    const COUNTS: [f64; 7] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0];
    const RUNS: usize = 2_000;
    const BLOCKS: usize = 12;

    /// About normal, with mean 0 and deviation 1.
    fn normal(rng: &mut Rng) -> f64 {
        (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
    }

    /// In how many of the runs the interval over their blocks contains the truth.
    fn covered(law: impl Fn(f64) -> f64, fit: impl Fn(&[Measured]) -> f64, truth: f64) -> f64 {
        let mut rng = Rng::with_seed(14);
        let mut covered = 0;
        for _ in 0..RUNS {
            let mut block = || {
                let noisy = |p: f64| (p, law(p) * (0.02 * normal(&mut rng)).exp());
                fit(&COUNTS.map(noisy))
            };
            let blocks: Vec<f64> = (0..BLOCKS).map(|_| block()).collect();
            let found = estimate(&blocks, 0.95).unwrap();
            covered += usize::from((found.low..=found.high).contains(&truth));
        }
        covered as f64 / RUNS as f64
    }

    #[test]
    fn the_intervals_of_the_fits_cover_the_truth() {
        let cases: [(&str, f64); 8] = [
            ("f = 0", covered(|p| amdahl(0.0, p), |m| amdahl_share(m).unwrap(), 0.0)),
            ("f = 0.02", covered(|p| amdahl(0.02, p), |m| amdahl_share(m).unwrap(), 0.02)),
            ("f = 0.3", covered(|p| amdahl(0.3, p), |m| amdahl_share(m).unwrap(), 0.3)),
            ("scaled", covered(|p| gustafson(0.1, p), |m| gustafson_share(m).unwrap(), 0.1)),
            (
                "α",
                covered(
                    |p| universal_scalability(0.05, 0.002, p),
                    |m| scalability(m).unwrap().0,
                    0.05,
                ),
            ),
            (
                "β",
                covered(
                    |p| universal_scalability(0.05, 0.002, p),
                    |m| scalability(m).unwrap().1,
                    0.002,
                ),
            ),
            (
                "α, none",
                covered(|p| universal_scalability(0.0, 0.0, p), |m| scalability(m).unwrap().0, 0.0),
            ),
            (
                "β, much",
                covered(
                    |p| universal_scalability(0.1, 0.02, p),
                    |m| scalability(m).unwrap().1,
                    0.02,
                ),
            ),
        ];
        for (case, share) in cases {
            eprintln!("{case}: {share}");
            assert!(share >= 0.95, "{case}: {share}");
        }
    }

    #[test]
    fn what_determines_nothing_is_not_fitted() {
        assert_eq!(amdahl_share(&[(1.0, 1.0)]), None);
        assert_eq!(amdahl_share(&[]), None);
        assert_eq!(gustafson_share(&[(1.0, 1.0)]), None);
        assert_eq!(scalability(&[(1.0, 1.0), (4.0, 3.0)]), None);
        assert_eq!(scalability(&[(1.0, 1.0), (4.0, f64::NAN), (8.0, 3.0)]), None);
    }

    #[test]
    fn the_law_is_highest_at_its_peak() {
        let (alpha, beta) = (0.05, 0.003);
        let (at, most) = (peak(alpha, beta).unwrap(), highest(alpha, beta).unwrap());
        for p in [at - 1.0, at + 1.0] {
            assert!(universal_scalability(alpha, beta, p) < most);
        }
    }
}
