/* time_conv.c: how fast each way of computing a convolution is, on one thread.
 *
 *     time_conv [ISA [ROUNDS [LAYER]]]
 *     OPENBLAS_CORETYPE=SkylakeX time_conv avx512 9 "baseline conv2"
 *
 * prints a row for each layer of the project's nets (or those whose name contains LAYER), length of
 * a slice and path: microseconds an image for forward, data gradient, weight gradient and both
 * gradients together; in brackets the speed, counted by direct convolution, in per cent of
 * cblas_sgemm's peak on this machine (so that Winograd may well exceed 100); microseconds a step
 * for packing the weights and summing the slices' gradients. OPENBLAS_CORETYPE helps an OpenBLAS
 * that does not know the CPU.
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nn/conv/path.h"

typedef struct layer {
    const char *net;
    int size, c, f, k, pad;
    nn_epilogue epilogue;
    double alive; /* share of pooled values with a gradient, as seen in training */
} layer;

static const layer layers[] = {
    {"baseline conv1", 28, 1, 32, 3, 1, NN_EPILOGUE_RELU_POOL, 0.5},
    {"baseline conv2", 14, 32, 64, 3, 1, NN_EPILOGUE_RELU_POOL, 0.3},
    {"baseline-bn conv1", 28, 1, 32, 3, 1, NN_EPILOGUE_NONE, 1},
    {"baseline-bn conv2", 14, 32, 64, 3, 1, NN_EPILOGUE_NONE, 1},
    {"batchnorm conv1", 28, 1, 32, 3, 0, NN_EPILOGUE_RELU, 1},
    {"batchnorm conv2", 26, 32, 32, 3, 0, NN_EPILOGUE_RELU_POOL, 0.3},
    {"batchnorm conv3", 12, 32, 64, 3, 0, NN_EPILOGUE_RELU, 1},
    {"batchnorm conv4", 10, 64, 64, 3, 0, NN_EPILOGUE_RELU_POOL, 0.3},
    {"batchnorm conv5", 4, 64, 128, 3, 0, NN_EPILOGUE_RELU, 1},
    {"12x12x24 same", 12, 24, 48, 3, 1, NN_EPILOGUE_RELU, 1},
    {"6x6x48 same", 6, 48, 64, 3, 1, NN_EPILOGUE_RELU, 1},
    {"14x14x64 same", 14, 64, 64, 3, 1, NN_EPILOGUE_RELU, 1},
    {"24x24x16 5x5", 24, 16, 32, 5, 0, NN_EPILOGUE_RELU, 1},
    {"7x7x128 same", 7, 128, 128, 3, 1, NN_EPILOGUE_RELU, 1},
    {"28x28x3", 28, 3, 32, 3, 1, NN_EPILOGUE_RELU_POOL, 0.5},
    {"28x28x1 5x5", 28, 1, 32, 5, 0, NN_EPILOGUE_RELU, 1},
};

/* The thread's own time, so that other programs disturb less. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *allocate(size_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 127) / 64 * 64);
    if (!p) {
        fprintf(stderr, "time_conv: no memory for %zu bytes\n", bytes);
        exit(1);
    }
    memset(p, 0, bytes);
    return p;
}

static float *normal(nn_random *random, size_t n)
{
    float *p = allocate(n * sizeof *p);
    for (size_t i = 0; i < n; i++) {
        p[i] = nn_random_normal(random);
    }
    return p;
}

typedef struct job {
    const nn_conv_path *path;
    nn_conv_dims d;
    int n;
    nn_epilogue epilogue;
    float *x, *weights, *bias, *dy, *y, *dx, *dw, *dbias, *scratch, *packed, *packed_dx, *gradient;
    uint8_t *choice, *made;
} job;

static void run_forward(job *j)
{
    j->path->forward(&j->d, j->n, j->x, j->packed, j->bias, j->epilogue, j->y, j->made, j->scratch);
}

static void run_dx(job *j)
{
    j->path->backward_data(&j->d, j->n, j->dy, j->choice, j->packed_dx, j->dx, j->scratch);
}

static void run_dw(job *j)
{
    j->path->backward_weights(&j->d, j->n, j->x, j->dy, j->choice, j->dw, j->dbias, j->scratch);
}

static void run_both(job *j)
{
    if (j->path->backward) {
        j->path->backward(&j->d, j->n, j->x, j->dy, j->choice, j->packed_dx, j->dx, j->dw, j->dbias,
                          j->scratch);
    } else {
        run_dx(j);
        run_dw(j);
    }
}

static void run_pack(job *j)
{
    j->path->pack(&j->d, j->weights, j->packed, j->packed_dx, 0, j->d.c);
}

static void run_reduce(job *j)
{
    j->path->reduce(&j->d, j->dw, 0, NN_SLICES, j->gradient, 0, j->d.c);
}

/* The least time of several rounds, in seconds a call. */
static double least(void (*run)(job *), job *j, int rounds)
{
    double best = 1e9;
    int calls = 1;
    for (int round = 0; round < rounds;) {
        double from = now();
        for (int call = 0; call < calls; call++) {
            run(j);
        }
        double spent = now() - from;
        if (spent < 0.002) {
            calls *= 2;
            continue;
        }
        best = spent / calls < best ? spent / calls : best;
        round++;
    }
    return best;
}

