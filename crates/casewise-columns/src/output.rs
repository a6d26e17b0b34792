//! Decisions → one record batch, with the columns that were asked for.

use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, FixedSizeBinaryArray,
    Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt8Array, new_empty_array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema};
use casewise_core::model::{Base, CaseId, LetId, Model, Number, ScoreId, SegmentId};
use casewise_core::row::plain::plain;
use casewise_core::row::report::{Plain, Record};
use casewise_core::row::{CaseStatus, Decision, Offered};
use casewise_core::values::{Decimal, Value};

/// What to put out of each decision, beside the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Select {
    /// `offers`: list of case, rank, channel, rank_value, variant, offer (JSON text).
    pub offers: bool,
    /// `eligible`: list of the cases whose gates are all true.
    pub eligible: bool,
    /// `eligible_bits`: the same as bits; case n is bit n mod 8, the lowest first, of byte n div 8.
    pub eligible_bits: bool,
    /// `status`: one small number per case, see [`status_number`].
    pub status: bool,
    /// `segments`: list of names.
    pub segments: bool,
    /// `scores`: typed, in the parts of each score.
    pub scores: bool,
    /// `values`: the lets, typed.
    pub values: bool,
}

impl Select {
    /// Nothing but the key.
    pub const NONE: Select = Select {
        offers: false,
        eligible: false,
        eligible_bits: false,
        status: false,
        segments: false,
        scores: false,
        values: false,
    };
}

impl Default for Select {
    /// All but who is eligible, which the statuses say.
    fn default() -> Self {
        Select { offers: true, status: true, segments: true, scores: true, values: true, ..Select::NONE }
    }
}

/// The number of a status in the columns of `status`: 0 ineligible, 1 offered, 2 outranked, 3 held out.
pub fn status_number(status: CaseStatus) -> u8 {
    match status {
        CaseStatus::Ineligible => 0,
        CaseStatus::Offered => 1,
        CaseStatus::Outranked => 2,
        CaseStatus::HeldOut => 3,
    }
}

/// The decisions of a batch.
pub fn batch(model: &Model, decisions: &[&Decision], select: Select) -> RecordBatch {
    let ids = StringArray::from_iter_values(decisions.iter().map(|d| &*d.subject().key));
    let mut columns: Vec<(&str, ArrayRef)> = vec![("id", Arc::new(ids))];
    if select.offers {
        columns.push(("offers", offers(model, decisions)));
    }
    let is_eligible = |d: &Decision, n| d.status(CaseId(n)) != CaseStatus::Ineligible;
    if select.eligible {
        let mut names = Names::new(model);
        for decision in decisions {
            (0..model.cases.len()).filter(|n| is_eligible(decision, *n)).for_each(|n| names.push(n));
            names.end();
        }
        columns.push(("eligible", names.finish()));
    }
    if select.eligible_bits {
        let width = model.cases.len().div_ceil(8);
        let mut bytes = Vec::with_capacity(decisions.len() * width);
        for decision in decisions {
            bytes.extend((0..width).map(|byte| {
                let bit = |bit: usize| u8::from(is_eligible(decision, byte * 8 + bit)) << bit;
                (0..8).map(bit).sum::<u8>()
            }));
        }
        columns.push(("eligible_bits", bits(width, bytes, decisions.len())));
    }
    if select.status {
        let cases = model.cases.iter().enumerate().map(|(n, case)| {
            let numbers = decisions.iter().map(|d| status_number(d.status(CaseId(n))));
            (case.name.to_string(), Arc::new(UInt8Array::from_iter_values(numbers)) as ArrayRef)
        });
        columns.push(("status", structure(cases.collect(), decisions.len())));
    }
    if select.segments {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for decision in decisions {
            for (n, segment) in model.segments.iter().enumerate() {
                if decision.in_segment(SegmentId(n)) == Some(true) {
                    lists.values().append_value(&*segment.name);
                }
            }
            lists.append(true);
        }
        columns.push(("segments", Arc::new(lists.finish())));
    }
    if select.scores {
        columns.push(("scores", scores(model, decisions)));
    }
    if select.values {
        let lets = model.lets.iter().enumerate().map(|(n, declared)| {
            let values = decisions.iter().map(|d| d.let_value(LetId(n))).collect();
            (declared.name.to_string(), array(model, &declared.value.ty.base, values))
        });
        columns.push(("values", structure(lets.collect(), decisions.len())));
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), *name != "id"))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    // Every column was made with one value per decision.
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
        .unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(Schema::empty())))
}

