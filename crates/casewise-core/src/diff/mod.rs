//! Two models: which declarations differ, and whom the difference moves.
//!
//! | file | compares |
//! | --- | --- |
//! | `declarations` | texts, declaration by declaration: layout, comments and order aside |
//! | `lines` | two canonical texts, line by line |
//! | `population` | what two models decide about the same subjects |

mod declarations;
mod lines;
mod population;

pub use declarations::{Change, ChangeKind, Version, cases_reordered, changes};
pub use lines::{Line, Sign};
pub use population::{
    CaseMovement, CaseState, Flow, Movements, Population, Reason, Sampled, SegmentMovement, Total,
};
