//! The objects of the list `jobs` of a JSON document, one by one: a document of years of jobs is never in memory.
//!
//! Only brackets and quotes are looked at, so one job that is no JSON costs none of the others.

use std::io::BufRead;

use crate::workload::Refusal;

/// Longest object [bytes]: a job of ten thousand steps.
const LONGEST_OBJECT: usize = 64 << 20;

/// Deepest nesting that is followed.
const DEEPEST: usize = 128;

/// Objects of the lists `jobs` of one document or several, or of a list that is all there is.
pub(super) struct Objects<R> {
    input: R,
    /// The object.
    pub(super) text: Vec<u8>,
    /// The line at which it begins.
    pub(super) begun: u64,
    line: u64,
    /// Open brackets before the object.
    open: Vec<u8>,
    /// The text last read outside the objects: a key, where a colon follows.
    key: Vec<u8>,
    /// Open brackets that are the list.
    list: Option<usize>,
    in_text: bool,
    escaped: bool,
    /// Whether a list was there.
    pub(super) found: bool,
}

impl<R: BufRead> Objects<R> {
    pub(super) const fn new(input: R) -> Objects<R> {
        Objects {
            input,
            text: Vec::new(),
            begun: 1,
            line: 1,
            open: Vec::new(),
            key: Vec::new(),
            list: None,
            in_text: false,
            escaped: false,
            found: false,
        }
    }

    /// Reads the next object; whether there is one.
    pub(super) fn next(&mut self) -> Result<bool, Refusal> {
        self.text.clear();
        // Brackets open within the object; 0 before it.
        let mut depth = 0_usize;
        loop {
            let refused = |line, reason: String| Refusal { line: Some(line), reason };
            let buffer = self.input.fill_buf().map_err(|error| refused(self.line, error.to_string()))?;
            if buffer.is_empty() {
                return match self.open.is_empty() && depth == 0 && !self.in_text {
                    true => Ok(false),
                    false => Err(refused(self.line, "cut off: the document has no end".into())),
                };
            }
            let (mut used, mut done, mut from) = (0, false, (depth > 0).then_some(0));
            while used < buffer.len() && !done {
                let byte = buffer[used];
                used += 1;
                self.line += u64::from(byte == b'\n');
                if self.in_text {
                    match byte {
                        _ if self.escaped => self.escaped = false,
                        b'\\' => self.escaped = true,
                        b'"' => self.in_text = false,
                        _ => {}
                    }
                    if self.in_text && depth == 0 && self.key.len() < 8 {
                        self.key.push(byte);
                    }
                    continue;
                }
                match byte {
                    b'"' => {
                        self.in_text = true;
                        if depth == 0 {
                            self.key.clear();
                        }
                    }
                    b'{' | b'[' if depth > 0 => depth += 1,
                    b'}' | b']' if depth > 0 => {
                        depth -= 1;
                        done = depth == 0;
                    }
                    b'{' if self.list == Some(self.open.len()) => {
                        depth = 1;
                        self.begun = self.line;
                        from = Some(used - 1);
                    }
                    b'{' | b'[' => {
                        if self.open.len() >= DEEPEST {
                            return Err(refused(
                                self.line,
                                format!("more than {DEEPEST} brackets in one another"),
                            ));
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
                    }
                    b'}' | b']' => {
                        let opened = self.open.pop();
                        if opened.map(|it| it + 2) != Some(byte) {
                            return Err(refused(self.line, format!("`{}` closes nothing", byte as char)));
                        }
                        self.list = self.list.filter(|list| *list <= self.open.len());
                    }
                    _ => {}
                }
            }
            if let Some(from) = from {
                self.text.extend_from_slice(&buffer[from..used]);
            }
            self.input.consume(used);
            if done {
                return Ok(true);
            }
            if self.text.len() > LONGEST_OBJECT {
                return Err(refused(self.begun, format!("a job longer than {LONGEST_OBJECT} bytes")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    /// The objects, read so many bytes at a time.
    fn objects(text: &str, bytes: usize) -> Result<Vec<(u64, String)>, String> {
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
