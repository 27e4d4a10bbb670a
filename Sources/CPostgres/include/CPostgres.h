#ifndef CPOSTGRES_H
#define CPOSTGRES_H

#include <postgresql/libpq-fe.h>

/// libpq's functions that `Database` calls, from a library that is loaded at the first of them.
/// NULL when it can be loaded, otherwise why not.
const char *postgres_missing(void);

#endif
