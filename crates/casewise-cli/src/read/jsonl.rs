//! JSON lines: one object a line; or one array of objects.

use std::collections::VecDeque;
use std::io::{BufRead, Error, ErrorKind};

use serde_json::value::RawValue;

use super::{NOT_UTF8, Numbered, Record};

pub(super) struct Reader {
    input: Box<dyn BufRead + Send>,
    line: u64,
    bytes: u64,
    /// The objects of an array, read at once.
    array: Option<VecDeque<Numbered>>,
}

impl Reader {
    pub(super) fn new(mut input: Box<dyn BufRead + Send>) -> Result<Reader, Error> {
        let start = input.fill_buf()?;
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let is_array = start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let array = if is_array { Some(read_array(&mut input)?) } else { None };
        Ok(Reader { input, line: 0, bytes: 0, array })
    }

    pub(super) fn position(&self) -> u64 {
        self.bytes
    }

    pub(super) fn next(&mut self) -> Option<Result<Numbered, Error>> {
        if let Some(array) = &mut self.array {
            return array.pop_front().map(Ok);
        }
        loop {
            let mut bytes = Vec::new();
            match self.input.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(read) => self.bytes += read as u64,
                Err(error) => return Some(Err(error)),
            }
            self.line += 1;
            let record = match std::str::from_utf8(&bytes) {
                Err(_) => Err(NOT_UTF8.to_owned()),
                Ok(text) => match text.trim_start_matches('\u{feff}').trim() {
                    "" => continue,
                    text => object(text),
                },
            };
            return Some(Ok(Numbered { line: self.line, record }));
        }
    }
}

fn object(text: &str) -> Result<Record, String> {
    let value: Box<RawValue> =
        serde_json::from_str(text).map_err(|error| format!("the line is not JSON: {error}"))?;
    if value.get().starts_with('{') {
        Ok(Record::Json(value))
    } else {
        Err("the line is not a JSON object: { \"name\": value, … }".to_owned())
    }
}

fn read_array(input: &mut Box<dyn BufRead + Send>) -> Result<VecDeque<Numbered>, Error> {
    let mut text = String::new();
    input.read_to_string(&mut text)?;
    let text = text.trim_start_matches('\u{feff}');
    let elements: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|error| Error::new(ErrorKind::InvalidData, format!("it is not JSON: {error}")))?;
    let mut line = 1;
    let mut seen = 0;
    let numbered = elements.into_iter().map(|element| {
        // An element is a piece of the text, so where it stands is known.
        let at = (element.get().as_ptr().addr()).saturating_sub(text.as_ptr().addr());
        let between = text.get(seen..at).unwrap_or("");
        line += between.matches('\n').count() as u64;
        seen = at;
        let record = match element.get().starts_with('{') {
            true => Ok(Record::Json(element.to_owned())),
            false => Err("the element is not a JSON object: { \"name\": value, … }".to_owned()),
        };
        Numbered { line, record }
    });
    Ok(numbered.collect())
}
