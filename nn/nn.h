/* nn.h: a small library that trains convolutional networks on CPUs. This header is its manual.
 *
 * Images, as bytes or as values, go in, probabilities and weights come out. The library opens no
 * file, prints nothing, reads no environment variable and never ends the process.
 *
 *     nn_error error;
 *     nn_model *model = nn_model_new("conv 32 3x3 same\nrelu\nmaxpool 2\ndense 10\n",
 *                                    (nn_shape){28, 28, 1}, &error);
 *     nn_model_initialise(model, 42);
 *     nn_trainer_options options = nn_trainer_defaults();
 *     nn_trainer *trainer = nn_trainer_new(model, &options, &error);
 *     for (each batch)
 *         nn_trainer_step(trainer, &images, rows, n, 1e-3f, &metrics, &error);
 *     nn_predictor *predictor = nn_predictor_new(model, 256, 0, NN_ISA_BEST, &error);
 *     nn_predictor_run(predictor, &images, NULL, images.count, probabilities, &error);
 *
 * Words and letters used throughout: N images in a batch, H and W height and width, C channels,
 * K kernel size, F filters (output channels). Arrays are row-major and 32-bit float unless said
 * otherwise; activations are [N][H][W][C], convolution weights [K][K][C][F], dense weights
 * [out][in]. The gradient of the loss with respect to x is called dx.
 *
 * Functions that can fail return 0 or a negative NN_ERROR_..., constructors return NULL; both fill
 * *error (never NULL) with one line that names the place, the finding and the expectation.
 * Each ..._new has a ..._free that accepts NULL. The caller owns every buffer that it passes.
 *
 * The same seed gives the same weights, bit for bit, on one kind of CPU, whatever the number of
 * threads: sums over a batch are taken over NN_SLICES fixed slices of it, in a fixed order.
 *
 * The files, the lowest floor first: base/ (memory, threads, random numbers), kernels/ (what is
 * built for each instruction set, and what reads images), conv/ (the ways to compute a convolution;
 * fast.md tells why they are fast), layers/ (a kind of layer is one file), model/ (text to layers,
 * saving), train/, predict/.
 */
#ifndef NN_H
#define NN_H

#include <stddef.h>
#include <stdint.h>

/* ---------------------------------------------------------------- what everyone calls first */

enum {
    NN_OK = 0,
    NN_ERROR_MEMORY = -1, /* an allocation failed */
    NN_ERROR_MODEL = -2,  /* the model's text is wrong; the message names the line */
    NN_ERROR_INPUT = -3,  /* an argument does not fit the model: shape, label, batch size */
    NN_ERROR_NAN = -4,    /* the loss stopped being a number; the message names step and layer */
    NN_ERROR_FORMAT = -5  /* saved bytes are not of this model */
};

enum {
    NN_MAX_LAYERS = 128,
    NN_MAX_CLASSES = 1024,
    NN_SLICES = 8 /* a batch is cut into so many slices, whatever the number of threads */
};

typedef struct nn_error {
    int code; /* NN_ERROR_... */
    char text[240];
} nn_error;

typedef struct nn_shape {
    int h, w, c; /* a dense layer's output is 1 x 1 x units */
} nn_shape;

