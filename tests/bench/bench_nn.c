/* bench_nn.c: how fast the library trains and predicts; one of the two engines of bench.sh.
 *
 *     bench_nn DIGITS.csv            requests from stdin, a line each, and a line to answer each
 *     bench_nn DIGITS.csv REQUEST    answers one request: 'train NET.conf 32 2 0.5'
 *
 * Requests, with the file of an experiment and times in seconds:
 *
 *     train CONF BATCH THREADS SECONDS       images a second of whole training steps
 *     infer CONF BATCH THREADS SECONDS       images a second of prediction
 *     augment CONF BATCH THREADS SECONDS     milliseconds of a step without and with the
 *                                            experiment's augmentation: medians, in turns
 *     layers CONF BATCH THREADS SECONDS      a line a layer: kind, path, microseconds an
 *                                            image, GFLOP/s as counted by direct convolution;
 *                                            then "end"
 *     epoch CONF BATCH THREADS SEED plain    accuracy (%) on the last fifth of the file after
 *                                            one epoch on the rest; "fast": the fast paths
 *     flops CONF                             operations of an image: forward, training
 *     memory CONF BATCH THREADS              peak memory of this process in MiB, after some
 *                                            steps
 *     peak THREADS                           GFLOP/s of cblas_sgemm, at its best shape
 *     describe                               instruction set, BLAS library and its kernels
 *
 * Trains on the first rows of a file of real digits, because the sparse backward pass depends on
 * what is active; each net goes on training from request to request.
 */
#include "nn/nn.h"
#include "pipeline/base/number.h"
#include "pipeline/conf/conf.h"
#include "pipeline/program/stage.h"
#include "pipeline/store/machine.h"

#include <cblas.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ROWS = 42000, TIMED_ROWS = 16384, SIZE = 784, MAX_BENCHES = 32 };

static struct stage stage = {.name = "bench_nn"};

/* A net with its trainer and predictor, kept from request to request. */
struct bench {
    char key[300];
    nn_model *model;
    nn_trainer *trainer;
    nn_predictor *predictor;
    size_t at; /* the next row to train on */
};

struct benches {
    nn_images images;
    uint32_t rows[ROWS];
    struct bench items[MAX_BENCHES];
    int count;
    nn_isa isa;
};

static void read_digits(const char *path, size_t rows, nn_images *images)
{
    uint8_t *pixels = malloc(rows * SIZE);
    uint16_t *labels = malloc(rows * sizeof *labels);
    char *line = malloc(1 << 16);
    FILE *file = fopen(path, "r");
    size_t n = 0;
    if (!pixels || !labels || !line || !file || !fgets(line, 1 << 16, file))
        stage_fail(&stage, "%s: can't be read; expected a file of digits (make data)", path);
    while (n < rows && fgets(line, 1 << 16, file)) {
        char *at = line;
        labels[n] = (uint16_t)strtol(at, &at, 10);
        for (int i = 0; i < SIZE; i++)
            pixels[n * SIZE + (size_t)i] = (uint8_t)strtol(at + 1, &at, 10);
        n++;
    }
    fclose(file);
    free(line);
    if (n == 0)
        stage_fail(&stage, "%s: no rows", path);
    *images = (nn_images){
        .pixels = pixels, .labels = labels, .count = n, .shape = {28, 28, 1}, .scale = 1.0f / 255};
}

static void *need(void *made, const nn_error *error)
{
    if (!made)
        stage_fail(&stage, "%s", error->text);
    return made;
}

/* An experiment for the ten digits. */
static void load(const char *path, struct conf *conf)
{
    struct error error;
    if (conf_load(path, conf, &error) || conf_resolve(conf, (struct conf_data){10, 0}, &error))
        stage_fail(&stage, "%s", error.text);
}

static nn_model *new_model(const char *path)
{
    struct conf conf;
    nn_error error;
    load(path, &conf);
    nn_model *model = need(nn_model_new(conf.layers, (nn_shape){28, 28, 1}, &error), &error);
    conf_free(&conf);
    return model;
}

static struct bench *find(struct benches *all, const char *path, int batch, int threads)
{
    char key[300];
    nn_error error;
    snprintf(key, sizeof key, "%.200s %d %d", path, batch, threads);
    for (int i = 0; i < all->count; i++)
        if (!strcmp(all->items[i].key, key))
            return &all->items[i];
    if (all->count == MAX_BENCHES)
        stage_fail(&stage, "more than %d different nets", MAX_BENCHES);
    struct bench *b = &all->items[all->count++];
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = batch;
    options.threads = threads;
    options.isa = all->isa;
    snprintf(b->key, sizeof b->key, "%s", key);
    b->model = new_model(path);
    nn_model_initialise(b->model, 42);
    b->trainer = need(nn_trainer_new(b->model, &options, &error), &error);
    b->predictor = need(nn_predictor_new(b->model, batch, threads, all->isa, &error), &error);
    return b;
}

