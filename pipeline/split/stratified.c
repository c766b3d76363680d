/* split_stratified.c: stratified parts and folds as scikit-learn draws them. See
 * split_stratified.h.
 *
 * The order of the draws is what decides the rows, so it is kept even where
 * a draw changes nothing by itself; each such place says so.
 */
#include "pipeline/split/stratified.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The random numbers of NumPy's RandomState: the Mersenne Twister MT19937 (Matsumoto and Nishimura
 * 1998, ACM TOMACS 8(1)), seeded by one 32-bit number as its authors' init_genrand (2002). */
enum { WORDS = 624, SHIFT = 397 };

struct mt19937 {
    uint32_t word[WORDS];
    int next;
};

static void mt19937_seed(struct mt19937 *random, uint32_t seed)
{
    random->word[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        const uint32_t last = random->word[i - 1];
        random->word[i] = 1812433253u * (last ^ (last >> 30)) + i;
    }
    random->next = WORDS;
}

/* The recurrence over the whole state: the upper bit of one word joined to the lower 31 of the
 * next, times a matrix in GF(2). */
static void twist(uint32_t *word)
{
    for (int i = 0; i < WORDS; i++) {
        const uint32_t joined = (word[i] & 0x80000000u) | (word[(i + 1) % WORDS] & 0x7fffffffu);
        word[i] = word[(i + SHIFT) % WORDS] ^ (joined >> 1) ^ (joined & 1 ? 0x9908b0dfu : 0);
    }
}

