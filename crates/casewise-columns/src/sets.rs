//! Sets of a chunk → the elements that matter.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use casewise_core::values::Value;

use crate::bits::{Bits, NONE, set};
use crate::column::Column;
use crate::conditions::ChunkCells;

/// Which of the elements that matter each entry of a list column is.
#[derive(Debug)]
pub(crate) struct Elements {
    /// Per entry of the lists' values: the element, or none.
    entries: Arc<[Option<u16>]>,
    /// Per row: where its entries start; one more at the end.
    offsets: Vec<usize>,
    count: usize,
}

impl Elements {
    /// Looks up every entry of a column's lists among `elements` (sorted). None: the column is no list.
    pub(crate) fn new(column: &Column, elements: &[Value]) -> Option<Elements> {
        let (values, offsets) = parts(&column.array)?;
        let place = |value: &Value| match value {
            // A set of one: what the reader makes of a single element.
            Value::Set(one) => {
                one.first().and_then(|e| elements.binary_search_by(|x| x.total_cmp(e)).ok()).map(|n| n as u16)
            }
            _ => None,
        };
        let single = |row: usize| column.single(&values, row).ok().as_ref().and_then(place);
        let entries = match values.as_any_dictionary_opt() {
            Some(dictionary) => {
                let words = dictionary.values();
                let known: Vec<Option<u16>> = (0..words.len())
                    .map(|row| column.single(words, row).ok().as_ref().and_then(place))
                    .collect();
                let keys = dictionary.normalized_keys();
                keys.into_iter().map(|key| known.get(key).copied().flatten()).collect()
            }
            None => match values.as_string_opt::<i32>() {
                Some(texts) => {
                    // The same few words come again and again.
                    let mut known = std::collections::HashMap::new();
                    texts
                        .iter()
                        .enumerate()
                        .map(|(row, text)| *known.entry(text).or_insert_with(|| single(row)))
                        .collect()
                }
                None => (0..values.len()).map(single).collect(),
            },
        };
        Some(Elements { entries, offsets, count: elements.len() })
    }

    /// The rows of a chunk that hold each element.
    pub(crate) fn chunk(&self, column: &Column, from: usize, rows: usize) -> ChunkCells {
        let mut holds: Vec<Bits> = vec![NONE; self.count];
        let mut missing = Box::new(NONE);
        for row in 0..rows {
            if column.array.is_null(from + row) {
                set(&mut missing, row);
                continue;
            }
            let start = self.offsets.get(from + row).copied().unwrap_or_default();
            let end = self.offsets.get(from + row + 1).copied().unwrap_or_default();
            for entry in self.entries.get(start..end).unwrap_or_default().iter().flatten() {
                if let Some(bits) = holds.get_mut(*entry as usize) {
                    set(bits, row);
                }
            }
        }
        ChunkCells::Elements { holds, missing }
    }
}

/// The values of a list array and where each row's start.
fn parts(array: &ArrayRef) -> Option<(ArrayRef, Vec<usize>)> {
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list_opt::<i32>()?;
            Some((list.values().clone(), list.offsets().iter().map(|n| *n as usize).collect()))
        }
        DataType::LargeList(_) => {
            let list = array.as_list_opt::<i64>()?;
            Some((list.values().clone(), list.offsets().iter().map(|n| *n as usize).collect()))
        }
        DataType::FixedSizeList(_, _) => {
            let list = array.as_fixed_size_list_opt()?;
            let width = usize::try_from(list.value_length()).ok()?;
            Some((list.values().clone(), (0..=list.len()).map(|n| n * width).collect()))
        }
        _ => None,
    }
}
