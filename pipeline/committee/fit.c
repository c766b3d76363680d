/* fit.c: what a committee may choose from labelled images: its members' weights, by hill
 * climbing, and a temperature. In: votes and labels. Out: a choice, and how good it is.
 *
 * Weights are chosen as Caruana et al. (2004) do: members are drawn with replacement, each time the
 * one whose entry lessens the mean loss most, beginning with those that are best alone; how often a
 * member was drawn is its weight. The temperature is the T that gives softmax(ln q / T) the least
 * mean loss (Guo et al. 2017, section 4.2). */
#include "pipeline/committee/committee.h"

#include "pipeline/store/prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS_MOST = 100, SECTIONS = 40 };

static const double GAIN = 1e-6;   /* of the loss; less does not count as one */
static const double COLDEST = 0.1; /* bounds of the temperature */
static const double HOTTEST = 10;

/* What is chosen from: x[m] are member m's probabilities, or logarithms of them, [n][classes]. */
struct field {
    int members, classes;
    conf_blend blend;
    size_t n;
    uint16_t *labels; /* [n] */
    float *x;         /* [members][n][classes] */
    double *sum;      /* [n][classes], of the members drawn so far */
};

static void field_free(struct field *field)
{
    free(field->labels);
    free(field->x);
    free(field->sum);
}

static const float *member_of(const struct field *field, int m)
{
    return field->x + (size_t)m * field->n * (size_t)field->classes;
}

static int field_new(struct field *field, const struct votes *votes, const uint16_t *labels,
                     const uint32_t *rows, size_t n, conf_blend blend)
{
    size_t classes = (size_t)votes->classes, members = (size_t)votes->members;
    *field = (struct field){
        .members = votes->members, .classes = votes->classes, .blend = blend, .n = n};
    field->labels = malloc((n + 1) * sizeof *field->labels);
    field->x = malloc((members * n * classes + 1) * sizeof *field->x);
    field->sum = malloc((n * classes + 1) * sizeof *field->sum);
    if (!field->labels || !field->x || !field->sum) {
        field_free(field);
        return -1;
    }
    float *x = field->x;
    for (size_t m = 0; m < members; m++)
        for (size_t i = 0; i < n; i++) {
            const float *p = votes->probabilities + (m * votes->images + rows[i]) * classes;
            for (size_t k = 0; k < classes; k++)
                *x++ =
                    blend == BLEND_LOGITS ? (float)log(fmax((double)p[k], PREDICTION_LEAST)) : p[k];
        }
    for (size_t i = 0; i < n; i++)
        field->labels[i] = labels[rows[i]];
    return 0;
}

/* -ln of the greatest of softmax(z)'s element `label` and the least. */
static double loss_of_logits(const double *z, int classes, int label)
{
    double greatest = z[0], sum = 0;
    for (int k = 1; k < classes; k++)
        greatest = fmax(greatest, z[k]);
    for (int k = 0; k < classes; k++)
        sum += exp(z[k] - greatest);
    return fmin(log(sum) + greatest - z[label], -log(PREDICTION_LEAST));
}

/* The mean loss of the mean over `count` members: those in field->sum, and x. */
static double loss_with(const struct field *field, const float *x, int count)
{
    size_t classes = (size_t)field->classes;
    double loss = 0, z[NN_MAX_CLASSES];
    for (size_t i = 0; i < field->n; i++) {
        const double *sum = field->sum + i * classes;
        const float *more = x + i * classes;
        size_t label = field->labels[i];
        if (field->blend == BLEND_PROBABILITIES) {
            loss -= log(fmax((sum[label] + (double)more[label]) / count, PREDICTION_LEAST));
            continue;
        }
        for (size_t k = 0; k < classes; k++)
            z[k] = (sum[k] + (double)more[k]) / count;
        loss += loss_of_logits(z, field->classes, (int)label);
    }
    return loss / (double)field->n;
}

static void draw(struct field *field, int m)
{
    const float *x = member_of(field, m);
    for (size_t i = 0; i < field->n * (size_t)field->classes; i++)
        field->sum[i] += (double)x[i];
}

static void draw_none(struct field *field)
{
    memset(field->sum, 0, field->n * (size_t)field->classes * sizeof *field->sum);
}

/* Members by their loss alone, the best first; equal ones in their order. */
static void sort_members(struct field *field, int order[BLEND_MEMBERS_MOST])
{
    double alone[BLEND_MEMBERS_MOST];
    draw_none(field);
    for (int m = 0; m < field->members; m++) {
        int place = m;
        alone[m] = loss_with(field, member_of(field, m), 1);
        for (; place > 0 && alone[m] < alone[order[place - 1]]; place--)
            order[place] = order[place - 1];
        order[place] = m;
    }
}

/* Starts with so many of the best as are best together. Returns their number. */
static int draw_best(struct field *field, int drawn[BLEND_MEMBERS_MOST], double *loss)
{
    int order[BLEND_MEMBERS_MOST], best = 0;
    sort_members(field, order);
    for (int n = 0; n < field->members; n++) {
        double with = loss_with(field, member_of(field, order[n]), n + 1);
        if (n == 0 || with < *loss - GAIN) {
            best = n + 1;
            *loss = with;
        }
        draw(field, order[n]);
    }
    draw_none(field);
    for (int n = 0; n < best; n++) {
        draw(field, order[n]);
        drawn[order[n]]++;
    }
    return best;
}

