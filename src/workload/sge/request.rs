//! What a Grid Engine job asked for: `-u alice -l h_rt=86400,h_vmem=25G,gpu=1 -pe smp 4`.

use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::quantity::{amount, clock, count, seconds};
use crate::workload::runs::MOST;
use crate::workload::words;

/// Resources that stand for the memory of a slot, the better ones first.
const MEMORY: [&str; 6] = ["m_mem_free", "mem_free", "h_vmem", "h_rss", "s_vmem", "virtual_free"];

/// What a category asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    /// Of a slot [bytes].
    pub(super) memory: Option<Decimal>,
    /// `h_vmem` of a slot [bytes].
    pub(super) virtual_limit: Option<Decimal>,
    /// `h_rt` [s].
    pub(super) run_limit: Option<u32>,
    gpus: Option<Decimal>,
}

impl Request {
    pub(super) fn parse(category: &str) -> Result<Request, Said> {
        let mut request = Request::default();
        let mut best = MEMORY.len();
        let mut words = category.split_whitespace();
        while let Some(word) = words.next() {
            if word != "-l" {
                continue;
            }
            for (name, value) in
                words.next().unwrap_or_default().split(',').filter_map(|it| it.split_once('='))
            {
                if let Some(rank) = MEMORY.iter().position(|known| *known == name).filter(|rank| *rank < best)
                {
                    // `INFINITY` is no amount.
                    if let Some(bytes) = bytes(value, name)?.filter(|bytes| *bytes > Decimal::ZERO) {
                        (request.memory, best) = (Some(bytes), rank);
                    }
                }
                match name {
                    "h_vmem" => request.virtual_limit = bytes(value, name)?,
                    "h_rt" if is_infinite(value) => {}
                    "h_rt" if value.contains(':') => request.run_limit = Some(clock(value, name)?),
                    "h_rt" => request.run_limit = Some(seconds(value, name)?),
                    "gpu" | "gpus" | "ngpus" => request.gpus = Some(amount(value, name)?),
                    _ => {}
                }
            }
        }
        Ok(request)
    }

    /// GPUs of the job, and whether it asks for whole ones.
    pub(super) fn gpus(&self, slots: u32) -> Result<(u32, bool), Said> {
        let Some(gpus) = self.gpus.filter(|gpus| *gpus > Decimal::ZERO) else { return Ok((0, false)) };
        let whole = gpus == gpus.ceil();
        let times = if whole { Decimal::ONE } else { Decimal::from(slots) };
        let all = gpus.min(Decimal::from(MOST)) * times;
        Ok((count(all, "the number of GPUs", MOST)?, whole))
    }
}

fn is_infinite(text: &str) -> bool {
    ["INFINITY", "INF", "NONE", ""].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// An amount of memory [bytes]: `25G` of 1024³, `25g` of 1000³ each; `None` for none and for no limit.
pub(super) fn bytes(text: &str, name: &str) -> Result<Option<Decimal>, Said> {
    if is_infinite(text) || matches!(text, "undefined" | "-") {
        return Ok(None);
    }
    let unit: u64 = match text.bytes().last() {
        Some(b'K') => 1 << 10,
        Some(b'M') => 1 << 20,
        Some(b'G') => 1 << 30,
        Some(b'T') => 1 << 40,
        Some(b'k') => 1_000,
        Some(b'm') => 1_000_000,
        Some(b'g') => 1_000_000_000,
        Some(b't') => 1_000_000_000_000,
        _ => 1,
    };
    let number = if unit > 1 { &text[..text.len() - 1] } else { text };
    let bytes = amount(number, name)?.checked_mul(Decimal::from(unit));
    let bytes = bytes.filter(|bytes| *bytes < Decimal::from(1_u64 << 60));
    bytes.map(Some).ok_or_else(|| words::is_too_much_memory(name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_says_what_is_asked_for() {
        let request =
            Request::parse("-U x -u rbc -l h_rt=24:00:00,h_stack=256m,h_vmem=25G,mem_free=8g -pe smp 4");
        let request = request.expect("a request");
        assert_eq!(request.run_limit, Some(86_400));
        assert_eq!(request.virtual_limit, Some(Decimal::from(25_u64 << 30)));
        // 8 × 1000³.
        assert_eq!(request.memory, Some(Decimal::from(8_000_000_000_u64)));
        assert_eq!(request.gpus(4), Ok((0, false)));
        let gpus = |text| Request::parse(text).expect("a request").gpus(8);
        // Two GPUs; a quarter of one in each of 8 slots.
        assert_eq!((gpus("-l gpu=2"), gpus("-l gpus=0.25")), (Ok((2, true)), Ok((2, false))));
        assert!(Request::parse("-l h_vmem=lots").is_err());
        assert_eq!(Request::parse("-l h_vmem=INFINITY").expect("a request").memory, None);
    }
}
