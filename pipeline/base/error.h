/* error.h: the one way in which functions of pipeline/ say what went wrong. */
#ifndef ERROR_H
#define ERROR_H

/* One line without its end: place, finding, expectation. Longer texts are cut. */
struct error {
    char text[1024];
};

enum { FAILED = -1 };

/* Fill in the text and return FAILED, so that a function can end with `return error_set(...)`.
 * error_memory says `out of memory for WHAT`; error_system adds what errno means to `WHAT`. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
int error_memory(struct error *error, const char *what);
int error_system(struct error *error, const char *what);

/* Puts a place before the text: `PLACE: TEXT`. Returns FAILED. */
int error_within(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
