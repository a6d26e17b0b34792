//! Text → AST with spans, AST → canonical text. Knows nothing of types.

pub mod ast;
