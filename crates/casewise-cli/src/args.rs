//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Customer decisions as code: check, test, decide and explain a model.
#[derive(Debug, Parser)]
#[command(name = "casewise", version, arg_required_else_help = true)]
#[command(after_help = "\
A model is one text file that says who the customers are, what they are worth and which cases they may get.

  casewise check telecom.cw
  casewise test telecom.cw
  casewise decide telecom.cw --customers customers.csv --now 2026-11-22T10:00
  casewise explain telecom.cw --customers customers.csv --now 2026-11-22T10:00 --id c1 --case trial

Exit codes: 0 done; 1 the model or a test failed; 2 the call was wrong; 3 done, but rows were rejected.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say everything that is wrong with a model
    Check(CheckArgs),
    /// Write models in their canonical form
    Fmt(FmtArgs),
    /// Run the tests inside a model
    Test(TestArgs),
    /// Decide many customers
    Decide(DecideArgs),
    /// Estimate before a launch: whom each case reaches, and what the others are lost to
    Preview(PreviewArgs),
    /// Say why one customer gets what they get
    Explain(ExplainArgs),
    /// Write a model to start with, made from a file's columns
    New(NewArgs),
    /// Say what differs between two models, and whom it moves
    Diff(DiffArgs),
    /// Learn what a model says is to be learned, from history as of a date
    Fit(FitArgs),
    /// Compare scores as of a date with what happened afterwards
    Backtest(BacktestArgs),
    /// Say how far scores and attributes have moved since the fit
    Drift(DriftArgs),
    /// Say what a caller must supply
    Requires(RequiresArgs),
    /// Write declarations of a model's inputs and decisions for another language
    Types(TypesArgs),
    /// Show the page of a diagnostic code
    ExplainCode(ExplainCodeArgs),
}