/// Columns side by side under one name.
fn structure(columns: Vec<(String, ArrayRef)>, rows: usize) -> ArrayRef {
    if columns.is_empty() {
        return Arc::new(StructArray::new_empty_fields(rows, None));
    }
    let fields: Vec<(Arc<Field>, ArrayRef)> = columns
        .into_iter()
        .map(|(name, array)| (Arc::new(Field::new(name, array.data_type().clone(), true)), array))
        .collect();
    Arc::new(StructArray::from(fields))
}

fn scores(model: &Model, decisions: &[&Decision]) -> ArrayRef {
    let columns = model.scores.iter().enumerate().map(|(n, score)| {
        let part = |part, base: &Base| {
            array(model, base, decisions.iter().map(|d| d.score(ScoreId(n), part)).collect())
        };
        let parts = score.parts();
        let column = match parts.as_slice() {
            [] => score.ty(&casewise_core::model::ScorePart::Value).map_or_else(
                || structure(Vec::new(), decisions.len()),
                |ty| part(&casewise_core::model::ScorePart::Value, &ty.base),
            ),
            parts => {
                let columns = parts.iter().map(|(name, p, ty)| ((*name).to_owned(), part(p, &ty.base)));
                structure(columns.collect(), decisions.len())
            }
        };
        (score.name.to_string(), column)
    });
    structure(columns.collect(), decisions.len())
}

fn offers(model: &Model, decisions: &[&Decision]) -> ArrayRef {
    let mut offers = Offers::new(model);
    for decision in decisions {
        for offered in decision.offers() {
            offers.push(offered, &decision.offer_fields(offered));
        }
        offers.end();
    }
    offers.finish()
}

/// Lists of names of cases, a list per subject.
pub(crate) struct Names {
    names: ArrayRef,
    keys: Vec<i32>,
    lengths: Vec<usize>,
    length: usize,
}

impl Names {
    pub(crate) fn new(model: &Model) -> Names {
        let names = Arc::new(StringArray::from_iter_values(model.cases.iter().map(|case| &*case.name)));
        Names { names, keys: Vec::new(), lengths: Vec::new(), length: 0 }
    }

    pub(crate) fn push(&mut self, case: usize) {
        self.keys.push(i32::try_from(case).unwrap_or_default());
        self.length += 1;
    }

    pub(crate) fn end(&mut self) {
        self.lengths.push(std::mem::take(&mut self.length));
    }

    pub(crate) fn finish(self) -> ArrayRef {
        let items: ArrayRef = match DictionaryArray::try_new(Int32Array::from(self.keys), self.names) {
            Ok(items) => Arc::new(items),
            // Every key is the number of a case.
            Err(_) => return new_empty_array(&DataType::Null),
        };
        let field = Arc::new(Field::new("item", items.data_type().clone(), true));
        Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(self.lengths), items, None))
    }
}

/// Bits of the cases, so many bytes per subject.
pub(crate) fn bits(width: usize, bytes: Vec<u8>, rows: usize) -> ArrayRef {
    let size = i32::try_from(width).unwrap_or_default();
    match FixedSizeBinaryArray::try_new_with_len(size, bytes.into(), None, rows) {
        Ok(array) => Arc::new(array),
        // There are as many bytes per row.
        Err(_) => new_empty_array(&DataType::FixedSizeBinary(size)),
    }
}

/// Lists of offers, a list per subject.
pub(crate) struct Offers<'m> {
    model: &'m Model,
    lengths: Vec<usize>,
    rank: i32,
    cases: StringBuilder,
    ranks: Int32Builder,
    channels: StringBuilder,
    values: Vec<Value>,
    variants: StringBuilder,
    fields: StringBuilder,
}

