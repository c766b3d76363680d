/* callback.c: what Keras 3 calls EarlyStopping and ReduceLROnPlateau, as values. */
#include "nn/nn.h"

#include <math.h>

nn_monitor nn_monitor_new(int less_is_better, double min_delta)
{
    return (nn_monitor){less_is_better, fabs(min_delta), NAN, 0};
}

int nn_monitor_update(nn_monitor *monitor, int epoch, double value)
{
    if (isnan(value)) {
        return 0;
    }
    int improved = isnan(monitor->best)      ? 1
                   : monitor->less_is_better ? value + monitor->min_delta < monitor->best
                                             : value - monitor->min_delta > monitor->best;
    if (improved) {
        monitor->best = value;
        monitor->best_epoch = epoch;
    }
    return improved;
}

int nn_early_stopping_update(nn_early_stopping *stopping, int epoch, double value)
{
    if (nn_monitor_update(&stopping->monitor, epoch, value)) {
        stopping->wait = 0;
        return 0;
    }
    stopping->wait++;
    return stopping->wait >= stopping->patience && epoch > 1;
}

double nn_plateau_update(nn_plateau *plateau, int epoch, double value, double learning_rate)
{
    if (plateau->cooling > 0) {
        plateau->cooling--;
        plateau->wait = 0;
    }
    if (nn_monitor_update(&plateau->monitor, epoch, value)) {
        plateau->wait = 0;
        return learning_rate;
    }
    if (plateau->cooling > 0) {
        return learning_rate;
    }
    plateau->wait++;
    if (plateau->wait < plateau->patience || learning_rate <= plateau->min_lr) {
        return learning_rate;
    }
    plateau->cooling = plateau->cooldown;
    plateau->wait = 0;
    return fmax(learning_rate * plateau->factor, plateau->min_lr);
}
