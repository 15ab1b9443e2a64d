//! The bulk upload for Partner Center: the mark an entry bears once its file was written, the file with and without the
//! downloaded one to start from, and the whole errand until an import agrees.

mod files;
mod marks;
mod template;
