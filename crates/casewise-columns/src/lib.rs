//! The plan over Arrow record batches: millions of customers, the same answers.
//!
//! **This crate is not for you**: use [`casewise`](https://docs.rs/casewise), whose API is stable.

mod bits;
mod conditions;
mod planes;
