//! Random models that a person could have written, and random customers for them.

mod declarations;
mod expressions;
mod learned;
mod parameters;
mod random;
mod scores;
pub mod small;
mod subjects;

pub use parameters::parameters;
pub use random::Random;
pub use subjects::{request, subject};

use expressions::{Name, Table, Type};

/// A random model as its declarations, so that tests can write them in another order.
#[derive(Debug, Clone)]
pub struct GeneratedModel {
    /// One text per declaration.
    pub declarations: Vec<Declaration>,
}

/// One declaration.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// Its text.
    pub text: String,
    /// Its place among the declarations of its kind has a meaning: cases, channels and decides.
    pub ordered: bool,
}

impl GeneratedModel {
    /// The model's text.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.declarations.iter().map(|d| d.text.as_str()).collect();
        texts.join("\n")
    }

    /// The same model with the declarations whose order means nothing in another order.
    pub fn shuffled(&self, random: &mut Random) -> GeneratedModel {
        let mut declarations = self.declarations.clone();
        random.shuffle(&mut declarations);
        // The ordered ones go back to their order, in the places that they have now.
        let mut ordered = self.declarations.iter().filter(|d| d.ordered);
        for declaration in declarations.iter_mut().filter(|d| d.ordered) {
            declaration.clone_from(ordered.next().unwrap());
        }
        GeneratedModel { declarations }
    }
}

/// The random model of a seed.
pub fn model(seed: u64) -> GeneratedModel {
    let mut writer = Writer::new(Random::new(seed));
    writer.write_model();
    GeneratedModel { declarations: writer.declarations }
}

/// The random model of a seed, with learned scores among its own.
pub fn learned_model(seed: u64) -> GeneratedModel {
    let mut writer = Writer::new(Random::new(seed));
    writer.learned = true;
    writer.write_model();
    GeneratedModel { declarations: writer.declarations }
}

/// A model while it is written: what has been declared, and can be named.
struct Writer {
    random: Random,
    declarations: Vec<Declaration>,
    /// Numbers that make names unique.
    counter: usize,
    enums: Vec<Labels>,
    /// What a bare word can mean as a value.
    names: Vec<Name>,
    tables: Vec<Table>,
    functions: Vec<Function>,
    lists: Vec<String>,
    segments: Vec<String>,
    gates: Vec<String>,
    channels: Vec<String>,
    groups: Vec<String>,
    cases: Vec<String>,
    properties: Vec<(String, Type)>,
    exclusive: Vec<String>,
    has_context: bool,
    /// Some scores are learned.
    learned: bool,
}

/// The labels of an enum.
#[derive(Debug, Clone)]
struct Labels {
    /// How the type is written.
    written: String,
    labels: Vec<String>,
    ordered: bool,
}

/// A `let` with arguments.
#[derive(Debug, Clone)]
struct Function {
    name: String,
    parameters: Vec<Type>,
    result: Type,
    optional: bool,
}

impl Writer {
    fn new(random: Random) -> Writer {
        Writer {
            random,
            declarations: Vec::new(),
            counter: 0,
            enums: Vec::new(),
            names: Vec::new(),
            tables: Vec::new(),
            functions: Vec::new(),
            lists: Vec::new(),
            segments: Vec::new(),
            gates: Vec::new(),
            channels: Vec::new(),
            groups: Vec::new(),
            cases: Vec::new(),
            properties: Vec::new(),
            exclusive: Vec::new(),
            has_context: false,
            learned: false,
        }
    }

    /// A name that nothing else has.
    fn fresh(&mut self, stem: &str) -> String {
        self.counter += 1;
        format!("{stem}{}", self.counter)
    }

    fn declare(&mut self, text: String) {
        self.declarations.push(Declaration { text, ordered: false });
    }

    fn declare_in_order(&mut self, text: String) {
        self.declarations.push(Declaration { text, ordered: true });
    }
}
