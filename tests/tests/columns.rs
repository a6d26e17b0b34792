//! Batches say what single decisions say: on random models and customers, whatever the size of the batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int64Type, UInt8Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int16Array, Int32Array, LargeListArray, LargeStringArray, ListArray,
    RecordBatch, StringArray, StringViewArray, UInt32Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field as ArrowField};
use casewise_columns::{
    Beside, Bits, Column, Customers, Decided, Eligibility, HistoryBuilder, Input, Options, Select, Sweep,
    array, status_number,
};
use casewise_core::input::{Layouts, Request, Subject};
use casewise_core::model::{CaseId, Field, Model, TableId, open_text};
use casewise_core::plan::Plan;
use casewise_core::plan::index::LiteralId;
use casewise_core::plan::node::{Node, Slot};
use casewise_core::plan::semantics::{self, Clock};
use casewise_core::row::evaluate::{Evaluation, Inputs};
use casewise_core::row::report::Provenance;
use casewise_core::values::Value;
use casewise_tests::generate::{self, Random};
use casewise_tests::reference::{self, Unlearned};

const MODELS: u64 = 300;

/// The values of a field as an Arrow array, by its name in the data.
fn column<'v>(model: &Model, field: &Field, values: impl Iterator<Item = &'v Value>) -> (String, ArrayRef) {
    let name = field.from.as_ref().unwrap_or(&field.name).to_string();
    (name, array(model, &field.ty.base, values.cloned().collect()))
}

fn customers(model: &Model, subjects: &[Subject]) -> RecordBatch {
    let columns = model.subject.attributes.iter().enumerate();
    let columns = columns.map(|(n, field)| column(model, field, subjects.iter().map(|s| &s.attributes[n])));
    RecordBatch::try_from_iter(columns).unwrap()
}

/// The same values, laid out in another way that Arrow has for them.
fn relaid(array: &ArrayRef, random: &mut Random) -> ArrayRef {
    let texts = array.as_string_opt::<i32>().map(|texts| texts.iter());
    let numbers = array.as_primitive_opt::<Int64Type>();
    let array: ArrayRef = match (random.below(6), texts, numbers) {
        (0, Some(texts), _) => Arc::new(texts.collect::<DictionaryArray<Int8Type>>()),
        (1, Some(texts), _) => {
            // Words that nothing uses, a null among them, and words that stand there twice.
            let texts: Vec<_> = texts.collect();
            let words =
                StringArray::from_iter([Some("unused"), None].into_iter().chain(texts.iter().copied()));
            let keys = (2..).zip(&texts).map(|(key, text)| match text {
                Some(_) => Some(key),
                None => (key % 2 == 0).then_some(1),
            });
            Arc::new(DictionaryArray::new(keys.collect::<Int32Array>(), Arc::new(words)))
        }
        (2, Some(texts), _) => Arc::new(texts.collect::<LargeStringArray>()),
        (3, Some(texts), _) => Arc::new(texts.collect::<StringViewArray>()),
        (0, _, Some(numbers)) if numbers.iter().flatten().all(|n| i32::try_from(n).is_ok()) => {
            Arc::new(numbers.iter().map(|n| n.map(|n| n as i32)).collect::<Int32Array>())
        }
        (1, _, Some(numbers)) if numbers.iter().flatten().all(|n| i16::try_from(n).is_ok()) => {
            Arc::new(numbers.iter().map(|n| n.map(|n| n as i16)).collect::<Int16Array>())
        }
        (2, ..) if array.as_list_opt::<i32>().is_some() => {
            let list = array.as_list::<i32>();
            let offsets = OffsetBuffer::new(list.offsets().iter().map(|n| i64::from(*n)).collect());
            let DataType::List(field) = list.data_type() else { return Arc::clone(array) };
            Arc::new(LargeListArray::new(
                field.clone(),
                offsets,
                list.values().clone(),
                list.nulls().cloned(),
            ))
        }
        (3, ..) if array.as_list_opt::<i32>().is_some() => {
            let list = array.as_list::<i32>();
            let words: ArrayRef = match list.values().as_string_opt::<i32>() {
                Some(words) => Arc::new(words.iter().collect::<DictionaryArray<Int16Type>>()),
                None => list.values().clone(),
            };
            let field = Arc::new(ArrowField::new("item", words.data_type().clone(), true));
            Arc::new(ListArray::new(field, list.offsets().clone(), words, list.nulls().cloned()))
        }
        _ => Arc::clone(array),
    };
    // Between rows that are not of the batch, so that it begins anywhere in a word of bits.
    let rows: Vec<u32> = (0..array.len() as u32).collect();
    let before: Vec<u32> = match rows.as_slice() {
        [] => Vec::new(),
        rows => (0..random.below(70)).map(|_| *random.pick(rows)).collect(),
    };
    let wider: Vec<u32> = before.iter().chain(&rows).chain(&before).copied().collect();
    let wider = arrow_select::take::take(&array, &UInt32Array::from(wider), None).unwrap();
    wider.slice(before.len(), rows.len())
}

