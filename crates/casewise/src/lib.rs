//! The public face of casewise.
