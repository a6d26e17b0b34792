//! Readers of foreign formats that break off.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Runs a reader of a foreign format. Some break off where damaged bytes promise what is not there: here that is an
/// error like any other, and is not printed.
///
/// # Errors
/// What the reader said when it broke off.
///
/// # Examples
/// ```
/// let bytes = [1, 2, 3];
/// assert_eq!(casewise_ipc::guarded(|| bytes[..2].len()), Ok(2));
/// let told = casewise_ipc::guarded(|| bytes[..bytes.len() + 1].len());
/// assert!(told.is_err_and(|why| why.contains("out of range")));
/// ```
pub fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    thread_local! {
        static READING: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !READING.get() {
                print(info);
            }
        }));
    });
    let outer = READING.replace(true);
    // Nobody looks at what was left half read.
    let read = catch_unwind(AssertUnwindSafe(read));
    READING.set(outer);
    read.map_err(|why| {
        let text = why.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| why.downcast_ref::<&str>().copied()).unwrap_or("it cannot be decoded").to_owned()
    })
}
