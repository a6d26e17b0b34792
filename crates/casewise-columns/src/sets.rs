//! Sets of a chunk → the elements that matter.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::OffsetBuffer;
use arrow_schema::DataType;
use casewise_core::values::Value;
use rustc_hash::FxHashMap;

use crate::bits::{self, Bits, NONE, set};
use crate::column::Column;

/// Which of the elements that matter each entry of a list column is.
#[derive(Debug)]
pub(crate) struct Elements {
    /// Per entry of the lists' values, from `first` on: the element, or none.
    entries: Vec<Option<u16>>,
    first: usize,
    offsets: Offsets,
    count: usize,
}

/// Where each row's entries start; one more at the end.
#[derive(Debug)]
enum Offsets {
    Small(OffsetBuffer<i32>),
    Large(OffsetBuffer<i64>),
    /// All are of one width.
    Every(usize),
}

impl Offsets {
    fn start(&self, row: usize) -> usize {
        match self {
            Offsets::Small(offsets) => {
                offsets.get(row).map_or(0, |n| usize::try_from(*n).unwrap_or_default())
            }
            Offsets::Large(offsets) => {
                offsets.get(row).map_or(0, |n| usize::try_from(*n).unwrap_or_default())
            }
            Offsets::Every(width) => row * width,
        }
    }
}

impl Elements {
    /// Looks up every entry of a column's lists among `elements` (sorted). None: the column is no list.
    pub(crate) fn new(column: &Column, elements: &[Value]) -> Option<Elements> {
        let (values, offsets) = parts(&column.array)?;
        let (first, end) = (offsets.start(0), offsets.start(column.array.len()));
        let values = values.slice(first, end.checked_sub(first)?);
        let place = |value: &Value| match value {
            // A set of one: what the reader makes of a single element.
            Value::Set(one) => {
                one.first().and_then(|e| elements.binary_search_by(|x| x.total_cmp(e)).ok()).map(|n| n as u16)
            }
            _ => None,
        };
        let single = |values: &ArrayRef, row: usize| column.single(values, row).ok().as_ref().and_then(place);
        let entries = match values.as_any_dictionary_opt() {
            Some(dictionary) => {
                let words = dictionary.values();
                let known: Vec<Option<u16>> = (0..words.len()).map(|row| single(words, row)).collect();
                let null = |row: usize| dictionary.is_null(row);
                let keys = if words.is_empty() { Vec::new() } else { dictionary.normalized_keys() };
                let key = |(row, key): (usize, usize)| {
                    if null(row) { None } else { known.get(key).copied().flatten() }
                };
                keys.into_iter().enumerate().map(key).collect()
            }
            None => {
                // The same few words come again and again.
                let texts = match values.data_type() {
                    DataType::Utf8 => {
                        values.as_string_opt::<i32>().map(|t| known(t.iter(), |row| single(&values, row)))
                    }
                    DataType::LargeUtf8 => {
                        values.as_string_opt::<i64>().map(|t| known(t.iter(), |row| single(&values, row)))
                    }
                    DataType::Utf8View => {
                        values.as_string_view_opt().map(|t| known(t.iter(), |row| single(&values, row)))
                    }
                    _ => None,
                };
                texts.unwrap_or_else(|| (0..values.len()).map(|row| single(&values, row)).collect())
            }
        };
        Some(Elements { entries, first, offsets, count: elements.len() })
    }

    /// Finds the rows of a chunk that hold each element, and those where the set is missing.
    pub(crate) fn chunk(&self, column: &Column, from: usize, rows: usize, holds: &mut Vec<Bits>) -> Bits {
        holds.clear();
        holds.resize(self.count, NONE);
        let mut start = self.offsets.start(from).saturating_sub(self.first);
        for row in 0..rows {
            let end = self.offsets.start(from + row + 1).saturating_sub(self.first);
            for entry in self.entries.get(start..end).unwrap_or_default().iter().flatten() {
                if let Some(bits) = holds.get_mut(usize::from(*entry)) {
                    set(bits, row);
                }
            }
            start = end;
        }
        column.array.nulls().map_or(NONE, |nulls| bits::read(nulls.inner(), from, rows).map(|valid| !valid))
    }
}

/// What each text is, looked up once for all that are equal.
fn known<'t>(
    texts: impl Iterator<Item = Option<&'t str>>,
    look_up: impl Fn(usize) -> Option<u16>,
) -> Vec<Option<u16>> {
    let mut known = FxHashMap::default();
    texts.enumerate().map(|(row, text)| *known.entry(text).or_insert_with(|| look_up(row))).collect()
}

/// The values of a list array and where each row's start.
fn parts(array: &ArrayRef) -> Option<(ArrayRef, Offsets)> {
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list_opt::<i32>()?;
            Some((list.values().clone(), Offsets::Small(list.offsets().clone())))
        }
        DataType::LargeList(_) => {
            let list = array.as_list_opt::<i64>()?;
            Some((list.values().clone(), Offsets::Large(list.offsets().clone())))
        }
        DataType::FixedSizeList(_, _) => {
            let list = array.as_fixed_size_list_opt()?;
            Some((list.values().clone(), Offsets::Every(usize::try_from(list.value_length()).ok()?)))
        }
        _ => None,
    }
}
