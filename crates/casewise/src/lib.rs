//! x
#![allow(dead_code)]
mod feed;
