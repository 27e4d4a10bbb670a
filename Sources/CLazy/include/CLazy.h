#ifndef CLAZY_H
#define CLAZY_H

/// A shared library that is opened when it is first needed. A node that never does carries neither it nor what it
/// brings along, in memory and as a package.
struct lazy_library {
    const char *file;
    void *handle;
};

/// Opens the library. NULL when it is there, otherwise what the loader says.
const char *lazy_missing(struct lazy_library *library);

/// A function of a library for which `lazy_missing` said NULL; ends the process, naming it, when there is none.
void *lazy_symbol(struct lazy_library *library, const char *name);

/// Defines the function `name` of a library's header so that it calls the library.
#define LAZY(library, result, name, parameters, arguments)                                                             \
    result name parameters {                                                                                           \
        static __typeof__(name) *found;                                                                                \
        __typeof__(name) *real = __atomic_load_n(&found, __ATOMIC_ACQUIRE);                                            \
        if (!real) {                                                                                                   \
            real = (__typeof__(name) *)lazy_symbol(library, #name);                                                    \
            __atomic_store_n(&found, real, __ATOMIC_RELEASE);                                                          \
        }                                                                                                              \
        return real arguments;                                                                                         \
    }

#endif
