/* Preloaded into PostgreSQL, makes each flush to disk one millisecond slower, as on a usual disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

typedef int (*flush_function)(int);

static int slowly(const char *name, int file)
{
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
    return ((flush_function)dlsym(RTLD_NEXT, name))(file);
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
