// Keeps the addon loadable where glibc is older than here. Version 2.34 moved libpthread and libdl into libc and 2.29 gave some
// functions of libm new versions; a linker takes the newest ones, although the first ones are in every glibc and do the same.
// build.mjs has each reference to a name below, those of libstdc++ included, led here (`--wrap`). Node is linked with the three
// libraries, so the functions are found whichever library has them.
#if defined(__linux__) && defined(__x86_64__)
#include <math.h>
#include <pthread.h>

// The first version of glibc for x86-64.
#define FIRST "GLIBC_2.2.5"

#define FORWARD(result, name, parameters, arguments)             \
  result first_##name parameters;                                \
  __asm__(".symver first_" #name "," #name "@" FIRST);           \
  result __wrap_##name parameters { return first_##name arguments; }

extern "C" {
FORWARD(void*, dlopen, (const char* file, int mode), (file, mode))
FORWARD(void*, dlsym, (void* library, const char* name), (library, name))
FORWARD(int, dlclose, (void* library), (library))

FORWARD(int, pthread_create,
        (pthread_t * thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument),
        (thread, attributes, start, argument))
FORWARD(int, pthread_detach, (pthread_t thread), (thread))
FORWARD(int, pthread_join, (pthread_t thread, void** result), (thread, result))
FORWARD(int, pthread_once, (pthread_once_t * once, void (*start)()), (once, start))
FORWARD(int, pthread_key_create, (pthread_key_t * key, void (*destroy)(void*)), (key, destroy))
FORWARD(int, __pthread_key_create, (pthread_key_t * key, void (*destroy)(void*)), (key, destroy))
FORWARD(int, pthread_key_delete, (pthread_key_t key), (key))
FORWARD(void*, pthread_getspecific, (pthread_key_t key), (key))
FORWARD(int, pthread_setspecific, (pthread_key_t key, const void* value), (key, value))
FORWARD(int, pthread_mutex_trylock, (pthread_mutex_t * mutex), (mutex))

FORWARD(double, exp, (double x), (x))
FORWARD(double, log, (double x), (x))
FORWARD(double, pow, (double x, double y), (x, y))

// glibc has it from 2.32 on, so that libstdc++ may count references without atomics. Node has threads.
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;
}
#endif