static void climb(struct field *field, double weights[BLEND_MEMBERS_MOST])
{
    int drawn[BLEND_MEMBERS_MOST] = {0};
    double loss = 0;
    int count = draw_best(field, drawn, &loss);
    for (; count < DRAWS_MOST + field->members; count++) {
        int best = -1;
        double least = loss - GAIN;
        for (int m = 0; m < field->members; m++) {
            double with = loss_with(field, member_of(field, m), count + 1);
            if (with < least) {
                least = with;
                best = m;
            }
        }
        if (best < 0)
            break;
        draw(field, best);
        drawn[best]++;
        loss = least;
    }
    for (int m = 0; m < field->members; m++)
        weights[m] = (double)drawn[m] / count;
}

/* Into field->sum the logarithms of what the committee says without a temperature. */
static void log_joined(struct field *field, const double *weights)
{
    size_t values = field->n * (size_t)field->classes;
    draw_none(field);
    for (int m = 0; m < field->members; m++) {
        const float *x = member_of(field, m);
        for (size_t i = 0; i < values; i++)
            field->sum[i] += weights[m] * (double)x[i];
    }
    for (size_t i = 0; i < values && field->blend == BLEND_PROBABILITIES; i++)
        field->sum[i] = log(fmax(field->sum[i], PREDICTION_LEAST));
}

static double loss_at(const struct field *field, double temperature)
{
    size_t classes = (size_t)field->classes;
    double loss = 0, z[NN_MAX_CLASSES];
    for (size_t i = 0; i < field->n; i++) {
        for (size_t k = 0; k < classes; k++)
            z[k] = field->sum[i * classes + k] / temperature;
        loss += loss_of_logits(z, field->classes, field->labels[i]);
    }
    return loss / (double)field->n;
}

/* The loss has one valley over T: the golden section of ln T finds its bottom. */
static double fit_temperature(const struct field *field)
{
    const double ratio = (sqrt(5) - 1) / 2;
    double low = log(COLDEST), high = log(HOTTEST);
    double a = high - ratio * (high - low), b = low + ratio * (high - low);
    double at_a = loss_at(field, exp(a)), at_b = loss_at(field, exp(b));
    for (int i = 0; i < SECTIONS; i++) {
        if (at_a <= at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - ratio * (high - low);
            at_a = loss_at(field, exp(a));
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + ratio * (high - low);
            at_b = loss_at(field, exp(b));
        }
    }
    return exp((low + high) / 2);
}

int fit_choose(const struct votes *votes, const uint16_t *labels, const uint32_t *rows, size_t n,
               const struct conf *conf, struct choice *choice)
{
    struct field field;
    for (int m = 0; m < votes->members; m++)
        choice->weights[m] = 1.0 / votes->members;
    choice->temperature = 1;
    if (n == 0 || (conf->committee_weights == WEIGHTS_EQUAL && !conf->committee_temperature))
        return 0;
    if (field_new(&field, votes, labels, rows, n, (conf_blend)conf->committee_blend))
        return -1;
    if (conf->committee_weights == WEIGHTS_HILL_CLIMBING)
        climb(&field, choice->weights);
    if (conf->committee_temperature) {
        log_joined(&field, choice->weights);
        choice->temperature = fit_temperature(&field);
    }
    field_free(&field);
    return 0;
}

void fit_judge(const struct votes *votes, const uint16_t *labels, const uint32_t *rows, size_t n,
               const struct conf *conf, const struct choice *choice, struct figures *figures)
{
    size_t classes = (size_t)votes->classes;
    const float *p[BLEND_MEMBERS_MOST];
    float joined[NN_MAX_CLASSES];
    double loss = figures->loss * (double)figures->images;
    for (size_t i = 0; i < n; i++) {
        uint16_t label = labels[rows[i]];
        for (int m = 0; m < votes->members; m++)
            p[m] = votes->probabilities + ((size_t)m * votes->images + rows[i]) * classes;
        blend_join(p, choice->weights, votes->members, votes->classes,
                   (conf_blend)conf->committee_blend, choice->temperature, joined);
        figures->correct += prediction_best(joined, votes->classes) == label;
        loss += prediction_loss(joined, label);
    }
    figures->images += n;
    figures->loss = figures->images ? loss / (double)figures->images : 0;
}

/* Deals each class's rows, shuffled, to the parts in turn, so that each part has its share. */
static void deal(const uint16_t *labels, size_t n, int classes, uint64_t seed, uint8_t *part,
                 uint32_t *scratch)
{
    nn_random random = nn_random_new(seed, 0);
    int turn = 0;
    for (int class = 0; class < classes; class ++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (labels[i] == class)
                scratch[count++] = (uint32_t)i;
        nn_shuffle(&random, scratch, count);
        for (size_t i = 0; i < count; i++, turn = (turn + 1) % CROSS_FOLDS)
            part[scratch[i]] = (uint8_t)turn;
    }
}

int fit_cross(const struct votes *votes, const uint16_t *labels, const struct conf *conf,
              struct figures *cross)
{
    size_t n = votes->images;
    struct choice choice;
    int rc = 0;
    *cross = (struct figures){0};
    if (n < CROSS_FOLDS)
        return 0;
    uint8_t *part = malloc(n);
    uint32_t *rows = malloc(2 * n * sizeof *rows), *others = rows ? rows + n : NULL;
    if (!part || !rows)
        rc = -1;
    else
        deal(labels, n, votes->classes, (uint64_t)conf->seed, part, rows);
    for (int fold = 0; fold < CROSS_FOLDS && !rc; fold++) {
        size_t own = 0, rest = 0;
        for (size_t i = 0; i < n; i++)
            *(part[i] == fold ? &rows[own++] : &others[rest++]) = (uint32_t)i;
        rc = fit_choose(votes, labels, others, rest, conf, &choice);
        if (!rc)
            fit_judge(votes, labels, rows, own, conf, &choice, cross);
    }
    free(part);
    free(rows);
    return rc;
}
