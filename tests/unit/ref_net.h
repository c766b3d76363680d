/* ref_net.h: a whole net in double precision, one layer after the other as the definitions say; the
 * oracle of the trainer and of the predictor. */
#ifndef REF_NET_H
#define REF_NET_H

#include "nn/model/model.h"

/* All parameters of a model, layer after layer without gaps, in the order of nn_model_weights. */
void ref_net_parameters(const nn_model *model, double *parameters);

/* Where a layer's parameters begin in such an array. */
size_t ref_net_offset(const nn_model *model, int layer);

/* The mean loss of the images rows[0..n), with batch statistics and dropout of rate 0 only.
 * gradient: of all parameters; running: as they are after the step (batchnorm's running statistics
 * moved, everything else copied). Either may be NULL. */
double ref_net_loss(const nn_model *model, const double *parameters, const nn_images *images,
                    const uint32_t *rows, int n, double *gradient, double *running);

/* Probabilities [n][classes], with running statistics. */
void ref_net_predict(const nn_model *model, const double *parameters, const nn_images *images,
                     const uint32_t *rows, int n, double *probabilities);

/* The output of one layer for one image, with running statistics. */
void ref_net_activation(const nn_model *model, const double *parameters, const nn_images *images,
                        uint32_t row, int layer, double *out);

/* The greatest |a - b| divided by the greatest |b|. */
double ref_distance(const float *a, const double *b, size_t n);

#endif
