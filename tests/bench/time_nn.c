/* time_nn.c: images a second of one net, in training and inference, and the seconds of each layer.
 *
 *     time_nn NET BATCH THREADS ISA SECONDS [plain]
 *     time_nn baseline 32 2 best 2
 *
 * Trains on drawn figures (tests/unit/digits.c) after a short warm-up, so that the share of active
 * ReLUs is that of a net that has learnt something; the sparse paths depend on it.
 */
#include "../unit/digits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COUNT = 8192, ROUNDS = 25 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Trains for so many seconds; images a second. */
static double train(nn_trainer *trainer, const nn_images *images, const uint32_t *rows, int batch,
                    double seconds, nn_metrics *metrics)
{
    nn_error error;
    double start = now(), elapsed = 0;
    size_t done = 0, at = 0;
    do {
        if (nn_trainer_step(trainer, images, rows + at, batch, 1e-3f, metrics, &error)) {
            fprintf(stderr, "time_nn: %s\n", error.text);
            exit(1);
        }
        done += (size_t)batch;
        at = at + 2 * (size_t)batch <= COUNT ? at + (size_t)batch : 0;
        elapsed = now() - start;
    } while (elapsed < seconds);
    return (double)done / elapsed;
}

int main(int argc, char **argv)
{
    nn_isa isa;
    if (argc < 6 || !net_text(argv[1]) || nn_isa_parse(argv[4], &isa)) {
        fprintf(stderr, "usage: time_nn NET BATCH THREADS ISA SECONDS [plain]\n");
        return 2;
    }
    int batch = atoi(argv[2]), threads = atoi(argv[3]);
    double seconds = atof(argv[5]), rates[ROUNDS], checks[ROUNDS];
    nn_error error;
    nn_images images = digits_new(COUNT, (nn_shape){28, 28, 1}, 1);
    uint32_t *rows = malloc(COUNT * sizeof *rows);
    float *probabilities = malloc(COUNT * 10 * sizeof *probabilities);
    nn_model *model = nn_model_new(net_text(argv[1]), images.shape, &error);
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = batch;
    options.threads = threads;
    options.isa = isa;
    options.plain = argc > 6;
    nn_trainer *trainer = model ? nn_trainer_new(model, &options, &error) : NULL;
    nn_predictor *predictor = model ? nn_predictor_new(model, 1000, threads, isa, &error) : NULL;
    if (!images.pixels || !rows || !probabilities || !trainer || !predictor) {
        fprintf(stderr, "time_nn: %s\n", model ? "no memory" : error.text);
        return 1;
    }
    nn_random random = nn_random_new(1, 1);
    for (uint32_t i = 0; i < COUNT; i++) {
        rows[i] = i;
    }
    nn_shuffle(&random, rows, COUNT);
    nn_model_initialise(model, 42);
    nn_metrics metrics = {0};
    train(trainer, &images, rows, batch, seconds / 4, &metrics);
    metrics = (nn_metrics){0};
    for (int round = 0; round < ROUNDS; round++) {
        rates[round] = train(trainer, &images, rows, batch, seconds / ROUNDS, &metrics);
        double start = now();
        size_t done = 0;
        do {
            nn_predictor_run(predictor, &images, NULL, 1000, probabilities, &error);
            done += 1000;
        } while (now() - start < seconds / ROUNDS / 4);
        checks[round] = (double)done / (now() - start);
    }
    qsort(rates, ROUNDS, sizeof *rates, compare);
    qsort(checks, ROUNDS, sizeof *checks, compare);
    printf(
        "%-12s batch %-4d threads %d %-7s train %8.0f (%.0f-%.0f) infer %8.0f img/s  loss %.4f\n",
        argv[1], batch, threads, nn_isa_name(isa), rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1],
        checks[ROUNDS / 2], metrics.loss / (double)metrics.images);
    nn_trainer_profile(trainer, 1);
    metrics = (nn_metrics){0};
    double start = now(), sum = 0;
    clock_t processor = clock();
    train(trainer, &images, rows, batch, seconds / 4, &metrics);
    double elapsed = now() - start, each = 1e6 / (double)metrics.images;
    double busy = (double)(clock() - processor) / CLOCKS_PER_SEC;
    for (int i = 0; i < nn_model_layers(model); i++) {
        nn_layer_info layer = nn_model_layer(model, i);
        double spent = nn_trainer_seconds(trainer, i);
        if (spent > 0) {
            printf("    %-20s %-9s %7.2f us/image\n", layer.text, layer.path, spent * each);
        }
        sum += spent;
    }
    printf("    %-20s %-9s %7.2f us/image\n", "waiting, rest", "", (elapsed - sum) * each);
    printf("    %-30s %7.2f us/image\n", "processor time of all threads", busy * each);
    nn_predictor_free(predictor);
    nn_trainer_free(trainer);
    nn_model_free(model);
    free(probabilities);
    free(rows);
    digits_free(&images);
    return 0;
}
