//! The fenced blocks of a Markdown file.

/// One fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// The line of its opening fence, from 1.
    pub line: usize,
}

/// What a block is, by the words after its fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `casewise`: the model of the blocks that follow
    Model,
    /// `text diagnostics`: lines of what checking it says
    Diagnostics,
    /// `json decide`: an input
    Decide,
    /// `json expect`: a part of the decision
    Expect,
    /// `text error`: lines of the refusal
    Error,
    /// Anything else, for the reader only.
    Other,
}

/// All fenced blocks in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.trim_end().strip_prefix("```")) {
            (None, Some(words)) => {
                let kind = match words.trim() {
                    "casewise" => Kind::Model,
                    "text diagnostics" => Kind::Diagnostics,
                    "json decide" => Kind::Decide,
                    "json expect" => Kind::Expect,
                    "text error" => Kind::Error,
                    _ => Kind::Other,
                };
                open = Some(Block { kind, text: String::new(), line: number + 1 });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}
