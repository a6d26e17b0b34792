//! What a caller must supply.

use serde::Serialize;
