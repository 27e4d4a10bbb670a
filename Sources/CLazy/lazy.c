#include "CLazy.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

const char *lazy_missing(struct lazy_library *library) {
    if (__atomic_load_n(&library->handle, __ATOMIC_ACQUIRE)) return NULL;
    // Opened twice when two come at once: the loader counts, and both get the same handle.
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return dlerror();
    __atomic_store_n(&library->handle, handle, __ATOMIC_RELEASE);
    return NULL;
}

void *lazy_symbol(struct lazy_library *library, const char *name) {
    const char *complaint = lazy_missing(library);
    void *symbol = complaint ? NULL : dlsym(library->handle, name);
    if (!symbol) {
        fprintf(stderr, "truc: %s: %s\n", name, complaint ? complaint : dlerror());
        abort();
    }
    return symbol;
}
