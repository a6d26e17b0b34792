//! Decisions → one record batch, with the columns that were asked for.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, FixedSizeBinaryArray,
    Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, UInt8Array, UInt64Array, new_empty_array, new_null_array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema};
use casewise_core::model::{
    Base, Case, CaseId, ChannelId, Let, LetId, Model, Number, ScoreId, ScorePart, SegmentId,
};
use casewise_core::row::counts::{CaseCounts, Counts};
use casewise_core::row::gates::Gate;
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
    /// `gate`: per case the gate that it is lost to, see [`gate_number`].
    pub gate: bool,
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
        gate: false,
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

/// The number of the gate that a case is lost to in the columns of `gate`: 0 none, 1 status, 2 runs, 3 for, 4 require,
/// 5 exclude, 6 contacts, 7 channels; 8 more where the gate is unknown.
pub fn gate_number(lost: Option<(Gate, bool)>) -> u8 {
    let place = |gate: Gate| Gate::ALL.iter().position(|g| *g == gate).map_or(0, |n| n as u8 + 1);
    lost.map_or(0, |(gate, unknown)| place(gate) + if unknown { 8 } else { 0 })
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
        let of = |n| decisions.iter().map(|d| status_number(d.status(CaseId(n)))).collect();
        columns.push(("status", per_case(model, decisions.len(), of)));
    }
    if select.gate {
        let of = |n| decisions.iter().map(|d| gate_number(d.lost_to(CaseId(n)))).collect();
        columns.push(("gate", per_case(model, decisions.len(), of)));
    }
    if select.segments {
        let is_in = |row: usize, n| decisions.get(row).and_then(|d| d.in_segment(SegmentId(n))) == Some(true);
        columns.push(("segments", segments(model, decisions.len(), is_in)));
    }
    let each = |value: &dyn Fn(&Decision) -> Value| decisions.iter().map(|d| value(d)).collect();
    if select.scores {
        let values = |n, part: &ScorePart| each(&|d| d.score(ScoreId(n), part));
        columns.push(("scores", scores(model, decisions.len(), values)));
    }
    if select.values {
        columns.push(("values", lets(model, decisions.len(), |n| each(&|d| d.let_value(LetId(n))))));
    }
    side_by_side(columns)
}

/// A row per case: its name and its counts.
pub fn counts(model: &Model, counts: &Counts) -> RecordBatch {
    let names = case_names(model);
    let numbers = |of: &dyn Fn(&CaseCounts) -> u64| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(counts.cases.iter().map(of)))
    };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("case", Arc::new(names)),
        ("eligible", numbers(&|c| c.eligible)),
        ("ineligible", numbers(&|c| c.ineligible)),
        ("unknown", numbers(&|c| c.unknown)),
        ("offered", numbers(&|c| c.offered)),
        ("outranked", numbers(&|c| c.outranked)),
        ("held_out", numbers(&|c| c.held_out)),
    ];
    for (n, gate) in Gate::ALL.into_iter().enumerate() {
        columns.push((gate.name(), numbers(&|c| c.lost.get(n).copied().unwrap_or_default())));
    }
    side_by_side(columns)
}

/// A batch of columns that have a value per decision each.
pub(crate) fn side_by_side(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), !matches!(*name, "id" | "case")))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    // Every column was made with one value per decision.
    RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap_or_else(|_| RecordBatch::new_empty(schema))
}

