//! Batches whose gates are tested in columns say what single decisions say.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int16Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use casewise_columns::{Beside, Customers, Decided, HistoryBuilder, KeyId, Options, Select, Sweep};
use casewise_core::input::{InputProblem, Layouts, Misfit, Part, Remaining, Request};
use casewise_core::model::{Base, Model, TableId, contact_fields, open_text};
use casewise_core::plan::Plan;
use casewise_core::row::walks::Walks;
use casewise_core::values::{Label, Time, Value};
use casewise_tests::generate::Random;

const SELECT: Select =
    Select { offers: true, eligible: true, eligible_bits: true, status: true, gate: true, ..Select::NONE };

/// Channels with consent and quiet hours, groups, a priority that may be the same for everybody or not, and a contact
/// policy; exclusive names, holdouts, a trial and a case that ignores contacts only where cases may stand in each other's
/// way by more than places.
fn model(priority: &str, policy: &str, only_places: bool) -> Arc<Model> {
    let mut text = format!(
        r#"model m {{ language 1; timezone "Asia/Shanghai" }}
customer {{
  key id: text
  age: int?
  worth: float?
  plan: enum(basic, plus)?
  sms_ok: bool
  mail_ok: bool?
}}
let both = worth * 2 + 1
segment grown = age >= 18
score richness = worth otherwise 0.5
channel sms {{ require sms_ok }}
channel mail {{ require mail_ok }}
channel counter {{ quiet 09:00 .. 11:00 }}
contacts {{ {policy} }}
group loans {{}}
group gifts {{}}
case a in loans {{ for age >= 18; priority 40; holdout 10% }}
case b in loans {{ for age < 60 or worth > 0.5; priority {priority}; channels mail, sms }}
case c in gifts {{ for plan == plus; require not (age between 30 and 40); priority 30; exclusive one }}
case d in gifts {{ exclude worth < 0.2; priority 35; exclusive one; channels counter, mail, sms }}
case e {{ for age is missing; priority 50; contacts ignored; channels sms }}
case f {{ status trial; for worth > 0.1; priority 45 }}
case g {{ runs 2026-01-01 through 2026-06-30; for plan is present; priority 20 }}
case h {{ for sms_ok; priority 25; variants {{ x 50%; y 50% {{ offer {{ price: 1 }} }} }}; offer {{ price: age }} }}
case i {{ status draft }}
decide {{ rank by priority; top 2; at most 1 per group; control 5% }}
"#
    );
    if only_places {
        for more in [
            "holdout 10%",
            "exclusive one;",
            "; exclusive one",
            "contacts ignored;",
            "status trial;",
            "at most 1 per group; control 5%",
        ] {
            assert!(text.contains(more), "{more}");
            text = text.replace(more, "");
        }
    }
    let checked = open_text("m.cw", &text, &[]);
    let errors: Vec<String> = checked.diagnostics.iter().map(|d| d.message.to_string()).collect();
    checked.model.map(Arc::new).unwrap_or_else(|| panic!("{errors:?}"))
}

const POLICIES: [&str; 5] = [
    "at most 3 per 7 days",
    "at most 1 per 7 days per channel; pause 30 days after complained",
    "at most 1 per 30 days per case; at most 2 per 7 days on sms, mail",
    "at most 1 per 30 days per group; pause 14 days after rejected same case",
    "pause 7 days after 2 sent without opened same case; pause 5 days after accepted same group",
];

/// Combinations in which priorities and places occur, and how many rows to try them with.
const MODELS: [(&str, bool, usize); 4] =
    [("37", false, 2_100), ("10 * worth", false, 300), ("age", true, 300), ("37", true, 2_100)];

struct Batch {
    customers: RecordBatch,
    beside: Beside,
}

