//! The words that decide what a charge is, by their ids: of a column of dictionaries each word is looked at once.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use rustc_hash::FxHashMap;

use super::column::{ACCOUNTS, Fault, MOST_KNOWN, account, entries, words};
use super::keys::{Key, Place, Under};
use super::labels;

/// The words of a key, by their ids; 0 is no word.
#[derive(Default)]
pub(super) struct Known {
    ids: FxHashMap<String, u32>,
    words: Vec<String>,
    /// What texts of a column were read as, by place.
    texts: Vec<FxHashMap<String, u32>>,
    /// The words of the last column of ids, and the ids they are here, by place: a file has the same for many batches.
    last: Vec<Option<(StringArray, Vec<u32>)>>,
}

impl Known {
    fn id(&mut self, word: &str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        self.words.push(word.to_owned());
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.ids.insert(word.to_owned(), id);
        id
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word of an id.
    pub(super) fn word(&self, id: u32) -> Option<&str> {
        self.words.get((id as usize).checked_sub(1)?).map(String::as_str)
    }

    /// The id of what a text says in a place.
    fn read(&mut self, place: &Place, text: &str) -> Result<u32, String> {
        let text = text.trim();
        if matches!(text, "" | "NULL" | "null") {
            return Ok(0);
        }
        Ok(match place {
            Place::Column(column) if ACCOUNTS.contains(&column.as_str()) => self.id(&account(text)),
            Place::Column(_) | Place::Written(_) => self.id(text),
            Place::Among { values, .. } if values.contains(&text) => self.id(text),
            Place::Begins { with, .. } if text.starts_with(with) => self.id("yes"),
            Place::Among { .. } | Place::Begins { .. } => 0,
            Place::Label { column, under } => {
                let found = labels::under(text, under);
                found.map_err(|why| why.replacen("tags", column, 1))?.map_or(0, |value| self.id(&value))
            }
        })
    }

    /// The ids of a column, in the place of this number.
    fn column(&mut self, number: usize, place: &Place, column: &ArrayRef) -> Result<Vec<u32>, Fault> {
        self.texts.resize_with(self.texts.len().max(number + 1), FxHashMap::default);
        self.last.resize_with(self.last.len().max(number + 1), || None);
        match (place, column.data_type()) {
            (_, DataType::Null) => Ok(vec![0; column.len()]),
            (_, DataType::Utf8) => self.texts(number, place, column.as_string()),
            (Place::Label { under, .. }, DataType::Struct(fields)) => {
                let ranked =
                    fields.iter().enumerate().filter_map(|(at, field)| Some((under.rank(field.name())?, at)));
                let mut ranked: Vec<(usize, usize)> = ranked.collect();
                ranked.sort_unstable();
                let (plain, mut ids) = (Place::Column(String::new()), vec![0; column.len()]);
                for (_, at) in ranked {
                    self.last[number] = None;
                    let more = self.column(number, &plain, column.as_struct().column(at))?;
                    ids.iter_mut().zip(more).filter(|(id, _)| **id == 0).for_each(|(id, more)| *id = more);
                }
                self.last[number] = None;
                Ok(ids)
            }
            (Place::Label { .. }, kind) if kind.is_nested() && !matches!(kind, DataType::Dictionary(..)) => {
                self.entries(place, column)
            }
            (_, kind) if kind.is_nested() && !matches!(kind, DataType::Dictionary(..)) => {
                Err(Fault::of(format!("{} is {kind}, not text", place.column())))
            }
            _ => self.words(number, place, column),
        }
    }

    fn texts(&mut self, number: usize, place: &Place, column: &StringArray) -> Result<Vec<u32>, Fault> {
        // Cheaper to look at than to look up.
        let is_plain = matches!(place, Place::Among { .. } | Place::Begins { .. });
        let (mut before, mut ids) = (("", 0), Vec::with_capacity(column.len()));
        for row in 0..column.len() {
            let text = if column.is_null(row) { "" } else { column.value(row) };
            if text != before.0 || row == 0 {
                let id = match self.texts[number].get(text) {
                    Some(id) if !is_plain => *id,
                    _ => {
                        let id = self.read(place, text).map_err(|why| Fault::at(row, why))?;
                        if !is_plain {
                            if self.texts[number].len() >= MOST_KNOWN {
                                self.texts[number].clear();
                            }
                            self.texts[number].insert(text.to_owned(), id);
                        }
                        id
                    }
                };
                before = (text, id);
            }
            ids.push(before.1);
        }
        Ok(ids)
    }

    fn words(&mut self, number: usize, place: &Place, column: &ArrayRef) -> Result<Vec<u32>, Fault> {
        let words = words(place.column(), column).map_err(Fault::of)?;
        let values = words.values().as_string::<i32>();
        let is_same = |(last, _): &(StringArray, Vec<u32>)| {
            last.len() == values.len()
                && last.value_data().as_ptr() == values.value_data().as_ptr()
                && last.value_offsets().as_ptr() == values.value_offsets().as_ptr()
        };
        let kept = self.last[number].take().filter(is_same);
        let kept = match kept {
            Some(kept) => kept,
            None => {
                let read = |text: Option<&str>| self.read(place, text.unwrap_or(""));
                let ids: Result<Vec<u32>, String> = values.iter().map(read).collect();
                (values.clone(), ids.map_err(Fault::of)?)
            }
        };
        let id = |key: Option<i32>| {
            key.and_then(|key| kept.1.get(usize::try_from(key).ok()?).copied()).unwrap_or(0)
        };
        let ids = match words.keys().null_count() {
            0 => words.keys().values().iter().map(|key| id(Some(*key))).collect(),
            _ => words.keys().iter().map(id).collect(),
        };
        self.last[number] = Some(kept);
        Ok(ids)
    }

    /// The ids of a column of maps, or of lists of keys and values.
    fn entries(&mut self, place: &Place, column: &ArrayRef) -> Result<Vec<u32>, Fault> {
        let Place::Label { under, column: name } = place else { unreachable!("only labels are in maps") };
        let not = || Fault::of(format!("{name} is {}, not labels", column.data_type()));
        let Some(entries) = entries(column) else {
            // What no scope asks for may be of any kind.
            return if matches!(under, Under::Keys(_)) { Ok(vec![0; column.len()]) } else { Err(not()) };
        };
        let keys = words(name, &entries.keys).map_err(Fault::of)?;
        let values = words(name, &entries.values).map_err(Fault::of)?;
        let ranks: Vec<Option<usize>> =
            keys.values().as_string::<i32>().iter().map(|key| under.rank(key?.trim())).collect();
        let texts = values.values().as_string::<i32>();
        let mut ids: Vec<Option<u32>> = vec![None; texts.len()];
        let rank_at = |at: usize| {
            let key = keys.keys().is_valid(at).then(|| keys.keys().value(at))?;
            ranks.get(usize::try_from(key).ok()?).copied().flatten()
        };
        let mut of_row = |(begin, end): &(usize, usize)| {
            let mut best: Option<(usize, u32)> = None;
            for at in *begin..*end {
                let Some(rank) = rank_at(at).filter(|rank| best.is_none_or(|(known, _)| *rank < known))
                else {
                    continue;
                };
                let Some(word) = values.keys().is_valid(at).then(|| values.keys().value(at) as usize) else {
                    continue;
                };
                let id = *ids[word].get_or_insert_with(|| match texts.value(word).trim() {
                    "" | "NULL" | "null" => 0,
                    text => self.id(text),
                });
                if id != 0 {
                    best = Some((rank, id));
                }
            }
            best.map_or(0, |(_, id)| id)
        };
        Ok(entries.ends.iter().map(&mut of_row).collect())
    }
}

/// The ids of a key: of the first place that has anything in a row.
pub(super) fn ids_of<'b>(
    key: &Key,
    known: &mut Known,
    column: &impl Fn(&str) -> Option<&'b ArrayRef>,
    rows: usize,
) -> Result<Vec<u32>, Fault> {
    let mut found: Vec<u32> = Vec::new();
    for (number, place) in key.places.iter().enumerate() {
        let Some(column) = column(place.column()) else { continue };
        if found.is_empty() {
            found = known.column(number, place, column)?;
        } else if found.contains(&0) {
            let more = known.column(number, place, column)?;
            found.iter_mut().zip(more).filter(|(id, _)| **id == 0).for_each(|(id, more)| *id = more);
        }
    }
    found.resize(rows, 0);
    Ok(found)
}
