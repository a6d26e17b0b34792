//! An example of the repository, read by its own command line.

use std::collections::BTreeMap;
use std::path::Path;

use casewise::{Model, Request};
use serde_json::{Map, Value};

use crate::Workload;

type Records = Vec<Map<String, Value>>;

pub(crate) fn read(name: &str) -> Workload {
    let folder = crate::root().join("examples").join(name);
    let command = std::fs::read_to_string(folder.join("command.txt")).unwrap();
    let words: Vec<&str> = command.split_whitespace().collect();
    let all = |option: &str| -> Vec<&str> {
        words.windows(2).filter(|pair| pair[0] == option).map(|pair| pair[1]).collect()
    };
    let text = std::fs::read_to_string(folder.join("model.cw")).unwrap();
    let model = Model::open(folder.join("model.cw")).unwrap();
    let context: Option<Value> = all("--context")
        .first()
        .map(|file| serde_json::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap());
    let lists: Vec<(&str, Vec<Value>)> = named(&all("--list"))
        .map(|(list, file)| {
            let keys = records(&folder.join(file)).into_iter().filter_map(|r| r.into_iter().next());
            (list, keys.map(|(_, key)| key).collect())
        })
        .collect();
    let tables: Vec<(&str, BTreeMap<String, Records>)> = named(&all("--events"))
        .map(|(table, file)| {
            let mut by_key: BTreeMap<String, Records> = BTreeMap::new();
            for record in records(&folder.join(file)) {
                by_key.entry(model.key_of(&record).unwrap()).or_default().push(record);
            }
            (table, by_key)
        })
        .collect();
    let none = Records::new();
    let mut prepared = Vec::new();
    for customer in records(&folder.join(all("--customers")[0])) {
        let key = model.key_of(&customer).unwrap();
        let mut request = Request::at(all("--now")[0]);
        if let Some(context) = &context {
            request = request.context(context);
        }
        for (list, keys) in &lists {
            request = request.list(*list, keys);
        }
        for (table, by_key) in &tables {
            request = request.events(*table, by_key.get(&key).unwrap_or(&none));
        }
        // Examples show rows that are refused, too.
        prepared.extend(model.prepare(&customer, &request));
    }
    Workload { name: name.to_owned(), text, model, prepared }
}

fn named<'a>(options: &[&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    options.iter().filter_map(|option| option.split_once('='))
}

/// The rows of a CSV or JSON lines file; an empty cell is missing.
fn records(path: &Path) -> Records {
    if path.extension().is_some_and(|ending| ending == "jsonl") {
        let text = std::fs::read_to_string(path).unwrap();
        return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    let columns = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        let cells = columns.iter().zip(&row).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| (column.to_owned(), Value::from(cell))).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}
