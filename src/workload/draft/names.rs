//! Few different texts, each kept once.

use std::collections::BTreeMap;

/// Texts by index, in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) texts: Vec<String>,
    index: BTreeMap<String, u16>,
    /// Of the last one asked for: traces name the same one many times in a row.
    last: u16,
}

impl Names {
    /// The index of a text, new or known; `None` beyond 65,536.
    pub(super) fn index(&mut self, text: &str) -> Option<u16> {
        if self.texts.get(usize::from(self.last)).is_some_and(|last| last == text) {
            return Some(self.last);
        }
        if let Some(index) = self.index.get(text) {
            self.last = *index;
            return Some(*index);
        }
        let index = u16::try_from(self.texts.len()).ok()?;
        self.texts.push(text.to_owned());
        self.index.insert(text.to_owned(), index);
        self.last = index;
        Some(index)
    }

    /// The index of a text that is there.
    pub(super) fn find(&self, text: &str) -> Option<u16> {
        self.index.get(text).copied()
    }

    /// Calls a text otherwise. Where another one is called so already, its index, which then stands for both.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Option<(u16, u16)> {
        let index = self.index.remove(from)?;
        if let Some(known) = self.index.get(to) {
            return Some((index, *known));
        }
        self.texts[usize::from(index)] = to.to_owned();
        self.index.insert(to.to_owned(), index);
        Some((index, index))
    }
}
