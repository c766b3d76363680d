/* net.h: the net of an experiment, with what trains and judges it. They end the program where the
 * net is wrong or memory is short. */
#ifndef TRAIN_NET_H
#define TRAIN_NET_H

#include "pipeline/train/training.h"

nn_model *train_new_model(const struct training *t); /* without weights; the caller frees it */
void train_build_net(struct training *t);            /* fills in all of t that belongs to the net */
void train_free_net(struct training *t);

#endif
