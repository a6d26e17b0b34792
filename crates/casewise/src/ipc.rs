//! Arrow IPC, streams and files, from bytes that may be damaged: an error, and never the end of the process.
//!
//! # Examples
//! ```
//! let error = casewise::ipc::Stream::new(&b"\xff\xff\xff\xff\xff\xff\xff\x7f"[..], |_| true).unwrap_err();
//! assert!(error.to_string().contains("it ends before its lengths say"));
//! ```

pub use casewise_ipc::{File, Stream, guarded};