/// The batch with every column laid out in some way.
fn relaid_batch(batch: &RecordBatch, random: &mut Random) -> RecordBatch {
    let columns = batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let arrays = batch.columns().iter().map(|array| relaid(array, random)).collect::<Vec<_>>();
    RecordBatch::try_from_iter(columns.into_iter().zip(arrays)).unwrap()
}

/// What stands beside the subjects, read back from Arrow.
fn beside(plan: &Plan, layouts: &Layouts, subjects: &[Subject]) -> Beside {
    let model = &plan.model;
    let key = &model.subject.attributes[model.subject.key];
    let mut beside = Beside { context: subjects[0].context.clone(), ..Beside::default() };
    for (n, table) in model.tables.iter().enumerate() {
        let rows: Vec<(&Subject, &[Value])> = subjects
            .iter()
            .flat_map(|s| s.tables[n].iter().flat_map(move |rows| rows.iter().map(move |row| (s, row))))
            .collect();
        let mut columns =
            vec![column(model, key, rows.iter().map(|(subject, _)| &subject.attributes[model.subject.key]))];
        for (f, field) in table.fields.iter().enumerate() {
            columns.push(column(model, field, rows.iter().map(|(_, row)| &row[f])));
        }
        let mut history = HistoryBuilder::new(table);
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        // Some come as columns, some one by one, and the rest as columns laid out in some other way.
        let mut random = Random::new(rows.len() as u64);
        let of = |part: usize| {
            batch.slice(rows.len() * part / 3, rows.len() * (part + 1) / 3 - rows.len() * part / 3)
        };
        let columns = |batch: &RecordBatch, history: &mut HistoryBuilder| {
            let added = casewise_columns::add_records(model, layouts, TableId(n), batch, 2, history);
            added.unwrap_or_else(|e| panic!("{e}"));
        };
        columns(&of(0), &mut history);
        let records = of(1);
        let records = casewise_columns::records(model, layouts, TableId(n), &records, history.count());
        let records = records.unwrap_or_else(|e| panic!("{e}"));
        records.for_each(|record| record.unwrap_or_else(|e| panic!("{e}")).add_to(&mut history));
        columns(&relaid_batch(&of(2), &mut random), &mut history);
        beside.tables.push(Some(history.finish()));
    }
    if let Some(Some(contacts)) = beside.tables.last_mut() {
        contacts.look_up_contacts(plan, 2);
    }
    for n in 0..model.lists.len() {
        let keys = subjects.iter().filter(|s| s.lists[n] == Some(true)).map(|s| Arc::clone(&s.key));
        beside.lists.push(Some(keys.collect()));
    }
    beside
}

fn with_random_batches(sizes: &[usize], law: impl Fn(&Arc<Plan>, &Layouts, &[Subject], &Request)) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("CASEWISE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CASEWISE_MODELS").map_or(MODELS, |n| n.div_ceil(7)),
    };
    for seed in seeds {
        let checked = open_text("random.cw", &generate::model(seed).text(), &[]);
        let model = Arc::new(checked.model.expect("a generated model is valid"));
        let plan = Arc::new(Plan::new(Arc::clone(&model)).unwrap());
        let mut random = Random::new(seed ^ 0xba7c);
        let request = generate::request(&model, &mut random);
        let size = sizes[seed as usize % sizes.len()];
        let mut subjects: Vec<Subject> =
            (0..size).map(|n| generate::subject(&model, request.now, &format!("{n}"), &mut random)).collect();
        // The context is the request's: one for all.
        let context = subjects.first().and_then(|s| s.context.clone());
        subjects.iter_mut().for_each(|s| s.context.clone_from(&context));
        // Some columns are null from end to end.
        for (n, field) in model.subject.attributes.iter().enumerate() {
            if field.ty.optional && random.chance(10) {
                subjects.iter_mut().for_each(|s| s.attributes[n] = Value::Missing);
            }
        }
        eprintln!("CASEWISE_SEED={seed}");
        law(&plan, &Layouts::new(&model), &subjects, &request);
    }
}

