/* state.c: see state.h.
 *
 * As bytes a state is its format, 3, in four bytes, and the fields of the table below in its order,
 * in as many bytes as they have in memory, all with the least byte first.
 *
 * Version 0.1.0 wrote format 2: the same four bytes, then its struct as it lay in the memory of an
 * x86-64 machine, 200 bytes with what the compiler puts between fields. Runs that it left can go
 * on, so the table says where it had each field.
 */
#include "pipeline/train/state.h"

#include <string.h>

enum { FORMAT = 3, FORMAT_OF_MEMORY = 2, FORMAT_SIZE = 4, MEMORY_SIZE = 200 };

struct field {
    size_t at, size; /* in struct train_state; size 4 or 8 */
    size_t before;   /* in format 2 */
};

#define FIELD(name, before)                                                                        \
    {                                                                                              \
        offsetof(struct train_state, name), sizeof(((struct train_state *)0)->name), before        \
    }

/* What the experiment says of the callbacks is not here. */
static const struct field FIELDS[] = {FIELD(epoch, 0),
                                      FIELD(best_epoch, 4),
                                      FIELD(position, 8),
                                      FIELD(sums.loss, 16),
                                      FIELD(sums.correct, 24),
                                      FIELD(sums.images, 32),
                                      FIELD(epoch_seconds, 40),
                                      FIELD(learning_rate, 48),
                                      FIELD(stopped, 56),
                                      FIELD(checkpoint.best, 80),
                                      FIELD(checkpoint.best_epoch, 88),
                                      FIELD(stopping.monitor.best, 112),
                                      FIELD(stopping.monitor.best_epoch, 120),
                                      FIELD(stopping.wait, 132),
                                      FIELD(plateau.monitor.best, 152),
                                      FIELD(plateau.monitor.best_epoch, 160),
                                      FIELD(plateau.wait, 192),
                                      FIELD(plateau.cooling, 196)};

enum { FIELDS_N = sizeof FIELDS / sizeof *FIELDS };

struct train_state train_state_first(const struct conf *c)
{
    return (struct train_state){
        .epoch = 1,
        .learning_rate = c->learning_rate,
        .checkpoint = nn_monitor_new(c->checkpoint_monitor == MONITOR_LOSS, 0),
        .stopping = {.monitor =
                         nn_monitor_new(c->stopping_monitor == MONITOR_LOSS, c->stopping_min_delta),
                     .patience = c->stopping_patience},
        .plateau = {.monitor =
                        nn_monitor_new(c->plateau_monitor == MONITOR_LOSS, c->plateau_min_delta),
                    .factor = c->plateau_factor,
                    .min_lr = c->plateau_min_lr,
                    .patience = c->plateau_patience,
                    .cooldown = c->plateau_cooldown}};
}

static void write_number(uint64_t number, size_t size, struct text *bytes)
{
    uint8_t little[8];
    for (size_t i = 0; i < size; i++)
        little[i] = (uint8_t)(number >> (8 * i));
    text_add_bytes(bytes, little, size);
}

static uint64_t read_number(const uint8_t *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

void train_state_write(const struct train_state *state, struct text *bytes)
{
    write_number(FORMAT, FORMAT_SIZE, bytes);
    for (int i = 0; i < FIELDS_N; i++) {
        const char *field = (const char *)state + FIELDS[i].at;
        uint32_t four;
        uint64_t eight;
        memcpy(&four, field, sizeof four);
        if (FIELDS[i].size == sizeof eight)
            memcpy(&eight, field, sizeof eight);
        else
            eight = four;
        write_number(eight, FIELDS[i].size, bytes);
    }
}

static void read_field(const struct field *field, const uint8_t *bytes, struct train_state *state)
{
    uint64_t eight = read_number(bytes, field->size);
    uint32_t four = (uint32_t)eight;
    if (field->size == sizeof eight)
        memcpy((char *)state + field->at, &eight, sizeof eight);
    else
        memcpy((char *)state + field->at, &four, sizeof four);
}

/* How many bytes a state of that format has; 0 where it is unknown. */
static size_t size_of(uint32_t format)
{
    size_t size = FORMAT_SIZE;
    if (format == FORMAT_OF_MEMORY)
        return FORMAT_SIZE + MEMORY_SIZE;
    for (int i = 0; i < FIELDS_N; i++)
        size += FIELDS[i].size;
    return format == FORMAT ? size : 0;
}

/* The number of an epoch that has been, or 0. */
static int is_past(int epoch, const struct train_state *s)
{
    return epoch >= 0 && epoch < s->epoch;
}

static int makes_sense(const struct train_state *s, const struct conf *conf, size_t images)
{
    return s->epoch >= 1 && s->epoch <= conf->epochs + 1 && s->position < images &&
           s->sums.images == s->position && s->sums.correct <= s->sums.images &&
           s->learning_rate >= 0 && (s->stopped == 0 || s->stopped == 1) &&
           is_past(s->best_epoch, s) && is_past(s->checkpoint.best_epoch, s) &&
           is_past(s->stopping.monitor.best_epoch, s) && is_past(s->plateau.monitor.best_epoch, s);
}

int train_state_read(struct train_state *state, const uint8_t *bytes, size_t size,
                     const struct conf *conf, size_t images, struct error *error)
{
    size_t at = FORMAT_SIZE;
    uint32_t format = bytes && size >= at ? (uint32_t)read_number(bytes, FORMAT_SIZE) : 0;
    size_t wanted = size_of(format);
    if (!wanted)
        return error_set(error, "its format is %u, expected %d or %d", format, FORMAT_OF_MEMORY,
                         FORMAT);
    if (size < wanted)
        return error_set(error, "found %zu bytes, expected %zu at least", size, wanted);
    for (int i = 0; i < FIELDS_N; at += FIELDS[i++].size)
        read_field(&FIELDS[i], bytes + (format == FORMAT ? at : FORMAT_SIZE + FIELDS[i].before),
                   state);
    if (!makes_sense(state, conf, images))
        return error_set(error,
                         "it is in epoch %d of %d at image %llu of %zu, and contradicts "
                         "itself",
                         state->epoch, conf->epochs, (unsigned long long)state->position, images);
    return (int)wanted;
}
