//! A short name for what a model says, whatever its comments and layout.

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::source::Sources;
use crate::syntax;

/// The first 16 hex digits of the SHA-256 of the canonical texts of all files, without comments and empty
/// lines, in order; a zero byte ends each.
pub fn fingerprint(sources: &Sources) -> Arc<str> {
    let mut hash = Sha256::new();
    for source in sources.files() {
        let (mut file, _) = syntax::parse(0, &source.text);
        file.comments.clear();
        // Without its text, nothing of the layout is left.
        hash.update(syntax::format(&file, ""));
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(8)
        .fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
        .into()
}
