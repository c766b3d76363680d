/* adam.c: Adam's update of one range of a layer's parameters, where the gradient is complete. */
#include "trainer.h"

void nn_adam_apply(nn_trainer *trainer, nn_work *work, size_t first, size_t count)
{
    trainer->kernels->adam(count, &trainer->adam, work->gradient + first, work->w + first,
                           work->m + first, work->v + first);
}
