// Ours stay inside the program: libpq calls its own functions, not these.
#pragma GCC visibility push(hidden)
#include "CPostgres.h"
#pragma GCC visibility pop
#include "CLazy.h"

static struct lazy_library libpq = {"libpq.so.5", 0};

const char *postgres_missing(void) { return lazy_missing(&libpq); }

#define PQ(result, name, parameters, arguments) LAZY(&libpq, result, name, parameters, arguments)

PQ(PGconn *, PQconnectdbParams, (const char *const *keys, const char *const *values, int expand), (keys, values, expand))
PQ(void, PQfinish, (PGconn * connection), (connection))
PQ(PQconninfoOption *, PQconninfoParse, (const char *text, char **complaint), (text, complaint))
PQ(void, PQconninfoFree, (PQconninfoOption * options), (options))
PQ(PGcancel *, PQgetCancel, (PGconn * connection), (connection))
PQ(void, PQfreeCancel, (PGcancel * cancel), (cancel))
PQ(int, PQcancel, (PGcancel * cancel, char *complaint, int size), (cancel, complaint, size))
PQ(ConnStatusType, PQstatus, (const PGconn *connection), (connection))
PQ(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection))
PQ(char *, PQerrorMessage, (const PGconn *connection), (connection))
PQ(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn * connection, PQnoticeProcessor processor, void *argument),
   (connection, processor, argument))
PQ(PGresult *, PQexec, (PGconn * connection, const char *text), (connection, text))
PQ(PGresult *, PQexecParams,
   (PGconn * connection, const char *text, int count, const Oid *types, const char *const *values, const int *lengths,
    const int *formats, int format),
   (connection, text, count, types, values, lengths, formats, format))
PQ(PGresult *, PQprepare, (PGconn * connection, const char *name, const char *text, int count, const Oid *types),
   (connection, name, text, count, types))
PQ(PGresult *, PQexecPrepared,
   (PGconn * connection, const char *name, int count, const char *const *values, const int *lengths,
    const int *formats, int format),
   (connection, name, count, values, lengths, formats, format))
PQ(ExecStatusType, PQresultStatus, (const PGresult *result), (result))
PQ(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))
PQ(int, PQntuples, (const PGresult *result), (result))
PQ(int, PQnfields, (const PGresult *result), (result))
PQ(char *, PQfname, (const PGresult *result, int column), (result, column))
PQ(Oid, PQftype, (const PGresult *result, int column), (result, column))
PQ(char *, PQcmdStatus, (PGresult * result), (result))
PQ(char *, PQcmdTuples, (PGresult * result), (result))
PQ(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))
PQ(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column))
PQ(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))
PQ(void, PQclear, (PGresult * result), (result))