static double train(struct benches *all, struct bench *b, int batch, double seconds)
{
    nn_metrics metrics = {0};
    nn_error error;
    double start = number_seconds(), passed = 0;
    do {
        if (b->at + (size_t)batch > all->images.count)
            b->at = 0;
        if (nn_trainer_step(b->trainer, &all->images, all->rows + b->at, batch, 1e-3f, &metrics,
                            &error))
            stage_fail(&stage, "%s", error.text);
        b->at += (size_t)batch;
        passed = number_seconds() - start;
    } while (passed < seconds);
    return (double)metrics.images / passed;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One step without, one with, and so on: both meet the same weather on the machine. */
static void show_augmentation(struct benches *all, struct bench *b, const char *path, int batch,
                              double seconds)
{
    enum { MOST = 20000 };
    struct conf conf;
    int n = 0;
    double *times[2] = {malloc(MOST * sizeof(double)), malloc(MOST * sizeof(double))};
    if (!times[0] || !times[1])
        stage_fail(&stage, "out of memory");
    load(path, &conf);
    train(all, b, batch, seconds / 10);
    for (double start = number_seconds(); n < MOST && number_seconds() - start < seconds; n++) {
        for (int with = 0; with < 2; with++) {
            nn_trainer_augment(b->trainer, with ? &conf.augmentation : NULL);
            double began = number_seconds();
            train(all, b, batch, 0); /* one step */
            times[with][n] = number_seconds() - began;
        }
    }
    nn_trainer_augment(b->trainer, NULL);
    for (int with = 0; with < 2; with++) {
        qsort(times[with], (size_t)n, sizeof(double), by_size);
        printf("%.3f%s", 1e3 * times[with][n / 2], with ? "\n" : " ");
        free(times[with]);
    }
    conf_free(&conf);
}

static double infer(struct benches *all, struct bench *b, double seconds)
{
    nn_error error;
    size_t n = all->images.count < 8000 ? all->images.count : 8000, done = 0;
    float *probabilities = malloc(n * (size_t)nn_model_classes(b->model) * sizeof *probabilities);
    if (!probabilities)
        stage_fail(&stage, "out of memory");
    double start = number_seconds(), passed = 0;
    do {
        if (nn_predictor_run(b->predictor, &all->images, NULL, n, probabilities, &error))
            stage_fail(&stage, "%s", error.text);
        done += n;
        passed = number_seconds() - start;
    } while (passed < seconds);
    free(probabilities);
    return (double)done / passed;
}

/* Forward: two operations a multiply-add. Training: thrice that, but for the gradient of the
 * input, which the first layer with weights does not compute. */
static double operations(const nn_layer_info *layer, int first, int training)
{
    return 2 * layer->macs * (!training ? 1 : first ? 2 : 3);
}

static void show_flops(const nn_model *model)
{
    double forward = 0, training = 0;
    int first = 1;
    for (int i = 0; i < nn_model_layers(model); i++) {
        nn_layer_info layer = nn_model_layer(model, i);
        forward += operations(&layer, first, 0);
        training += operations(&layer, first, 1);
        first = first && layer.macs == 0;
    }
    printf("%.0f %.0f\n", forward, training);
}

static void show_layers(struct benches *all, struct bench *b, int batch, double seconds)
{
    nn_metrics metrics = {0};
    double before[NN_MAX_LAYERS];
    int layers = nn_model_layers(b->model), first = 1;
    train(all, b, batch, seconds / 4);
    nn_trainer_profile(b->trainer, 1);
    for (int i = 0; i < layers; i++)
        before[i] = nn_trainer_seconds(b->trainer, i);
    double rate = train(all, b, batch, seconds);
    metrics.images = (size_t)(rate * seconds);
    nn_trainer_profile(b->trainer, 0);
    for (int i = 0; i < layers; i++) {
        nn_layer_info layer = nn_model_layer(b->model, i);
        double spent = nn_trainer_seconds(b->trainer, i) - before[i];
        double each = spent / (double)metrics.images;
        if (spent > 0)
            printf("%s|%s|%.2f|%.0f\n", layer.text, nn_layer_path(b->model, i, all->isa),
                   each * 1e6, operations(&layer, first, 1) / each * 1e-9);
        first = first && layer.macs == 0;
    }
    puts("end");
}

/* Shapes between the small ones that OpenBLAS multiplies without packing and a large square. */
static double peak(int threads)
{
    static const int SHAPES[][3] = {
        {196, 64, 32}, {392, 64, 32}, {512, 512, 512}, {1024, 1024, 1024}};
    double best = 0;
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        int m = SHAPES[i][0], n = SHAPES[i][1], k = SHAPES[i][2];
        size_t floats = (size_t)m * (size_t)k + (size_t)k * (size_t)n + (size_t)m * (size_t)n;
        int repeats = (int)(4e9 / (2.0 * m * n * k)) + 1;
        for (int round = 0; round < 3; round++) {
            double start = 0, end = 0;
#pragma omp parallel num_threads(threads)
            {
                float *a = calloc(floats, sizeof *a);
                float *b = a + (size_t)m * (size_t)k, *c = b + (size_t)k * (size_t)n;
#pragma omp barrier
#pragma omp master
                start = number_seconds();
                for (int r = 0; a && r < repeats; r++)
                    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n,
                                0, c, n);
#pragma omp barrier
#pragma omp master
                end = number_seconds();
                free(a);
            }
            double rate = 2.0 * m * n * k * repeats * threads / (end - start) * 1e-9;
            best = rate > best ? rate : best;
        }
    }
    return best;
}