static void print_speed(double seconds, double gigaflops, double peak)
{
    printf(" %8.2f (%4.0f %%)", seconds * 1e6, 100 * gigaflops / seconds / peak);
}

static void time_path(const nn_conv_path *path, const layer *l, int n, int rounds, double peak)
{
    int out = l->size + 2 * l->pad - l->k + 1;
    nn_random random = nn_random_new(1, 1);
    job j = {.path = path, .n = n, .epilogue = l->epilogue};
    j.d = (nn_conv_dims){l->size, l->size, l->c, out, out, l->f, l->k, 1, l->pad};
    if (!path->supports(&j.d, l->epilogue)) {
        return;
    }
    size_t taps = (size_t)l->k * l->k * l->c * l->f, y_size = (size_t)n * out * out * l->f;
    j.x = normal(&random, (size_t)n * l->size * l->size * l->c);
    j.weights = normal(&random, taps);
    j.bias = normal(&random, (size_t)l->f);
    j.dy = normal(&random, y_size);
    j.y = allocate(y_size * sizeof(float));
    j.dx = allocate((size_t)n * l->size * l->size * l->c * sizeof(float));
    j.dw = allocate(path->dw_size(&j.d) * sizeof(float));
    j.dbias = allocate((size_t)l->f * sizeof(float));
    j.scratch = allocate(path->scratch_size(&j.d, n) * sizeof(float));
    j.gradient = allocate(taps * sizeof(float));
    size_t packed = path->forward_size(&j.d), packed_dx = path->dx_size(&j.d);
    j.packed = allocate((packed ? packed : taps) * sizeof(float));
    j.packed_dx = allocate((packed_dx ? packed_dx : taps) * sizeof(float));
    j.choice = allocate(y_size);
    j.made = allocate(y_size);
    for (size_t i = 0; i < y_size; i++) {
        int alive = nn_random_uniform(&random) < l->alive;
        j.choice[i] = alive ? (uint8_t)nn_random_below(&random, 4) : 4;
    }
    double pack = least(run_pack, &j, rounds) * 1e6;
    double forward = least(run_forward, &j, rounds) / n, dx = least(run_dx, &j, rounds) / n;
    double dw = least(run_dw, &j, rounds) / n, reduce = least(run_reduce, &j, rounds) * 1e6;
    double both = least(run_both, &j, rounds) / n;
    double work = 2.0 * (double)taps * out * out * 1e-9;
    printf("%-18s %3d %-9s", l->net, n, path->name);
    print_speed(forward, work, peak);
    print_speed(dx, work, peak);
    print_speed(dw, work, peak);
    print_speed(both, 2 * work, peak);
    printf(" %7.1f %7.1f\n", pack, reduce);
    fflush(stdout);
    float *arrays[] = {j.x,  j.weights, j.bias,    j.dy,     j.y,         j.dx,
                       j.dw, j.dbias,   j.scratch, j.packed, j.packed_dx, j.gradient};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        free(arrays[i]);
    }
    free(j.choice);
    free(j.made);
}

/* GFLOP/s of cblas_sgemm on one thread for the best of a few sizes. */
static double sgemm_peak(void)
{
    nn_random random = nn_random_new(2, 2);
    float *a = normal(&random, 512 * 512), *b = normal(&random, 512 * 512);
    float *c = allocate(512 * 512 * sizeof *c);
    double best = 0;
    for (int size = 64; size <= 512; size += 32) {
        for (int round = 0; round < 10; round++) {
            int calls = 0;
            double from = now(), spent;
            do {
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, a, size,
                            b, size, 0, c, size);
                calls++;
                spent = now() - from;
            } while (spent < 0.002);
            double speed = 2e-9 * size * size * size * calls / spent;
            best = speed > best ? speed : best;
        }
    }
    free(a);
    free(b);
    free(c);
    return best;
}

void openblas_set_num_threads(int threads);

int main(int argc, char **argv)
{
    nn_isa isa = NN_ISA_BEST;
    if (argc > 1 && nn_isa_parse(argv[1], &isa) != NN_OK) {
        fprintf(stderr, "time_conv: no instruction set '%s' here\n", argv[1]);
        return 2;
    }
    int rounds = argc > 2 ? atoi(argv[2]) : 7;
    const char *only = argc > 3 ? argv[3] : "";
    openblas_set_num_threads(1);
    double peak = sgemm_peak();
    printf("%s; cblas_sgemm's peak here: %.0f GFLOP/s\n", nn_isa_name(isa), peak);
    printf("%-18s %3s %-9s %17s %17s %17s %17s %7s %7s\n", "layer", "n", "path", "forward", "dx",
           "dw", "both", "pack", "reduce");
    const nn_conv_path *paths[] = {nn_conv_direct_for(isa), nn_conv_sparse_for(isa),
                                   nn_conv_winograd4_for(isa), nn_conv_winograd_for(isa),
                                   nn_conv_im2col_for(isa)};
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        for (int n = 4; n <= 16; n *= 4) {
            for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
                if (strstr(layers[i].net, only)) {
                    time_path(paths[p], &layers[i], n, rounds, peak);
                }
            }
        }
    }
    return 0;
}
