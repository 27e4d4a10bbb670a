#ifndef CPAGES_H
#define CPAGES_H

#include <stddef.h>

/// Gives back the pages of the program and its libraries that nobody can write: they are those of the files, and are
/// mapped again from the system's cache when they are needed.
///
/// The loader's lock is held meanwhile, so no library comes or goes and no address is another's by then; and what the
/// loader itself wrote into stands in segments that it may write, which are left alone.
///
/// Returns how many bytes were given back.
size_t pages_give_back(void);

#endif
