//! The fenced blocks of a page.

use std::path::{Path, PathBuf};

/// A fenced block of a page.
#[derive(Debug)]
pub struct Block {
    /// What stands behind the fence: `casewise,fragment`.
    pub tags: Vec<String>,
    /// What stands inside.
    pub text: String,
    /// Line of its first line, from 0.
    pub line: usize,
}

impl Block {
    /// Whether it has a tag.
    pub fn has(&self, tag: &str) -> bool {
        self.tags.iter().any(|t| t == tag)
    }

    /// `VALUE` of `name=VALUE`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.tags.iter().find_map(|t| t.strip_prefix(name)?.strip_prefix('='))
    }
}

/// The fenced blocks of a page, in order.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(tags), None) => {
                let tags = tags.split(',').map(|t| t.trim().to_owned()).collect();
                open = Some(Block { tags, text: String::new(), line: number + 1 });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}

/// The Markdown files of a folder and below.
pub fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
    found
}
