/* options.h: what ingest can be told on the command line. */
#ifndef INGEST_OPTIONS_H
#define INGEST_OPTIONS_H

#include "pipeline/program/stage.h"
#include "pipeline/table/layout.h"

struct options {
    nn_shape shape; /* h 0: not given */
    int transpose;
    const char *label, *id, *sample;
    struct option_list ignore; /* NAME or NAME,NAME,... */
    char separator;            /* 0: not given */
    int header;                /* header_asked */
    int channels;              /* channels_asked */
    int table;                 /* a row is no image */
    struct fields ignored;     /* the names, one by one */
};

extern const struct program INGEST;

/* After stage_begin: ends the program where the options do not go together; fills `ignored`, which
 * fields_free frees. */
void options_take(const struct stage *stage, struct options *options);

/* Appends those that decide how files are read, a line each: part of dataset.hash. */
void options_hash(const struct options *options, struct text *text);

#endif