static void show_memory(struct benches *all, struct bench *b, int batch)
{
    struct rusage usage;
    train(all, b, batch, 0.2);
    getrusage(RUSAGE_SELF, &usage);
    printf("%.0f\n", (double)usage.ru_maxrss / 1024);
}

static double epoch(struct benches *all, const char *path, int batch, int threads, uint64_t seed,
                    int plain)
{
    nn_error error;
    nn_metrics metrics = {0};
    nn_model *model = new_model(path);
    nn_trainer_options options = nn_trainer_defaults();
    options.batch = batch;
    options.threads = threads;
    options.isa = all->isa;
    options.seed = seed;
    options.plain = plain;
    nn_model_initialise(model, seed);
    nn_trainer *trainer = need(nn_trainer_new(model, &options, &error), &error);
    nn_predictor *predictor = need(nn_predictor_new(model, 256, threads, all->isa, &error), &error);
    size_t n = all->images.count * 4 / 5, left = all->images.count - n;
    int classes = nn_model_classes(model);
    float *probabilities = need(malloc(left * (size_t)classes * sizeof *probabilities), &error);
    nn_random random = nn_random_new(seed, 1);
    nn_shuffle(&random, all->rows, n);
    for (size_t at = 0; at < n; at += (size_t)batch) {
        int count = n - at < (size_t)batch ? (int)(n - at) : batch;
        if (nn_trainer_step(trainer, &all->images, all->rows + at, count, 1e-3f, &metrics, &error))
            stage_fail(&stage, "%s", error.text);
    }
    if (nn_predictor_run(predictor, &all->images, all->rows + n, left, probabilities, &error))
        stage_fail(&stage, "%s", error.text);
    metrics = nn_metrics_of(&all->images, all->rows + n, left, probabilities, classes);
    free(probabilities);
    nn_predictor_free(predictor);
    nn_trainer_free(trainer);
    nn_model_free(model);
    return 100.0 * (double)metrics.correct / (double)left;
}

static void answer(struct benches *all, const char *request)
{
    char what[16] = "", path[256] = "", blas[96], way[8] = "";
    int batch = 0, threads = 0;
    double seconds = 0;
    int got =
        sscanf(request, "%15s %255s %d %d %lf %7s", what, path, &batch, &threads, &seconds, way);
    int sized = got >= 4 && batch > 0 && threads > 0;
    int timed = sized && got == 5 && seconds > 0;
    if (!strcmp(what, "train") && timed) {
        printf("%.1f\n", train(all, find(all, path, batch, threads), batch, seconds));
    } else if (!strcmp(what, "infer") && timed) {
        printf("%.1f\n", infer(all, find(all, path, batch, threads), seconds));
    } else if (!strcmp(what, "augment") && timed) {
        show_augmentation(all, find(all, path, batch, threads), path, batch, seconds);
    } else if (!strcmp(what, "layers") && timed) {
        show_layers(all, find(all, path, batch, threads), batch, seconds);
    } else if (!strcmp(what, "epoch") && sized && got == 6) {
        printf("%.2f\n",
               epoch(all, path, batch, threads, (uint64_t)seconds, !strcmp(way, "plain")));
    } else if (!strcmp(what, "memory") && sized) {
        show_memory(all, find(all, path, batch, threads), batch);
    } else if (!strcmp(what, "flops") && got == 2) {
        nn_model *model = new_model(path);
        show_flops(model);
        nn_model_free(model);
    } else if (!strcmp(what, "peak") && got == 2 && atoi(path) > 0) {
        printf("%.1f\n", peak(atoi(path)));
    } else if (!strcmp(what, "describe")) {
        nn_blas_name(blas, sizeof blas);
        printf("%s, %s\n", nn_isa_name(all->isa == NN_ISA_BEST ? nn_isa_best() : all->isa), blas);
    } else {
        stage_fail(&stage, "'%s' is no request", request);
    }
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct benches all;
    char request[400];
    const char *isa;
    machine_restart_for_blas(argv);
    if (argc < 2 || machine_isa(&all.isa, &isa))
        stage_fail(&stage, "expected: bench_nn DIGITS.csv [REQUEST]");
    read_digits(argv[1], argc > 2 && !strncmp(argv[2], "epoch", 5) ? ROWS : TIMED_ROWS,
                &all.images);
    for (uint32_t i = 0; i < all.images.count; i++)
        all.rows[i] = i;
    if (argc > 2)
        answer(&all, argv[2]);
    while (argc == 2 && fgets(request, sizeof request, stdin)) {
        request[strcspn(request, "\n")] = '\0';
        answer(&all, request);
    }
    for (int i = 0; i < all.count; i++) {
        nn_predictor_free(all.items[i].predictor);
        nn_trainer_free(all.items[i].trainer);
        nn_model_free(all.items[i].model);
    }
    free((void *)all.images.pixels);
    free((void *)all.images.labels);
    return 0;
}
