//! The memory that a worker's frames lie in.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

/// The most bytes of a frame: what is beyond the end of an arena, so that a frame may be
/// written before anybody asks whether there is room for it.
pub const LARGEST: usize = 4096;
/// The alignment of every frame, and the largest that a task or its result may have.
pub const ALIGN: usize = 8;
/// The bytes of an arena: about ten thousand nested joins.
pub const ARENA_BYTES: usize = 256 << 10;

/// The memory of one worker's frames, and room for one more frame beyond its end.
pub struct Arena {
    base: *mut u8,
    layout: Layout,
}

impl Arena {
    /// An arena of so many bytes.
    ///
    /// # Panics
    ///
    /// If there is no such memory.
    pub fn new(bytes: usize) -> Arena {
        let bytes = bytes.next_multiple_of(ALIGN).max(ALIGN) + LARGEST;
        let Ok(layout) = Layout::from_size_align(bytes, 128) else {
            panic!("an arena of {bytes} bytes cannot be")
        };
        // SAFETY: the layout has a size above 0.
        let base = unsafe { alloc(layout) };
        if base.is_null() {
            handle_alloc_error(layout);
        }
        Arena { base, layout }
    }

    /// Its first byte.
    pub fn base(&self) -> *mut u8 {
        self.base
    }

    /// The address behind its last byte; a frame that begins below or here may reach beyond.
    pub fn end(&self) -> usize {
        self.base.addr() + self.layout.size() - LARGEST
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout, and freed here alone. No frame is in use: a
        // context borrows its seat, and with it the arena.
        unsafe { dealloc(self.base, self.layout) };
    }
}
