//! What holds for casewise as a whole: the reference interpreter, random models and customers, and the
//! literate corpus. Only tests use this crate.

pub mod corpus;
pub mod fuzzing;
pub mod generate;
pub mod operator;
pub mod pages;
pub mod program;
pub mod reference;