static uint32_t mt19937_next(struct mt19937 *random)
{
    if (random->next == WORDS) {
        twist(random->word);
        random->next = 0;
    }
    uint32_t y = random->word[random->next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

/* 0 .. greatest: masked to the next power of two, drawn again while above greatest. */
static uint32_t mt19937_up_to(struct mt19937 *random, uint32_t greatest)
{
    uint32_t mask = greatest, draw;
    for (int shift = 1; shift < 32; shift *= 2)
        mask |= mask >> shift;
    do
        draw = mt19937_next(random) & mask;
    while (draw > greatest);
    return draw;
}

/* From the end, as RandomState.shuffle; of 0, 1, 2, ... it makes RandomState.permutation. */
static void mt19937_shuffle(struct mt19937 *random, uint32_t *items, size_t n)
{
    for (size_t i = n; i-- > 1;) {
        const uint32_t j = mt19937_up_to(random, (uint32_t)i);
        const uint32_t kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}

/* The rows of each class that occurs, in the order of their appearance. */
struct strata {
    size_t n, classes;
    int *name;       /* [classes], the class that the caller knows */
    size_t *count;   /* [classes], rows of it */
    size_t *start;   /* [classes], of its rows in `rows` */
    uint32_t *rows;  /* [n], class by class */
    uint32_t *items; /* [n], scratch */
};

static void strata_free(struct strata *strata)
{
    free(strata->name);
    free(strata->count);
    free(strata->start);
    free(strata->rows);
    free(strata->items);
}

static int fail_memory(struct stratified_error *error)
{
    *error = (struct stratified_error){-1, "out of memory"};
    return STRATIFIED_MEMORY;
}

/* Appends the class to the strata. */
static void add_class(struct strata *strata, const size_t *total, int class)
{
    const size_t i = strata->classes++;
    strata->name[i] = class;
    strata->count[i] = total[class];
    strata->start[i] = i ? strata->start[i - 1] + strata->count[i - 1] : 0;
}

/* by_appearance: the classes in the order in which they first occur, else in their own order. */
static int strata_new(struct strata *strata, const uint16_t *labels, size_t n, int classes,
                      int by_appearance, struct stratified_error *error)
{
    const size_t room = (size_t)classes + 1;
    *strata = (struct strata){.n = n,
                              .name = malloc(room * sizeof *strata->name),
                              .count = malloc(room * sizeof *strata->count),
                              .start = malloc(room * sizeof *strata->start),
                              .rows = malloc((n + 1) * sizeof *strata->rows),
                              .items = malloc((n + 1) * sizeof *strata->items)};
    size_t *total = calloc(room, sizeof *total);
    int *seen = calloc(room, sizeof *seen);
    size_t *place = malloc(room * sizeof *place);
    const int enough = strata->name && strata->count && strata->start && strata->rows &&
                       strata->items && total && seen && place;
    if (enough) {
        for (size_t i = 0; i < n; i++)
            total[labels[i]]++;
        for (size_t i = 0; i < n && by_appearance; i++)
            if (!seen[labels[i]]++)
                add_class(strata, total, labels[i]);
        for (int c = 0; c < classes && !by_appearance; c++)
            if (total[c])
                add_class(strata, total, c);
        for (size_t i = 0; i < strata->classes; i++)
            place[strata->name[i]] = strata->start[i];
        for (size_t i = 0; i < n; i++)
            strata->rows[place[labels[i]]++] = (uint32_t)i;
    }
    free(total);
    free(seen);
    free(place);
    return enough ? STRATIFIED_OK : fail_memory(error);
}

static int compare_descending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a > b ? -1 : a < b;
}

/* Gives out the `left` draws that rounding down kept, one a class, largest remainders first. Among
 * equal remainders the generator chooses: a permutation is drawn even where all of them get one. */
static void hand_out(struct mt19937 *random, const double *remainder, const double *descending,
                     size_t classes, size_t left, size_t *draws, uint32_t *ties)
{
    for (size_t v = 0; v < classes && left; v++) {
        if (v && descending[v] == descending[v - 1])
            continue;
        uint32_t n = 0;
        for (size_t c = 0; c < classes; c++)
            if (remainder[c] == descending[v])
                ties[n++] = (uint32_t)c;
        mt19937_shuffle(random, ties, n);
        for (uint32_t i = 0; i < n && left; i++, left--)
            draws[ties[i]]++;
    }
}

/* How many of `total` draws each class gets: its share count / sum * total, rounded so that the sum
 * is right. The share is computed in this order, in double precision, because its last bit decides
 * whether there is a remainder, and so whether the generator moves on. draws[classes]. */
static int share_out(struct mt19937 *random, const size_t *count, size_t classes, size_t total,
                     size_t *draws)
{
    double *remainder = malloc((classes + 1) * sizeof *remainder);
    double *descending = malloc((classes + 1) * sizeof *descending);
    uint32_t *ties = malloc((classes + 1) * sizeof *ties);
    const int enough = remainder && descending && ties;
    if (enough) {
        size_t sum = 0, given = 0;
        for (size_t c = 0; c < classes; c++)
            sum += count[c];
        for (size_t c = 0; c < classes; c++) {
            const double quotient = (double)count[c] / (double)sum;
            const double share = quotient * (double)total;
            const double whole = floor(share);
            draws[c] = (size_t)whole;
            given += draws[c];
            remainder[c] = descending[c] = share - whole;
        }
        qsort(descending, classes, sizeof *descending, compare_descending);
        if (given < total)
            hand_out(random, remainder, descending, classes, total - given, draws, ties);
    }
    free(remainder);
    free(descending);
    free(ties);
    return enough ? 0 : -1;
}

/* Class by class a permutation of its rows: the first go to training, the next to validation. */
static void deal_parts(struct mt19937 *random, const struct strata *strata, const size_t *train,
                       const size_t *validation, uint8_t *part)
{
    for (size_t c = 0; c < strata->classes; c++) {
        const uint32_t *rows = strata->rows + strata->start[c];
        for (size_t i = 0; i < strata->count[c]; i++)
            strata->items[i] = (uint32_t)i;
        mt19937_shuffle(random, strata->items, strata->count[c]);
        for (size_t i = 0; i < train[c]; i++)
            part[rows[strata->items[i]]] = 0;
        for (size_t i = train[c]; i < train[c] + validation[c]; i++)
            part[rows[strata->items[i]]] = 1;
    }
}

static int check_parts(const struct strata *strata, size_t n_train, size_t n_validation,
                       struct stratified_error *error)
{
    error->class = -1;
    for (size_t c = 0; c < strata->classes; c++) {
        if (strata->count[c] < 2) {
            error->class = strata->name[c];
            snprintf(error->text, sizeof error->text, "has 1 row; expected at least 2");
            return STRATIFIED_TOO_FEW;
        }
    }
    const char *part = n_train < n_validation ? "training" : "validation";
    const size_t least = n_train < n_validation ? n_train : n_validation;
    if (least >= strata->classes)
        return STRATIFIED_OK;
    snprintf(error->text, sizeof error->text,
             "%s would get %zu of %zu rows; expected at least one for each of %zu classes", part,
             least, strata->n, strata->classes);
    return STRATIFIED_TOO_FEW;
}

int stratified_parts(const uint16_t *labels, size_t n, int classes, double fraction, uint32_t seed,
                     uint8_t *validation, struct stratified_error *error)
{
    const size_t n_validation = (size_t)ceil(fraction * (double)n), n_train = n - n_validation;
    struct strata strata;
    struct mt19937 random;
    size_t *train_draws = malloc(((size_t)classes + 1) * sizeof *train_draws);
    size_t *left = calloc((size_t)classes + 1, sizeof *left);
    size_t *draws = malloc(((size_t)classes + 1) * sizeof *draws);
    int result = strata_new(&strata, labels, n, classes, 0, error);
    if (!result && (!train_draws || !left || !draws))
        result = fail_memory(error);
    if (!result)
        result = check_parts(&strata, n_train, n_validation, error);
    if (result)
        goto done;

    mt19937_seed(&random, seed);
    if (share_out(&random, strata.count, strata.classes, n_train, train_draws)) {
        result = fail_memory(error);
        goto done;
    }
    /* Validation gets all that is left, so its shares are known; they are computed all the same,
     * because rounding may leave remainders, and then numbers are drawn. */
    for (size_t c = 0; c < strata.classes; c++)
        left[c] = strata.count[c] - train_draws[c];
    if (share_out(&random, left, strata.classes, n_validation, draws)) {
        result = fail_memory(error);
        goto done;
    }
    deal_parts(&random, &strata, train_draws, draws, validation);
done:
    free(train_draws);
    free(left);
    free(draws);
    strata_free(&strata);
    return result;
}

/* The classes lie one after the other, in the order of their appearance; fold f takes the rows f,
 * f + folds, ... of that line. So many rows of class c does it take. */
static size_t fold_share(const struct strata *strata, size_t c, size_t f, size_t folds)
{
    const size_t from = strata->start[c], to = from + strata->count[c];
    const size_t before = from > f ? (from - f - 1) / folds + 1 : 0;
    const size_t until = to > f ? (to - f - 1) / folds + 1 : 0;
    return until - before;
}

int stratified_folds(const uint16_t *labels, size_t n, int classes, int folds, uint32_t seed,
                     uint16_t *fold, struct stratified_error *error)
{
    struct strata strata;
    struct mt19937 random;
    size_t most = 0;
    int result = strata_new(&strata, labels, n, classes, 1, error);
    if (result)
        goto done;
    for (size_t c = 0; c < strata.classes; c++)
        if (strata.count[c] > most)
            most = strata.count[c];
    if (most < (size_t)folds) {
        error->class = -1;
        snprintf(error->text, sizeof error->text,
                 "%d folds, but the largest class has %zu rows; expected at least as many", folds,
                 most);
        result = STRATIFIED_TOO_FEW;
        goto done;
    }

    mt19937_seed(&random, seed);
    for (size_t c = 0; c < strata.classes; c++) {
        size_t dealt = 0;
        for (size_t f = 0; f < (size_t)folds; f++)
            for (size_t i = fold_share(&strata, c, f, (size_t)folds); i > 0; i--)
                strata.items[dealt++] = (uint32_t)f;
        mt19937_shuffle(&random, strata.items, dealt);
        for (size_t i = 0; i < dealt; i++)
            fold[strata.rows[strata.start[c] + i]] = (uint16_t)strata.items[i];
    }
done:
    strata_free(&strata);
    return result;
}
