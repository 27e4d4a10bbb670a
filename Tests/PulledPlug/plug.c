// Stands between a process and its disk (LD_PRELOAD): counts the calls by which files below PLUG_FOLDER change or become
// durable, and at one of them pulls the plug: kill -9 before the call or in the middle of a write, kill -9 with all that
// was not yet synced taken back, or an error in place of the call.

#define _GNU_SOURCE
#include "PulledPlug.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct plug *plug;
static char folder[512];
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PLUG_FILE"), *place = getenv("PLUG_FOLDER");
    if (path == NULL || place == NULL || strlen(place) >= sizeof folder) return;
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    void *memory = mmap(NULL, sizeof(struct plug), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (memory == MAP_FAILED) return;
    strcpy(folder, place);
    plug = memory;
    // What this process starts is no part of it.
    unsetenv("LD_PRELOAD");
}

static int ends(const char *path, const char *end) {
    size_t length = strlen(path), tail = strlen(end);
    return length >= tail && strcmp(path + length - tail, end) == 0;
}

/// 0 when the file is none whose content must last.
static char class_of(const char *path) {
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || path[length] != '/') return 0;
    if (ends(path, "-shm")) return 0;
    if (ends(path, "-wal")) return 'W';
    if (ends(path, ".sqlite")) return 'D';
    if (strncmp(path + length, "/ledger", 7) == 0) return 'L';
    if (strncmp(path + length, "/events", 7) == 0) return 'E';
    return '-';
}

static char class_of_descriptor(int descriptor) {
    char link[64], path[1024];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return class_of(path);
}

// What power would take: the bytes as they were, until a sync of their file.

struct old {
    struct old *before;
    dev_t device;
    ino_t inode;
    int descriptor;
    off_t offset, size;
    size_t count;
    char bytes[];
};

static struct old *latest;

static void remember(int descriptor, off_t offset, size_t count) {
    struct stat state;
    if (fstat(descriptor, &state) != 0) return;
    struct old *entry = malloc(sizeof *entry + count);
    if (entry == NULL) return;
    ssize_t got = count > 0 ? pread(descriptor, entry->bytes, count, offset) : 0;
    entry->before = latest;
    entry->device = state.st_dev;
    entry->inode = state.st_ino;
    entry->descriptor = dup(descriptor);
    entry->offset = offset;
    entry->size = state.st_size;
    entry->count = got > 0 ? (size_t)got : 0;
    latest = entry;
}

static void forget(int descriptor) {
    struct stat state;
    if (fstat(descriptor, &state) != 0) return;
    for (struct old **place = &latest; *place != NULL;) {
        struct old *entry = *place;
        if (entry->device == state.st_dev && entry->inode == state.st_ino) {
            *place = entry->before;
            close(entry->descriptor);
            free(entry);
        } else {
            place = &entry->before;
        }
    }
}

static void take_back(void) {
    for (struct old *entry = latest; entry != NULL; entry = entry->before) {
        if (entry->count > 0) REAL(pwrite)(entry->descriptor, entry->bytes, entry->count, entry->offset);
        REAL(ftruncate)(entry->descriptor, entry->size);
    }
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/// The number of this call; with the lock held until `leave`.
static uint64_t enter(char kind, char file) {
    pthread_mutex_lock(&one_at_a_time);
    uint64_t number = ++plug->calls;
    if (number <= sizeof plug->kind) {
        plug->kind[number - 1] = kind;
        plug->file[number - 1] = file;
    }
    return number;
}

static void leave(void) { pthread_mutex_unlock(&one_at_a_time); }

static int is_watching(void) { return plug != NULL && plug->mode != 0; }

/// 1 when the call is to fail, with `errno` set. Does not return when the plug is pulled before the call.
static int meet(uint64_t number, char kind) {
    if (plug->mode != 2 || number != plug->at) return 0;
    plug->met = 1;
    switch (plug->manner) {
    case plug_torn:
        if (kind == 'w') return 0;
        die();
    case plug_power:
        take_back();
        die();
    case plug_fails:
        errno = kind == 's' ? EIO : ENOSPC;
        return 1;
    default: die();
    }
    return 1;
}

static int is_torn(uint64_t number) {
    return plug->mode == 2 && number == plug->at && plug->manner == plug_torn;
}

static ssize_t watched_write(int descriptor, const void *bytes, size_t count, off_t offset, int is_placed) {
    char file = class_of_descriptor(descriptor);
    ssize_t result;
    if (file == 0) return is_placed ? REAL(pwrite)(descriptor, bytes, count, offset) : REAL(write)(descriptor, bytes, count);
    uint64_t number = enter('w', file);
    if (meet(number, 'w')) {
        leave();
        return -1;
    }
    size_t part = is_torn(number) ? count / 2 : count;
    if (plug->manner == plug_power) {
        remember(descriptor, is_placed ? offset : lseek(descriptor, 0, SEEK_CUR), count);
    }
    result = is_placed ? REAL(pwrite)(descriptor, bytes, part, offset) : REAL(write)(descriptor, bytes, part);
    if (is_torn(number)) die();
    leave();
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return is_watching() ? watched_write(descriptor, bytes, count, 0, 0) : REAL(write)(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return is_watching() ? watched_write(descriptor, bytes, count, offset, 1)
                         : REAL(pwrite)(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

int ftruncate(int descriptor, off_t size) {
    char file = is_watching() ? class_of_descriptor(descriptor) : 0;
    if (file == 0) return REAL(ftruncate)(descriptor, size);
    uint64_t number = enter('t', file);
    int result = -1;
    if (!meet(number, 't')) {
        struct stat state;
        if (plug->manner == plug_power && fstat(descriptor, &state) == 0) {
            remember(descriptor, size, state.st_size > size ? (size_t)(state.st_size - size) : 0);
        }
        result = REAL(ftruncate)(descriptor, size);
    }
    leave();
    return result;
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

static int watched_sync(int descriptor, int is_data) {
    char file = is_watching() ? class_of_descriptor(descriptor) : 0;
    if (file == 0) return is_data ? REAL(fdatasync)(descriptor) : REAL(fsync)(descriptor);
    uint64_t number = enter('s', file);
    int result = -1;
    if (!meet(number, 's')) {
        result = is_data ? REAL(fdatasync)(descriptor) : REAL(fsync)(descriptor);
        if (result == 0) forget(descriptor);
    }
    leave();
    return result;
}

int fsync(int descriptor) { return watched_sync(descriptor, 0); }

int fdatasync(int descriptor) { return watched_sync(descriptor, 1); }

int rename(const char *from, const char *to) {
    char file = is_watching() ? class_of(to) : 0;
    if (file == 0) return REAL(rename)(from, to);
    uint64_t number = enter('r', file);
    int result = meet(number, 'r') ? -1 : REAL(rename)(from, to);
    leave();
    return result;
}

int unlink(const char *path) {
    char file = is_watching() ? class_of(path) : 0;
    if (file == 0) return REAL(unlink)(path);
    uint64_t number = enter('u', file);
    int result = meet(number, 'u') ? -1 : REAL(unlink)(path);
    leave();
    return result;
}