fn random_batch(plan: &Plan, layouts: &Layouts, rows: usize, now: Time, random: &mut Random) -> Batch {
    let model = &plan.model;
    let maybe = |random: &mut Random| random.below(6) != 0;
    let (mut ages, mut worths, mut plans, mut sms, mut mail) = (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..rows {
        ages.push(maybe(random).then(|| random.below(80) as i64));
        worths.push(maybe(random).then(|| random.below(100) as f64 / 100.0));
        plans.push(maybe(random).then(|| *random.pick(&["basic", "plus"])));
        sms.push(random.below(3) != 0);
        mail.push(maybe(random).then(|| random.below(2) == 0));
    }
    // Here and there a row that does not fit: a key twice, no key, an unknown label.
    let id = |n: usize| match n % 97 {
        40 => Some("k1".to_owned()),
        41 => None,
        _ => Some(format!("k{n}")),
    };
    let plans = plans.into_iter().enumerate().map(|(n, plan)| if n % 89 == 50 { Some("max") } else { plan });
    let columns: [(&str, ArrayRef); 6] = [
        ("id", Arc::new((0..rows).map(id).collect::<StringArray>())),
        ("age", Arc::new(Int64Array::from(ages))),
        ("worth", Arc::new(Float64Array::from(worths))),
        ("plan", Arc::new(plans.collect::<StringArray>())),
        ("sms_ok", Arc::new(BooleanArray::from(sms))),
        ("mail_ok", Arc::new(BooleanArray::from(mail))),
    ];
    let table = TableId(model.tables.len() - 1);
    let declared = &model.tables[table.0];
    let mut contacts = HistoryBuilder::new(declared);
    // The second half comes as columns, all names given.
    let (mut keys, mut fields) = (Vec::new(), vec![Vec::new(); declared.fields.len()]);
    for n in 0..rows {
        let key: Arc<str> = format!("k{}", random.below(rows)).into();
        if random.below(200) == 0 {
            let part = Part::Table("contact".into(), Some(contacts.count()));
            let misfit = Misfit::absent("a time");
            let problem = InputProblem { key: Some(Arc::clone(&key)), part, attribute: None, misfit };
            contacts.add(KeyId::of(&key), Err(problem));
            continue;
        }
        let mut record = vec![Value::Missing; declared.fields.len()];
        let ago = random.below(40 * 86_400) as i64 * 1_000_000 - 86_400_000_000;
        record[contact_fields::AT] = Value::Time(Time(now.0 - ago));
        let text = |random: &mut Random, of: &[&str]| match *random.pick(of) {
            "" => Value::Missing,
            word => Value::Text(word.into()),
        };
        record[contact_fields::CASE] = text(random, &["a", "b", "c", "d", "h", "gone", "a", "b", ""]);
        record[contact_fields::CHANNEL] = text(random, &["sms", "mail", "counter", "fax", "sms", ""]);
        record[contact_fields::GROUP] = text(random, &["", "", "loans", "gifts"]);
        record[contact_fields::OUTCOME] = Value::Label(Label(*random.pick(&[0, 0, 0, 2, 3, 4, 5])));
        record[contact_fields::COUNTED] =
            random.pick(&[Value::Missing, Value::Bool(true), Value::Bool(false)]).clone();
        let named = [contact_fields::CASE, contact_fields::CHANNEL].iter().all(|n| !record[*n].is_missing());
        if n < rows / 2 || !named {
            contacts.add(KeyId::of(&key), Ok(record.into()));
            continue;
        }
        keys.push(key.to_string());
        fields.iter_mut().zip(record).for_each(|(field, value)| field.push(value));
    }
    let names = declared.fields.iter().map(|field| field.name.to_string());
    let values = declared.fields.iter().zip(fields).map(|(field, values)| {
        let array = casewise_columns::array(model, &field.ty.base, values);
        // As most files have them.
        let named = matches!(field.ty.base, Base::Enum(_)) || *field.name == *"case";
        let entries = || array.as_string::<i32>().iter().collect::<DictionaryArray<Int16Type>>();
        if named { Arc::new(entries()) as ArrayRef } else { array }
    });
    let named = std::iter::once(("id".to_owned(), Arc::new(StringArray::from(keys)) as ArrayRef))
        .chain(names.zip(values));
    let batch = RecordBatch::try_from_iter(named).unwrap();
    casewise_columns::add_records(model, layouts, table, &batch, 2, &mut contacts).unwrap();
    let tables = model.tables.iter().map(|_| None).collect::<Vec<_>>();
    let mut beside = Beside { tables, ..Beside::default() };
    let mut contacts = contacts.finish();
    contacts.look_up_contacts(plan, 1);
    *beside.tables.last_mut().unwrap() = Some(contacts);
    Batch { customers: RecordBatch::try_from_iter(columns).unwrap(), beside }
}

#[test]
fn gates_in_columns_decide_what_gates_row_by_row_decide() {
    let mut random = Random::new(7);
    let mut offered = 0;
    for (priority, only_places, most) in MODELS {
        for policy in POLICIES {
            let model = model(priority, policy, only_places);
            let plan = Arc::new(Plan::new(Arc::clone(&model)).unwrap());
            let layouts = Layouts::new(&model);
            let whole =
                |select, decided: &Decided| casewise_columns::whole(&model, select, &decided.parts).unwrap();
            // In quiet hours of the counter, and not.
            for now in ["2026-11-22T10:00", "2026-05-22T16:00"] {
                let now = model.zone.parse_time(now).unwrap();
                let request = Request { now, decide: None, remaining: Remaining::default() };
                let walks = Walks::new(&plan, &request, None).unwrap();
                let is_straight = only_places
                    && priority == "37"
                    && ![" per channel", " per group"].iter().any(|cap| policy.contains(cap));
                assert_eq!(walks.straight(walks.fresh()).is_some(), is_straight, "{policy}");
                let sweep = |select, counts| {
                    Sweep::new(&plan, &request, None, select, counts).expect("gates are tests on attributes")
                };
                // Told gate by gate, and not; and with what is computed of every row.
                let (told, untold) = (sweep(SELECT, true), sweep(Select { gate: false, ..SELECT }, false));
                let everything = Select { segments: true, scores: true, values: true, ..SELECT };
                let computed = sweep(everything, false);
                for rows in [0, 1, 63, 64, 65, most] {
                    let Batch { customers, beside } = random_batch(&plan, &layouts, rows, now, &mut random);
                    let bound = Customers::new(&model, &layouts, &beside, &customers).unwrap();
                    let again = (0..rows).filter(|n| n % 97 == 40).collect();
                    let bound = bound.repeated(again);
                    let options =
                        |select, counts, threads| Options { select, counts, threads, progress: &|_| true };
                    let row_by_row = options(SELECT, true, 1);
                    let expected = casewise_columns::decide(&plan, &bound, &request, &row_by_row).unwrap();
                    let row_by_row = options(everything, false, 1);
                    let all = casewise_columns::decide(&plan, &bound, &request, &row_by_row).unwrap();
                    let swept = computed.decide(&bound, &options(everything, false, 2)).unwrap().unwrap();
                    assert_eq!(
                        whole(everything, &swept),
                        whole(everything, &all),
                        "{policy}; {priority}; {rows} rows"
                    );
                    assert_eq!(swept.rejects, all.rejects);
                    for threads in [1, 2] {
                        let swept = told.decide(&bound, &options(SELECT, true, threads)).unwrap().unwrap();
                        assert_eq!(
                            whole(SELECT, &swept),
                            whole(SELECT, &expected),
                            "{policy}; {priority}; {rows} rows"
                        );
                        assert_eq!(swept.counts, expected.counts);
                        assert_eq!(swept.rejects, expected.rejects);
                        let select = Select { gate: false, ..SELECT };
                        let swept = untold.decide(&bound, &options(select, false, threads)).unwrap().unwrap();
                        let mut without = whole(SELECT, &expected);
                        without.remove_column(without.schema().index_of("gate").unwrap());
                        assert_eq!(whole(select, &swept), without, "{policy}; {priority}; {rows} rows");
                    }
                    offered += whole(SELECT, &expected).column(1).as_list::<i32>().values().len();
                }
            }
        }
    }
    assert!(offered > 10_000, "{offered} offers");
}
