/* practice.h: a net that is trained for a few steps: what the tests of a step's parts share. */
#ifndef TESTS_PRACTICE_H
#define TESTS_PRACTICE_H

#include "nn/nn.h"

enum { PRACTICE_COUNT = 120, PARAMETERS_MOST = 48000 };

/* A net with all kinds of layers, one of them a dense layer that is split by its inputs; the shape
 * of its images; and a distortion of each kind. */
extern const char practice_net[];
extern const nn_shape practice_shape;
extern const nn_augmentation practice_augmentation;

/* A batch so large, Adam; and all at once: decay, smoothing, clipping and an average, batch 24. */
nn_trainer_options practice_options(int batch, int threads);
nn_trainer_options practice_all(int threads, nn_optimizer optimizer);

typedef struct practice {
    nn_model *model, *average; /* the latter for nn_trainer_average */
    nn_trainer *trainer;
    nn_images images;
    uint32_t rows[PRACTICE_COUNT];
} practice;

/* Biases, gamma and beta are not 0 or 1. Fails the test where something is wrong with the options.
 */
practice practice_new(const char *text, nn_shape shape, nn_trainer_options options);
void practice_free(practice *p);

/* Steps `from` to `to`, each with other images; each third batch is short. */
nn_metrics practice_steps(practice *p, int from, int to, int batch, float rate);

/* All weights, then moments, average and the count of steps, as bytes; the caller frees them. */
unsigned char *practice_state(const practice *p, size_t *size);

/* All parameters of a net, layer behind layer; which of them are trained, and which decay. */
typedef struct parameters {
    int count;
    double values[PARAMETERS_MOST];
    char trained[PARAMETERS_MOST], decays[PARAMETERS_MOST];
} parameters;

void parameters_read(const nn_model *model, parameters *p);

#endif
