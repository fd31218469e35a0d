//! The objects of the list `jobs` of a JSON document, one by one: a document of years of jobs is never in memory.
//!
//! Only brackets and quotes are looked at, so one job that is no JSON costs none of the others.

use std::io::BufRead;

use crate::model::said::Said;
use crate::workload::Refusal;
use crate::workload::words;

/// Longest object [bytes]: a job of ten thousand steps.
const LONGEST_OBJECT: usize = 64 << 20;

/// Most bytes of a key that are looked at: more than `jobs` has.
const LONGEST_KEY: usize = 8;

/// Deepest nesting that is followed.
const DEEPEST: usize = 128;

/// Objects of the lists `jobs` of one document or several, or of a list that is all there is.
pub(super) struct Objects<R> {
    input: R,
    /// The object.
    pub(super) text: Vec<u8>,
    /// The line at which it begins.
    pub(super) begun: u64,
    scan: Scan,
}

/// Where in a document the next byte stands.
#[derive(Default)]
struct Scan {
    /// Line breaks so far.
    breaks: u64,
    /// Open brackets before the object.
    open: Vec<u8>,
    /// Open brackets within the object; 0 before it.
    depth: usize,
    /// The text last read outside the objects: a key, where a colon follows.
    key: Vec<u8>,
    /// Open brackets that are the list.
    list: Option<usize>,
    in_text: bool,
    escaped: bool,
    /// Whether a list was there.
    found: bool,
}

/// What a byte does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It belongs to what was there before it.
    On,
    /// An object begins with it.
    Begins,
    /// The object ends with it.
    Ends,
}

impl Scan {
    fn step(&mut self, byte: u8) -> Result<Step, Said> {
        self.breaks += u64::from(byte == b'\n');
        if self.in_text {
            self.text_goes_on(byte);
            return Ok(Step::On);
        }
        match byte {
            b'"' => {
                self.in_text = true;
                if self.depth == 0 {
                    self.key.clear();
                }
            }
            b'{' | b'[' if self.depth > 0 => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                return Ok(if self.depth == 0 { Step::Ends } else { Step::On });
            }
            b'{' if self.list == Some(self.open.len()) => {
                self.depth = 1;
                return Ok(Step::Begins);
            }
            b'{' | b'[' => self.opens(byte)?,
            b'}' | b']' => {
                if self.open.pop().map(|it| it + 2) != Some(byte) {
                    return Err(words::closes_nothing(byte as char));
                }
                self.list = self.list.filter(|list| *list <= self.open.len());
            }
            _ => {}
        }
        Ok(Step::On)
    }

    /// How many bytes there are at the beginning of these that change nothing.
    fn idle(&self, bytes: &[u8]) -> usize {
        let end = match (self.depth, self.escaped, self.in_text) {
            (0, ..) | (_, true, _) => Some(0),
            (_, _, true) => bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'\n')),
            _ => bytes.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b'\n')),
        };
        end.unwrap_or(bytes.len())
    }

    fn text_goes_on(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_text = false,
            _ => {}
        }
        if self.in_text && self.depth == 0 && self.key.len() < LONGEST_KEY {
            self.key.push(byte);
        }
    }

    /// A bracket outside the objects.
    fn opens(&mut self, byte: u8) -> Result<(), Said> {
        if self.open.len() >= DEEPEST {
            return Err(words::more_than_brackets_in_one(DEEPEST));
        }
        let is_list = byte == b'['
            && match self.open[..] {
                [] => true,
                [b'{'] => self.key == b"jobs",
                _ => false,
            };
        self.open.push(byte);
        self.key.clear();
        if is_list && self.list.is_none() {
            self.list = Some(self.open.len());
            self.found = true;
        }
        Ok(())
    }

    /// Whether the document may end here.
    const fn is_done(&self) -> bool {
        self.open.is_empty() && self.depth == 0 && !self.in_text
    }
}

impl<R: BufRead> Objects<R> {
    pub(super) fn new(input: R) -> Objects<R> {
        Objects { input, text: Vec::new(), begun: 1, scan: Scan::default() }
    }

    /// Whether a list of jobs was there.
    pub(super) const fn found(&self) -> bool {
        self.scan.found
    }

    fn refused<T>(&self, reason: Said) -> Result<T, Refusal> {
        Err(Refusal { line: Some(self.scan.breaks + 1), reason })
    }

    /// Reads the next object; whether there is one.
    pub(super) fn next(&mut self) -> Result<bool, Refusal> {
        self.text.clear();
        loop {
            let buffer = match self.input.fill_buf() {
                Ok([]) if self.scan.is_done() => return Ok(false),
                Ok([]) => return self.refused(words::cut_off_the_document_has()),
                Ok(buffer) => buffer,
                Err(error) => {
                    let reason = crate::error::reason_of(&error);
                    return self.refused(reason);
                }
            };
            let (mut used, mut from) = (0, (self.scan.depth > 0).then_some(0));
            let mut step = Ok(Step::On);
            while used < buffer.len() && matches!(step, Ok(Step::On | Step::Begins)) {
                used += self.scan.idle(&buffer[used..]);
                let Some(byte) = buffer.get(used) else { break };
                step = self.scan.step(*byte);
                if step == Ok(Step::Begins) {
                    self.begun = self.scan.breaks + 1;
                    from = Some(used);
                }
                used += 1;
            }
            if let Some(from) = from {
                self.text.extend_from_slice(&buffer[from..used]);
            }
            self.input.consume(used);
            match step {
                Err(reason) => return self.refused(reason),
                Ok(Step::Ends) => return Ok(true),
                Ok(_) if self.text.len() > LONGEST_OBJECT => {
                    let reason = words::a_job_longer_than_bytes(LONGEST_OBJECT);
                    return Err(Refusal { line: Some(self.begun), reason });
                }
                Ok(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// The objects, read so many bytes at a time.
    fn objects(text: &str, bytes: usize) -> Result<Vec<(u64, String)>, Said> {
        let mut objects = Objects::new(BufReader::with_capacity(bytes, text.as_bytes()));
        let mut all = Vec::new();
        while objects.next().map_err(|refusal| refusal.to_string())? {
            all.push((objects.begun, String::from_utf8_lossy(&objects.text).into_owned()));
        }
        Ok(all)
    }

    #[test]
    fn jobs_are_found_wherever_the_buffer_ends() {
        let text = "{\"meta\": {\"jobs\": [{\"a\": 0}], \"x\": \"]}\\\"{\"},\n \"jobs\": [\n  {\"b\": [{}, \"}\"]},\n  {\"c\": \"\\\\\"}], \"errors\": [{}]}\n\
            {\"jobs\": [{\"d\": 1}]}";
        let expected = [(3, "{\"b\": [{}, \"}\"]}"), (4, "{\"c\": \"\\\\\"}"), (5, "{\"d\": 1}")];
        let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        for bytes in 1..40 {
            assert_eq!(objects(text, bytes), Ok(expected.clone()), "{bytes}");
        }
        assert_eq!(objects("[{\"e\": 1}, {}]", 64).expect("a list").len(), 2);
        assert_eq!(objects("{\"jobs\": []}", 64).expect("empty").len(), 0);
        for wrong in ["{\"jobs\": [{\"a\"", "{\"jobs\": [", "{\"jobs\": [}]", "]", "{\"jobs"] {
            assert!(objects(wrong, 64).is_err(), "{wrong}");
        }
        assert!(objects(&"[".repeat(1000), 64).is_err());
    }
}
