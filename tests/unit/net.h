/* net.h: nets and trainers for unit tests, which end where there is none. */
#ifndef TESTS_NET_H
#define TESTS_NET_H

#include "tests/unit/unit.h"

#include "nn/nn.h"

static inline nn_model *model_new(const char *text, nn_shape input)
{
    nn_error error;
    nn_model *model = nn_model_new(text, input, &error);
    if (!model) {
        fail_msg("%s", error.text);
    }
    return model;
}

/* One with first weights. */
static inline nn_model *drawn_model(const char *text, nn_shape input)
{
    nn_model *model = model_new(text, input);
    nn_model_initialise(model, 42);
    return model;
}

static inline nn_trainer *trainer_new(nn_model *model, nn_trainer_options options)
{
    nn_error error;
    nn_trainer *trainer = nn_trainer_new(model, &options, &error);
    if (!trainer) {
        fail_msg("%s", error.text);
    }
    return trainer;
}

/* Rows of a table. */
static inline nn_images table_of(const float *values, size_t count, int columns)
{
    return (nn_images){.values = values, .count = count, .shape = {1, 1, columns}, .scale = 1};
}

static inline void fit(nn_model *model, const nn_images *images, const uint32_t *rows, size_t n)
{
    nn_error error;
    if (nn_model_fit(model, images, rows, n, &error)) {
        fail_msg("%s", error.text);
    }
}

#endif
