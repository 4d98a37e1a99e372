/*
 * Lets chosen calls that change files fail. It is loaded in front of the C library (LD_PRELOAD), so that the program under test is the released one
 * and knows nothing of it. FAILING_DISK names a file of five 64-bit numbers, which a test shares with the program:
 *
 *   0  calls so far that change a file whose path contains FAILING_PATH
 *   1  the first call that fails, counted from 1; 0: none does
 *   2  the last call that fails
 *   3  the error number that they fail with
 *   4  how many have failed
 *
 * What a program writes through a memory map cannot fail by a call, and is not counted: of SQLite's files that is the index of the log (-shm),
 * which holds nothing that must survive.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile int64_t *control;
static const char *wanted;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAILING_DISK");
    wanted = getenv("FAILING_PATH");
    if (!path || !wanted) return;
    int file = open(path, O_RDWR);
    void *map = file < 0 ? MAP_FAILED : mmap(NULL, 5 * sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED) abort();
    close(file);
    control = map;
}

/* Counts a call on a path; nonzero, and errno, if it is to fail. */
static int fails_at(const char *path) {
    if (!control || !path || !strstr(path, wanted)) return 0;
    int64_t call = __atomic_add_fetch(&control[0], 1, __ATOMIC_SEQ_CST);
    if (control[1] == 0 || call < control[1] || call > control[2]) return 0;
    __atomic_add_fetch(&control[4], 1, __ATOMIC_SEQ_CST);
    errno = (int)control[3];
    return 1;
}

static int fails(int file) {
    char link[32], path[4096];
    if (!control) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    int before = errno;
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = 0;
    return fails_at(path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A call whose first argument is an open file. */
#define FAILING(type, name, parameters, arguments) \
    type name parameters { return fails(file) ? -1 : NEXT(name) arguments; }

FAILING(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
FAILING(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
FAILING(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
FAILING(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
FAILING(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at))
FAILING(ssize_t, pwritev64, (int file, const struct iovec *parts, int count, off64_t at), (file, parts, count, at))
FAILING(int, ftruncate, (int file, off_t length), (file, length))
FAILING(int, ftruncate64, (int file, off64_t length), (file, length))
FAILING(int, fallocate, (int file, int mode, off_t at, off_t length), (file, mode, at, length))
FAILING(int, fallocate64, (int file, int mode, off64_t at, off64_t length), (file, mode, at, length))
FAILING(int, fsync, (int file), (file))
FAILING(int, fdatasync, (int file), (file))

int unlink(const char *path) { return fails_at(path) ? -1 : NEXT(unlink)(path); }

/* Opening a file fails only where it may make one. */
#define FAILING_OPEN(name)                                            \
    int name(const char *path, int flags, ...) {                      \
        va_list more;                                                 \
        va_start(more, flags);                                        \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;     \
        va_end(more);                                                 \
        return flags & O_CREAT && fails_at(path) ? -1 : NEXT(name)(path, flags, mode); \
    }

FAILING_OPEN(open)
FAILING_OPEN(open64)