#[test]
fn eligible_rows_are_those_whose_conditions_are_true() {
    with_random_batches(&[0, 1, 63, 64, 65, 130], |plan, layouts, subjects, request| {
        let mut random = Random::new(subjects.len() as u64);
        let zone = &plan.model.zone;
        let clock = Clock { now: request.now, today: zone.date_of(request.now).unwrap(), zone };
        let batch = relaid_batch(&customers(&plan.model, subjects), &mut random);
        let columns: Vec<Column> = plan
            .model
            .subject
            .attributes
            .iter()
            .zip(layouts.subject.fields())
            .map(|(field, reader)| {
                let name = field.from.as_ref().unwrap_or(&field.name);
                Column::new(reader.clone(), Arc::clone(batch.column_by_name(name).unwrap()))
            })
            .collect();
        let context: Vec<Column> = plan
            .model
            .context
            .iter()
            .zip(layouts.context.fields())
            .enumerate()
            .map(|(n, (field, reader))| {
                let values = subjects.iter().map(|s| s.context.as_ref().map_or(&Value::Missing, |c| &c[n]));
                Column::new(reader.clone(), column(&plan.model, field, values).1)
            })
            .collect();
        let truths = |subject: &Subject, slots: &[Slot]| {
            let inputs = Inputs { plan, subject, clock };
            let mut evaluation = Evaluation::default();
            evaluation.reset(plan);
            semantics::all(slots.iter().map(|slot| evaluation.truth(inputs, *slot)))
        };
        let eligibility = Eligibility::of(plan, &plan.logic, &clock, true);
        let bound = eligibility.bind(subjects.len(), |node| match node {
            Node::Attribute(n) => columns.get(*n as usize).map(Input::Column),
            Node::Context(n) => context.get(*n as usize).map(Input::Column),
            _ => None,
        });
        let mut scratch = eligibility.scratch();
        let mut ask =
            |id: LiteralId, row: usize| truths(&subjects[row], &[plan.logic.literals[id.index()].slot]);
        let mut chunk = eligibility.chunk(&bound, 0, &mut scratch, &mut ask);
        assert_eq!(chunk.len(), subjects.len());
        let all = chunk.all();
        for (case, planned) in plan.cases.iter().enumerate() {
            let (holds, possible) = (chunk.holds(case, &all), chunk.possible(case, &all));
            for (row, subject) in subjects.iter().enumerate() {
                let bit = |bits: &Bits| bits[row / 64] >> (row % 64) & 1 == 1;
                let expected = truths(subject, &planned.clauses);
                let name = &plan.model.cases[case].name;
                assert_eq!(bit(&holds), expected == Some(true), "case {name}, row {row}: {subject:?}");
                assert_eq!(bit(&possible), expected != Some(false), "case {name}, row {row}: {subject:?}");
            }
        }
    });
}

fn whole(plan: &Plan, select: Select, decided: &Decided) -> RecordBatch {
    casewise_columns::whole(&plan.model, select, &decided.parts).unwrap()
}

#[test]
fn a_batch_decides_what_single_decisions_say() {
    let (swept, batches) = (AtomicUsize::new(0), AtomicUsize::new(0));
    with_random_batches(&[0, 1, 5, 63, 64, 65], |plan, layouts, subjects, request| {
        if subjects.is_empty() || plan.has_common_numbers(&request.remaining) {
            return;
        }
        batches.fetch_add(1, Relaxed);
        let batch = customers(&plan.model, subjects);
        let beside = beside(plan, layouts, subjects);
        let bound = Customers::new(&plan.model, layouts, &beside, &batch).unwrap_or_else(|e| panic!("{e}"));
        let decide = |threads| {
            let options = Options { select: Select::default(), counts: false, threads, progress: &|_| true };
            casewise_columns::decide(plan, &bound, request, &options).unwrap()
        };
        let decided = decide(1);
        assert!(decided.rejects.is_empty(), "{:?}", decided.rejects);
        let decided = whole(plan, Select::default(), &decided);
        assert_eq!(
            decided,
            whole(plan, Select::default(), &decide(2)),
            "the number of threads changes nothing"
        );
        let relaid = relaid_batch(&batch, &mut Random::new(subjects.len() as u64));
        let bound = Customers::new(&plan.model, layouts, &beside, &relaid).unwrap_or_else(|e| panic!("{e}"));
        let options = Options { select: Select::default(), counts: false, threads: 2, progress: &|_| true };
        let again = casewise_columns::decide(plan, &bound, request, &options).unwrap();
        assert_eq!(decided, whole(plan, Select::default(), &again), "nor does the layout of the columns");
        let select = Select { eligible: true, eligible_bits: true, gate: true, ..Select::default() };
        let context = beside.context.as_ref();
        if let Some(sweep) = Sweep::new(plan, request, context, select, true) {
            let options = |threads| Options { select, counts: true, threads, progress: &|_| true };
            let expected = casewise_columns::decide(plan, &bound, request, &options(1)).unwrap();
            if let Some(columns) = sweep.decide(&bound, &options(2)) {
                let columns = columns.unwrap();
                let [columns_whole, expected_whole] =
                    [&columns, &expected].map(|decided| whole(plan, select, decided));
                assert_eq!(columns_whole, expected_whole, "whole decisions in columns are the same");
                assert_eq!(columns.counts, expected.counts);
                swept.fetch_add(1, Relaxed);
            }
        }
        let statuses = decided.column_by_name("status").unwrap().as_struct();
        let offers = decided.column_by_name("offers").unwrap().as_list::<i32>();
        for (row, subject) in subjects.iter().enumerate() {
            let single = plan.decide(Arc::new(subject.clone()), request);
            if row < 2 {
                let reference = reference::decide(&plan.model, &Unlearned, subject, request);
                let single = single.report(Arc::new(Provenance::of(&plan.model)));
                assert_eq!(single.offers, reference.offers, "{subject:?}");
                assert_eq!(single.cases, reference.cases, "{subject:?}");
            }
            for (n, case) in plan.model.cases.iter().enumerate() {
                let numbers = statuses.column_by_name(&case.name).unwrap().as_primitive::<UInt8Type>();
                assert_eq!(
                    numbers.value(row),
                    status_number(single.status(CaseId(n))),
                    "{}: {subject:?}",
                    case.name
                );
            }
            let items = offers.value(row);
            let cases: &StringArray = items.as_struct().column_by_name("case").unwrap().as_string();
            let expected = single.offers().iter().map(|o| &*plan.model.cases[o.case.0].name);
            assert!(cases.iter().flatten().eq(expected), "{subject:?}");
        }
    });
    let (swept, batches) = (swept.into_inner(), batches.into_inner());
    assert!(batches < 10 || swept * 3 > batches, "{swept} of {batches} batches were decided in columns");
}

