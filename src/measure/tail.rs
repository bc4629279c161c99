//! How long the slow ones take: a limit for a high quantile. Whoever promises an answer
//! within a time is asked about those, not about the median.

use super::stats::ascending;

/// What the quantile with this share, from 0 to 1, does not exceed with this confidence: the
/// smallest order statistic of which that can be said of whatever distribution the samples
/// come from (H. A. David, H. N. Nagaraja, "Order Statistics", 2003, ch. 7). `None` where there
/// are too few samples to say it of any: it takes `ln(1 − confidence) / ln(share)` of them.
///
/// # Examples
///
/// ```
/// use fib_lab::measure::tail::quantile_limit;
/// let samples: Vec<f64> = (1..=29).map(f64::from).collect();
/// // Of nine in ten one can only say that they are no larger than the largest of 29.
/// assert_eq!(quantile_limit(&samples, 0.9, 0.95), Some(29.0));
/// assert_eq!(quantile_limit(&samples[..28], 0.9, 0.95), None);
/// ```
pub fn quantile_limit(samples: &[f64], share: f64, confidence: f64) -> Option<f64> {
    let n = samples.len();
    // The k-th smallest is at least the quantile if fewer than k samples lie below it: the
    // chance of that many is binomial.
    let (mut term, mut below) = ((1.0 - share).powi(n as i32), 0.0);
    let order = ascending(samples);
    for k in 0..n {
        below += term;
        if below >= confidence {
            return order.get(k).map(|&at| samples[at]);
        }
        term *= (n - k) as f64 / (k + 1) as f64 * share / (1.0 - share);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;

    #[test]
    fn the_limit_holds_as_often_as_it_says() {
        let mut rng = Rng::with_seed(7);
        let mut held = 0;
        for _ in 0..2_000 {
            let samples: Vec<f64> = (0..40).map(|_| rng.f64()).collect();
            held += u32::from(quantile_limit(&samples, 0.9, 0.95).unwrap() >= 0.9);
        }
        assert!((1_900..=2_000).contains(&held), "{held} of 2000");
    }

    #[test]
    fn it_takes_29_samples_to_say_anything_of_nine_in_ten() {
        assert_eq!((0.05f64.ln() / 0.9f64.ln()).ceil(), 29.0);
        assert_eq!(quantile_limit(&[], 0.9, 0.95), None);
        assert_eq!(quantile_limit(&[1.0; 28], 0.9, 0.95), None);
        assert_eq!(quantile_limit(&[1.0; 29], 0.9, 0.95), Some(1.0));
    }
}
