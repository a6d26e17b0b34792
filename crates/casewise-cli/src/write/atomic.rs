//! Files that appear whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// A file written beside its place, and moved there when it is complete. Dropped before that, it is gone.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    /// None once it has been moved.
    writer: Option<BufWriter<Settling>>,
    beside: PathBuf,
    place: PathBuf,
}

impl AtomicFile {
    /// Starts a file for this place.
    pub(crate) fn create(place: impl AsRef<Path>) -> io::Result<AtomicFile> {
        let place = place.as_ref().to_owned();
        let Some(name) = place.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
        };
        if place.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        let mut beside = std::ffi::OsString::from(".");
        beside.push(name);
        beside.push(format!(".{}.part", std::process::id()));
        let beside = place.with_file_name(beside);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&beside)?;
        Ok(AtomicFile { writer: Some(BufWriter::new(Settling::new(file))), beside, place })
    }

    /// Moves the complete file to its place.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            let moved = writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(Settling::settle)
                .and_then(|()| std::fs::rename(&self.beside, &self.place));
            if moved.is_err() {
                // The first error is the one to tell.
                let _ = std::fs::remove_file(&self.beside);
            }
            return moved;
        }
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            // There is nobody left to be told.
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

/// A file that goes on its way to the disk while more of it is written: what is left to wait for at the end is little.
#[derive(Debug)]
struct Settling {
    file: File,
    /// Bytes since the last time.
    since: usize,
    /// A thread that sees to it, once the file is long, and how it is asked to.
    thread: Option<(SyncSender<()>, JoinHandle<io::Result<()>>)>,
}

/// Bytes that are worth it.
const WORTH: usize = 16 << 20;

impl Settling {
    fn new(file: File) -> Settling {
        Settling { file, since: 0, thread: None }
    }

    fn ask(&mut self) -> io::Result<()> {
        let (ask, _) = match &mut self.thread {
            Some(thread) => thread,
            none => {
                let (ask, asked) = sync_channel(1);
                let file = self.file.try_clone()?;
                let thread = std::thread::spawn(move || asked.iter().try_for_each(|()| file.sync_data()));
                none.insert((ask, thread))
            }
        };
        // It need not be asked again while it is at it; why it has stopped is told at the end.
        let _ = ask.try_send(());
        Ok(())
    }

    /// Waits for the rest.
    fn settle(self) -> io::Result<()> {
        if let Some((ask, thread)) = self.thread {
            drop(ask);
            // The system tells once that something could not be written.
            thread.join().unwrap_or_else(|_| Err(io::Error::other("writing it broke off")))?;
        }
        self.file.sync_all()
    }
}

impl Write for Settling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.since += written;
        if self.since >= WORTH {
            self.since = 0;
            self.ask()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("casewise-atomic-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn nothing_is_left_of_a_file_that_is_not_complete() {
        let folder = folder("dropped");
        let place = folder.join("out.csv");
        std::fs::write(&place, "before").unwrap();
        let mut file = AtomicFile::create(&place).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "before");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_complete_file_takes_the_place_of_the_old_one() {
        let folder = folder("complete");
        let place = folder.join("out.csv");
        std::fs::write(&place, "before").unwrap();
        let mut file = AtomicFile::create(&place).unwrap();
        file.write_all(b"after").unwrap();
        file.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "after");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_is_no_place_for_a_file() {
        let folder = folder("folder");
        assert!(AtomicFile::create(&folder).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