impl<'m> Offers<'m> {
    pub(crate) fn new(model: &'m Model) -> Offers<'m> {
        Offers {
            model,
            lengths: Vec::new(),
            rank: 0,
            cases: StringBuilder::new(),
            ranks: Int32Builder::new(),
            channels: StringBuilder::new(),
            values: Vec::new(),
            variants: StringBuilder::new(),
            fields: StringBuilder::new(),
        }
    }

    /// The next offer of a subject.
    pub(crate) fn push(&mut self, offered: &Offered, fields: &Record<Plain>) {
        self.rank += 1;
        let case = self.model.cases.get(offered.case.0);
        self.cases.append_option(case.map(|case| &*case.name));
        self.ranks.append_value(self.rank);
        let channel = offered.channel.and_then(|c| self.model.channels.get(c.0));
        self.channels.append_option(channel.map(|c| &*c.name));
        self.values.push(offered.rank_value.clone());
        let variant = offered.variant.and_then(|n| case.and_then(|case| case.variants.get(n)));
        self.variants.append_option(variant.map(|variant| &*variant.name));
        match fields.0.is_empty() {
            true => self.fields.append_value("{}"),
            false => self.fields.append_value(serde_json::to_string(fields).unwrap_or_default()),
        }
    }

    /// A subject has no further offer.
    pub(crate) fn end(&mut self) {
        self.lengths.push(usize::try_from(self.rank).unwrap_or(0));
        self.rank = 0;
    }

    pub(crate) fn finish(mut self) -> ArrayRef {
        let columns: Vec<(String, ArrayRef)> = vec![
            ("case".to_owned(), Arc::new(self.cases.finish())),
            ("rank".to_owned(), Arc::new(self.ranks.finish())),
            ("channel".to_owned(), Arc::new(self.channels.finish())),
            ("rank_value".to_owned(), array(self.model, &rank_base(self.model), self.values)),
            ("variant".to_owned(), Arc::new(self.variants.finish())),
            ("offer".to_owned(), Arc::new(self.fields.finish())),
        ];
        let total = self.lengths.iter().sum();
        let items = structure(columns, total);
        let field = Arc::new(Field::new("item", items.data_type().clone(), true));
        Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(self.lengths), items, None))
    }
}

/// The widest type of the model's ranks: one column for all batches.
fn rank_base(model: &Model) -> Base {
    let ranks = model.decides.iter().filter_map(|d| d.rank_by.as_ref());
    let priorities = model.cases.iter().filter_map(|c| c.priority.as_ref());
    let number = |base: &Base| match base {
        Base::Int => Number::Int,
        Base::Decimal => Number::Decimal,
        _ => Number::Float,
    };
    match ranks.chain(priorities).map(|e| number(&e.ty.base)).max() {
        None | Some(Number::Int) => Base::Int,
        Some(Number::Decimal) => Base::Decimal,
        Some(Number::Float) => Base::Float,
    }
}

/// Values of one type: numbers, dates and times as Arrow has them, labels and the rest as text.
pub fn array(model: &Model, base: &Base, values: Vec<Value>) -> ArrayRef {
    match base {
        Base::Bool => Arc::new(values.iter().map(Value::as_bool).collect::<BooleanArray>()),
        Base::Int => Arc::new(
            values
                .iter()
                .map(|v| if let Value::Int(n) = v { Some(*n) } else { None })
                .collect::<Int64Array>(),
        ),
        Base::Float => {
            let float = |v: &Value| match v {
                Value::Float(x) => Some(*x),
                Value::Int(n) => Some(*n as f64),
                Value::Decimal(d) => Some(d.to_f64()),
                _ => None,
            };
            Arc::new(values.iter().map(float).collect::<Float64Array>())
        }
        Base::Decimal => {
            let units = values.iter().map(|v| match v {
                Value::Decimal(d) => Some(d.scaled()),
                Value::Int(n) => Some(Decimal::from_i64(*n).scaled()),
                _ => None,
            });
            let array = units.collect::<Decimal128Array>();
            Arc::new(array.with_data_type(DataType::Decimal128(38, 18)))
        }
        Base::Date => Arc::new(
            values
                .iter()
                .map(|v| if let Value::Date(d) = v { Some(d.0) } else { None })
                .collect::<Date32Array>(),
        ),
        Base::Time => {
            let micros = values.iter().map(|v| if let Value::Time(t) = v { Some(t.0) } else { None });
            Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        Base::Set(element) | Base::List(element) => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in &values {
                match value {
                    Value::Set(elements) | Value::List(elements) => {
                        elements.iter().for_each(|e| lists.values().append_option(text(model, element, e)));
                        lists.append(true);
                    }
                    _ => lists.append(false),
                }
            }
            Arc::new(lists.finish())
        }
        _ => Arc::new(values.iter().map(|v| text(model, base, v)).collect::<StringArray>()),
    }
}

fn text(model: &Model, base: &Base, value: &Value) -> Option<String> {
    match plain(model, base, value) {
        Plain::Null => None,
        Plain::Text(text) => Some(text.to_string()),
        Plain::Bool(b) => Some(b.to_string()),
        Plain::Int(n) => Some(n.to_string()),
        Plain::Float(x) => Some(x.to_string()),
        other @ (Plain::List(_) | Plain::Record(Record(_))) => serde_json::to_string(&other).ok(),
    }
}
