//! Every caveat in Japanese.

use super::{Note, Said};

impl Note {
    /// In both languages.
    #[must_use]
    pub fn said(&self) -> Said {
        Said::new(self.to_string(), self.to_string())
    }
}
