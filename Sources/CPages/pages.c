#define _GNU_SOURCE
#include "CPages.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

/// Whether the loader wrote into segments that are not for writing (relocations in text): rare, and old.
static int is_changed(const struct dl_phdr_info *object) {
    for (ElfW(Half) place = 0; place < object->dlpi_phnum; place++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[place];
        if (segment->p_type != PT_DYNAMIC) continue;
        const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(object->dlpi_addr + segment->p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL) return 1;
            if (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL) return 1;
        }
    }
    return 0;
}

static int give_back(struct dl_phdr_info *object, size_t size, void *sum) {
    (void)size;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    // The kernel's own object stands in no file.
    if (object->dlpi_addr == getauxval(AT_SYSINFO_EHDR) || is_changed(object)) return 0;
    for (ElfW(Half) place = 0; place < object->dlpi_phnum; place++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[place];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        // Whole pages of it alone.
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) / page * page;
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz) / page * page;
        if (end > start && madvise((void *)start, end - start, MADV_DONTNEED) == 0) *(size_t *)sum += end - start;
    }
    return 0;
}

size_t pages_give_back(void) {
    size_t sum = 0;
    dl_iterate_phdr(give_back, &sum);
    return sum;
}