/// The model and its settings.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// The model file; `-` reads standard input
    pub(crate) model: String,
    /// Set a param of the model: `--set roaming_bar=2`, `--set pause="30 days"`
    #[arg(long = "set", value_name = "PARAM=VALUE")]
    pub(crate) set: Vec<String>,
    /// Learned numbers, written by `casewise fit`
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Errors and warnings of the whole model are told at once, on standard error: the first 20, errors before warnings, and
how many more there are; JSON has all. Warnings do not fail the check.

  casewise check telecom.cw
  casewise check telecom.cw --all
  casewise check telecom.cw --format json > diagnostics.json
  casewise check telecom.cw --deep --witnesses
  casewise explain-code CW0301")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// `text` for people, `json` for programs (on standard output)
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    /// Show all errors, warnings and findings, not the first 20 of each list
    #[arg(long)]
    pub(crate) all: bool,
    /// Also say what can and cannot happen: cases that no one can get, clauses that leave no one out, target groups
    /// that are equal or disjoint, rows that are never reached
    #[arg(long)]
    pub(crate) deep: bool,
    /// With `--deep`, print for every case a customer who can get it, as a test of the model
    #[arg(long, requires = "deep")]
    pub(crate) witnesses: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Files are rewritten in place. `-` reads standard input and writes standard output.

  casewise fmt telecom.cw retention/*.cw
  casewise fmt --check telecom.cw        # exit code 1 if it would change")]
pub(crate) struct FmtArgs {
    /// Model files
    #[arg(required = true, value_name = "MODEL")]
    pub(crate) models: Vec<String>,
    /// Change nothing; fail if a file is not in its canonical form
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
With `--coverage` it is told which clauses, bands, table rows and variants were never true, never false and never
unknown in a test that looks at them: an expectation about a case looks at its clauses and everything they read.

  casewise test telecom.cw
  casewise test telecom.cw --filter roaming
  casewise test telecom.cw --group retention --coverage
  casewise test telecom.cw --file 'retention/*' --junit retention.xml
  casewise test telecom.cw --coverage-at-least 80     # exit code 1 below")]
pub(crate) struct TestArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Only the tests whose title contains this
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Only the tests that expect something of a case in this group
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Option<String>,
    /// Only the tests in files of this name: `retention/stay.cw`, `stay.cw`, `retention/*`
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<String>,
    /// Tell what the tests never reach
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Fail where fewer outcomes are reached than these percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) coverage_at_least: Option<u8>,
    /// `text` for people, `json` for programs
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
    /// Write the results to this file too, as JUnit XML for CI
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Columns become attributes: their types, labels and missing values are those that are found, and names that are none of
the language are kept by `from`. The model checks cleanly and takes the very file that it is made from. It is there to
be edited: a file does not say what it means.

  casewise new customers.parquet -o shop.cw
  casewise new customers.csv --key customer_id --events buy=buy.csv -o shop.cw")]
pub(crate) struct NewArgs {
    /// Rows of customers, or whatever the model is to decide about; `-` reads standard input
    pub(crate) data: String,
    /// Events of one table, with a column named like the key
    #[arg(long, value_name = "NAME=FILE")]
    pub(crate) events: Vec<String>,
    /// The column that is the key; if not given, one that names each row once
    #[arg(long, value_name = "COLUMN")]
    pub(crate) key: Option<String>,
    /// The model's name; if not given, that of the file
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Where the model goes; standard output if not given
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<String>,
}

/// What is learned from.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// Customers, or whatever the model's subject is; `-` reads standard input
    #[arg(long, visible_alias = "subjects", value_name = "FILE")]
    pub(crate) customers: String,
    /// Events or rows of one table
    #[arg(long, value_name = "NAME=FILE")]
    pub(crate) events: Vec<String>,
    /// Keys of customers, in one column named like the key
    #[arg(long, value_name = "NAME=FILE")]
    pub(crate) list: Vec<String>,
    /// Only what happened strictly before this instant counts: RFC 3339, or a date or local time in the model's zone
    #[arg(long, value_name = "TIME")]
    pub(crate) now: String,
    /// Where rejected rows go, with their reasons: .csv or .jsonl
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<String>,
}

impl HistoryArgs {
    /// The same as what decisions are made from.
    pub(crate) fn input(&self) -> InputArgs {
        InputArgs {
            customers: self.customers.clone(),
            events: self.events.clone(),
            list: self.list.clone(),
            context: None,
            remaining: None,
            now: self.now.clone(),
            decide: None,
            sorted: false,
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
The parameters are one readable JSON file: for every learned score its numbers and how good they are, where they come
from, and which declarations they belong to. The same data give the same bytes. Keep the file beside the model.

  casewise fit retail.cw --customers customers.csv --events buy=buy.csv --now 2011-06-01 -o retail.params.json \\
      --report retail.html
  casewise decide retail.cw --parameters retail.params.json --customers customers.csv --events buy=buy.csv \\
      --now 2011-06-01

Where a score cannot be learned from these data, nothing is written and the exit code is 1. With `--parameters` the
clusters keep the names they had: each new centre takes the name of the nearest old one, or the fit is refused.")]
pub(crate) struct FitArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) history: HistoryArgs,
    /// Where the parameters go; standard output if not given
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Write a page with pictures of what was learned: one HTML file that needs no network
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The model is fitted on what happened before `--now` and its scores are taken as of then; with `--parameters` nothing is
fitted. What is known at `--until` is what happened. A learned scorecard is measured against its own outcome: AUC, Gini,
lift, and stated probabilities against shares. A lifetime is measured week by week against the purchases that came.
With `--outcome NAME` every score is measured against that segment, let or attribute as it is at `--until`, such as
`segment came_back = exists(buy over last 90 days)`.

An attribute has no time. Where the outcome is one, `--later FILE` holds the customers as they stood at `--until`, or
`--apart 0.3` learns from seven tenths of the customers and measures the others.

  casewise backtest cdnow.cw --customers customers.csv --events buy=buy.csv --now 1997-10-01 --until 1998-07-01
  casewise backtest retail.cw --customers customers.csv --events buy=buy.csv --now 2011-09-01 --until 2011-11-30 \\
      --outcome came_back --format json")]
pub(crate) struct BacktestArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) history: HistoryArgs,
    /// What is known at this instant is what happened
    #[arg(long, value_name = "TIME")]
    pub(crate) until: String,
    /// Measure every score against this segment, let or attribute
    #[arg(long, value_name = "NAME")]
    pub(crate) outcome: Option<String>,
    /// The customers as they stood at `--until`
    #[arg(long, value_name = "FILE")]
    pub(crate) later: Option<String>,
    /// Keep this share of the customers apart: learn nothing from them, and measure only them
    #[arg(long, value_name = "SHARE")]
    pub(crate) apart: Option<f64>,
    /// Groups of lift and calibration tables
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) groups: usize,
    /// Write a page with the curves: one HTML file that needs no network
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<String>,
    /// `text` for people, `json` for programs
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Every score and attribute is compared with how it was distributed at the fit: the population stability index (PSI) over
the deciles of the fit, or over the values of what is no number, and the largest gap between the cumulative shares (KS).
A bin that is empty on one side counts as half a customer. The exit code is 1 where a PSI is above the threshold.

  casewise drift retail.cw --parameters retail.params.json --customers customers.csv --events buy=buy.csv \\
      --now 2011-09-01 --threshold 0.2")]
pub(crate) struct DriftArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) history: HistoryArgs,
    /// The PSI that is still accepted
    #[arg(long, default_value_t = 0.2, value_name = "PSI")]
    pub(crate) threshold: f64,
    /// `text` for people, `json` for programs
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// What decisions are made from.
#[derive(Debug, Clone, Args)]
pub(crate) struct InputArgs {
    /// Customers, or whatever the model's subject is; `-` reads standard input
    #[arg(long, visible_alias = "subjects", value_name = "FILE")]
    pub(crate) customers: String,
    /// Events or rows of one table; past contacts are `--events contact=FILE`
    #[arg(long, value_name = "NAME=FILE")]
    pub(crate) events: Vec<String>,
    /// Keys of customers, in one column named like the key
    #[arg(long, value_name = "NAME=FILE")]
    pub(crate) list: Vec<String>,
    /// What the request brings, as a JSON object: a file, or the object itself
    #[arg(long, value_name = "FILE|JSON")]
    pub(crate) context: Option<String>,
    /// What is left of quotas, capacities and budgets, as a JSON object: a file, or the object itself
    #[arg(long, value_name = "FILE|JSON")]
    pub(crate) remaining: Option<String>,
    /// The instant of the decision: RFC 3339, or a date or local time in the model's zone
    #[arg(long, value_name = "TIME")]
    pub(crate) now: String,
    /// The `decide` of this name, instead of the first whose `when` holds
    #[arg(long, value_name = "NAME")]
    pub(crate) decide: Option<String>,
    /// Customers and events are sorted by key, ascending: they are joined as they come, and need not fit into memory
    #[arg(long)]
    pub(crate) sorted: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Files are CSV (.csv), JSON lines (.jsonl, .ndjson, .json), Parquet (.parquet) or Arrow IPC (.arrow, .ipc, .feather), in
any mixture. Event files carry the customer's key in a column named like the key attribute, and `at`. An empty cell of
a CSV file is missing; a set in a cell is a JSON array: [\"sms\",\"email\"]. A row that does not fit is rejected with
its reason, the others go on.

  casewise decide telecom.cw --customers customers.csv --now 2026-11-22T10:00 \\
      --events recharge=recharge.csv --events contact=contact.csv --list do_not_disturb=dnd.csv \\
      --context '{\"touchpoint\": \"counter\"}' --set roaming_bar=2 \\
      --remaining '{\"quota\": {\"trial\": 100}, \"capacity\": {\"sms\": 50000}}' \\
      --cases offered -o decisions.jsonl --rejects rejects.csv

  casewise decide telecom.cw --customers customers.parquet --events recharge=recharge.parquet \\
      --now 2026-11-22T10:00 --select offers,segments -o decisions.parquet --counts counts.csv

Where the model has a quota, a capacity or a budget, customers compete for it: all are read, and the best ranked come
first. What remains is `--remaining`, or else what the model declares.")]
pub(crate) struct DecideArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// A table for people, a JSON line per customer, a CSV row per customer and case, or columns with a row per
    /// customer. Told by the ending of `-o` unless given; else a table
    #[arg(long, value_enum)]
    pub(crate) format: Option<OutputFormat>,
    /// Which cases a decision lists: `failed` are those not offered
    #[arg(long, value_enum, default_value_t = Cases::All)]
    pub(crate) cases: Cases,
    /// Which columns a Parquet or Arrow file has beside `id`; offers, status, segments, scores and values unless given
    #[arg(long, value_enum, value_delimiter = ',', value_name = "COLUMN,…")]
    pub(crate) select: Vec<Part>,
    /// Threads to decide on; as many as there are cores unless given
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threads: Option<usize>,
    /// Write to this file, whole or not at all; `-` is standard output
    #[arg(short, long = "output", value_name = "OUT")]
    pub(crate) output: Option<String>,
    /// Write rejected rows to this file (.csv or .jsonl)
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<String>,
    /// Write to this file (.csv or .jsonl) how many customers each case is for, and at which gate the others are lost
    #[arg(long, value_name = "FILE")]
    pub(crate) counts: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is offered: customers are decided and counted. Per case: the audience, the funnel gate by gate and clause \
by clause, what the unknown lack, and what is offered, outranked and held out. Per channel what it would carry \
against its capacity. And which audiences are made of the same customers.

  casewise preview telecom.cw --customers customers.csv --now 2026-11-22T10:00
  casewise preview telecom.cw --customers customers.csv --now 2026-11-22T10:00 --case trial
  casewise preview telecom.cw --customers customers.csv --now 2026-11-22T10:00 -o preview.html

A case that is not live yet is estimated with `status trial`. docs/preview.md says what the numbers mean.")]
pub(crate) struct PreviewArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Only this case, with its funnel; may be given again
    #[arg(long = "case", value_name = "NAME")]
    pub(crate) cases: Vec<String>,
    /// Only the cases of this group, with their funnels; may be given again
    #[arg(long = "group", value_name = "NAME")]
    pub(crate) groups: Vec<String>,
    /// How many pairs of overlapping audiences to tell; 0 does not count them
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) pairs: usize,
    /// Tables for people, all numbers as JSON, or a page with charts. Told by the ending of `-o` unless given; else
    /// tables
    #[arg(long, value_enum)]
    pub(crate) format: Option<PreviewFormat>,
    /// Write to this file, whole or not at all; `-` is standard output
    #[arg(short, long = "output", value_name = "OUT")]
    pub(crate) output: Option<String>,
    /// Write rejected rows to this file (.csv or .jsonl)
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PreviewFormat {
    Table,
    Json,
    Html,
}

#[derive(Debug, Args)]
#[command(after_help = "\
  casewise explain telecom.cw --customers customers.csv --now 2026-11-22T10:00 --id c1
  casewise explain telecom.cw --customers customers.csv --now 2026-11-22T10:00 --id c1 --case trial --format json")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The customer's key
    #[arg(long, value_name = "ID")]
    pub(crate) id: String,
    /// Only this case
    #[arg(long, value_name = "NAME")]
    pub(crate) case: Option<String>,
    /// `text` for people, `json` for programs
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Declarations are compared by what they say: a comment, a reordering or another file is no change. With customers, both
models decide about them, and for every case it is told how many move in and out of eligible and offered, because of
which clause, with some of their keys. What remains of quotas, capacities and budgets is what each model declares.

  casewise diff old/telecom.cw telecom.cw
  casewise diff old/telecom.cw telecom.cw --customers customers.csv --events recharge=recharge.csv \\
      --now 2026-11-22T10:00 -o diff.html
  casewise diff telecom.cw telecom.cw --new-set roaming_bar=2 --customers customers.csv --now 2026-11-22

Exit codes: 0 nothing differs; 1 something does; 2 the call or a model was wrong; 3 nothing differs, but rows were
rejected.")]
pub(crate) struct DiffArgs {
    /// The model as it was
    pub(crate) old: String,
    /// The model as it is to be
    pub(crate) new: String,
    /// Set a param of the old model
    #[arg(long, value_name = "PARAM=VALUE")]
    pub(crate) old_set: Vec<String>,
    /// Set a param of the new model
    #[arg(long, value_name = "PARAM=VALUE")]
    pub(crate) new_set: Vec<String>,
    /// Learned numbers of both models, written by `casewise fit`
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Option<String>,
    /// Learned numbers of the old model
    #[arg(long, value_name = "FILE")]
    pub(crate) old_parameters: Option<String>,
    /// Learned numbers of the new model
    #[arg(long, value_name = "FILE")]
    pub(crate) new_parameters: Option<String>,
    #[command(flatten)]
    pub(crate) population: PopulationArgs,
    /// How many keys are shown of each group of customers
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) samples: usize,
    /// `text` and `html` for people, `json` for programs. Told by the ending of `-o` unless given; else text
    #[arg(long, value_enum)]
    pub(crate) format: Option<DiffFormat>,
    /// Write to this file, whole or not at all; `-` is standard output
    #[arg(short, long = "output", value_name = "OUT")]
    pub(crate) output: Option<String>,
    /// Write rejected rows to this file (.csv or .jsonl)
    #[arg(long, value_name = "FILE", requires = "customers")]
    pub(crate) rejects: Option<String>,
}

/// On whom two models are compared, if on anybody.
#[derive(Debug, Args)]
pub(crate) struct PopulationArgs {
    /// Customers, or whatever the models' subject is
    #[arg(long, visible_alias = "subjects", value_name = "FILE", requires = "now")]
    pub(crate) customers: Option<String>,
    /// Events or rows of one table; past contacts are `--events contact=FILE`
    #[arg(long, value_name = "NAME=FILE", requires = "customers")]
    pub(crate) events: Vec<String>,
    /// Keys of customers, in one column named like the key
    #[arg(long, value_name = "NAME=FILE", requires = "customers")]
    pub(crate) list: Vec<String>,
    /// What the request brings, as a JSON object: a file, or the object itself
    #[arg(long, value_name = "FILE|JSON", requires = "customers")]
    pub(crate) context: Option<String>,
    /// The instant of the decisions: RFC 3339, or a date or local time in each model's zone
    #[arg(long, value_name = "TIME", requires = "customers")]
    pub(crate) now: Option<String>,
    /// The `decide` of this name in both models, instead of the first whose `when` holds
    #[arg(long, value_name = "NAME", requires = "customers")]
    pub(crate) decide: Option<String>,
}

impl PopulationArgs {
    /// The same as what decisions are made from; none without customers.
    pub(crate) fn input(&self) -> Option<InputArgs> {
        Some(InputArgs {
            customers: self.customers.clone()?,
            events: self.events.clone(),
            list: self.list.clone(),
            context: self.context.clone(),
            remaining: None,
            now: self.now.clone()?,
            decide: self.decide.clone(),
            sorted: false,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct RequiresArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// `text` for people, `json` for programs
    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The declarations go to standard output. A program that uses them is checked against its own model.

  casewise types telecom.cw --format typescript > telecom.ts
  casewise types telecom.cw --format python > telecom_types.py
  casewise types telecom.cw --format json-schema > telecom.schema.json")]
pub(crate) struct TypesArgs {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The language of the declarations
    #[arg(long, value_enum)]
    pub(crate) format: Declarations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Declarations {
    /// Interfaces for the Node package
    #[value(name = "typescript")]
    TypeScript,
    /// TypedDicts for the Python package
    Python,
    /// JSON Schema 2020-12 of an input and of a decision
    JsonSchema,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainCodeArgs {
    /// A code such as CW0123
    pub(crate) code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Table,
    Jsonl,
    Csv,
    Parquet,
    Arrow,
}

/// Columns of a Parquet or Arrow file, beside `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// A list: case, rank, channel, rank value, variant, offer
    Offers,
    /// A list of the cases whose gates are all true
    Eligible,
    /// The same as bits, case after case from the lowest bit of the first byte
    EligibleBits,
    /// A number per case: 0 ineligible, 1 offered, 2 outranked, 3 held out
    Status,
    /// A number per case, the gate that it is lost to: 1 status, 2 runs, 3 for, 4 require, 5 exclude, 6 contacts, 7
    /// channels; 8 more where it is unknown rather than false; 0 none
    Gate,
    /// A list of names
    Segments,
    /// The scores, typed
    Scores,
    /// The lets, typed
    Values,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cases {
    All,
    Offered,
    Failed,
    None,
}

impl Cases {
    /// Whether a case is listed.
    pub(crate) fn keeps(self, status: casewise::Status) -> bool {
        match self {
            Cases::All => true,
            Cases::Offered => status == casewise::Status::Offered,
            Cases::Failed => status != casewise::Status::Offered,
            Cases::None => false,
        }
    }
}