/// A small number per case, given by the place of the case in the model.
pub(crate) fn per_case(model: &Model, rows: usize, of: impl Fn(usize) -> Vec<u8>) -> ArrayRef {
    let column =
        |(n, case): (usize, &Case)| (case.name.to_string(), Arc::new(UInt8Array::from(of(n))) as ArrayRef);
    structure(model.cases.iter().enumerate().map(column).collect(), rows)
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

/// Lists of segments, by row and place in the model.
pub(crate) fn segments(model: &Model, rows: usize, is_in: impl Fn(usize, usize) -> bool) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in 0..rows {
        for (n, segment) in model.segments.iter().enumerate() {
            if is_in(row, n) {
                lists.values().append_value(&*segment.name);
            }
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

/// The lets, by place in the model.
pub(crate) fn lets(model: &Model, rows: usize, values: impl Fn(usize) -> Vec<Value>) -> ArrayRef {
    let columns = model.lets.iter().enumerate();
    let column = |(n, declared): (usize, &Let)| {
        (declared.name.to_string(), array(model, &declared.value.ty.base, values(n)))
    };
    structure(columns.map(column).collect(), rows)
}

/// The scores and their parts, by place in the model.
pub(crate) fn scores(
    model: &Model,
    rows: usize,
    values: impl Fn(usize, &ScorePart) -> Vec<Value>,
) -> ArrayRef {
    let columns = model.scores.iter().enumerate().map(|(n, score)| {
        let part = |part, base: &Base| array(model, base, values(n, part));
        let parts = score.parts();
        let column = match parts.as_slice() {
            [] => score
                .ty(&ScorePart::Value)
                .map_or_else(|| structure(Vec::new(), rows), |ty| part(&ScorePart::Value, &ty.base)),
            parts => {
                let columns = parts.iter().map(|(name, p, ty)| ((*name).to_owned(), part(p, &ty.base)));
                structure(columns.collect(), rows)
            }
        };
        (score.name.to_string(), column)
    });
    structure(columns.collect(), rows)
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

fn case_names(model: &Model) -> StringArray {
    StringArray::from_iter_values(model.cases.iter().map(|case| &*case.name))
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
        let names = Arc::new(case_names(model));
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
    length: usize,
    cases: Vec<CaseId>,
    channels: Vec<Option<ChannelId>>,
    values: Vec<Value>,
    /// Places of those that are variants, and which.
    variants: Vec<(usize, usize)>,
    /// Places of those that have fields, and these as JSON.
    fields: Vec<(usize, String)>,
}

impl<'m> Offers<'m> {
    pub(crate) fn new(model: &'m Model) -> Offers<'m> {
        Offers {
            model,
            lengths: Vec::new(),
            length: 0,
            cases: Vec::new(),
            channels: Vec::new(),
            values: Vec::new(),
            variants: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// The next offer of a subject.
    pub(crate) fn push(&mut self, offered: &Offered, fields: &Record<Plain>) {
        let place = self.cases.len();
        self.length += 1;
        self.cases.push(offered.case);
        self.channels.push(offered.channel);
        self.values.push(offered.rank_value.clone());
        self.variants.extend(offered.variant.map(|variant| (place, variant)));
        if !fields.0.is_empty() {
            self.fields.push((place, serde_json::to_string(fields).unwrap_or_default()));
        }
    }

    /// A subject has no further offer.
    pub(crate) fn end(&mut self) {
        self.lengths.push(std::mem::take(&mut self.length));
    }

    pub(crate) fn finish(self) -> ArrayRef {
        let Offers { model, lengths, cases, channels, values, variants, fields, .. } = self;
        let total = cases.len();
        let known = case_names(model);
        let names = cases.iter().map(|id| if id.0 < known.len() { known.value(id.0) } else { "" });
        let ranks = lengths.iter().flat_map(|length| 1..=i32::try_from(*length).unwrap_or(i32::MAX));
        let channel = |id: &Option<ChannelId>| id.and_then(|id| model.channels.get(id.0)).map(|c| &*c.name);
        let variant = |(place, n): &(usize, usize)| {
            let variant = model.cases.get(cases.get(*place)?.0)?.variants.get(*n)?;
            Some((*place, &*variant.name))
        };
        let fields = fields.iter().map(|(place, fields)| (*place, fields.as_str()));
        let columns: Vec<(String, ArrayRef)> = vec![
            ("case".to_owned(), Arc::new(StringArray::from_iter_values(names))),
            ("rank".to_owned(), Arc::new(Int32Array::from_iter_values(ranks))),
            ("channel".to_owned(), Arc::new(channels.iter().map(channel).collect::<StringArray>())),
            ("rank_value".to_owned(), array(model, &rank_base(model), values)),
            ("variant".to_owned(), here_and_there(total, None, variants.iter().filter_map(variant))),
            ("offer".to_owned(), here_and_there(total, Some("{}"), fields)),
        ];
        let items = structure(columns, total);
        let field = Arc::new(Field::new("item", items.data_type().clone(), true));
        Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), items, None))
    }
}

/// Texts at some places, in order, and the same everywhere else.
fn here_and_there<'t>(
    total: usize,
    elsewhere: Option<&'t str>,
    some: impl Iterator<Item = (usize, &'t str)>,
) -> ArrayRef {
    let mut some = some.peekable();
    if elsewhere.is_none() && some.peek().is_none() {
        return new_null_array(&DataType::Utf8, total);
    }
    let mut at = |place: usize| some.next_if(|(at, _)| *at == place).map(|(_, text)| text).or(elsewhere);
    Arc::new((0..total).map(&mut at).collect::<StringArray>())
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