#[test]
fn dictionaries_slices_and_chunks_are_read_like_plain_columns() {
    let text = "model m { language 1 } customer { key id: text; plan: enum(basic, plus)?; age: int?; tags: set(text) }
        case a { for plan == plus and age >= 18 } case b { for \"x\" in tags or age is missing }";
    let model = Arc::new(open_text("m.cw", text, &[]).model.unwrap());
    let plan = Arc::new(Plan::new(Arc::clone(&model)).unwrap());
    let layouts = Layouts::new(&model);
    let request = Request {
        now: model.zone.parse_time("2026-11-22T10:00").unwrap(),
        decide: None,
        remaining: Default::default(),
    };
    let rows = 200;
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|n| n.to_string())));
    let plans: Vec<Option<&str>> = (0..rows).map(|n| [Some("basic"), Some("plus"), None][n % 3]).collect();
    let ages: ArrayRef = Arc::new(
        (0..rows).map(|n| (n % 5 != 0).then_some(n as i64 % 40)).collect::<arrow_array::Int64Array>(),
    );
    let mut tags = arrow_array::builder::ListBuilder::new(arrow_array::builder::StringBuilder::new());
    for n in 0..rows {
        (0..n % 4).for_each(|k| tags.values().append_value(["x", "y", "z"][k]));
        tags.append(true);
    }
    let tags: ArrayRef = Arc::new(tags.finish());
    let plain: ArrayRef = Arc::new(StringArray::from(plans.clone()));
    let coded: ArrayRef =
        Arc::new(plans.into_iter().collect::<arrow_array::DictionaryArray<arrow_array::types::Int8Type>>());
    let of = |plans: &ArrayRef| {
        let columns = [("id", &ids), ("plan", plans), ("age", &ages), ("tags", &tags)];
        RecordBatch::try_from_iter(columns.map(|(name, array)| (name, Arc::clone(array)))).unwrap()
    };
    let decide = |batch: &RecordBatch| {
        let beside = Beside::default();
        let bound = Customers::new(&model, &layouts, &beside, batch).unwrap();
        let options = Options { select: Select::default(), counts: false, threads: 2, progress: &|_| true };
        whole(&plan, options.select, &casewise_columns::decide(&plan, &bound, &request, &options).unwrap())
    };
    let whole = decide(&of(&plain));
    assert_eq!(whole, decide(&of(&coded)), "a dictionary is its values");
    let pieces: Vec<RecordBatch> =
        [(0, 7), (7, 64), (71, 129)].map(|(from, n)| decide(&of(&coded).slice(from, n))).into();
    let joined = arrow_select::concat::concat_batches(&whole.schema(), &pieces).unwrap();
    assert_eq!(whole, joined, "a slice is its rows");
    assert_eq!(whole.column_by_name("id").unwrap().len(), rows);
}
