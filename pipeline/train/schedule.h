/* schedule.h: the learning rate of each step. */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include "pipeline/conf/conf.h"

/* Of a step, counted from 0 over all epochs, where `peak` is the schedule's greatest. */
double train_learning_rate(const struct conf *c, double peak, uint64_t step,
                           uint64_t steps_per_epoch);

#endif
