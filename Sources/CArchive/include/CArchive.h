#ifndef CARCHIVE_H
#define CARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

/// libarchive's functions that `Threats` calls, from a library that is loaded at the first of them.
/// NULL when it can be loaded, otherwise why not.
const char *archive_missing(void);

#endif