/* Values of an image of that shape. */
static inline size_t nn_shape_size(nn_shape shape)
{
    return (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
}

/* Instruction sets that the kernels are built for. BEST takes the best that the CPU has. */
typedef enum nn_isa { NN_ISA_BEST, NN_ISA_PLAIN, NN_ISA_AVX2, NN_ISA_AVX512 } nn_isa;

typedef struct nn_model nn_model; /* layers, shapes and weights */

/* Builds a model from text, one layer a line; blank lines and what follows a '#' are ignored.
 *
 *     conv F KxK [same|valid] [stride S]   default valid, stride 1; 'same' pads by K/2 for odd K
 *     dense F                              flattens its input
 *     batchnorm [momentum M] [epsilon E]   default 0.99 and 1e-3; running = running*M + batch*(1-M)
 *     relu
 *     maxpool K                            K x K windows, stride K, remainders dropped
 *     dropout P                            P = the probability of a zero, scaled while training
 *     avgpool                              the mean of each channel over the whole image
 *     shortcut                             keeps its input for the `add` that closes it; nestable
 *     add                                  adds what the innermost open shortcut keeps; same shape
 *     flatten                              optional; a dense layer does it by itself
 *     standardize                          (x - mean) / deviation of each input value, see below
 *
 * A table of numbers is an input of 1 x 1 x C, with up to 65536 columns, and takes no conv; images
 * have up to 64 channels.
 *
 * standardize can only be the first layer. It holds a mean and a deviation for each of the H W C
 * input values (for a table: for each column), 0 and 1 until nn_model_fit takes them from the
 * training data; they are never trained, nor do they decay. A gap (NaN) becomes 0, that is, the
 * mean. Where the deviation is 0, because all training data had the same value, 0 comes out
 * whatever comes in. What comes out is clamped to -10..10, lest one wild value throw a net off its
 * course.
 *
 * The last layer's output counts as logits: softmax belongs to the loss and to prediction.
 * Weights are zero until nn_model_initialise or nn_model_load. Returns NULL on error. */
nn_model *nn_model_new(const char *text, nn_shape input, nn_error *error);
void nn_model_free(nn_model *model);

/* The words that begin a line, for showing them. */
typedef struct nn_layer_word {
    const char *word;      /* "conv" */
    const char *arguments; /* "F KxK [same|valid] [stride S]", or "" */
    const char *help;      /* what it does, one sentence without a full stop */
} nn_layer_word;

const nn_layer_word *nn_layer_word_at(int i); /* i from 0; NULL behind the last */

/* Draws the weights: He normal for layers followed by a ReLU (He et al. 2015, section 2.2),
 * Glorot uniform for others (Glorot and Bengio 2010, eq. 16); biases 0; BatchNorm 1, 0, 0, 1;
 * standardize 0, 1. */
void nn_model_initialise(nn_model *model, uint64_t seed);

/* Images as bytes or as values, and how one becomes an input value: byte * scale + offset, or
 * value * scale + offset. Functions that read images return NN_ERROR_INPUT where there are both, or
 * neither. */
typedef struct nn_images {
    const uint8_t *pixels;  /* [count][H][W][C]; NULL where there are values */
    const float *values;    /* [count][H][W][C] in place of pixels; NaN is a gap, for a model that
                               begins with standardize */
    const uint16_t *labels; /* [count], class index from 0; NULL where there is none */
    size_t count;
    nn_shape shape;
    float scale, offset;
    const float *targets; /* [count][classes], what to learn in place of labels; NULL: labels */
} nn_images;

/* Sets the numbers that layers take from the training data: before the first step, and after
 * nn_model_initialise. They are standardize's mean and population standard deviation of each input
 * value over the images rows[0..n), or the first n where rows is NULL. Gaps and infinities are left
 * out; an input value that is nothing else gets 0 and 0. The result does not depend on threads or
 * the instruction set. Models without such a layer are left as they are. */
int nn_model_fit(nn_model *model, const nn_images *images, const uint32_t *rows, size_t n,
                 nn_error *error);

typedef struct nn_metrics {
    double loss;    /* sum of the images' losses (natural logarithm) */
    size_t correct; /* images whose most probable class is their label */
    size_t images;
} nn_metrics;

typedef struct nn_trainer nn_trainer; /* activations, gradients, moments and a team of threads */

/* How a step changes the weights w by their gradient g.
 *     ADAM    Adam (Kingma and Ba 2015, algorithm 1; epsilon as Keras) of g + weight_decay w
 *     ADAMW   Adam of g, and w -= rate weight_decay w (Loshchilov and Hutter 2019, algorithm 2)
 *     SGD     m = momentum m + g + weight_decay w;  w -= rate m, or with nesterov
 *             w -= rate (g + weight_decay w + momentum m) (Sutskever et al. 2013, as PyTorch)
 * Biases and the parameters of BatchNorm do not decay; those of standardize never change. */
typedef enum nn_optimizer { NN_ADAM, NN_ADAMW, NN_SGD } nn_optimizer;

typedef struct nn_trainer_options {
    int batch;     /* the most images that a step may get */
    int threads;   /* 0: as many as the process may use */
    nn_isa isa;    /* NN_ISA_BEST */
    uint64_t seed; /* of dropout and augmentation */
    nn_optimizer optimizer;
    float beta1, beta2, epsilon; /* of Adam */
    float momentum;              /* of SGD */
    int nesterov;
    float weight_decay;
    float label_smoothing; /* share of the target that is dealt to all classes alike */
    float clip;            /* a gradient whose norm over all parameters is greater is scaled down
                              to it (Pascanu et al. 2013, algorithm 1); 0: never */
    float average;         /* decay of the moving average of the weights; 0: none is kept */
    int plain;             /* not 0: no fast path is taken; for comparison */
} nn_trainer_options;

/* batch 32, all threads, best instruction set, seed 42, Adam 0.9, 0.999, 1e-7, momentum 0.9 with
 * nesterov, and 0 for the rest. */
nn_trainer_options nn_trainer_defaults(void);

/* The model must outlive the trainer, and is changed by each step. */
nn_trainer *nn_trainer_new(nn_model *model, const nn_trainer_options *options, nn_error *error);
void nn_trainer_free(nn_trainer *trainer);

/* One step: gathers the images rows[0..n), forward, loss (mean softmax cross-entropy), backward,
 * the optimizer with this learning rate. Adds the batch's figures, as seen before the update, to
 * *metrics. Allocates nothing. On NN_ERROR_NAN the weights are of no further use. */
int nn_trainer_step(nn_trainer *trainer, const nn_images *images, const uint32_t *rows, int n,
                    float learning_rate, nn_metrics *metrics, nn_error *error);

/* How images are distorted while training. Each draw is uniform within what is said here, and a
 * function of the trainer's seed, the step and the image's place in the batch. Pixels from beyond
 * the border are bytes or values of 0; all is done by one bilinear gather. */
typedef struct nn_augmentation {
    float rotation;        /* degrees, to both sides */
    float scale;           /* 0.1: width and height, apart, by 0.9 to 1.1 */
    float shear;           /* degrees, along x */
    float shift;           /* pixels, along x and along y */
    float elastic;         /* pixels: root mean square of a smooth random field of shifts */
    float elastic_spacing; /* pixels between the nodes of that field's lattice */
    float flip;            /* probability that left and right are exchanged */
    float erase;           /* probability that a rectangle is replaced by random bytes, or values
                              from [0, 1) (Zhong et al. 2020) */
    float erase_area;      /* its share of the image at most; at least 0.02 */
} nn_augmentation;

/* The steps from now on distort their images so; NULL: not at all, as at the start. */
void nn_trainer_augment(nn_trainer *trainer, const nn_augmentation *augmentation);

/* The running average of the weights and of BatchNorm's statistics over the steps so far,
 *     average += (weights - average) (1 - d),   d = min(decay, steps before / (steps before + 9)),
 * into another model of the same layers. The trainer must have been made with average > 0. */
void nn_trainer_average(const nn_trainer *trainer, nn_model *model);

typedef struct nn_predictor nn_predictor; /* activations for inference only */

/* Reads the model's weights at each run, so it may be kept beside a trainer of the same model. */
nn_predictor *nn_predictor_new(const nn_model *model, int batch, int threads, nn_isa isa,
                               nn_error *error);
void nn_predictor_free(nn_predictor *predictor);

/* Probabilities [n][classes] of the images rows[0..n), or of the first n where rows is NULL. */
int nn_predictor_run(nn_predictor *predictor, const nn_images *images, const uint32_t *rows,
                     size_t n, float *probabilities, nn_error *error);

/* A view of an image: as it is, or scaled, sheared and turned about its centre, moved, and last
 * mirrored. A zero in scale_x or scale_y stands for 1, so that a zeroed view is the image. */
typedef struct nn_view {
    float rotation, shear;  /* degrees; counter-clockwise */
    float scale_x, scale_y; /* 1.1: what is seen is a tenth larger */
    float shift_x, shift_y; /* pixels to the right, and down */
    int flip;               /* not 0: left and right are exchanged */
} nn_view;

/* The runs from now on look at this view of each image; NULL: as it is, as at the start. */
void nn_predictor_look(nn_predictor *predictor, const nn_view *view);

/* Loss and right answers over labelled images, from probabilities as nn_predictor_run gives them.
 * A probability below 1e-7 counts as 1e-7, as Keras does. */
nn_metrics nn_metrics_of(const nn_images *images, const uint32_t *rows, size_t n,
                         const float *probabilities, int classes);

/* ---------------------------------------------------------------- what some call */

/* Looking at a model. The pointers live as long as the model. */
typedef struct nn_layer_info {
    const char *kind; /* "conv", "dense", ... */
    const char *text; /* its line, without comment and surrounding blanks */
    int line;         /* in the model's text, from 1 */
    nn_shape out;
    size_t parameters, trainable; /* trainable is part of parameters */
    double macs; /* multiply-adds of one image's forward pass, counted by direct convolution */
} nn_layer_info;

int nn_model_layers(const nn_model *model);
nn_layer_info nn_model_layer(const nn_model *model, int layer);
nn_shape nn_model_input(const nn_model *model);
int nn_model_classes(const nn_model *model);
size_t nn_model_parameters(const nn_model *model, size_t *trainable);

/* How a training step computes a layer with the kernels of an instruction set: "winograd",
 * "direct", "sparse", "im2col", ...; "" where there is but one way. One that this machine does not
 * have counts as BEST. */
const char *nn_layer_path(const nn_model *model, int layer, nn_isa isa);

/* The parameters of one layer in the order weights, biases (or gamma, beta, running mean, running
 * variance; or means, deviations, [H][W][C] each), in the layouts named at the top. */
const float *nn_model_weights(const nn_model *model, int layer);

/* What one layer makes of one image when the model predicts: images[row] in, and out
 * nn_model_layer(model, layer).out, [H][W][C]. Meant for looking at a few images: each call runs
 * the layers before it anew, none of them fused. */
int nn_model_activation(const nn_model *model, const nn_images *images, uint32_t row, int layer,
                        float *out, nn_error *error);

/* Weights as bytes: a header with a format number and a fingerprint of the model's layers, then
 * little-endian floats. save writes nn_model_size bytes. load changes nothing on error. */
size_t nn_model_size(const nn_model *model);
void nn_model_save(const nn_model *model, void *bytes);
int nn_model_load(nn_model *model, const void *bytes, size_t size, nn_error *error);

/* What a trainer needs beside the weights to go on as if it had never stopped: moments and the
 * number of steps (every random draw is a function of seed and step). */
size_t nn_trainer_size(const nn_trainer *trainer);
void nn_trainer_save(const nn_trainer *trainer, void *bytes);
int nn_trainer_load(nn_trainer *trainer, const void *bytes, size_t size, nn_error *error);

/* The gradient of the last step, laid out as the model's parameters. Lives until the next step. */
const float *nn_trainer_gradient(const nn_trainer *trainer, int layer);

/* Seconds that the steps so far have spent in a layer (forward plus backward, the first thread's
 * clock); filled only after nn_trainer_profile(trainer, 1). */
void nn_trainer_profile(nn_trainer *trainer, int on);
double nn_trainer_seconds(const nn_trainer *trainer, int layer);

/* The instruction set that BEST stands for here, and names: "plain", "avx2", "avx512". */
nn_isa nn_isa_best(void);
const char *nn_isa_name(nn_isa isa);
int nn_isa_parse(const char *name,
                 nn_isa *isa);  /* NN_ERROR_INPUT where unknown or not on this CPU */
int nn_threads_available(void); /* processors that this process may run on */

/* One image as a training step would see it: values [H][W][C]. `draw` tells draws apart. */
int nn_augment(const nn_images *images, size_t row, const nn_augmentation *augmentation,
               uint64_t seed, uint64_t draw, float *values, nn_error *error);

/* The BLAS library with version and kernel, like "OpenBLAS 0.3.21 SkylakeX".
 * OpenBLAS picks its kernels when it is loaded, and an older one takes those of AVX2 on a CPU with
 * AVX-512 that it does not know. nn_blas_wish says which value the environment variable
 * OPENBLAS_CORETYPE should have had then for this instruction set, NULL where all is well. */
void nn_blas_name(char *text, size_t size);
const char *nn_blas_wish(nn_isa isa);

/* ---------------------------------------------------------------- random numbers */

/* xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64. A value: copy it to fork it. */
typedef struct nn_random {
    uint64_t s[4];
} nn_random;

nn_random nn_random_new(uint64_t seed, uint64_t stream); /* streams of one seed are independent */
uint64_t nn_random_next(nn_random *random);
float nn_random_uniform(nn_random *random);                    /* [0, 1) */
float nn_random_normal(nn_random *random);                     /* mean 0, standard deviation 1 */
uint32_t nn_random_below(nn_random *random, uint32_t limit);   /* [0, limit), without bias */
void nn_shuffle(nn_random *random, uint32_t *items, size_t n); /* Fisher and Yates */

/* ---------------------------------------------------------------- callbacks, as Keras 3 has them
 */

/* Watches one figure. Improvement is strict: value + min_delta < best for a loss (less is better),
 * value - min_delta > best otherwise; a NaN never improves; the first number always does. */
typedef struct nn_monitor {
    int less_is_better;
    double min_delta;
    double best;    /* NaN until the first improvement */
    int best_epoch; /* from 1; 0 until then */
} nn_monitor;

nn_monitor nn_monitor_new(int less_is_better, double min_delta);
int nn_monitor_update(nn_monitor *monitor, int epoch, double value); /* 1 where improved */

/* Stops after `patience` epochs in a row without improvement, never at the first epoch. */
typedef struct nn_early_stopping {
    nn_monitor monitor;
    int patience, wait;
} nn_early_stopping;

int nn_early_stopping_update(nn_early_stopping *stopping, int epoch, double value); /* 1: stop */

/* Reduces the learning rate on a plateau. The counter of the cooldown goes down before the value is
 * looked at, so a cooldown of c is quiet for c - 1 epochs; the best is kept up to date meanwhile.
 */
typedef struct nn_plateau {
    nn_monitor monitor;
    double factor, min_lr;
    int patience, cooldown, wait, cooling;
} nn_plateau;

double nn_plateau_update(nn_plateau *plateau, int epoch, double value, double learning_rate);

#endif
