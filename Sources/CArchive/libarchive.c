// Ours stay inside the program: libarchive calls its own functions, not these.
#pragma GCC visibility push(hidden)
#include "CArchive.h"
#pragma GCC visibility pop
#include "CLazy.h"

static struct lazy_library libarchive = {"libarchive.so.13", 0};

const char *archive_missing(void) { return lazy_missing(&libarchive); }

#define ARCHIVE(result, name, parameters, arguments) LAZY(&libarchive, result, name, parameters, arguments)

ARCHIVE(struct archive *, archive_read_new, (void), ())
ARCHIVE(int, archive_read_free, (struct archive * archive), (archive))
ARCHIVE(int, archive_read_support_filter_gzip, (struct archive * archive), (archive))
ARCHIVE(int, archive_read_support_filter_xz, (struct archive * archive), (archive))
ARCHIVE(int, archive_read_support_format_tar, (struct archive * archive), (archive))
ARCHIVE(int, archive_read_support_format_zip, (struct archive * archive), (archive))
ARCHIVE(int, archive_read_support_format_raw, (struct archive * archive), (archive))
ARCHIVE(int, archive_read_open_memory, (struct archive * archive, const void *bytes, size_t count), (archive, bytes, count))
ARCHIVE(int, archive_read_next_header, (struct archive * archive, struct archive_entry **entry), (archive, entry))
ARCHIVE(la_ssize_t, archive_read_data, (struct archive * archive, void *bytes, size_t count), (archive, bytes, count))
ARCHIVE(__LA_MODE_T, archive_entry_filetype, (struct archive_entry * entry), (entry))
ARCHIVE(const char *, archive_entry_pathname, (struct archive_entry * entry), (entry))
