#ifndef PULLED_PLUG_H
#define PULLED_PLUG_H

#include <stdint.h>

/// What the tests and a process under test share: one file, mapped by the process. `Plug.swift` knows these places.
struct plug {
    /// 0: nothing is watched. 1: calls are counted. 2: the call number `at` is met in the manner `manner`.
    _Atomic uint64_t mode;
    uint64_t at;
    uint64_t manner;
    /// Durable calls since it was armed.
    _Atomic uint64_t calls;
    /// 1 when the call was met.
    _Atomic uint64_t met;
    uint64_t reserved[3];
    /// For each call what it is (`w` write, `t` truncate, `s` sync, `r` rename, `u` unlink), and of which file
    /// (`L` ledger, `E` events, `W` the database's log, `D` the database, `-` another).
    char kind[4096];
    char file[4096];
};

enum plug_manner { plug_before = 1, plug_torn = 2, plug_power = 3, plug_fails = 4 };

#endif
